# SPDX-License-Identifier: ISC
# kernel/kernel.mk - libkernel.a: fib and address; libnetlink.a: the real kernel

noinst_LIBRARIES += libkernel.a
libkernel_a_SOURCES = kernel/kernel.h
libkernel_a_SOURCES += kernel/address.c kernel/address.h
libkernel_a_SOURCES += kernel/fib.c kernel/fib.h
libkernel_a_SOURCES += kernel/fib_await.c
libkernel_a_SOURCES += kernel/fib_dump.c
libkernel_a_SOURCES += kernel/fib_event.c
libkernel_a_SOURCES += kernel/fib_hops.c kernel/fib_hops.h
libkernel_a_SOURCES += kernel/fib_link.c
libkernel_a_SOURCES += kernel/fib_move.c kernel/fib_move.h
libkernel_a_SOURCES += kernel/fib_object.c kernel/fib_object.h
libkernel_a_SOURCES += kernel/fib_object_event.c kernel/fib_object_private.h
libkernel_a_SOURCES += kernel/fib_object_move.c
libkernel_a_SOURCES += kernel/fib_object_result.c
libkernel_a_SOURCES += kernel/fib_relic.c kernel/fib_relic.h
libkernel_a_SOURCES += kernel/fib_result.c
libkernel_a_SOURCES += kernel/fib_store.c kernel/fib_store.h
libkernel_a_SOURCES += kernel/fib_timer.c
libkernel_a_SOURCES += kernel/fib_view.c
libkernel_a_SOURCES += kernel/fib_way.c
libkernel_a_SOURCES += kernel/interest.c kernel/interest.h

check_PROGRAMS += tests/test_address_judge
tests_test_address_judge_SOURCES = tests/test_address_judge.c
tests_test_address_judge_LDADD = libkernel.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_fib
tests_test_fib_SOURCES = tests/test_fib.c
tests_test_fib_LDADD = libkernel.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_fib_relic
tests_test_fib_relic_SOURCES = tests/test_fib_relic.c
tests_test_fib_relic_LDADD = libkernel.a librib.a libtesting.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/test_fib_move
tests_test_fib_move_SOURCES = tests/test_fib_move.c
tests_test_fib_move_LDADD = libkernel.a librib.a libtesting.a $(CMOCKA_LIBS)

# the kernel in memory, also for the simulation
check_LIBRARIES += libfakekernel.a
libfakekernel_a_SOURCES = tests/sim/fake_kernel.c tests/sim/fake_kernel.h
libfakekernel_a_SOURCES += tests/sim/fake_object.c
libfakekernel_a_SOURCES += tests/sim/fake_world.c tests/sim/fake_world.h

check_PROGRAMS += tests/test_fib_model
tests_test_fib_model_SOURCES = tests/test_fib_model.c
tests_test_fib_model_LDADD = libfakekernel.a libkernel.a librib.a libtesting.a \
	$(CMOCKA_LIBS)

noinst_LIBRARIES += libnetlink.a
libnetlink_a_SOURCES = kernel/netlink.c kernel/netlink_private.h
libnetlink_a_SOURCES += kernel/netlink_audit.c
libnetlink_a_SOURCES += kernel/netlink_dump.c
libnetlink_a_SOURCES += kernel/netlink_filter.c kernel/netlink_filter.h
libnetlink_a_SOURCES += kernel/netlink_interest.c
libnetlink_a_SOURCES += kernel/netlink_neighbor.c kernel/netlink_neighbor.h
libnetlink_a_SOURCES += kernel/netlink_object.c kernel/netlink_object.h
libnetlink_a_SOURCES += kernel/netlink_route.c kernel/netlink_route.h
libnetlink_a_SOURCES += kernel/netlink_socket.c kernel/netlink_socket.h
libnetlink_a_SOURCES += kernel/netlink_worker.c kernel/netlink_worker.h

check_PROGRAMS += tests/test_netlink_route
tests_test_netlink_route_SOURCES = tests/test_netlink_route.c
tests_test_netlink_route_LDADD = libnetlink.a librib.a libtesting.a \
	$(CMOCKA_LIBS) $(LIBNL_LIBS)

check_PROGRAMS += tests/test_netlink_filter
tests_test_netlink_filter_SOURCES = tests/test_netlink_filter.c
tests_test_netlink_filter_LDADD = libnetlink.a libkernel.a librib.a \
	libtesting.a $(CMOCKA_LIBS) $(LIBNL_LIBS)

check_PROGRAMS += tests/fuzz_netlink
tests_fuzz_netlink_SOURCES = tests/fuzz_netlink.c
tests_fuzz_netlink_LDADD = libnetlink.a librib.a $(FUZZ_LIBS) $(LIBNL_LIBS)

# the contract of kernel.h, kept by the fake and by the real one
check_PROGRAMS += tests/test_kernel
tests_test_kernel_SOURCES = tests/test_kernel.c
tests_test_kernel_SOURCES += tests/kernel_checks.c tests/kernel_checks.h
tests_test_kernel_LDADD = libfakekernel.a libkernel.a librib.a libtesting.a \
	$(CMOCKA_LIBS)

if HAVE_CMOCKA
noinst_PROGRAMS += tests/netns/kernel_conformance
endif
tests_netns_kernel_conformance_SOURCES = tests/netns/kernel_conformance.c
tests_netns_kernel_conformance_SOURCES += tests/kernel_checks.c
tests_netns_kernel_conformance_SOURCES += tests/kernel_checks.h
tests_netns_kernel_conformance_LDADD = libnetlink.a libkernel.a librib.a \
	libtesting.a $(CMOCKA_LIBS) $(LIBNL_LIBS)
