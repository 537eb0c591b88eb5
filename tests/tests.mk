# SPDX-License-Identifier: ISC
# tests/tests.mk - tests that belong to no single folder
