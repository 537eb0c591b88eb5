# SPDX-License-Identifier: ISC
# bgpd/session/session.mk - libsession.a: fsm and session; libioevent.a: their sockets

noinst_LIBRARIES += libioevent.a libsession.a
libsession_a_SOURCES = \
	bgpd/histogram.c bgpd/histogram.h \
	bgpd/session/fsm.c bgpd/session/fsm.h \
	bgpd/session/io.h bgpd/session/io_tls.h \
	bgpd/session/session.c bgpd/session/session.h \
	bgpd/session/session_chunk.c \
	bgpd/session/session_private.h \
	bgpd/session/session_input.c \
	bgpd/session/session_output.c \
	bgpd/session/session_reason.c \
	bgpd/session/session_show.c \
	bgpd/session/session_timer.c \
	bgpd/session/session_tls.c
libioevent_a_SOURCES = \
	bgpd/session/io_event.c bgpd/session/io_event.h \
	bgpd/session/io_event_conn.c bgpd/session/io_event_private.h \
	bgpd/session/io_event_listen.c bgpd/session/io_event_tls.c \
	bgpd/session/tls.c bgpd/session/tls.h bgpd/session/tls_private.h \
	bgpd/session/tls_credentials.c bgpd/session/tls_reason.c \
	bgpd/session/tls_ticket.c \
	bgpd/session/tcp.c bgpd/session/tcp.h \
	bgpd/session/tcp_ao.c bgpd/session/tcp_ao.h

check_PROGRAMS += tests/test_fsm tests/test_io tests/test_session
check_PROGRAMS += tests/test_tls_ticket
check_PROGRAMS += tests/test_histogram tests/test_session_input

session_test_libs = libsim.a libsession.a libwire.a librib.a libtesting.a \
	$(CMOCKA_LIBS)

tests_test_fsm_SOURCES = tests/test_fsm.c
tests_test_fsm_LDADD = libsession.a libtesting.a $(CMOCKA_LIBS)

tests_test_histogram_SOURCES = tests/test_histogram.c
tests_test_histogram_LDADD = libsession.a libtesting.a $(CMOCKA_LIBS)

tests_test_tls_ticket_SOURCES = tests/test_tls_ticket.c
tests_test_tls_ticket_LDADD = libioevent.a libsession.a librib.a libtesting.a \
	$(LIBEVENT_LIBS) $(OPENSSL_LIBS) $(CMOCKA_LIBS)

tests_test_io_SOURCES = tests/test_io.c
tests_test_io_LDADD = libsim.a libioevent.a libsession.a librib.a libtesting.a \
	$(LIBEVENT_LIBS) $(OPENSSL_LIBS) $(CMOCKA_LIBS)

tests_test_session_SOURCES = tests/test_session.c
tests_test_session_LDADD = $(session_test_libs)

tests_test_session_input_SOURCES = tests/test_session_input.c
tests_test_session_input_LDADD = $(session_test_libs)
