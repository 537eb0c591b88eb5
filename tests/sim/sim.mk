# SPDX-License-Identifier: ISC
# tests/sim/sim.mk - the whole daemon over memory pipes
check_LIBRARIES += libsim.a
libsim_a_SOURCES = \
	tests/sim/fake_clock.c tests/sim/fake_clock.h \
	tests/sim/fake_conn.c tests/sim/fake_impl.h \
	tests/sim/fake_net.c tests/sim/fake_io.h \
	tests/sim/speaker.c tests/sim/speaker.h
