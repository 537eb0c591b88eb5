# SPDX-License-Identifier: ISC
# test_framing.py - lengths inside of an UPDATE, prefixes, MP_REACH_NLRI
"""
RFC 4271 4.3 and 6.3, RFC 4760, RFC 7606 3 to 5: what the message is made of.
When its prefixes can be found, an error costs them; when not, the session.
"""
from dataclasses import replace

from cases import ROUTE, SAME, WITHDRAWN, Case, reset, route, rows, run
from wire import *                                          # noqa: F403

MP_RESET = reset(3)             # 3/9, 3/1, 3/5 and 3/10 have been seen


def joined(talk, changes=()):
    """The attributes of a right route as octets."""
    found = {**talk.attributes(), **dict(changes)}
    return b"".join(found[k] for k in sorted(found) if found[k])


def framed(name, send, *outcomes, **more):
    return Case(name, send, outcomes, **more)


def behind(octets):
    """Something at the end of the attribute list."""
    return lambda t: update(joined(t) + octets, t.nlri)


def alone(kind, octets, **more):
    """Attributes with an error and no prefix at all."""
    return lambda t: update(joined(t, {kind: octets}), **more)


LENGTHS = (
    framed("withdrawn-length-beyond", lambda t: t.route(
        withdrawn_length=4000), reset(3, 1)),
    framed("withdrawn-length-65535", lambda t: update(
        withdrawn_length=65535), reset(3, 1)),
    framed("withdrawn-length-one-too-many", lambda t: update(
        withdrawn=t.nlri, withdrawn_length=len(t.nlri) + 3), reset(3, 1)),
    framed("attributes-length-beyond", lambda t: t.route(
        attributes_length=4000), reset(3, 1)),
    framed("attributes-length-65535", lambda t: t.route(
        attributes_length=65535), reset(3, 1)),
    framed("attributes-length-one-too-many", lambda t: update(
        joined(t), attributes_length=len(joined(t)) + 1), reset(3, 1)),
    framed("both-lengths-beyond", lambda t: update(
        withdrawn_length=2, attributes_length=9), reset(3, 1)),
    framed("attributes-length-0-with-nlri", lambda t: update(b"", t.nlri),
           WITHDRAWN),
    *(framed(f"octets-left-over-{n}", behind(bytes(n)), WITHDRAWN)
      for n in (1, 2)),
    framed("octets-left-over-3-and-length", behind(u8(0xc0, 99, 5)),
           WITHDRAWN),
    framed("last-attribute-overruns", behind(attr_claiming(
        COMMUNITIES, 40, u16(1, 1))), WITHDRAWN),
    framed("last-attribute-overruns-extended", behind(
        u8(OPT_TRANS | EXTENDED, COMMUNITIES) + u16(999) + u16(1, 1)),
        WITHDRAWN),
    framed("unknown-attribute-overruns", behind(attr_claiming(
        99, 200, b"x", OPT_TRANS)), WITHDRAWN),
    framed("extended-length-cut", behind(u8(OPT_TRANS | EXTENDED,
                                            COMMUNITIES, 0)), WITHDRAWN),
    framed("first-attribute-overruns", lambda t: update(
        attr_claiming(ORIGIN, 255, bytes(9)), t.nlri), WITHDRAWN),
)

