# SPDX-License-Identifier: ISC
# test_propagation.py - what others are told of a good route
"""
RFC 4271 5 and 9.1.3, RFC 1997, 4360, 8092, RFC 4456: the attributes that go
on, those that are set or removed, and who is told at all.  A row is what is
added to a right route, who listens, and what has to be true of the answer,
None when nothing may come.
"""
from dataclasses import dataclass
from typing import Callable

import pytest

import speaker as bgp
from cases import RELATIONS
from stage import OUR_ADDRESS, OUR_ADDRESS6
from wire import *                                          # noqa: F403

INSIDE = ("internal", "client")
OUTSIDE = ("external",)
NO_EXPORT, NO_ADVERTISE, NO_SUBCONFED = (
    u16(0xffff, low) for low in (0xff01, 0xff02, 0xff03))
LARGEST = segment(SEQUENCE, *([65200] * 255))


@dataclass
class Row:
    name: str
    listener: str
    holds: Callable             # of (attributes, flags, talk); None: silence
    changes: object = ()        # {type: octets}, or a function of the Talk
    relations: tuple = RELATIONS
    family: str = "ipv4"


def is_told(name, listener, kind, value, *more, **terms):
    """value: octets, None for "not there", or a function of the Talk."""
    def holds(told, flags, talk):
        wanted = value(talk) if callable(value) else value
        assert told.get(kind) == wanted, \
            f"attribute {kind} is {told.get(kind)}, not {wanted}"

    return Row(name, listener, holds, *more, **terms)


def silent(name, listener, *more, **terms):
    return Row(name, listener, None, *more, **terms)


def with_path(*segments):
    return {AS_PATH: attr(AS_PATH, b"".join(segments))}


def prepended(talk):
    return segment(SEQUENCE, 64512, *inner(talk))


def inner(talk):
    return [65001 if talk.relation == "external" else 65100, 65200]


def told_path(name, listener, given, wanted, **terms):
    """given: octets behind the right first AS; wanted: of the whole path."""
    def changes(talk):
        first = segment(SEQUENCE, inner(talk)[0])
        return {AS_PATH: attr(AS_PATH, first + given)}

    return is_told(name, listener, AS_PATH, wanted, changes, **terms)


def outside_path(*behind):
    """Ours and theirs in front, in one sequence."""
    return lambda t: segment(SEQUENCE, 64512, inner(t)[0]) + b"".join(behind)


COMMUNITY = {COMMUNITIES: attr(COMMUNITIES, u16(64999, 7))}
EXT_TRANSITIVE = u8(0, 2) + u16(64999) + u32(5)
EXT_LOCAL = u8(0x40, 2) + u16(64999) + u32(6)
BOTH_EXT = {EXT_COMMUNITIES: attr(EXT_COMMUNITIES,
                                  EXT_TRANSITIVE + EXT_LOCAL)}
LARGE = {LARGE_COMMUNITIES: attr(LARGE_COMMUNITIES, u32(64999, 1, 2))}
AGGREGATE = {AGGREGATOR: attr(AGGREGATOR, u32(65300) + ip("10.9.9.9")),
             ATOMIC: attr(ATOMIC, b"")}

