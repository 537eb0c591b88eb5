# SPDX-License-Identifier: ISC
# bgpd/bgpd.mk - libdaemon.a and the program bgpd

noinst_LIBRARIES += libdaemon.a
libdaemon_a_SOURCES =

# the whole
libdaemon_a_SOURCES += bgpd/bgpd.c bgpd/bgpd.h bgpd/bgpd_private.h
libdaemon_a_SOURCES += bgpd/audit.c
libdaemon_a_SOURCES += bgpd/credentials.c bgpd/credentials.h
libdaemon_a_SOURCES += bgpd/filters.c bgpd/filters.h
libdaemon_a_SOURCES += bgpd/gate.c
libdaemon_a_SOURCES += bgpd/health.c bgpd/health.h
libdaemon_a_SOURCES += bgpd/host.c
libdaemon_a_SOURCES += bgpd/install.c
libdaemon_a_SOURCES += bgpd/kernel_feed.c
libdaemon_a_SOURCES += bgpd/latency.c bgpd/latency.h
libdaemon_a_SOURCES += bgpd/limits.c
libdaemon_a_SOURCES += bgpd/memory.c
libdaemon_a_SOURCES += bgpd/notify.c bgpd/notify.h
libdaemon_a_SOURCES += bgpd/nd.h bgpd/nd_socket.c
libdaemon_a_SOURCES += bgpd/keys.c bgpd/keys.h
libdaemon_a_SOURCES += bgpd/listen.c bgpd/listen.h
libdaemon_a_SOURCES += bgpd/lobby.c bgpd/lobby.h
libdaemon_a_SOURCES += bgpd/pods.c
libdaemon_a_SOURCES += bgpd/reload.c
libdaemon_a_SOURCES += bgpd/restart.c bgpd/restart.h
libdaemon_a_SOURCES += bgpd/runtime.c bgpd/runtime.h
libdaemon_a_SOURCES += bgpd/runtime_file.c bgpd/runtime_file.h
libdaemon_a_SOURCES += bgpd/shadow.c bgpd/shadow.h
libdaemon_a_SOURCES += bgpd/trouble.c bgpd/trouble.h
libdaemon_a_SOURCES += bgpd/unnumbered.c bgpd/unnumbered.h
libdaemon_a_SOURCES += bgpd/encap.c bgpd/encap.h
libdaemon_a_SOURCES += bgpd/watch.c

# what is said, and who this node is
libdaemon_a_SOURCES += bgpd/digest.c bgpd/digest.h
libdaemon_a_SOURCES += bgpd/log.c bgpd/log.h
libdaemon_a_SOURCES += bgpd/node.c bgpd/node.h bgpd/node_private.h
libdaemon_a_SOURCES += bgpd/node_judge.c
libdaemon_a_SOURCES += bgpd/node_report.c bgpd/node_report.h
libdaemon_a_SOURCES += bgpd/origin.c bgpd/origin.h
libdaemon_a_SOURCES += bgpd/learn.c bgpd/learn.h
libdaemon_a_SOURCES += bgpd/learn_judge.c bgpd/learn_judge.h
libdaemon_a_SOURCES += bgpd/learn_store.c bgpd/learn_store.h

# the neighbours, and what they are told
libdaemon_a_SOURCES += bgpd/neighbors.c bgpd/neighbors.h
libdaemon_a_SOURCES += bgpd/neighbors_guest.c bgpd/neighbors_private.h
libdaemon_a_SOURCES += bgpd/peer/peer.c bgpd/peer/peer.h
libdaemon_a_SOURCES += bgpd/peer/peer_private.h
libdaemon_a_SOURCES += bgpd/owners.c bgpd/owners.h
libdaemon_a_SOURCES += bgpd/peer/peer_bfd.c
libdaemon_a_SOURCES += bgpd/peer/peer_capability.c
libdaemon_a_SOURCES += bgpd/peer/peer_guard.c
libdaemon_a_SOURCES += bgpd/peer/peer_limit.c
libdaemon_a_SOURCES += bgpd/peer/peer_long_lived.c
libdaemon_a_SOURCES += bgpd/peer/peer_note.c
libdaemon_a_SOURCES += bgpd/peer/peer_refresh.c
libdaemon_a_SOURCES += bgpd/peer/peer_restart.c
libdaemon_a_SOURCES += bgpd/peer/peer_session.c
libdaemon_a_SOURCES += bgpd/peer/peer_setup.c
libdaemon_a_SOURCES += bgpd/peer/peer_show.c
libdaemon_a_SOURCES += bgpd/peer/peer_silent.c
libdaemon_a_SOURCES += bgpd/peer/peer_update.c
libdaemon_a_SOURCES += bgpd/group/group.c bgpd/group/group.h
libdaemon_a_SOURCES += bgpd/group/group_private.h
libdaemon_a_SOURCES += bgpd/group/group_encode.c bgpd/group/group_encode.h
libdaemon_a_SOURCES += bgpd/group/group_explain.c
libdaemon_a_SOURCES += bgpd/group/group_gate.c
libdaemon_a_SOURCES += bgpd/group/group_output.c bgpd/group/group_paths.c

