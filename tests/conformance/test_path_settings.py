# SPDX-License-Identifier: ISC
# test_path_settings.py - what a neighbour's settings make of paths
"""
One stage where each setting has a neighbour of its own that talks, or one
that listens.  A row names who talks, what it says, who listens, and what that
one is told of it, or that it is told nothing.
"""
from dataclasses import dataclass

import pytest

import speaker as bgp
from dut import NAME
from stage import OUR_AS, Neighbor, Stage
from wire import *                                          # noqa: F403

pytestmark = pytest.mark.skipif(NAME != "bgpd", reason="is about our settings")

TESTER, LOCAL = 65001, 64999
GRACEFUL_SHUTDOWN, BLACKHOLE, NO_EXPORT = (
    u16(0xffff, low) for low in (0, 666, 0xff01))


def external(name, last, options="", asn=TESTER):
    return Neighbor(name, "external", asn, f"10.0.0.{last}", options)


NEIGHBORS = [
    external("usual", 100),
    external("loose", 101, "allow-own-as 1; enforce-first-as off; "
             "reject-as-set off"),
    external("renamed", 102, f"local-as {LOCAL}"),
    external("member", 103, "role rs-client"),
    Neighbor("within", "internal", OUR_AS, "10.0.0.104"),
    external("hears", 110, asn=65011),
    external("stripped", 111, "remove-private-as", 65011),
    external("overridden", 112, "as-override", 65011),
    external("hears-local", 113, f"local-as {LOCAL}", 65011),
    external("hears-self", 114, "next-hop self", 65011),
    external("hears-kept", 115, "next-hop keep", 65011),
    Neighbor("below-self", "client", OUR_AS, "10.0.0.116", "next-hop self"),
]


@pytest.fixture(scope="module")
def knobs(big_lab):
    """A name of its own: another module's `stage` is seen here, and back."""
    made = Stage(big_lab, "external", "settings", NEIGHBORS, "reject-as-set on")
    made.ours.ip("route add 192.0.2.0/24 dev eth0")
    return made


@dataclass
class Row:
    name: str
    talker: str
    changes: object = ()
    listener: str = "outside"
    told: object = None         # {type: value}; None: nothing
    hop6: str = None            # of an IPv6 route


def sequence(*numbers):
    return segment(SEQUENCE, *numbers)


def path_of(*numbers):
    return {AS_PATH: attr(AS_PATH, sequence(*numbers))}


def marked(*values):
    return {COMMUNITIES: attr(COMMUNITIES, b"".join(values))}


