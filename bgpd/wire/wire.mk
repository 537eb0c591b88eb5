# SPDX-License-Identifier: ISC
# bgpd/wire/wire.mk - libwire.a: bytes <-> values
