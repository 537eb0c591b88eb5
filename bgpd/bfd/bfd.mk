# SPDX-License-Identifier: ISC
# bgpd/bfd/bfd.mk - libbfd.a: packets, sessions; libbfdsocket.a: their sockets

noinst_LIBRARIES += libbfd.a libbfdsocket.a
libbfd_a_SOURCES = \
	bgpd/bfd/bfd.c bgpd/bfd/bfd.h \
	bgpd/bfd/packet.c bgpd/bfd/packet.h \
	bgpd/bfd/session.c bgpd/bfd/session.h
libbfdsocket_a_SOURCES = bgpd/bfd/socket.c bgpd/bfd/socket.h

check_PROGRAMS += tests/test_bfd_packet tests/test_bfd_session tests/fuzz_bfd

tests_test_bfd_packet_SOURCES = tests/test_bfd_packet.c
tests_test_bfd_packet_LDADD = libbfd.a libwire.a librib.a libtesting.a \
	$(CMOCKA_LIBS)

tests_test_bfd_session_SOURCES = tests/test_bfd_session.c
tests_test_bfd_session_LDADD = libdaemon.a libbfd.a libwire.a librib.a \
	libtesting.a $(OPENSSL_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_bfd
tests_test_bfd_SOURCES = tests/test_bfd.c
tests_test_bfd_LDADD = libdaemon.a libbfd.a libwire.a libsim.a librib.a \
	libtesting.a $(OPENSSL_LIBS) $(CMOCKA_LIBS)

tests_fuzz_bfd_SOURCES = tests/fuzz_bfd.c
tests_fuzz_bfd_LDADD = libbfd.a libwire.a librib.a $(FUZZ_LIBS)