ROWS = [
    is_told("origin-outside", "outside", ORIGIN, u8(1),
            {ORIGIN: attr(ORIGIN, u8(1))}),
    is_told("origin-inside", "below", ORIGIN, u8(2),
            {ORIGIN: attr(ORIGIN, u8(2))}),
    is_told("as-path-outside", "outside", AS_PATH, prepended),
    is_told("as-path-inside", "below", AS_PATH,
            lambda t: segment(SEQUENCE, *inner(t))),
    is_told("as-path-empty-outside", "outside", AS_PATH,
            segment(SEQUENCE, 64512), with_path(), relations=INSIDE),
    told_path("as-path-set-behind", "outside",
              segment(SET, 65300, 65301),
              outside_path(segment(SET, 65300, 65301))),
    is_told("as-path-set-first", "outside", AS_PATH,
            segment(SEQUENCE, 64512) + segment(SET, 65300, 65301),
            with_path(segment(SET, 65300, 65301)), relations=INSIDE),
    is_told("as-path-full-segment", "outside", AS_PATH,
            segment(SEQUENCE, 64512) + LARGEST, with_path(LARGEST),
            relations=INSIDE),
    is_told("as-path-full-segment-outside", "outside", AS_PATH,
            segment(SEQUENCE, 64512)
            + segment(SEQUENCE, 65001, *([65200] * 254)),
            with_path(segment(SEQUENCE, 65001, *([65200] * 254))),
            relations=OUTSIDE),
    is_told("as-path-254", "outside", AS_PATH,
            segment(SEQUENCE, 64512, 65001, *([65200] * 253)),
            with_path(segment(SEQUENCE, 65001, *([65200] * 253))),
            relations=OUTSIDE),
    told_path("as-path-two-segments", "outside",
              segment(SEQUENCE, 65301), outside_path(
                  segment(SEQUENCE, 65301))),
    told_path("as-path-600-hops", "below", LARGEST + LARGEST,
              lambda t: segment(SEQUENCE, inner(t)[0]) + LARGEST + LARGEST),
    # Whether that is a loop is the listener's to say.
    told_path("listener-is-in-as-path", "outside",
              segment(SEQUENCE, 65003), outside_path(segment(
                  SEQUENCE, 65003))),
    # All are on one subnet: the next hop may stay (RFC 4271 5.1.3).
    Row("next-hop-outside", "outside", lambda told, _, talk:
        told[NEXT_HOP] in (ip(OUR_ADDRESS), ip(talk.hop))),
    # Nobody may be told its own address (5.1.3), and would refuse it (6.3).
    is_told("next-hop-of-the-listener-outside", "outside", NEXT_HOP,
            ip(OUR_ADDRESS), {NEXT_HOP: attr(NEXT_HOP, ip("10.0.0.3"))}),
    is_told("next-hop-inside", "below", NEXT_HOP, lambda t: ip(t.hop)),
    is_told("next-hop-of-another-inside", "below", NEXT_HOP, ip("10.0.0.77"),
            {NEXT_HOP: attr(NEXT_HOP, ip("10.0.0.77"))}),
    is_told("local-pref-outside", "outside", LOCAL_PREF, None),
    is_told("local-pref-inside", "below", LOCAL_PREF, u32(777),
            {LOCAL_PREF: attr(LOCAL_PREF, u32(777))}, relations=INSIDE),
    is_told("local-pref-made", "below", LOCAL_PREF, u32(100),
            relations=OUTSIDE),
    is_told("local-pref-made-for-non-client", "inside", LOCAL_PREF, u32(100),
            relations=OUTSIDE),
    is_told("med-outside", "outside", MED, None, {MED: attr(MED, u32(9))}),
    is_told("med-inside", "below", MED, u32(9), {MED: attr(MED, u32(9))}),
    is_told("med-0-inside", "below", MED, u32(0), {MED: attr(MED, u32(0))}),
    is_told("no-med-inside", "below", MED, None),
    is_told("atomic-outside", "outside", ATOMIC, b"", AGGREGATE),
    is_told("atomic-inside", "below", ATOMIC, b"", AGGREGATE),
    is_told("aggregator-outside", "outside", AGGREGATOR,
            u32(65300) + ip("10.9.9.9"), AGGREGATE),
    is_told("aggregator-wide", "outside", AGGREGATOR,
            u32(4200000300) + ip("10.9.9.9"), {AGGREGATOR: attr(
                AGGREGATOR, u32(4200000300) + ip("10.9.9.9"))}),
    is_told("communities-outside", "outside", COMMUNITIES, u16(64999, 7),
            COMMUNITY),
    is_told("communities-inside", "below", COMMUNITIES, u16(64999, 7),
            COMMUNITY),
    is_told("communities-unknown-well-known", "outside", COMMUNITIES,
            u16(0xffff, 0x1234), {COMMUNITIES: attr(
                COMMUNITIES, u16(0xffff, 0x1234))}),
    is_told("ext-communities-outside", "outside", EXT_COMMUNITIES,
            EXT_TRANSITIVE, BOTH_EXT),
    is_told("ext-communities-all-local", "outside", EXT_COMMUNITIES, None,
            {EXT_COMMUNITIES: attr(EXT_COMMUNITIES, EXT_LOCAL)}),
    Row("ext-communities-inside", "below", lambda told, _, talk:
        EXT_TRANSITIVE in told[EXT_COMMUNITIES]
        and len(told[EXT_COMMUNITIES]) == (
            16 if talk.relation != "external" else
            len(told[EXT_COMMUNITIES])), BOTH_EXT),
    is_told("large-communities-outside", "outside", LARGE_COMMUNITIES,
            u32(64999, 1, 2), LARGE),
    is_told("large-communities-inside", "below", LARGE_COMMUNITIES,
            u32(64999, 1, 2), LARGE),
    *(silent(f"{name}-outside", "outside", {COMMUNITIES: attr(
        COMMUNITIES, u16(64999, 1) + value)})
      for name, value in (("no-export", NO_EXPORT),
                          ("no-advertise", NO_ADVERTISE),
                          ("no-export-subconfed", NO_SUBCONFED))),
    is_told("no-export-inside", "below", COMMUNITIES, NO_EXPORT,
            {COMMUNITIES: attr(COMMUNITIES, NO_EXPORT)}),
    is_told("no-export-subconfed-inside", "below", COMMUNITIES, NO_SUBCONFED,
            {COMMUNITIES: attr(COMMUNITIES, NO_SUBCONFED)}),
    silent("no-advertise-inside", "below", {COMMUNITIES: attr(
        COMMUNITIES, NO_ADVERTISE)}),
    silent("internal-to-internal", "inside", relations=("internal",)),
    is_told("client-to-internal", "inside", ORIGIN, u8(0),
            relations=("client",)),
    is_told("external-to-internal", "inside", ORIGIN, u8(0),
            relations=OUTSIDE),
    is_told("reflection-marks-outside", "outside", ORIGINATOR_ID, None,
            {ORIGINATOR_ID: attr(ORIGINATOR_ID, ip("10.9.9.9")),
             CLUSTER_LIST: attr(CLUSTER_LIST, ip("10.9.9.8"))},
            relations=INSIDE),
    is_told("cluster-list-outside", "outside", CLUSTER_LIST, None,
            {CLUSTER_LIST: attr(CLUSTER_LIST, ip("10.9.9.8"))},
            relations=INSIDE),
    is_told("otc-outside", "outside", OTC, u32(65009),
            {OTC: attr(OTC, u32(65009))}),
]


