# SPDX-License-Identifier: ISC
# bgpd/wire/wire.mk - libwire.a: bytes <-> values

noinst_LIBRARIES += libwire.a
libwire_a_SOURCES = \
	bgpd/wire/advert.c bgpd/wire/advert.h \
	bgpd/wire/attribute.c bgpd/wire/attribute.h \
	bgpd/wire/attribute_aigp.c bgpd/wire/attribute_as.c \
	bgpd/wire/attribute_community.c \
	bgpd/wire/attribute_mp.c \
	bgpd/wire/buf.c bgpd/wire/buf.h \
	bgpd/wire/msg.c bgpd/wire/msg.h \
	bgpd/wire/nlri.c bgpd/wire/nlri.h bgpd/wire/notification.c \
	bgpd/wire/open.c bgpd/wire/open.h bgpd/wire/open_encode.c \
	bgpd/wire/open_judge.c bgpd/wire/open_private.h \
	bgpd/wire/update.c bgpd/wire/update.h bgpd/wire/update_encode.c

check_PROGRAMS += tests/test_advert tests/test_buf tests/test_msg tests/test_notification
check_PROGRAMS += tests/test_open tests/test_attribute tests/test_update
check_PROGRAMS += tests/test_update_encode

tests_test_advert_SOURCES = tests/test_advert.c
tests_test_advert_LDADD = libwire.a librib.a libtesting.a $(CMOCKA_LIBS)

tests_test_buf_SOURCES = tests/test_buf.c
tests_test_buf_LDADD = libwire.a libtesting.a $(CMOCKA_LIBS)

tests_test_msg_SOURCES = tests/test_msg.c
tests_test_msg_LDADD = libwire.a librib.a libtesting.a $(CMOCKA_LIBS)

tests_test_notification_SOURCES = tests/test_notification.c
tests_test_notification_LDADD = libwire.a librib.a libtesting.a $(CMOCKA_LIBS)

tests_test_open_SOURCES = tests/test_open.c
tests_test_open_LDADD = libwire.a librib.a libtesting.a $(CMOCKA_LIBS)

tests_test_attribute_SOURCES = tests/test_attribute.c tests/wire.c tests/wire.h
tests_test_attribute_LDADD = libwire.a librib.a libtesting.a $(CMOCKA_LIBS)

tests_test_update_SOURCES = tests/test_update.c tests/wire.c tests/wire.h
tests_test_update_LDADD = libwire.a librib.a libtesting.a $(CMOCKA_LIBS)

tests_test_update_encode_SOURCES = tests/test_update_encode.c
tests_test_update_encode_SOURCES += tests/wire.c tests/wire.h
tests_test_update_encode_LDADD = libwire.a librib.a libtesting.a
tests_test_update_encode_LDADD += $(CMOCKA_LIBS)

check_PROGRAMS += tests/fuzz_advert tests/fuzz_open tests/fuzz_notification
check_PROGRAMS += tests/fuzz_update tests/fuzz_attribute

tests_fuzz_advert_SOURCES = tests/fuzz_advert.c
tests_fuzz_advert_LDADD = libwire.a librib.a $(FUZZ_LIBS)

tests_fuzz_open_SOURCES = tests/fuzz_open.c
tests_fuzz_open_LDADD = libwire.a librib.a $(FUZZ_LIBS)

tests_fuzz_notification_SOURCES = tests/fuzz_notification.c
tests_fuzz_notification_LDADD = libwire.a librib.a $(FUZZ_LIBS)

tests_fuzz_update_SOURCES = tests/fuzz_update.c
tests_fuzz_update_LDADD = libwire.a librib.a $(FUZZ_LIBS)

tests_fuzz_attribute_SOURCES = tests/fuzz_attribute.c
tests_fuzz_attribute_LDADD = libwire.a librib.a $(FUZZ_LIBS)
