# SPDX-License-Identifier: ISC
# test_attributes.py - each path attribute, malformed: RFC 7606 7 and others
"""
A row replaces one attribute of a right UPDATE, or adds one, and says what
the error costs.  Rows of the table FAULTS run with IPv4 prefixes over all
three relations and with IPv6 ones in MP_REACH_NLRI over one of them.
"""
from dataclasses import replace

from cases import (ROUTE, WITHDRAWN, Case, carrying, reset, route, rows, run,
                   without)
from wire import *                                          # noqa: F403

INSIDE = ("internal", "client")
OUTSIDE = ("external",)
ALL = INSIDE + OUTSIDE
OWN_ID = ip("10.0.0.1")
LOCAL = ip("10.0.0.250")


def fault(name, kind, octets, *outcomes, relations=ALL):
    """octets are the whole attribute, or a function of the Talk."""
    def send(talk):
        value = octets(talk) if callable(octets) else octets
        return talk.route({kind: value})

    return Case(name, send, outcomes or (WITHDRAWN,), relations)


def bad_flags():
    """RFC 7606 3 c: Optional or Transitive wrong; the rest is ignored."""
    values = {ORIGIN: u8(0), AS_PATH: None, MED: u32(5), LOCAL_PREF: u32(100),
              ATOMIC: b"", AGGREGATOR: u32(65100) + ip("10.9.9.9"),
              COMMUNITIES: u16(64999, 1), ORIGINATOR_ID: ip("10.9.9.9"),
              CLUSTER_LIST: ip("10.9.9.9"), EXT_COMMUNITIES: u32(0x20001, 1),
              LARGE_COMMUNITIES: u32(64999, 1, 1), OTC: u32(65009)}
    names = {ORIGIN: "origin", AS_PATH: "as-path", MED: "med",
             LOCAL_PREF: "local-pref", ATOMIC: "atomic",
             AGGREGATOR: "aggregator", COMMUNITIES: "communities",
             ORIGINATOR_ID: "originator", CLUSTER_LIST: "cluster-list",
             EXT_COMMUNITIES: "ext-communities",
             LARGE_COMMUNITIES: "large-communities", OTC: "otc"}
    inside_only = (LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST)
    for kind, value in values.items():
        for bit, word in ((OPT, "optional"), (TRANSITIVE, "transitive")):
            def octets(talk, kind=kind, value=value, bit=bit):
                if kind == AS_PATH:
                    value = talk.attributes()[AS_PATH][3:]
                return attr(kind, value, FLAGS[kind] ^ bit)

            # OTC is judged by who understands it, passed on by who does not.
            lenient = (ROUTE,) if kind == OTC else ()
            yield fault(f"{names[kind]}-{word}-bit-wrong", kind, octets,
                        WITHDRAWN, *lenient,
                        relations=INSIDE if kind in inside_only else ALL)
    yield fault("next-hop-optional-bit-wrong", NEXT_HOP,
                lambda t: attr(NEXT_HOP, ip(t.hop), OPT_TRANS))
    yield fault("next-hop-transitive-bit-wrong", NEXT_HOP,
                lambda t: attr(NEXT_HOP, ip(t.hop), 0))


def low_flag_bits():
    """Row 7 of the historical bugs: they are ignored."""
    for bit in (1, 2, 4, 8):
        yield fault(f"origin-low-flag-bit-{bit}", ORIGIN,
                    attr(ORIGIN, u8(0), WELL_KNOWN | bit), ROUTE)
    yield fault("communities-all-low-flag-bits", COMMUNITIES,
                attr(COMMUNITIES, u16(64999, 5), OPT_TRANS | 0xf),
                carrying(COMMUNITIES, u16(64999, 5)))
    yield fault("origin-extended-length", ORIGIN,
                attr(ORIGIN, u8(0), extended=True), ROUTE)
    yield fault("med-extended-length", MED,
                attr(MED, u32(5), extended=True), ROUTE)
    yield fault("communities-extended-length", COMMUNITIES,
                attr(COMMUNITIES, u16(64999, 5), extended=True),
                carrying(COMMUNITIES, u16(64999, 5)))
    yield fault("origin-partial-bit", ORIGIN,
                attr(ORIGIN, u8(0), WELL_KNOWN | PARTIAL), ROUTE, WITHDRAWN)


