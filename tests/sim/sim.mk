# SPDX-License-Identifier: ISC
# tests/sim/sim.mk - the whole daemon over memory pipes
check_LIBRARIES += libsim.a
libsim_a_SOURCES = \
	tests/sim/fake_clock.c tests/sim/fake_clock.h \
	tests/sim/fake_conn.c tests/sim/fake_private.h \
	tests/sim/fake_net.c tests/sim/fake_io.h \
	tests/sim/fake_tls.c \
	tests/sim/speaker.c tests/sim/speaker.h

# whole daemons: every object but io_event and netlink
check_LIBRARIES += libwhole.a
libwhole_a_SOURCES = \
	tests/sim/sim.c tests/sim/sim.h \
	tests/sim/sim_mesh.c tests/sim/sim_mesh.h

WHOLE_LIBS = libwhole.a libdaemon.a libsession.a libbfd.a libwire.a libconf.a \
	libfakekernel.a libkernel.a libsim.a librib.a libtesting.a \
	$(OPENSSL_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/sim/test_sim_mesh
tests_sim_test_sim_mesh_SOURCES = tests/sim/test_sim_mesh.c
tests_sim_test_sim_mesh_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_reflector
tests_sim_test_sim_reflector_SOURCES = tests/sim/test_sim_reflector.c
tests_sim_test_sim_reflector_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_gate
tests_sim_test_sim_gate_SOURCES = tests/sim/test_sim_gate.c
tests_sim_test_sim_gate_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_restart
tests_sim_test_sim_restart_SOURCES = tests/sim/test_sim_restart.c
tests_sim_test_sim_restart_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_storm
tests_sim_test_sim_storm_SOURCES = tests/sim/test_sim_storm.c
tests_sim_test_sim_storm_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_reload
tests_sim_test_sim_reload_SOURCES = tests/sim/test_sim_reload.c
tests_sim_test_sim_reload_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_unnumbered
tests_sim_test_sim_unnumbered_SOURCES = tests/sim/test_sim_unnumbered.c
tests_sim_test_sim_unnumbered_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_underlay
tests_sim_test_sim_underlay_SOURCES = tests/sim/test_sim_underlay.c
tests_sim_test_sim_underlay_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_runtime
tests_sim_test_sim_runtime_SOURCES = tests/sim/test_sim_runtime.c
tests_sim_test_sim_runtime_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_paths
tests_sim_test_sim_paths_SOURCES = tests/sim/test_sim_paths.c
tests_sim_test_sim_paths_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_tls
tests_sim_test_sim_tls_SOURCES = tests/sim/test_sim_tls.c
tests_sim_test_sim_tls_LDADD = $(WHOLE_LIBS)

check_PROGRAMS += tests/sim/test_sim_learn
tests_sim_test_sim_learn_SOURCES = tests/sim/test_sim_learn.c
tests_sim_test_sim_learn_LDADD = $(WHOLE_LIBS)
