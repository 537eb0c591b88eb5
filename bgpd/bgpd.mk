# SPDX-License-Identifier: ISC
# bgpd/bgpd.mk - libdaemon.a and the program bgpd

noinst_LIBRARIES += libdaemon.a
libdaemon_a_SOURCES =

# what is said, and who this node is
libdaemon_a_SOURCES += bgpd/digest.c bgpd/digest.h
libdaemon_a_SOURCES += bgpd/log.c bgpd/log.h
libdaemon_a_SOURCES += bgpd/node.c bgpd/node.h bgpd/node_private.h
libdaemon_a_SOURCES += bgpd/node_judge.c
libdaemon_a_SOURCES += bgpd/node_report.c bgpd/node_report.h

check_PROGRAMS += tests/test_log
tests_test_log_SOURCES = tests/test_log.c
tests_test_log_LDADD = libdaemon.a libtesting.a $(CMOCKA_LIBS)
