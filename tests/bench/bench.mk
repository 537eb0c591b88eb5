# SPDX-License-Identifier: ISC
# tests/bench/bench.mk - what ./dev bench measures with

noinst_PROGRAMS += tests/bench/crowd
tests_bench_crowd_SOURCES = tests/bench/crowd.c tests/bench/crowd.h
tests_bench_crowd_SOURCES += tests/bench/bfd.c
