# SPDX-License-Identifier: ISC
# tests/netns/netns.mk - tests over network namespaces
