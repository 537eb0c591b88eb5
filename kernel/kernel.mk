# SPDX-License-Identifier: ISC
# kernel/kernel.mk - libkernel.a: fib and address; libnetlink.a: the real kernel

noinst_LIBRARIES += libkernel.a
libkernel_a_SOURCES = kernel/kernel.h
libkernel_a_SOURCES += kernel/address.c kernel/address.h

check_PROGRAMS += tests/test_address_judge
tests_test_address_judge_SOURCES = tests/test_address_judge.c
tests_test_address_judge_LDADD = libkernel.a librib.a libtesting.a $(CMOCKA_LIBS)
