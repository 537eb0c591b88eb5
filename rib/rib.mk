# SPDX-License-Identifier: ISC
# rib/rib.mk - librib.a: values and engine
