# SPDX-License-Identifier: ISC
# bgpd/session/session.mk - libsession.a: fsm and session; libioevent.a: their sockets
