# SPDX-License-Identifier: ISC
# kernel/kernel.mk - libkernel.a: fib and address; libnetlink.a: the real kernel

noinst_LIBRARIES += libkernel.a
libkernel_a_SOURCES = kernel/kernel.h
libkernel_a_SOURCES += kernel/address.c kernel/address.h
libkernel_a_SOURCES += kernel/fib.c kernel/fib.h
libkernel_a_SOURCES += kernel/fib_event.c
libkernel_a_SOURCES += kernel/fib_hash.c kernel/fib_hash.h
libkernel_a_SOURCES += kernel/fib_hops.c kernel/fib_hops.h
libkernel_a_SOURCES += kernel/fib_store.c kernel/fib_store.h
libkernel_a_SOURCES += kernel/fib_view.c

check_PROGRAMS += tests/test_address_judge
tests_test_address_judge_SOURCES = tests/test_address_judge.c
tests_test_address_judge_LDADD = libkernel.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_fib
tests_test_fib_SOURCES = tests/test_fib.c
tests_test_fib_LDADD = libkernel.a librib.a libtesting.a $(CMOCKA_LIBS)

# the kernel in memory, also for the simulation
check_LIBRARIES += libfakekernel.a
libfakekernel_a_SOURCES = tests/sim/fake_kernel.c tests/sim/fake_kernel.h
libfakekernel_a_SOURCES += tests/sim/fake_world.c tests/sim/fake_world.h

check_PROGRAMS += tests/test_fib_model
tests_test_fib_model_SOURCES = tests/test_fib_model.c
tests_test_fib_model_LDADD = libfakekernel.a libkernel.a librib.a libtesting.a \
	$(CMOCKA_LIBS)
