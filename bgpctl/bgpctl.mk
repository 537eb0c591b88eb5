# SPDX-License-Identifier: ISC
# bgpctl/bgpctl.mk - the program bgpctl