def origin():
    yield fault("origin-length-0", ORIGIN, attr(ORIGIN, b""))
    yield fault("origin-length-2", ORIGIN, attr(ORIGIN, u8(0, 0)))
    yield fault("origin-value-3", ORIGIN, attr(ORIGIN, u8(3)))
    yield fault("origin-value-255", ORIGIN, attr(ORIGIN, u8(255)))
    yield fault("origin-missing", ORIGIN, None)
    for value in range(3):
        yield fault(f"origin-value-{value}", ORIGIN, attr(ORIGIN, u8(value)),
                    carrying(ORIGIN, u8(value)))


def numbers(talk):
    """A sequence that is right for the relation."""
    first = talk.asn if talk.relation == "external" else 65100
    return segment(SEQUENCE, first, 65200)


def as_path():
    def bad(name, make, *outcomes, relations=ALL):
        return fault(f"as-path-{name}", AS_PATH,
                     lambda t: attr(AS_PATH, make(t)), *outcomes,
                     relations=relations)

    yield fault("as-path-missing", AS_PATH, None)
    yield bad("segment-type-0", lambda t: numbers(t) + segment(0, 65300))
    yield bad("segment-type-5", lambda t: numbers(t) + segment(5, 65300))
    yield bad("segment-type-255", lambda t: numbers(t) + segment(255, 65300))
    yield bad("first-segment-type-9", lambda t: segment(9, 65300))
    yield bad("overrun", lambda t: numbers(t) + segment(SEQUENCE, 65300,
                                                        count=2))
    yield bad("overrun-large", lambda t: segment(SEQUENCE, 65300, count=255))
    yield bad("underrun-1-octet", lambda t: numbers(t) + u8(2))
    yield bad("underrun-3-octets", lambda t: numbers(t) + u8(2, 1, 0))
    yield bad("one-octet", lambda t: u8(2))
    yield bad("header-only", lambda t: u8(2, 1))
    yield bad("half-a-number", lambda t: numbers(t)[:-2])
    yield bad("empty-segment", lambda t: numbers(t) + segment(SEQUENCE))
    yield bad("empty-first-segment", lambda t: segment(SEQUENCE) + numbers(t))
    yield bad("empty-set", lambda t: numbers(t) + segment(SET))
    yield bad("as-0", lambda t: numbers(t) + segment(SEQUENCE, 0))
    yield bad("as-0-in-set", lambda t: numbers(t) + segment(SET, 65300, 0))
    yield bad("confed-sequence", lambda t: segment(CONFED_SEQUENCE, 65300)
              + numbers(t), relations=OUTSIDE)
    yield bad("confed-set", lambda t: segment(CONFED_SET, 65300) + numbers(t),
              relations=OUTSIDE)
    yield bad("empty-external", lambda t: b"", relations=OUTSIDE)
    yield bad("empty-internal", lambda t: b"", carrying(AS_PATH, b""),
              relations=INSIDE)
    yield bad("own-as", lambda t: numbers(t) + segment(SEQUENCE, 64512))
    yield bad("own-as-in-set", lambda t: numbers(t) + segment(SET, 64512))
    yield bad("with-set", lambda t: numbers(t) + segment(SET, 65300, 65301),
              ROUTE, WITHDRAWN)         # RFC 9774: may be refused
    yield bad("four-octet-number", lambda t: numbers(t)
              + segment(SEQUENCE, 4200000000),
              route(lambda told: 4200000000 in [
                  n for _, part in as_path_of(told[AS_PATH]) for n in part],
                  "with 4200000000"))
    yield bad("twice-the-same-number", lambda t: numbers(t)
              + segment(SEQUENCE, 65300, 65300, 65300), ROUTE)
    yield bad("255-numbers", lambda t: numbers(t)
              + segment(SEQUENCE, *range(1000, 1255)), ROUTE)
    yield bad("as-trans", lambda t: numbers(t) + segment(SEQUENCE, 23456),
              ROUTE)


def next_hop():
    def bad(name, value, *outcomes):
        return fault(f"next-hop-{name}", NEXT_HOP, attr(NEXT_HOP, value),
                     *outcomes)

    yield fault("next-hop-missing", NEXT_HOP, None)
    yield bad("length-0", b"")
    yield bad("length-3", u8(10, 0, 0))
    yield bad("length-5", ip("10.0.0.9") + u8(0))
    yield bad("length-16", ip("fd00::9"))
    for text in ("0.0.0.0", "0.1.2.3", "127.0.0.1", "127.1.2.3", "224.0.0.5",
                 "239.1.1.1", "240.0.0.1", "255.255.255.255"):
        yield bad(f"is-{text}", ip(text))
    yield bad("ours", ip("10.0.0.1"))
    yield bad("unreachable", ip("192.0.2.1"))