def opaque(kind, name, value, flags=OPT_TRANS, given=None, **terms):
    """Passed on as it is, with Partial, in either direction."""
    for listener in ("outside", "below"):
        def holds(told, got, talk):
            assert told.get(kind) == value
            partial = PARTIAL if given is None else given
            assert got[kind] & ~EXTENDED == flags | partial

        yield Row(f"{name}-{listener}", listener, holds,
                  {kind: attr(kind, value, flags)}, **terms)


def partial(kind, name, value):
    """RFC 4271 5: who understands it must not take the bit away."""
    for listener in ("outside", "below"):
        yield Row(f"{name}-stays-partial-{listener}", listener,
                  lambda told, got, talk: told[kind] == value
                  and got[kind] & PARTIAL != 0,
                  {kind: attr(kind, value, OPT_TRANS | PARTIAL)})
        yield Row(f"{name}-stays-complete-{listener}", listener,
                  lambda told, got, talk: told[kind] == value
                  and not got[kind] & PARTIAL, {kind: attr(kind, value)})


KNOWN = [row for table in (
    partial(COMMUNITIES, "communities", u16(64999, 7)),
    partial(EXT_COMMUNITIES, "ext-communities", EXT_TRANSITIVE),
    partial(LARGE_COMMUNITIES, "large-communities", u32(64999, 1, 2)),
    partial(AGGREGATOR, "aggregator", u32(65300) + ip("10.9.9.9")),
) for row in table]

UNKNOWN = [
    row for table in (
        opaque(99, "unknown-99", b"\1\2\3"),
        opaque(99, "unknown-partial-already", b"\1", OPT_TRANS | PARTIAL, 0),
        opaque(99, "unknown-empty", b""),
        opaque(99, "unknown-3000-octets", bytes(range(250)) * 12),
        opaque(255, "unknown-255", b"x"),
        opaque(TUNNEL_ENCAP, "tunnel-encap", u8(0, 1, 0, 9, 255)),
        opaque(TUNNEL_ENCAP, "tunnel-encap-broken", u8(0xff)),
        opaque(PREFIX_SID, "prefix-sid-zeros", bytes(40)),
        opaque(PREFIX_SID, "prefix-sid-broken", u8(1, 0, 99)),
        opaque(ATTR_SET, "attr-set-broken", u8(0, 0, 1)),
        opaque(25, "ipv6-ext-communities", bytes(20)),
        opaque(22, "pmsi-broken", u8(1)),
        opaque(41, "unknown-41", bytes(300)),
        opaque(129, "unknown-129", b"\0"),
    ) for row in table]

OUR_HOP6 = ip(OUR_ADDRESS6)
IPV6 = [
    Row("hop-outside", "outside", lambda told, _, talk: told[MP_REACH][
        4:20] in (OUR_HOP6, ip(talk.hop6)), family="ipv6"),
    Row("hop-inside", "below", lambda told, _, talk: told[MP_REACH][4:20]
        == ip(talk.hop6), family="ipv6"),
    Row("hop-inside-32-loses-link-local", "below", lambda told, _, talk:
        told[MP_REACH][4:20] == ip(talk.hop6) and told[MP_REACH][3] in (
            16, 32), lambda t: {MP_REACH: attr(MP_REACH, mp_reach_value(
                ip(t.hop6) + ip("fe80::9"), t.nlri))}, family="ipv6"),
    Row("reserved-octet-is-0", "below", lambda told, _, talk:
        told[MP_REACH][4 + told[MP_REACH][3]] == 0, lambda t: {
            MP_REACH: attr(MP_REACH, mp_reach_value(
                ip(t.hop6), t.nlri, reserved=77))}, family="ipv6"),
    Row("no-next-hop-attribute", "outside", lambda told, _, talk:
        NEXT_HOP not in told, family="ipv6"),
    is_told("as-path-outside", "outside", AS_PATH, prepended, family="ipv6"),
    is_told("local-pref-outside", "outside", LOCAL_PREF, None,
            family="ipv6"),
    is_told("med-inside", "below", MED, u32(9), {MED: attr(MED, u32(9))},
            family="ipv6"),
    is_told("communities", "below", COMMUNITIES, u16(64999, 7), COMMUNITY,
            family="ipv6"),
    silent("no-export-outside", "outside", {COMMUNITIES: attr(
        COMMUNITIES, NO_EXPORT)}, family="ipv6"),
    silent("internal-to-internal", "inside", relations=("internal",),
           family="ipv6"),
]
for row_ in IPV6:
    row_.name += "-ipv6"