EMPTY_HANDED = (
    framed("overrun-without-nlri", lambda t: update(
        joined(t) + attr_claiming(COMMUNITIES, 40, u16(1, 1))), reset(3)),
    framed("left-over-without-nlri", lambda t: update(joined(t) + u8(0xc0)),
           reset(3)),
    *(framed(f"{name}-without-nlri", alone(kind, octets), reset(3))
      for name, kind, octets in (
          ("bad-origin", ORIGIN, attr(ORIGIN, u8(9))),
          ("bad-origin-length", ORIGIN, attr(ORIGIN, b"")),
          ("bad-as-path", AS_PATH, attr(AS_PATH, u8(9, 1) + u32(1))),
          ("bad-next-hop-length", NEXT_HOP, attr(NEXT_HOP, bytes(3))),
          ("bad-med", MED, attr(MED, bytes(3))),
          ("bad-communities", COMMUNITIES, attr(COMMUNITIES, bytes(3))),
          ("bad-ext-communities", EXT_COMMUNITIES,
           attr(EXT_COMMUNITIES, bytes(7))),
          ("bad-large", LARGE_COMMUNITIES, attr(LARGE_COMMUNITIES, bytes(7))),
          ("bad-flags", ORIGIN, attr(ORIGIN, u8(0), OPT_TRANS)))),
    framed("bad-origin-beside-withdrawn", lambda t: update(
        joined(t, {ORIGIN: attr(ORIGIN, u8(9))}), withdrawn=t.nlri),
        reset(3)),
    framed("discarded-without-nlri", alone(ATOMIC, attr(ATOMIC, u8(1))),
           SAME),
    framed("attributes-without-nlri", lambda t: update(
        joined(t)), SAME),
)