def exact(kind, name, right, relations=ALL, bad=(WITHDRAWN,)):
    """A fixed length: nothing, one octet less, one more."""
    for wrong in (b"", right[:-1], right + u8(0), right * 2):
        yield fault(f"{name}-length-{len(wrong)}", kind, attr(kind, wrong),
                    *bad, relations=relations)


def simple():
    yield from exact(MED, "med", u32(7))
    yield from exact(LOCAL_PREF, "local-pref", u32(200), INSIDE)
    yield from exact(LOCAL_PREF, "local-pref-from-outside", u32(200), OUTSIDE,
                     (route(lambda t: t[LOCAL_PREF] == u32(100), "default"),))
    yield fault("local-pref-from-outside", LOCAL_PREF,
                attr(LOCAL_PREF, u32(900)),
                carrying(LOCAL_PREF, u32(100)), relations=OUTSIDE)
    yield fault("local-pref-missing", LOCAL_PREF, None, WITHDRAWN,
                carrying(LOCAL_PREF, u32(100)), relations=INSIDE)
    for number in (0, 1, 0xffffffff):
        yield fault(f"med-is-{number}", MED, attr(MED, u32(number)), ROUTE)
        yield fault(f"local-pref-is-{number}", LOCAL_PREF,
                    attr(LOCAL_PREF, u32(number)),
                    carrying(LOCAL_PREF, u32(number)), relations=INSIDE)
    for length in (1, 4):
        yield fault(f"atomic-length-{length}", ATOMIC,
                    attr(ATOMIC, bytes(length)), without(ATOMIC))
    yield fault("atomic", ATOMIC, attr(ATOMIC, b""), carrying(ATOMIC, b""))
    right = u32(65300) + ip("10.9.9.9")
    yield from exact(AGGREGATOR, "aggregator", right,
                     bad=(without(AGGREGATOR),))
    yield fault("aggregator-length-6", AGGREGATOR,
                attr(AGGREGATOR, right[2:]), without(AGGREGATOR))
    yield fault("aggregator-as-0", AGGREGATOR,
                attr(AGGREGATOR, u32(0) + ip("10.9.9.9")),
                without(AGGREGATOR))
    yield fault("aggregator", AGGREGATOR, attr(AGGREGATOR, right),
                carrying(AGGREGATOR, right))


def multiples():
    """Lists of fixed size members: never empty, never a fraction."""
    table = ((COMMUNITIES, "communities", u16(64999, 1), ALL),
             (EXT_COMMUNITIES, "ext-communities",
              u8(0, 2) + u16(64999) + u32(1), ALL),
             (LARGE_COMMUNITIES, "large-communities", u32(64999, 1, 1), ALL),
             (CLUSTER_LIST, "cluster-list", ip("10.9.9.9"), INSIDE))
    for kind, name, one, relations in table:
        for length in (0, 1, len(one) - 1, len(one) + 1, 2 * len(one) - 1):
            yield fault(f"{name}-length-{length}", kind,
                        attr(kind, (one * 2)[:length]), relations=relations)
        if kind != CLUSTER_LIST:
            yield fault(f"{name}-right", kind, attr(kind, one),
                        carrying(kind, one))
    one, two = u32(64999, 1, 1), u32(64999, 1, 2)
    yield fault("large-communities-duplicate", LARGE_COMMUNITIES,
                attr(LARGE_COMMUNITIES, one + two + one),
                carrying(LARGE_COMMUNITIES, one + two))
    yield fault("communities-many", COMMUNITIES,
                attr(COMMUNITIES, b"".join(u16(64999, n) for n in range(500))),
                ROUTE)
    yield fault("ext-communities-unknown-type", EXT_COMMUNITIES,
                attr(EXT_COMMUNITIES, u8(0x3f, 0x77) + u16(1) + u32(1)),
                ROUTE)


