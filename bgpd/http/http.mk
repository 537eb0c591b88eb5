# SPDX-License-Identifier: ISC
# bgpd/http/http.mk - libhttp.a: metrics, health and a page to look at

noinst_LIBRARIES += libhttp.a
libhttp_a_SOURCES =
libhttp_a_SOURCES += bgpd/http/http.c bgpd/http/http.h
libhttp_a_SOURCES += bgpd/http/exposition.c bgpd/http/exposition.h
libhttp_a_SOURCES += bgpd/http/metrics.c bgpd/http/metrics.h
libhttp_a_SOURCES += bgpd/http/metrics_neighbor.c
libhttp_a_SOURCES += bgpd/http/metrics_node.c
libhttp_a_SOURCES += bgpd/http/metrics_process.c
libhttp_a_SOURCES += bgpd/http/server.c bgpd/http/server.h
libhttp_a_SOURCES += bgpd/http/site.c bgpd/http/site.h

dist_man_MANS += man/bgpd-metrics.7
dist_examples_DATA += etc/grafana/bgpd.json etc/prometheus/bgpd.rules.yml

check_PROGRAMS += tests/test_exposition tests/fuzz_exposition
tests_test_exposition_SOURCES = tests/test_exposition.c
tests_test_exposition_LDADD = libhttp.a libcontrol.a libsession.a librib.a \
	libtesting.a $(CMOCKA_LIBS)
tests_fuzz_exposition_SOURCES = tests/fuzz_exposition.c
tests_fuzz_exposition_LDADD = libhttp.a libcontrol.a libsession.a librib.a \
	$(FUZZ_LIBS)
