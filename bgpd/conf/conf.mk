# SPDX-License-Identifier: ISC
# bgpd/conf/conf.mk - libconf.a: text -> typed config