def reflection_marks():
    yield from exact(ORIGINATOR_ID, "originator", ip("10.9.9.9"), INSIDE)
    yield fault("originator-is-us", ORIGINATOR_ID,
                attr(ORIGINATOR_ID, OWN_ID), relations=INSIDE)
    yield fault("cluster-list-has-ours", CLUSTER_LIST,
                attr(CLUSTER_LIST, ip("10.9.9.9") + LOCAL), relations=INSIDE)
    outside = carrying(CLUSTER_LIST, LOCAL), without(CLUSTER_LIST)
    for name, kind, value in (
            ("originator", ORIGINATOR_ID, ip("10.9.9.9")),
            ("originator-is-us", ORIGINATOR_ID, OWN_ID),
            ("originator-length-3", ORIGINATOR_ID, bytes(3)),
            ("cluster-list", CLUSTER_LIST, ip("10.9.9.9")),
            ("cluster-list-has-ours", CLUSTER_LIST, LOCAL),
            ("cluster-list-length-3", CLUSTER_LIST, bytes(3)),
            ("cluster-list-length-0", CLUSTER_LIST, b"")):
        yield fault(f"{name}-from-outside", kind, attr(kind, value),
                    without(ORIGINATOR_ID, CLUSTER_LIST) if
                    kind == ORIGINATOR_ID else outside[1],
                    relations=OUTSIDE)


def new_twins():
    """RFC 6793 6: a four-octet speaker has no business sending them."""
    for name, kind, value in (
            ("as4-path", AS4_PATH, segment(SEQUENCE, 65999)),
            ("as4-path-malformed", AS4_PATH, u8(2, 9, 0)),
            ("as4-path-empty", AS4_PATH, b""),
            ("as4-path-as-0", AS4_PATH, segment(SEQUENCE, 0)),
            ("as4-path-confed", AS4_PATH, segment(CONFED_SEQUENCE, 65999)),
            ("as4-aggregator", AS4_AGGREGATOR, u32(65999) + ip("10.9.9.9")),
            ("as4-aggregator-length-7", AS4_AGGREGATOR, bytes(7)),
            ("as4-aggregator-as-0", AS4_AGGREGATOR, bytes(8))):
        yield fault(f"{name}-from-a-new-speaker", kind, attr(kind, value),
                    route(lambda t, k=kind: k not in t and 65999 not in [
                        n for _, s in as_path_of(t[AS_PATH]) for n in s],
                        "without it"))


def others():
    yield fault("aigp", AIGP, attr(AIGP, u8(1, 0, 11) + bytes(8)),
                without(AIGP), ROUTE)
    yield fault("aigp-malformed", AIGP, attr(AIGP, u8(1, 0)), without(AIGP))
    yield fault("aigp-length-0", AIGP, attr(AIGP, b""), without(AIGP))
    yield fault("otc", OTC, attr(OTC, u32(65009)),
                carrying(OTC, u32(65009)))
    for name, value in (("length-0", b""), ("length-3", bytes(3)),
                        ("length-1024", bytes(1024)), ("as-0", u32(0))):
        yield fault(f"otc-{name}", OTC, attr(OTC, value), WITHDRAWN,
                    carrying(OTC, value))
    for kind in (7, 99, 255):
        kind = kind if kind != 7 else 77
        yield fault(f"unknown-well-known-{kind}", kind,
                    attr(kind, u8(1), WELL_KNOWN), reset(3, 2), WITHDRAWN)
        yield fault(f"unknown-neither-flag-{kind}", kind,
                    attr(kind, u8(1), 0), reset(3, 2), WITHDRAWN)
        yield fault(f"unknown-non-transitive-{kind}", kind,
                    attr(kind, u8(1, 2, 3), OPT), without(kind))
        yield fault(f"unknown-non-transitive-empty-{kind}", kind,
                    attr(kind, b"", OPT), without(kind))


FAULTS = [case for table in (
    bad_flags, low_flag_bits, origin, as_path, next_hop, simple, multiples,
    reflection_marks, new_twins, others) for case in table()]


def in_mp_reach(case, relation):
    return replace(case, name=f"{case.name}-ipv6", family="ipv6",
                   relations=(relation,))


# NEXT_HOP means nothing beside MP_REACH_NLRI.
WITH_IPV6 = [in_mp_reach(case, case.relations[-1]) for case in FAULTS
             if not case.name.startswith("next-hop")]


@rows(*FAULTS)
def test_attribute(stage, case):
    run(stage, case)


@rows(*WITH_IPV6)
def test_attribute_with_ipv6(stage, case):
    run(stage, case)
