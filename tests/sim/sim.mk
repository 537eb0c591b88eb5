# SPDX-License-Identifier: ISC
# tests/sim/sim.mk - the whole daemon over memory pipes
