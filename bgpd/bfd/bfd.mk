# SPDX-License-Identifier: ISC
# bgpd/bfd/bfd.mk - libbfd.a: packets and the state machine

noinst_LIBRARIES += libbfd.a
libbfd_a_SOURCES = \
	bgpd/bfd/packet.c bgpd/bfd/packet.h \
	bgpd/bfd/session.c bgpd/bfd/session.h

check_PROGRAMS += tests/test_bfd_packet tests/test_bfd_session tests/fuzz_bfd

tests_test_bfd_packet_SOURCES = tests/test_bfd_packet.c
tests_test_bfd_packet_LDADD = libbfd.a libwire.a librib.a libtesting.a \
	$(CMOCKA_LIBS)

tests_test_bfd_session_SOURCES = tests/test_bfd_session.c
tests_test_bfd_session_LDADD = libdaemon.a libbfd.a libwire.a librib.a \
	libtesting.a $(OPENSSL_LIBS) $(CMOCKA_LIBS)

tests_fuzz_bfd_SOURCES = tests/fuzz_bfd.c
tests_fuzz_bfd_LDADD = libbfd.a libwire.a librib.a $(FUZZ_LIBS)
