# SPDX-License-Identifier: ISC
# bgpd/http/http.mk - libhttp.a: metrics, health and a page to look at

noinst_LIBRARIES += libhttp.a
libhttp_a_SOURCES =
libhttp_a_SOURCES += bgpd/http/http.c bgpd/http/http.h
libhttp_a_SOURCES += bgpd/http/blocks.c bgpd/http/blocks.h
libhttp_a_SOURCES += bgpd/http/exposition.c bgpd/http/exposition.h
libhttp_a_SOURCES += bgpd/http/host.c bgpd/http/host.h
libhttp_a_SOURCES += bgpd/http/metrics.c bgpd/http/metrics.h
libhttp_a_SOURCES += bgpd/http/metrics_neighbor.c
libhttp_a_SOURCES += bgpd/http/metrics_node.c
libhttp_a_SOURCES += bgpd/http/metrics_process.c
libhttp_a_SOURCES += bgpd/http/page.c bgpd/http/page.h
libhttp_a_SOURCES += bgpd/http/server.c bgpd/http/server.h
libhttp_a_SOURCES += bgpd/http/site.c bgpd/http/site.h

# The page's bytes as an initialiser.
EXTRA_DIST += bgpd/http/page.html
BUILT_SOURCES += bgpd/http/page_data.h
CLEANFILES += bgpd/http/page_data.h
bgpd/http/page_data.h: $(srcdir)/bgpd/http/page.html
	@mkdir -p bgpd/http
	od -An -v -tx1 $(srcdir)/bgpd/http/page.html | \
	    sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >$@.new
	mv $@.new $@
bgpd/http/page.$(OBJEXT): bgpd/http/page_data.h

dist_man_MANS += man/bgpd-metrics.7
dist_examples_DATA += etc/grafana/bgpd.json etc/prometheus/bgpd.rules.yml

check_PROGRAMS += tests/test_exposition tests/fuzz_exposition tests/test_host
tests_test_host_SOURCES = tests/test_host.c
tests_test_host_LDADD = libhttp.a librib.a libtesting.a $(CMOCKA_LIBS)
tests_test_exposition_SOURCES = tests/test_exposition.c
tests_test_exposition_LDADD = libhttp.a libcontrol.a libsession.a librib.a \
	libtesting.a $(CMOCKA_LIBS)
tests_fuzz_exposition_SOURCES = tests/fuzz_exposition.c
tests_fuzz_exposition_LDADD = libhttp.a libcontrol.a libsession.a librib.a \
	$(FUZZ_LIBS)