sbin_PROGRAMS += bgpd/bgpd
bgpd_bgpd_SOURCES = bgpd/main.c
bgpd_bgpd_SOURCES += bgpd/privilege.c bgpd/privilege.h
bgpd_bgpd_SOURCES += bgpd/sandbox.c bgpd/sandbox.h
bgpd_bgpd_LDADD = libhttp.a libcontrol.a libdaemon.a libconf.a libioevent.a \
	libsession.a libbfdsocket.a libbfd.a libwire.a libnetlink.a \
	libkernel.a librib.a $(LIBEVENT_LIBS) $(LIBNL_LIBS) $(OPENSSL_LIBS) $(JANSSON_LIBS) \
	$(SECCOMP_LIBS)

check_PROGRAMS += tests/test_log
tests_test_log_SOURCES = tests/test_log.c
tests_test_log_LDADD = libdaemon.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_owners
tests_test_owners_SOURCES = tests/test_owners.c
tests_test_owners_LDADD = libdaemon.a libconf.a librib.a libtesting.a \
	$(CMOCKA_LIBS)

check_PROGRAMS += tests/test_sandbox
tests_test_sandbox_SOURCES = tests/test_sandbox.c bgpd/sandbox.c
tests_test_sandbox_LDADD = libdaemon.a librib.a libtesting.a \
	$(SECCOMP_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/test_keys
tests_test_keys_SOURCES = tests/test_keys.c
tests_test_keys_LDADD = libdaemon.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_trouble
tests_test_trouble_SOURCES = tests/test_trouble.c
tests_test_trouble_LDADD = libdaemon.a libconf.a libkernel.a librib.a \
	libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_node
tests_test_node_SOURCES = tests/test_node.c
tests_test_node_LDADD = libdaemon.a libkernel.a librib.a libtesting.a \
	$(OPENSSL_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_encap
tests_test_encap_SOURCES = tests/test_encap.c
tests_test_encap_LDADD = libdaemon.a libconf.a libkernel.a librib.a \
	libtesting.a $(OPENSSL_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_origin
tests_test_origin_SOURCES = tests/test_origin.c
tests_test_origin_LDADD = libdaemon.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_learn
tests_test_learn_SOURCES = tests/test_learn.c
tests_test_learn_LDADD = libdaemon.a libconf.a librib.a libtesting.a \
	$(OPENSSL_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)

# peers, sessions, fib and groups are the test's own
check_PROGRAMS += tests/test_restart
tests_test_restart_SOURCES = tests/test_restart.c
tests_test_restart_LDADD = libdaemon.a libsim.a libconf.a librib.a libtesting.a \
	$(CMOCKA_LIBS)

check_PROGRAMS += tests/test_group
tests_test_group_SOURCES = tests/test_group.c tests/ears.c tests/ears.h
tests_test_group_LDADD = libdaemon.a libsession.a libbfd.a libwire.a librib.a \
	libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_group_paths
tests_test_group_paths_SOURCES = tests/test_group_paths.c tests/ears.c
tests_test_group_paths_LDADD = $(tests_test_group_LDADD)

check_PROGRAMS += tests/test_group_model
tests_test_group_model_SOURCES = tests/test_group_model.c tests/ears.c
tests_test_group_model_LDADD = $(tests_test_group_LDADD)

# whole daemons; WHOLE_LIBS are those of tests/sim/sim.mk
check_LIBRARIES += libpair.a
libpair_a_SOURCES = tests/sim/far.c tests/sim/far.h \
	tests/sim/pair.c tests/sim/pair.h

check_PROGRAMS += tests/test_peer_capability
tests_test_peer_capability_SOURCES = tests/test_peer_capability.c
tests_test_peer_capability_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_bfd
tests_test_peer_bfd_SOURCES = tests/test_peer_bfd.c
tests_test_peer_bfd_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_refresh
tests_test_peer_refresh_SOURCES = tests/test_peer_refresh.c
tests_test_peer_refresh_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/fuzz_import
tests_fuzz_import_SOURCES = tests/fuzz_import.c
tests_fuzz_import_LDADD = libpair.a $(WHOLE_LIBS) $(FUZZ_LIBS)

check_PROGRAMS += tests/test_peer_limit
tests_test_peer_limit_SOURCES = tests/test_peer_limit.c
tests_test_peer_limit_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_guest
tests_test_guest_SOURCES = tests/test_guest.c
tests_test_guest_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_long_lived
tests_test_peer_long_lived_SOURCES = tests/test_peer_long_lived.c
tests_test_peer_long_lived_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_next_hop
tests_test_peer_next_hop_SOURCES = tests/test_peer_next_hop.c
tests_test_peer_next_hop_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_notification
tests_test_peer_notification_SOURCES = tests/test_peer_notification.c
tests_test_peer_notification_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_filter
tests_test_peer_filter_SOURCES = tests/test_peer_filter.c
tests_test_peer_filter_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_role
tests_test_peer_role_SOURCES = tests/test_peer_role.c
tests_test_peer_role_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_restart
tests_test_peer_restart_SOURCES = tests/test_peer_restart.c
tests_test_peer_restart_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer_silent
tests_test_peer_silent_SOURCES = tests/test_peer_silent.c
tests_test_peer_silent_LDADD = libpair.a $(WHOLE_LIBS)

check_PROGRAMS += tests/test_peer
tests_test_peer_SOURCES = tests/test_peer.c
tests_test_peer_LDADD = libpair.a $(WHOLE_LIBS)
