# SPDX-License-Identifier: ISC
# kernel/kernel.mk - libkernel.a: fib and address; libnetlink.a: the real kernel
