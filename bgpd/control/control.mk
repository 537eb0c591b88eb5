# SPDX-License-Identifier: ISC
# bgpd/control/control.mk - libcontrol.a: control socket and HTTP

noinst_LIBRARIES += libcontrol.a
libcontrol_a_SOURCES =

# bytes and lines
libcontrol_a_SOURCES += bgpd/control/client.c bgpd/control/client.h
libcontrol_a_SOURCES += bgpd/control/control.c bgpd/control/control.h
libcontrol_a_SOURCES += bgpd/control/local.c bgpd/control/local.h
libcontrol_a_SOURCES += bgpd/control/outbox.c bgpd/control/outbox.h
libcontrol_a_SOURCES += bgpd/control/record.c bgpd/control/record.h
libcontrol_a_SOURCES += bgpd/control/request.c bgpd/control/request.h
libcontrol_a_SOURCES += bgpd/control/schema.c bgpd/control/schema.h
libcontrol_a_SOURCES += bgpd/control/schema_bfd.c
libcontrol_a_SOURCES += bgpd/control/schema_nexthops.c
libcontrol_a_SOURCES += bgpd/control/schema_status.c
libcontrol_a_SOURCES += bgpd/control/schema_check.c
libcontrol_a_SOURCES += bgpd/control/schema_private.h
libcontrol_a_SOURCES += bgpd/control/schema_tls.c

# commands
libcontrol_a_SOURCES += bgpd/control/command.c bgpd/control/show.h
libcontrol_a_SOURCES += bgpd/control/act.c
libcontrol_a_SOURCES += bgpd/control/act_runtime.c
libcontrol_a_SOURCES += bgpd/control/explain.c bgpd/control/explain.h
libcontrol_a_SOURCES += bgpd/control/explain_export.c
libcontrol_a_SOURCES += bgpd/control/explain_neighbor.c
libcontrol_a_SOURCES += bgpd/control/explain_own.c
libcontrol_a_SOURCES += bgpd/control/explain_route.c
libcontrol_a_SOURCES += bgpd/control/explain_unknown.c
libcontrol_a_SOURCES += bgpd/control/show_addresses.c
libcontrol_a_SOURCES += bgpd/control/show_bfd.c
libcontrol_a_SOURCES += bgpd/control/show_common.c
libcontrol_a_SOURCES += bgpd/control/show_config.c
libcontrol_a_SOURCES += bgpd/control/show_detail.c
libcontrol_a_SOURCES += bgpd/control/show_fib.c
libcontrol_a_SOURCES += bgpd/control/show_memory.c
libcontrol_a_SOURCES += bgpd/control/show_filters.c
libcontrol_a_SOURCES += bgpd/control/show_health.c
libcontrol_a_SOURCES += bgpd/control/show_neighbors.c
libcontrol_a_SOURCES += bgpd/control/show_nexthops.c
libcontrol_a_SOURCES += bgpd/control/show_notes.c
libcontrol_a_SOURCES += bgpd/control/show_routes.c
libcontrol_a_SOURCES += bgpd/control/show_status.c
libcontrol_a_SOURCES += bgpd/control/show_tls.c

check_PROGRAMS += tests/test_control
tests_test_control_SOURCES = tests/test_control.c
tests_test_control_SOURCES += tests/poll_io.c tests/poll_io.h
tests_test_control_LDADD = libcontrol.a libdaemon.a librib.a libtesting.a \
	$(JANSSON_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/fuzz_control
tests_fuzz_control_SOURCES = tests/fuzz_control.c
tests_fuzz_control_LDADD = libcontrol.a librib.a $(JANSSON_LIBS) $(FUZZ_LIBS)

check_PROGRAMS += tests/test_control_show
tests_test_control_show_SOURCES = tests/test_control_show.c
tests_test_control_show_LDADD = libcontrol.a libbgpctl.a $(WHOLE_LIBS) \
	$(JANSSON_LIBS)

check_PROGRAMS += tests/test_control_runtime
tests_test_control_runtime_SOURCES = tests/test_control_runtime.c
tests_test_control_runtime_LDADD = libcontrol.a libbgpctl.a $(WHOLE_LIBS)
check_PROGRAMS += tests/test_control_explain
tests_test_control_explain_SOURCES = tests/test_control_explain.c
tests_test_control_explain_LDADD = libcontrol.a libbgpctl.a $(WHOLE_LIBS) \
	$(JANSSON_LIBS)

check_PROGRAMS += tests/test_control_loop
tests_test_control_loop_SOURCES = tests/test_control_loop.c
tests_test_control_loop_LDADD = libcontrol.a libioevent.a libsession.a librib.a \
	libtesting.a $(LIBEVENT_LIBS) $(OPENSSL_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)