SET_BEHIND = sequence(TESTER) + segment(SET, 65300)
AIGP_20 = u8(1, 0, 11) + u32(0, 20)
ELSEWHERE = {NEXT_HOP: attr(NEXT_HOP, ip("192.0.2.7"))}
INSIDE = {LOCAL_PREF: attr(LOCAL_PREF, u32(200))}
ROWS = [
    # RFC 4271 6.3, and the neighbour that never puts itself in front.
    Row("first-as-of-another", "usual", path_of(65009, TESTER)),
    Row("first-as-of-another-allowed", "loose", path_of(65009, TESTER),
        told={AS_PATH: sequence(OUR_AS, 65009, TESTER)}),
    Row("first-as-of-a-member", "member", path_of(65009),
        told={AS_PATH: sequence(OUR_AS, 65009)}),
    # RFC 9774 3
    Row("set-refused", "usual", {AS_PATH: attr(AS_PATH, SET_BEHIND)}),
    Row("set-refused-inside", "within",
        {AS_PATH: attr(AS_PATH, SET_BEHIND)}),
    Row("set-allowed", "loose", {AS_PATH: attr(AS_PATH, SET_BEHIND)},
        told={AS_PATH: sequence(OUR_AS, TESTER) + segment(SET, 65300)}),
    Row("own-as", "usual", path_of(TESTER, OUR_AS)),
    Row("own-as-allowed", "loose", path_of(TESTER, OUR_AS),
        told={AS_PATH: sequence(OUR_AS, TESTER, OUR_AS)}),
    Row("own-as-once-too-often", "loose", path_of(TESTER, OUR_AS, OUR_AS)),
    Row("local-as-in-path", "renamed", path_of(TESTER, LOCAL)),
    Row("real-as-in-path", "renamed", path_of(TESTER, OUR_AS)),
    Row("local-as-adds-nothing", "renamed", path_of(TESTER, 65200),
        told={AS_PATH: sequence(OUR_AS, TESTER, 65200)}),
    Row("local-as-is-in-front", "usual", path_of(TESTER, 65200),
        "hears-local", {AS_PATH: sequence(LOCAL, TESTER, 65200)}),
    Row("local-as-of-another-is-none-of-ours", "usual",
        path_of(TESTER, LOCAL), told={
            AS_PATH: sequence(OUR_AS, TESTER, LOCAL)}),
    Row("private-stripped", "usual", path_of(TESTER, 7, 4200000000, 65011),
        "stripped", {AS_PATH: sequence(OUR_AS, 7, 65011)}),
    Row("private-told-without", "usual", path_of(TESTER, 7, 4200000000),
        "hears", {AS_PATH: sequence(OUR_AS, TESTER, 7, 4200000000)}),
    Row("overridden", "usual", path_of(TESTER, 65011, 65200, 65011),
        "overridden", {AS_PATH: sequence(OUR_AS, TESTER, OUR_AS, 65200,
                                         OUR_AS)}),
    Row("next-hop-self-outside", "usual", (), "hears-self",
        {NEXT_HOP: ip("10.0.0.1")}),
    Row("next-hop-kept-outside", "usual", ELSEWHERE, "hears-kept",
        {NEXT_HOP: ip("192.0.2.7")}),
    Row("next-hop-auto-outside", "usual", ELSEWHERE, "hears",
        {NEXT_HOP: ip("10.0.0.1")}),
    Row("next-hop-self-reflected", "within", {**INSIDE, **ELSEWHERE},
        "below-self", {NEXT_HOP: ip("10.0.0.1")}),
    Row("next-hop-auto-reflected", "within", {**INSIDE, **ELSEWHERE},
        "below", {NEXT_HOP: ip("192.0.2.7")}),
    Row("next-hop-self-outside-ipv6", "usual", (), "hears-self", {},
        "fd00::1"),
    Row("next-hop-kept-outside-ipv6", "usual", (), "hears-kept", {},
        "fd00::100"),
    Row("next-hop-self-reflected-ipv6", "within", INSIDE, "below-self", {},
        "fd00::1"),
    Row("next-hop-auto-reflected-ipv6", "within", INSIDE, "below", {},
        "fd00::104"),
    # RFC 8326 4.1
    Row("graceful-shutdown", "usual", marked(GRACEFUL_SHUTDOWN), "below",
        {LOCAL_PREF: u32(0), COMMUNITIES: GRACEFUL_SHUTDOWN}),
    Row("graceful-shutdown-inside", "within",
        {**INSIDE, **marked(GRACEFUL_SHUTDOWN)}, "below",
        {LOCAL_PREF: u32(0), COMMUNITIES: GRACEFUL_SHUTDOWN}),
    # RFC 7999 3.2
    Row("blackhole-stays-inside", "usual", marked(BLACKHOLE)),
    Row("blackhole-is-told-inside", "usual", marked(BLACKHOLE), "below",
        {COMMUNITIES: BLACKHOLE + NO_EXPORT}),
    Row("blackhole-from-inside", "within", {**INSIDE, **marked(BLACKHOLE)},
        told={COMMUNITIES: BLACKHOLE}),
    # RFC 7311 3.3, 3.4
    Row("aigp-reflected", "within", {**INSIDE, AIGP: attr(AIGP, AIGP_20)},
        "below", {AIGP: AIGP_20}),
    Row("aigp-with-another-next-hop", "within",
        {**INSIDE, AIGP: attr(AIGP, AIGP_20)}, "below-self", {AIGP: None}),
    Row("aigp-outside", "within", {**INSIDE, AIGP: attr(AIGP, AIGP_20)},
        told={AIGP: None}),
    Row("aigp-from-outside", "usual", {AIGP: attr(AIGP, AIGP_20)}, "below",
        {AIGP: None}),
    Row("aigp-transitive", "within",
        {**INSIDE, AIGP: attr(AIGP, AIGP_20, OPT_TRANS)}, "below",
        {AIGP: None}),
]


@pytest.fixture
def knobs_listener(knobs, row):
    """Where the row listens: a watcher, or a neighbour that comes for it."""
    if row.listener in knobs.watchers:
        yield knobs.watchers[row.listener]
        return
    neighbor = knobs.by_name(row.listener)
    with knobs.session(neighbor) as link:
        yield link


def told(link, prefix):
    link.pump()
    route = link.routes.get(prefix)
    return route and {kind: value for kind, (_, value) in route.items()}


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row.name) for row in ROWS])
def test_path_settings(knobs, row, knobs_listener):
    stage, listener = knobs, knobs_listener
    talker = stage.by_name(row.talker)
    with stage.session(talker) as link:
        talk = stage.talk(link, "ipv6" if row.hop6 else "ipv4")
        talk.relation = talker.kind
        link.send(bgp.UPDATE, talk.route(row.changes))

        if row.told is None:
            stage.settle(link)
            assert told(listener, talk.prefix) is None
            return
        listener.until(lambda: told(listener, talk.prefix), "the route")
        got = told(listener, talk.prefix)
        for kind, value in row.told.items():
            assert got.get(kind) == value, f"attribute {kind}"
        if row.hop6:
            assert got[MP_REACH][4:20] == ip(row.hop6)


def test_open_says_local_as(knobs):
    """RFC 4271 4.2: My Autonomous System, here of two octets."""
    with knobs.session(knobs.by_name("renamed")) as link:
        assert link.theirs[1:3] == u16(LOCAL)
        shown = knobs.daemon.detail("10.0.0.102")
        assert shown["local_as"] == LOCAL


def test_refusals_have_their_words(knobs):
    """What was refused is there, with the reason."""
    for changes, word in ((path_of(65009, TESTER), "first-as"),
                          ({AS_PATH: attr(AS_PATH, SET_BEHIND)}, "as-set"),
                          (path_of(TESTER, OUR_AS), "as-loop")):
        with knobs.session(knobs.by_name("usual")) as link:
            talk = knobs.talk(link)
            link.send(bgp.UPDATE, talk.route(changes))
            knobs.settle(link)

            rows = knobs.daemon.ctl("show", "routes", talk.prefix,
                                    "all")["routes"]

            assert [row.get("refusal") for row in rows] == [word]
