# SPDX-License-Identifier: ISC
# bgpd/control/control.mk - libcontrol.a: control socket and HTTP