@pytest.mark.parametrize("relation, row", [
    pytest.param(r, row, id=f"{r}-{row.name}")
    for r in RELATIONS for row in ROWS + KNOWN + UNKNOWN + IPV6
    if r in row.relations])
def test_propagation(stage, relation, row):
    with stage.session() as link:
        talk = stage.talk(link, row.family)
        changes = row.changes(talk) if callable(row.changes) else row.changes
        link.send(bgp.UPDATE, talk.route(changes))

        if row.holds is None:
            stage.settle(link)
            assert stage.told(row.listener, talk.prefix) is None
            return
        told = stage.wait_told(row.listener, talk.prefix, beside=link)
        flags = stage.told_flags(row.listener, talk.prefix)
        assert row.holds(told, flags, talk) in (None, True), told
        for kind, value in flags.items():
            if kind in FLAGS:
                assert value & 0xc0 == FLAGS[kind], f"flags of {kind}"
            assert value & 0xf & ~EXTENDED == 0


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_nobody_hears_its_own_route(stage, relation, family):
    with stage.session() as link:
        talk = stage.talk(link, family)
        link.send(bgp.UPDATE, talk.route())

        stage.settle(link)

        assert talk.prefix not in link.routes


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_withdrawal_is_passed_on(stage, relation, family):
    with stage.session() as link:
        talk = stage.talk(link, family)
        link.send(bgp.UPDATE, talk.route())
        stage.wait_told("outside", talk.prefix)

        link.send(bgp.UPDATE, bgp.update_body(withdraw=[talk.prefix])
                  if family == "ipv4" else update(attr(
                      MP_UNREACH, mp_unreach_value(talk.nlri))))

        for watcher in ("outside", "below"):
            stage.wait_told(watcher, talk.prefix, lambda told: not told)


@pytest.mark.parametrize("relation", RELATIONS)
def test_replaced_route_has_no_gap(stage, relation):
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())
        stage.wait_told("below", talk.prefix)

        link.send(bgp.UPDATE, talk.route({MED: attr(MED, u32(5))}))

        stage.wait_told("below", talk.prefix,
                        lambda told: told and told.get(MED) == u32(5))
        assert None not in stage.watchers["below"].history[talk.prefix]


@pytest.mark.parametrize("relation", RELATIONS)
def test_unchanged_route_is_not_told_again(stage, relation):
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())
        stage.settle(link)

        for _ in range(3):
            link.send(bgp.UPDATE, talk.route())
        stage.settle(link)

        assert len(stage.watchers["below"].history[talk.prefix]) == 1


@pytest.mark.parametrize("relation", RELATIONS)
def test_new_neighbor_hears_what_is_there(stage, relation):
    with stage.session() as link, stage.session() as late:
        talks = [stage.talk(link, f) for f in ("ipv4", "ipv6")]
        for talk in talks:
            link.send(bgp.UPDATE, talk.route())
        stage.settle(link)
        late.close()
        with stage.session(stage.by_name("spare")) as listener:
            listener.until(lambda: set(listener.ends) == {"ipv4", "ipv6"},
                           "both End-of-RIBs")

            for talk in talks:
                assert talk.prefix in listener.routes


@pytest.mark.parametrize("relation", RELATIONS)
def test_route_too_big_after_prepending_is_withdrawn(stage, relation):
    """Table 2.6: the older version goes, the session stays."""
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.before())
        for watcher in ("outside", "below"):
            stage.wait_told(watcher, talk.prefix)
        size = 4096 - 19 - len(talk.route()) - 4

        link.send(bgp.UPDATE, talk.route(
            {200: attr(200, bytes(size), OPT_TRANS)}))

        stage.wait_told("outside", talk.prefix,
                        lambda told: not told or 200 in told, beside=link)
        stage.settle(link)
        told = stage.told("below", talk.prefix)
        assert not told or 200 in told
