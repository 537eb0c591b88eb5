# SPDX-License-Identifier: ISC
# tests/bench/bench.mk - what ./dev bench measures with

noinst_PROGRAMS += tests/bench/crowd
tests_bench_crowd_SOURCES = tests/bench/crowd.c tests/bench/crowd.h
tests_bench_crowd_SOURCES += tests/bench/bfd.c

# Built where it is asked for: by itself it tests nothing.
EXTRA_PROGRAMS += tests/bench/work
CLEANFILES += tests/bench/work$(EXEEXT)
tests_bench_work_SOURCES = tests/bench/work.c
tests_bench_work_LDADD = libpair.a $(WHOLE_LIBS)
