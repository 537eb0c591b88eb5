# SPDX-License-Identifier: ISC
# bgpd/bgpd.mk - libdaemon.a and the program bgpd
