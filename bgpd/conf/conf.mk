# SPDX-License-Identifier: ISC
# bgpd/conf/conf.mk - libconf.a: text -> typed config

noinst_LIBRARIES += libconf.a
libconf_a_SOURCES = bgpd/conf/conf.h
libconf_a_SOURCES += bgpd/conf/arena.c bgpd/conf/arena.h
libconf_a_SOURCES += bgpd/conf/ao.c bgpd/conf/ao.h
libconf_a_SOURCES += bgpd/conf/bfd.c
libconf_a_SOURCES += bgpd/conf/capability.c bgpd/conf/capability.h
libconf_a_SOURCES += bgpd/conf/check.c bgpd/conf/check.h
libconf_a_SOURCES += bgpd/conf/check_neighbor.c
libconf_a_SOURCES += bgpd/conf/check_settings.c
libconf_a_SOURCES += bgpd/conf/conf.c
libconf_a_SOURCES += bgpd/conf/diff.c
libconf_a_SOURCES += bgpd/conf/difference.c bgpd/conf/difference.h
libconf_a_SOURCES += bgpd/conf/endpoint.c
libconf_a_SOURCES += bgpd/conf/field.c bgpd/conf/field.h
libconf_a_SOURCES += bgpd/conf/filter.c bgpd/conf/filter.h
libconf_a_SOURCES += bgpd/conf/filter_text.c
libconf_a_SOURCES += bgpd/conf/form.c bgpd/conf/form.h
libconf_a_SOURCES += bgpd/conf/format.c bgpd/conf/format_private.h
libconf_a_SOURCES += bgpd/conf/format_top.c
libconf_a_SOURCES += bgpd/conf/global.c
libconf_a_SOURCES += bgpd/conf/lex.c bgpd/conf/lex.h
libconf_a_SOURCES += bgpd/conf/limit.c bgpd/conf/limit.h
libconf_a_SOURCES += bgpd/conf/learn.c bgpd/conf/learn.h
libconf_a_SOURCES += bgpd/conf/links.c bgpd/conf/links.h
libconf_a_SOURCES += bgpd/conf/table.c bgpd/conf/table.h
libconf_a_SOURCES += bgpd/conf/tunnel.c bgpd/conf/tunnel.h
libconf_a_SOURCES += bgpd/conf/load.c bgpd/conf/load.h
libconf_a_SOURCES += bgpd/conf/match.c bgpd/conf/match.h
libconf_a_SOURCES += bgpd/conf/message.c bgpd/conf/message.h
libconf_a_SOURCES += bgpd/conf/overlap.c
libconf_a_SOURCES += bgpd/conf/parse.c bgpd/conf/parse.h
libconf_a_SOURCES += bgpd/conf/preset.c
libconf_a_SOURCES += bgpd/conf/print.c bgpd/conf/print.h
libconf_a_SOURCES += bgpd/conf/protocol.c bgpd/conf/protocol.h
libconf_a_SOURCES += bgpd/conf/resolve.c bgpd/conf/resolve.h
libconf_a_SOURCES += bgpd/conf/rule.c bgpd/conf/rule.h
libconf_a_SOURCES += bgpd/conf/rule_action.c bgpd/conf/rule_condition.c
libconf_a_SOURCES += bgpd/conf/runtime.c bgpd/conf/runtime.h
libconf_a_SOURCES += bgpd/conf/runtime_json.c
libconf_a_SOURCES += bgpd/conf/schema.c bgpd/conf/schema.h
libconf_a_SOURCES += bgpd/conf/secret.c bgpd/conf/secret.h
libconf_a_SOURCES += bgpd/conf/time.c
libconf_a_SOURCES += bgpd/conf/tls.c bgpd/conf/tls_files.c
libconf_a_SOURCES += bgpd/conf/usage.c
libconf_a_SOURCES += bgpd/conf/value.c bgpd/conf/value.h
libconf_a_SOURCES += bgpd/conf/way.c bgpd/conf/way.h

dist_examples_DATA += etc/bgpd.conf
dist_man_MANS += man/bgpd.conf.5

check_PROGRAMS += tests/test_conf_lex
tests_test_conf_lex_SOURCES = tests/test_conf_lex.c
tests_test_conf_lex_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_conf
tests_test_conf_SOURCES = tests/test_conf.c
tests_test_conf_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_conf_values
tests_test_conf_values_SOURCES = tests/test_conf_values.c
tests_test_conf_values_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_conf_ao
tests_test_conf_ao_SOURCES = tests/test_conf_ao.c
tests_test_conf_ao_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)
check_PROGRAMS += tests/test_conf_secret
tests_test_conf_secret_SOURCES = tests/test_conf_secret.c
tests_test_conf_secret_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_conf_diff
tests_test_conf_diff_SOURCES = tests/test_conf_diff.c
tests_test_conf_diff_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_conf_format
tests_test_conf_format_SOURCES = tests/test_conf_format.c
tests_test_conf_format_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_filter
tests_test_filter_SOURCES = tests/test_filter.c
tests_test_filter_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_filter_model
tests_test_filter_model_SOURCES = tests/test_filter_model.c
tests_test_filter_model_LDADD = libconf.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/fuzz_conf
tests_fuzz_conf_SOURCES = tests/fuzz_conf.c
tests_fuzz_conf_LDADD = libconf.a librib.a $(FUZZ_LIBS)

check_PROGRAMS += tests/test_conf_runtime
tests_test_conf_runtime_SOURCES = tests/test_conf_runtime.c
tests_test_conf_runtime_LDADD = libconf.a librib.a libtesting.a \
	$(JANSSON_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/fuzz_runtime
tests_fuzz_runtime_SOURCES = tests/fuzz_runtime.c
tests_fuzz_runtime_LDADD = libconf.a librib.a $(JANSSON_LIBS) $(FUZZ_LIBS)

EXTRA_DIST += tests/conf
