# SPDX-License-Identifier: ISC
# rib/rib.mk - librib.a: values and engine

noinst_LIBRARIES += librib.a
librib_a_SOURCES =

# values
librib_a_SOURCES += rib/address.c rib/address.h
librib_a_SOURCES += rib/aspath.c rib/aspath.h rib/aspath_private.h
librib_a_SOURCES += rib/aspath_make.c
librib_a_SOURCES += rib/aspath_match.c rib/aspath_match.h
librib_a_SOURCES += rib/attr.c rib/attr.h
librib_a_SOURCES += rib/attr_pack.c rib/attr_pack.h
librib_a_SOURCES += rib/bytes.h
librib_a_SOURCES += rib/bytes_hash.c rib/bytes_hash.h
librib_a_SOURCES += rib/community.c rib/community.h
librib_a_SOURCES += rib/community_pattern.c rib/community_pattern.h
librib_a_SOURCES += rib/community_set.c rib/community_set.h
librib_a_SOURCES += rib/identity.c rib/identity.h
librib_a_SOURCES += rib/mem.c rib/mem.h
librib_a_SOURCES += rib/prefix.c rib/prefix.h
librib_a_SOURCES += rib/prefix_set.c rib/prefix_set.h
librib_a_SOURCES += rib/role.c rib/role.h
librib_a_SOURCES += rib/span.h
librib_a_SOURCES += rib/symbol.c rib/symbol.h
librib_a_SOURCES += rib/text.c rib/text.h

check_PROGRAMS += tests/test_address
tests_test_address_SOURCES = tests/test_address.c
tests_test_address_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_aspath
tests_test_aspath_SOURCES = tests/test_aspath.c
tests_test_aspath_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_attr
tests_test_attr_SOURCES = tests/test_attr.c
tests_test_attr_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_identity
tests_test_identity_SOURCES = tests/test_identity.c
tests_test_identity_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_role
tests_test_role_SOURCES = tests/test_role.c
tests_test_role_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_community
tests_test_community_SOURCES = tests/test_community.c
tests_test_community_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_community_set
tests_test_community_set_SOURCES = tests/test_community_set.c
tests_test_community_set_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_bytes_hash
tests_test_bytes_hash_SOURCES = tests/test_bytes_hash.c
tests_test_bytes_hash_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_mem
tests_test_mem_SOURCES = tests/test_mem.c
tests_test_mem_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_prefix
tests_test_prefix_SOURCES = tests/test_prefix.c
tests_test_prefix_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_prefix_set
tests_test_prefix_set_SOURCES = tests/test_prefix_set.c
tests_test_prefix_set_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_symbol
tests_test_symbol_SOURCES = tests/test_symbol.c
tests_test_symbol_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_text
tests_test_text_SOURCES = tests/test_text.c
tests_test_text_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

# engine
librib_a_SOURCES += rib/decide.c rib/decide.h
librib_a_SOURCES += rib/decide_loss.c rib/decide_loss.h

check_PROGRAMS += tests/test_decide
tests_test_decide_SOURCES = tests/test_decide.c
tests_test_decide_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_decide_loss
tests_test_decide_loss_SOURCES = tests/test_decide_loss.c
tests_test_decide_loss_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/filter.c rib/filter.h
librib_a_SOURCES += rib/filter_action.c rib/filter_match.c

librib_a_SOURCES += rib/policy.c rib/policy.h

check_PROGRAMS += tests/test_policy
tests_test_policy_SOURCES = tests/test_policy.c
tests_test_policy_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/drain.c rib/drain.h

check_PROGRAMS += tests/test_drain
tests_test_drain_SOURCES = tests/test_drain.c
tests_test_drain_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/export.c rib/export.h

check_PROGRAMS += tests/test_export
tests_test_export_SOURCES = tests/test_export.c
tests_test_export_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/idmap.c rib/idmap.h

check_PROGRAMS += tests/test_idmap
tests_test_idmap_SOURCES = tests/test_idmap.c
tests_test_idmap_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/nexthop.c rib/nexthop.h rib/nexthop_private.h
librib_a_SOURCES += rib/nexthop_resolve.c
librib_a_SOURCES += rib/nexthop_trie.c rib/nexthop_trie.h

check_PROGRAMS += tests/test_nexthop
tests_test_nexthop_SOURCES = tests/test_nexthop.c
tests_test_nexthop_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/rib.c rib/rib.h rib/rib_private.h
librib_a_SOURCES += rib/rib_candidate.c
librib_a_SOURCES += rib/rib_explain.c
librib_a_SOURCES += rib/rib_path.c
librib_a_SOURCES += rib/rib_refusal.c
librib_a_SOURCES += rib/rib_run.c
librib_a_SOURCES += rib/rib_store.c

check_PROGRAMS += tests/test_rib
tests_test_rib_SOURCES = tests/test_rib.c
tests_test_rib_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/adjout.c rib/adjout.h
librib_a_SOURCES += rib/adjout_store.c rib/adjout_store.h

check_PROGRAMS += tests/test_adjout
tests_test_adjout_SOURCES = tests/test_adjout.c
tests_test_adjout_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/import.c rib/import.h

check_PROGRAMS += tests/test_import
tests_test_import_SOURCES = tests/test_import.c
tests_test_import_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)

librib_a_SOURCES += rib/slots.c rib/slots.h

check_PROGRAMS += tests/test_slots
tests_test_slots_SOURCES = tests/test_slots.c
tests_test_slots_LDADD = librib.a libtesting.a $(CMOCKA_LIBS)
