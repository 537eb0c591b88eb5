# SPDX-License-Identifier: ISC
# bgpd/session/session.mk - libsession.a: fsm and session; libioevent.a: their sockets
noinst_LIBRARIES += libsession.a
libsession_a_SOURCES = bgpd/session/fsm.c bgpd/session/fsm.h

check_PROGRAMS += tests/test_fsm
tests_test_fsm_SOURCES = tests/test_fsm.c
tests_test_fsm_LDADD = libsession.a libtesting.a $(CMOCKA_LIBS)