PREFIXES = (
    *(framed(f"prefix-length-{n}", lambda t, n=n: t.route(
        reach=u8(n) + bytes((n + 7) // 8)), reset(3, 10))
      for n in (33, 64, 128, 255)),
    framed("prefix-cut", lambda t: t.route(reach=t.nlri[:-1]),
           reset(3, 10)),
    framed("prefix-length-alone", lambda t: t.route(reach=u8(24)),
           reset(3, 10)),
    framed("second-prefix-cut", lambda t: t.route(
        reach=t.nlri + u8(32, 10, 9)), reset(3, 10)),
    framed("withdrawn-prefix-length-33", lambda t: update(
        withdrawn=u8(33) + bytes(5)), reset(3, 10, 1)),
    framed("withdrawn-prefix-cut", lambda t: update(
        withdrawn=t.nlri[:-1]), reset(3, 10, 1)),
    framed("bad-prefix-and-bad-attribute", lambda t: t.route(
        {ORIGIN: attr(ORIGIN, u8(9))}, reach=t.nlri + u8(99)), reset(3)),
    framed("host-bits-are-masked", lambda t: t.route(
        reach=u8(20) + t.nlri[1:3] + u8(t.nlri[3] | 5)), SAME),
    framed("multicast-prefix-is-ignored", lambda t: t.route(
        reach=u8(24, 224, 1, 2) + t.nlri), ROUTE),
    framed("multicast-prefix-alone", lambda t: t.route(
        reach=u8(32, 239, 1, 2, 3)), SAME),
    framed("prefix-twice", lambda t: t.route(reach=t.nlri * 2), ROUTE),
    framed("withdrawn-and-announced", lambda t: t.route(withdrawn=t.nlri),
           ROUTE),
    framed("withdrawn", lambda t: update(withdrawn=t.nlri), WITHDRAWN),
    framed("withdrawn-with-host-bits", lambda t: update(
        withdrawn=t.nlri[:1] + t.nlri[1:]), WITHDRAWN),
    framed("withdrawn-unknown", lambda t: update(
        withdrawn=u8(24, 203, 0, 113)), SAME),
    framed("withdrawn-with-attributes", lambda t: update(
        joined(t), withdrawn=t.nlri), WITHDRAWN),
    framed("withdrawn-twice", lambda t: update(withdrawn=t.nlri * 2),
           WITHDRAWN),
    framed("announced-again", lambda t: [t.route(), t.route()], ROUTE),
    framed("withdrawn-and-back", lambda t: [update(withdrawn=t.nlri),
                                            t.route()], ROUTE),
    framed("bad-and-good-again", lambda t: [
        t.route({ORIGIN: attr(ORIGIN, u8(9))}), t.route()], ROUTE),
    framed("good-and-bad-again", lambda t: [
        t.route(), t.route({ORIGIN: attr(ORIGIN, u8(9))})], WITHDRAWN),
    framed("nothing", lambda t: update(), SAME),
    framed("end-of-rib-ipv6", lambda t: update(attr(
        MP_UNREACH, mp_unreach_value(b""))), SAME),
    framed("end-of-rib-unknown-family", lambda t: update(attr(
        MP_UNREACH, mp_unreach_value(b"", 25, 70))), SAME),
    framed("end-of-rib-lookalike", lambda t: update(attr(
        MP_UNREACH, mp_unreach_value(b"")) + attr(MP_UNREACH, b"")),
        reset(3)),
)

DUPLICATES = (
    *(framed(f"{name}-twice", behind(octets), ROUTE)
      for name, octets in (
          ("origin", attr(ORIGIN, u8(2))),
          ("as-path", attr(AS_PATH, segment(SEQUENCE, 1, 2, 3))),
          ("next-hop", attr(NEXT_HOP, ip("10.0.0.99"))),
          ("bad-origin", attr(ORIGIN, u8(9))),
          ("bad-as-path", attr(AS_PATH, u8(9, 9))))),
    framed("med-first-wins", lambda t: t.route(
        {MED: attr(MED, u32(5)) + attr(MED, u32(9))}), ROUTE),
    framed("communities-first-wins", lambda t: t.route(
        {COMMUNITIES: attr(COMMUNITIES, u16(64999, 1))
         + attr(COMMUNITIES, u16(64999, 2))}),
        route(lambda told: told[COMMUNITIES] == u16(64999, 1), "the first")),
    framed("bad-before-good", lambda t: t.route(
        {COMMUNITIES: attr(COMMUNITIES, bytes(3))
         + attr(COMMUNITIES, u16(64999, 2))}), WITHDRAWN),
    framed("unknown-first-wins", lambda t: t.route(
        {99: attr(99, b"one", OPT_TRANS) + attr(99, b"two", OPT_TRANS)}),
        route(lambda told: told[99] == b"one", "the first")),
    framed("order-of-attributes-is-free", lambda t: update(
        b"".join(reversed(t.attributes().values())), t.nlri), ROUTE),
)


def mp(name, make, *outcomes, **more):
    """make gives the value of MP_REACH_NLRI of a Talk."""
    return Case(name, lambda t: t.route({MP_REACH: attr(MP_REACH, make(t))}),
                outcomes, family="ipv6", **more)


def hop(text, *more):
    return lambda t: mp_reach_value(b"".join(map(ip, (text, *more))), t.nlri)


def unmp(name, make, *outcomes, **more):
    return Case(name, lambda t: update(attr(MP_UNREACH, make(t))), outcomes,
                family="ipv6", **more)


MP = (
    *(mp(f"mp-reach-length-{n}", lambda t, n=n: mp_reach_value(
        ip(t.hop6), t.nlri)[:n], MP_RESET) for n in (0, 1, 2, 3, 4)),
    mp("mp-reach-without-nlri", lambda t: mp_reach_value(ip(t.hop6), b""),
       SAME),
    mp("mp-reach-hop-overruns", lambda t: mp_reach_value(
        ip(t.hop6), t.nlri, hop_length=200), MP_RESET),
    *(mp(f"mp-reach-hop-length-{n}", lambda t, n=n: mp_reach_value(
        bytes(n), t.nlri), MP_RESET) for n in (0, 1, 4, 8, 12, 15, 17, 24,
                                               31, 33, 48)),
    mp("mp-reach-hop-without-reserved", lambda t: mp_reach_value(
        ip(t.hop6), b"")[:-1], MP_RESET),
    *(mp(f"mp-reach-prefix-length-{n}", lambda t, n=n: mp_reach_value(
        ip(t.hop6), u8(n) + bytes((n + 7) // 8)), MP_RESET)
      for n in (129, 200, 255)),
    mp("mp-reach-prefix-cut", lambda t: mp_reach_value(
        ip(t.hop6), t.nlri[:-1]), MP_RESET),
    mp("mp-reach-prefix-length-alone", lambda t: mp_reach_value(
        ip(t.hop6), u8(48)), MP_RESET),
    mp("mp-reach-second-prefix-cut", lambda t: mp_reach_value(
        ip(t.hop6), t.nlri + u8(64, 1)), MP_RESET),
    mp("mp-reach-reserved-octet", lambda t: mp_reach_value(
        ip(t.hop6), t.nlri, reserved=255), ROUTE),
    mp("mp-reach-hop-32", lambda t: mp_reach_value(
        ip(t.hop6) + ip("fe80::99"), t.nlri), ROUTE),
    mp("mp-reach-hop-32-second-unset", lambda t: mp_reach_value(
        ip(t.hop6) + bytes(16), t.nlri), ROUTE),
    mp("mp-reach-hop-32-second-global", lambda t: mp_reach_value(
        ip(t.hop6) + ip("fd00::77"), t.nlri), ROUTE, WITHDRAWN),
    *(mp(f"mp-reach-hop-{name}", hop(text), WITHDRAWN, reset(3, 8, 9))
      for name, text in (("unset", "::"), ("loopback", "::1"),
                         ("multicast", "ff02::1"),
                         ("multicast-global", "ff0e::1"),
                         ("mapped", "::ffff:10.0.0.9"))),
    mp("mp-reach-hop-ours", hop("fd00::1"), WITHDRAWN),
    mp("mp-reach-hop-unreachable", hop("2001:db8:9::9"), WITHDRAWN),
    mp("mp-reach-multicast-prefix", lambda t: mp_reach_value(
        ip(t.hop6), u8(16, 0xff, 0x0e) + t.nlri), ROUTE),
    mp("mp-reach-prefix-twice", lambda t: mp_reach_value(
        ip(t.hop6), t.nlri * 2), ROUTE),
    *(mp(f"mp-reach-family-{afi}-{safi}", lambda t, a=afi, s=safi:
         mp_reach_value(ip(t.hop6), u8(0), a, s), SAME)
      for afi, safi in ((1, 128), (2, 2), (2, 128), (25, 70), (0, 0),
                        (1, 133), (16388, 71), (65535, 255))),
    mp("mp-reach-unknown-family-garbage", lambda t: mp_reach_value(
        bytes(3), bytes([250] * 40), 25, 70, hop_length=99), SAME, MP_RESET),
    Case("mp-reach-twice", lambda t: t.route(
        {MP_REACH: 2 * attr(MP_REACH, mp_reach_value(ip(t.hop6), t.nlri))}),
        (reset(3, 1),), family="ipv6"),
    Case("mp-reach-optional-bit-wrong", lambda t: t.route(
        {MP_REACH: attr(MP_REACH, mp_reach_value(ip(t.hop6), t.nlri),
                        OPT_TRANS)}), (WITHDRAWN, reset(3)), family="ipv6"),
    Case("mp-reach-well-known", lambda t: t.route(
        {MP_REACH: attr(MP_REACH, mp_reach_value(ip(t.hop6), t.nlri),
                        WELL_KNOWN)}), (WITHDRAWN, reset(3)), family="ipv6"),
    Case("mp-reach-and-next-hop", lambda t: t.route(
        {NEXT_HOP: attr(NEXT_HOP, ip(t.hop))}), (ROUTE,), family="ipv6"),
    Case("mp-reach-and-bad-next-hop", lambda t: t.route(
        {NEXT_HOP: attr(NEXT_HOP, ip("0.0.0.0"))}), (ROUTE, WITHDRAWN),
        family="ipv6"),
    Case("mp-reach-last", lambda t: update(
        joined(t, {MP_REACH: None}) + t.attributes()[MP_REACH]), (ROUTE,),
        family="ipv6"),
    Case("mp-reach-and-unreach", lambda t: t.route(
        {MP_UNREACH: attr(MP_UNREACH, mp_unreach_value(t.nlri))}), (ROUTE,),
        family="ipv6"),
    *(unmp(f"mp-unreach-length-{n}", lambda t, n=n: bytes(n), MP_RESET)
      for n in (0, 1, 2)),
    unmp("mp-unreach-prefix-length-129", lambda t: mp_unreach_value(
        u8(129) + bytes(17)), MP_RESET),
    unmp("mp-unreach-prefix-cut", lambda t: mp_unreach_value(t.nlri[:-1]),
         MP_RESET),
    unmp("mp-unreach", lambda t: mp_unreach_value(t.nlri), WITHDRAWN),
    unmp("mp-unreach-unknown-family", lambda t: mp_unreach_value(
        bytes([250] * 9), 25, 70), SAME),
    unmp("mp-unreach-flowspec-length-0", lambda t: mp_unreach_value(
        u8(0), 1, 133), SAME),
    Case("mp-unreach-twice", lambda t: update(
        2 * attr(MP_UNREACH, mp_unreach_value(t.nlri))), (reset(3, 1),),
        family="ipv6"),
    Case("mp-unreach-with-attributes", lambda t: t.route(
        {MP_REACH: None, MP_UNREACH: attr(MP_UNREACH, mp_unreach_value(
            t.nlri))}), (WITHDRAWN,), family="ipv6"),
    Case("mp-unreach-and-bad-attribute", lambda t: t.route(
        {MP_REACH: None, ORIGIN: attr(ORIGIN, u8(9)),
         MP_UNREACH: attr(MP_UNREACH, mp_unreach_value(t.nlri))}),
        (WITHDRAWN, reset(3)), family="ipv6"),
    Case("mp-reach-no-nlri-bad-attribute", lambda t: t.route(
        {MP_REACH: attr(MP_REACH, mp_reach_value(ip(t.hop6), b"")),
         ORIGIN: attr(ORIGIN, u8(9))}), (reset(3),), family="ipv6"),
)

IPV4_IN_MP = (
    framed("ipv4-in-mp-reach", lambda t: update(joined(t, {
        NEXT_HOP: None, MP_REACH: attr(MP_REACH, mp_reach_value(
            ip(t.hop), t.nlri, afi=1))})), ROUTE),
    *(framed(f"ipv4-in-mp-reach-hop-length-{n}", lambda t, n=n: update(joined(
        t, {NEXT_HOP: None, MP_REACH: attr(MP_REACH, mp_reach_value(
            bytes(n), t.nlri, afi=1))})), MP_RESET, WITHDRAWN)
      for n in (0, 3, 5, 8, 12)),
    framed("ipv4-in-mp-reach-martian", lambda t: update(joined(t, {
        NEXT_HOP: None, MP_REACH: attr(MP_REACH, mp_reach_value(
            ip("224.0.0.1"), t.nlri, afi=1))})), WITHDRAWN, reset(3)),
    framed("ipv4-in-mp-unreach", lambda t: update(attr(
        MP_UNREACH, mp_unreach_value(t.nlri, afi=1))), WITHDRAWN),
    framed("mp-unreach-beside-plain-nlri", lambda t: t.route(
        {MP_UNREACH: attr(MP_UNREACH, mp_unreach_value(
            u8(48) + bytes(6)))}), ROUTE),
    framed("mp-unreach-beside-bare-nlri", lambda t: update(attr(
        MP_UNREACH, mp_unreach_value(u8(48) + bytes(6))), t.nlri),
        WITHDRAWN),
    framed("mp-reach-beside-plain-nlri", lambda t: t.route(
        {MP_REACH: ipv6_reach(t.hop6, t.prefix6)}), ROUTE),
    framed("mp-reach-broken-beside-plain-nlri", lambda t: t.route(
        {MP_REACH: attr(MP_REACH, u8(0, 2, 1))}), reset(3)),
    framed("worst-error-wins", lambda t: t.route(
        {ORIGIN: attr(ORIGIN, u8(9)), ATOMIC: attr(ATOMIC, u8(1)),
         MP_REACH: attr(MP_REACH, u8(0, 2, 1))}), reset(3)),
    framed("withdraw-beats-discard", lambda t: t.route(
        {ATOMIC: attr(ATOMIC, u8(1)), MED: attr(MED, u8(1))}), WITHDRAWN),
)


@rows(*LENGTHS, *EMPTY_HANDED, *PREFIXES, *DUPLICATES)
def test_framing(stage, case):
    run(stage, case)


@rows(*MP, *IPV4_IN_MP)
def test_multiprotocol(stage, case):
    run(stage, case)


@rows(*(replace(c, name=f"{c.name}-seen-outside", watcher="outside")
        for c in PREFIXES))
def test_framing_seen_outside(stage, case):
    run(stage, case)


