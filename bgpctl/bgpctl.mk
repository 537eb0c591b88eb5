# SPDX-License-Identifier: ISC
# bgpctl/bgpctl.mk - the program bgpctl, and what its tests link

noinst_LIBRARIES += libbgpctl.a
libbgpctl_a_SOURCES = bgpctl/cell.c bgpctl/cell.h
libbgpctl_a_SOURCES += bgpctl/check.h
libbgpctl_a_SOURCES += bgpctl/command.c bgpctl/command.h
libbgpctl_a_SOURCES += bgpctl/complete_script.c
libbgpctl_a_SOURCES += bgpctl/doctor/doctor.h
libbgpctl_a_SOURCES += bgpctl/doctor/facts.c bgpctl/doctor/facts.h
libbgpctl_a_SOURCES += bgpctl/doctor/filter.c bgpctl/doctor/filter.h
libbgpctl_a_SOURCES += bgpctl/doctor/judge.c bgpctl/doctor/judge.h
libbgpctl_a_SOURCES += bgpctl/doctor/judge_daemon.c
libbgpctl_a_SOURCES += bgpctl/doctor/judge_kernel.c
libbgpctl_a_SOURCES += bgpctl/doctor/judge_process.c
libbgpctl_a_SOURCES += bgpctl/json.c
libbgpctl_a_SOURCES += bgpctl/order.c bgpctl/order.h
libbgpctl_a_SOURCES += bgpctl/output.c bgpctl/output.h
libbgpctl_a_SOURCES += bgpctl/sentence.c bgpctl/sentence.h
libbgpctl_a_SOURCES += bgpctl/table.c bgpctl/table.h
libbgpctl_a_SOURCES += bgpctl/text.c
libbgpctl_a_SOURCES += bgpctl/words.c bgpctl/words.h
libbgpctl_a_SOURCES += bgpd/control/schema.c bgpd/control/schema.h
libbgpctl_a_SOURCES += bgpd/control/schema_bfd.c
libbgpctl_a_SOURCES += bgpd/control/schema_nexthops.c
libbgpctl_a_SOURCES += bgpd/control/schema_status.c
libbgpctl_a_SOURCES += bgpd/control/schema_tls.c
libbgpctl_a_SOURCES += bgpd/control/schema_check.c
libbgpctl_a_SOURCES += bgpd/control/schema_private.h

check_PROGRAMS += tests/test_bgpctl_table
tests_test_bgpctl_table_SOURCES = tests/test_bgpctl_table.c
tests_test_bgpctl_table_LDADD = libbgpctl.a librib.a libtesting.a \
	$(JANSSON_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_bgpctl_words
tests_test_bgpctl_words_SOURCES = tests/test_bgpctl_words.c
tests_test_bgpctl_words_LDADD = libbgpctl.a librib.a libtesting.a \
	$(JANSSON_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_doctor
tests_test_doctor_SOURCES = tests/test_doctor.c
tests_test_doctor_LDADD = libbgpctl.a librib.a libtesting.a $(JANSSON_LIBS) \
	$(CMOCKA_LIBS)

sbin_PROGRAMS += bgpctl/bgpctl
bgpctl_bgpctl_SOURCES = bgpctl/main.c
bgpctl_bgpctl_SOURCES += bgpctl/check.c
bgpctl_bgpctl_SOURCES += bgpctl/complete.c bgpctl/complete.h
bgpctl_bgpctl_SOURCES += bgpctl/client.c bgpctl/client.h
bgpctl_bgpctl_SOURCES += bgpctl/doctor/doctor.c
bgpctl_bgpctl_SOURCES += bgpctl/doctor/probe.c
bgpctl_bgpctl_SOURCES += bgpctl/doctor/read_daemon.c
bgpctl_bgpctl_SOURCES += bgpctl/doctor/read_kernel.c
bgpctl_bgpctl_SOURCES += bgpctl/doctor/read_proc.c
bgpctl_bgpctl_SOURCES += bgpctl/doctor/rtnl.c bgpctl/doctor/rtnl.h
bgpctl_bgpctl_SOURCES += bgpctl/invocation.c bgpctl/invocation.h
bgpctl_bgpctl_CPPFLAGS = $(AM_CPPFLAGS) -DBGPD_SBINDIR='"$(sbindir)"'
bgpctl_bgpctl_LDADD = libbgpctl.a librib.a $(JANSSON_LIBS)

dist_man_MANS += man/bgpctl.8 man/bgpd.8
