# SPDX-License-Identifier: ISC
# bgpd/http/http.mk - libhttp.a: metrics, health and a page to look at

noinst_LIBRARIES += libhttp.a
libhttp_a_SOURCES =
libhttp_a_SOURCES += bgpd/http/http.c bgpd/http/http.h
libhttp_a_SOURCES += bgpd/http/server.c bgpd/http/server.h
libhttp_a_SOURCES += bgpd/http/site.c bgpd/http/site.h
