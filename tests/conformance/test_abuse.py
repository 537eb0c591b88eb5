# SPDX-License-Identifier: ISC
# test_abuse.py - what has broken others, and what has no name
"""
HISTORY is messages that brought down or misled daemons in the field, by CVE
or by date.  Then come random octets, mutated messages (the seed is in the
name), half messages, and more of everything than anybody needs.  Afterwards
the daemon lives, tells the watchers the truth and takes new sessions.
"""
import contextlib
import random
import struct

import pytest

import speaker as bgp
from cases import ROUTE, SAME, WITHDRAWN, Case, carrying, reset, rows, run
from stage import FAMILIES, RELATIONS, TESTER_AS, Down
from talks import answer_to_open, ending, in_state
from wire import *                                          # noqa: F403


def history(name, send, *outcomes, **more):
    return Case(name, send, outcomes, **more)


def opaque(name, kind, value):
    return history(name, lambda t: t.route(
        {kind: attr(kind, value, OPT_TRANS)}), carrying(kind, value))


def first_of(talk):
    return TESTER_AS if talk.relation == "external" else 65100


HISTORY = (
    opaque("tunnel-encap-cve-2023-38802", TUNNEL_ENCAP, u8(0, 9, 255, 255)),
    opaque("tunnel-encap-sub-tlv-cve-2024-44070", TUNNEL_ENCAP,
           u16(8, 4) + u8(128, 0, 99, 1)),
    opaque("prefix-sid-zeros-2025-05", PREFIX_SID, bytes(16)),
    opaque("prefix-sid-cve-2024-31948", PREFIX_SID, u8(5, 0, 200, 0)),
    opaque("attribute-99-2010-08", 99, bytes(3000)),
    opaque("attribute-255-cve-2019-5892", 255, bytes(20)),
    opaque("attr-set-confed", ATTR_SET, u32(1) + u8(0x40, 2, 9)),
    opaque("link-state-attribute", 29, bytes(300)),
    opaque("entropy-label", 28, b"\1"),
    opaque("bgpsec", 33, bytes(99)),
    history("otc-1024-2025-10", lambda t: t.route(
        {OTC: attr(OTC, bytes(1024))}), carrying(OTC, bytes(1024)),
        WITHDRAWN),
    history("as-path-255-2009-02", lambda t: t.route(
        {AS_PATH: path(first_of(t), *([47868] * 254))}), ROUTE),
    history("reserved-flags-2011", lambda t: t.route(
        {MED: attr(MED, u32(1), OPT | 0xf & ~EXTENDED)}), ROUTE),
    history("attribute-length-zero-cve-2023-41358",
            lambda t: update(b"", t.nlri), WITHDRAWN),
    history("mp-reach-cve-2023-46752", lambda t: t.route(
        {MP_REACH: attr(MP_REACH, u8(0, 2, 1, 0))}), reset(3)),
    history("only-unknown-cve-2023-46753", lambda t: update(
        attr(99, b"x", OPT_TRANS), t.nlri), WITHDRAWN),
    history("mp-unreach-and-nlri-cve-2023-47234", lambda t: update(
        attr(MP_UNREACH, mp_unreach_value(u8(48) + bytes(6))), t.nlri),
        WITHDRAWN),
    history("end-of-rib-lookalike-cve-2023-47235", lambda t: update(
        attr(MP_UNREACH, mp_unreach_value(b"")), t.nlri), WITHDRAWN),
    history("end-of-rib-with-an-octet-cve-2023-47235", lambda t: update(
        attr(MP_UNREACH, mp_unreach_value(b"")) + u8(0)), SAME, reset(3),
        WITHDRAWN),
    history("unknown-segment-cve-2010-2949", lambda t: t.route(
        {AS_PATH: attr(AS_PATH, segment(99, 65001))}), WITHDRAWN),
    history("origin-not-transitive-gobgp-3392", lambda t: t.route(
        {ORIGIN: attr(ORIGIN, u8(0), 0)}), WITHDRAWN),
    history("broken-without-nlri-frr-22563", lambda t: update(
        attr(ORIGIN, u8(9)) + t.attributes()[AS_PATH]), reset(3)),
    history("flowspec-length-0-cve-2023-38406", lambda t: update(attr(
        MP_REACH, mp_reach_value(b"", u8(0), 1, 133))), SAME),
    history("label-family", lambda t: update(attr(
        MP_REACH, mp_reach_value(ip(t.hop), u8(24, 1), 1, 4))), SAME),
    history("evpn-garbage", lambda t: update(attr(
        MP_REACH, mp_reach_value(ip(t.hop), bytes(99), 25, 70))), SAME),
    history("as-path-1000-hops-cve-2026-49943", lambda t: t.route(
        {AS_PATH: attr(AS_PATH, segment(SEQUENCE, first_of(t), *(
            [65200] * 254)) + 3 * segment(SEQUENCE, *([65201] * 250)))}),
        ROUTE, WITHDRAWN),
    history("as-path-700-segments", lambda t: t.route(
        {AS_PATH: attr(AS_PATH, segment(SEQUENCE, first_of(t))
                       + 600 * segment(SEQUENCE, 65201))}),
        ROUTE, WITHDRAWN),
    history("900-communities", lambda t: t.route({COMMUNITIES: attr(
        COMMUNITIES, b"".join(u16(64999, n) for n in range(900)))}), ROUTE),
    history("300-large-communities-backwards", lambda t: t.route(
        {LARGE_COMMUNITIES: attr(LARGE_COMMUNITIES, b"".join(
            u32(64999, 1, n) for n in range(300, 0, -1)))}), ROUTE),
    history("every-unknown-attribute", lambda t: update(
        b"".join(t.attributes().values()) + b"".join(
            attr(n, u8(n), OPT_TRANS) for n in range(41, 256)
            if n != ATTR_SET), t.nlri), ROUTE),
    history("800-prefixes", lambda t: t.route(reach=t.nlri + b"".join(
        u8(32, 198, 18, n // 256, n % 256) for n in range(700))), ROUTE),
    history("1000-default-routes", lambda t: t.route(
        reach=t.nlri + bytes(1000)), ROUTE),
    history("zeros", lambda t: bytes(300), reset(3), SAME, WITHDRAWN),
    history("ones", lambda t: b"\xff" * 300, reset(3)),
)


@rows(*HISTORY)
def test_history(stage, case):
    run(stage, case)


OPENS = {
    "parameter-255-cve-2022-40302": u8(255, 255, 0),
    "option-length-cve-2022-43681": u8(255),
    "software-version-cve-2025-43971": bgp.capability(75, u8(255)),
    "capability-shorter-gobgp-2598": u8(2, 1, 65, 4, 0, 0),
    "as4-length-0-ghsa-gjrg": u8(2, 2, 65, 0),
    "zeros": bytes(250),
    "ones": b"\xff" * 250,
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", OPENS)
def test_history_of_opens(stage, relation, name):
    parameters = OPENS[name]
    link = stage.connect()
    body = struct.pack("!BHH", 4, link.neighbor.asn, 90) + \
        ip(link.address) + u8(len(parameters)) + parameters
    with contextlib.suppress(AssertionError):
        got = answer_to_open(stage, link, bgp.message(bgp.OPEN, body))
        assert got is None or got[0] in (1, 2)
    link.close()
    works(stage)


def works(stage):
    with stage.session() as link:
        stage.settle(link)


def survives(stage, octets, state="established"):
    """Up or down, but alive, and nothing of it stays behind."""
    with in_state(stage, state) as link:
        with contextlib.suppress(OSError, Down):
            link.send_raw(octets)
            link.pump(0.02)
    works(stage)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("state", ("opensent", "established"))
def test_random_octets(stage, relation, seed, state):
    rng = random.Random(seed)
    octets = rng.randbytes(rng.choice((1, 19, 100, 5000)))
    if seed % 2:
        octets = MARKER + octets
    survives(stage, octets, state)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("seed", range(25))
def test_random_body_of_each_type(stage, relation, seed):
    rng = random.Random(seed)
    kind = rng.choice((1, 2, 2, 2, 3, 5))
    survives(stage, bgp.message(kind, rng.randbytes(rng.randrange(200))))


def mutated(rng, body):
    octets = bytearray(body)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(octets))
        how = rng.randrange(4)
        if how == 0:
            octets[at] = rng.randrange(256)
        elif how == 1:
            octets[at] ^= 1 << rng.randrange(8)
        elif how == 2:
            del octets[at:at + rng.randrange(1, 4)]
        else:
            octets[at:at] = rng.randbytes(rng.randrange(1, 4))
        octets = octets or bytearray(1)
    return bytes(octets)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
@pytest.mark.parametrize("seed", range(25))
def test_mutated_updates(stage, relation, family, seed):
    """Each in a session of its own until one of them is refused."""
    rng = random.Random(f"{family}{seed}")
    link = stage.establish()
    for _ in range(12):
        talk = stage.talk(link, family)
        whole = talk.route({
            COMMUNITIES: attr(COMMUNITIES, u16(64999, 1, 64999, 2)),
            AGGREGATOR: attr(AGGREGATOR, u32(65300) + ip("10.9.9.9")),
            LARGE_COMMUNITIES: attr(LARGE_COMMUNITIES, u32(1, 2, 3)),
            99: attr(99, b"abc", OPT_TRANS)})
        try:
            link.send(bgp.UPDATE, mutated(rng, whole))
            link.pump(0.001)
        except (OSError, Down):
            link.close()
            link = stage.establish()
    link.close()
    works(stage)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("seed", range(25))
def test_mutated_opens(stage, relation, seed):
    rng = random.Random(seed)
    link = stage.connect()
    body = stage.open_body(link, capabilities=FAMILIES
                           + bgp.graceful_restart(60, ("ipv4",))
                           + bgp.capability(73, b"\4host\3dom")
                           + bgp.capability(69, u16(1) + u8(1, 3)))
    link.send(bgp.OPEN, mutated(rng, body))
    with contextlib.suppress(Down, OSError):
        link.pump(0.02)
        link.send(bgp.KEEPALIVE)
        link.pump(0.02)
    link.close()
    works(stage)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("cut", (1, 16, 18, 19, 25, 40))
def test_half_a_message_and_a_close(stage, relation, cut):
    with stage.session() as link:
        talk = stage.talk(link)
        octets = bgp.message(bgp.UPDATE, talk.route())

        link.send_raw(octets[:cut])

    works(stage)
    assert stage.told("below", talk.prefix) is None


@pytest.mark.parametrize("relation", RELATIONS)
def test_half_a_message_delays_nobody(stage, relation):
    with stage.session() as slow:
        slow.send_raw(header(bgp.UPDATE, 4096) + bytes(50))

        works(stage)


@pytest.mark.parametrize("relation", RELATIONS)
def test_notification_behind_a_bad_message(stage, relation):
    got = ending(stage, "established", header(77, 19)
                 + bgp.message(bgp.NOTIFICATION, u8(6, 2)))

    assert got is None or got[:2] == (1, 3)


@pytest.mark.parametrize("relation", RELATIONS)
def test_notification_data_is_what_was_received(stage, relation):
    """CVE-2017-15865: never what lies behind the message."""
    with stage.session() as link:
        link.send(bgp.UPDATE, update(
            attr_claiming(ORIGIN, 255, u8(0)), attributes_length=4))
        got = link.fate()

    assert got[0] == 3 and len(got[2]) <= 4


@pytest.mark.parametrize("relation", RELATIONS)
def test_flap_storm_ends_with_the_last_state(stage, relation):
    with stage.session() as link:
        talk = stage.talk(link)
        up = bgp.message(bgp.UPDATE, talk.route())
        down = bgp.message(bgp.UPDATE, bgp.update_body(
            withdraw=[talk.prefix]))

        link.send_raw((up + down) * 2000)
        stage.settle(link)
        assert stage.told("below", talk.prefix) is None
        link.send_raw((up + down) * 2000 + up)
        stage.settle(link)

        assert stage.told("below", talk.prefix)
        assert len(stage.watchers["below"].history[talk.prefix]) < 2000


@pytest.mark.parametrize("relation", RELATIONS)
def test_many_routes_come_and_go(stage, relation):
    """20,000 prefixes, each of which is told and withdrawn."""
    below = stage.watchers["below"]
    with stage.session() as link:
        talk = stage.talk(link)
        told = len(below.routes)
        for high in range(20):
            reach = b"".join(u8(32, 100, 64 + high, n // 256, n % 256)
                             for n in range(1000))
            for at in range(0, 5000, 2500):
                link.send(bgp.UPDATE, talk.route(reach=reach[at:at + 2500]))
        below.until(lambda: len(below.routes) == told + 20000, "all of them",
                    20)

    below.until(lambda: len(below.routes) <= told, "withdrawal", 20)


@pytest.mark.parametrize("relation", RELATIONS)
def test_slow_reader_hinders_nobody(stage, relation):
    with stage.session(stage.by_name("ward")) as slow:
        with stage.session() as link:
            for _ in range(200):
                talk = stage.talk(link)
                link.send(bgp.UPDATE, talk.route({COMMUNITIES: attr(
                    COMMUNITIES, u16(64999, 1) * 800)}))
            stage.settle(link)
        slow.pump()


@pytest.mark.parametrize("relation", RELATIONS)
def test_connection_flood(stage, relation):
    """From a neighbour, without a word; the next good one is taken."""
    neighbor = next(stage.turn)
    links = [stage.connect(neighbor) for _ in range(100)]
    for link in links:
        link.close()

    with stage.session(neighbor) as link:
        stage.settle(link)


@pytest.mark.parametrize("relation", RELATIONS)
def test_messages_behind_the_last_words(stage, relation):
    """What follows an error in the same segment is not looked at."""
    with stage.session() as link:
        talk = stage.talk(link)
        with contextlib.suppress(OSError):
            link.send_raw(header(77, 19)
                          + bgp.message(bgp.UPDATE, talk.route()))
        link.fate()

    works(stage)
    assert stage.told("below", talk.prefix) is None
