# SPDX-License-Identifier: ISC
# test_rival_restart.py - one of the two restarts, and the other keeps its routes
"""
RFC 4724 beside each rival that keeps routes, by death (SIGKILL) and by an
orderly end, of our daemon and of theirs.  No route may be missing at any time
from the table or the kernel of who stays; one that the newcomer does not say
again goes at its End-of-RIB.
"""
import signal

import pytest

from interop import BLOCKS, NETWORKS, THEIRS, Pair
from node import FAMILIES
from lab import wait_for
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, installed
from watch import RouteMonitor

EXTRA = "10.96.0.0/12"
KEPT, SWEPT = NETWORKS["ipv4"]

KEEPS = {
    "bird": (Bird, {"options": "graceful restart on;"}),
    "frr": (Frr, {"options": "graceful-restart"}),
    "gobgp": (Gobgp, {"options": """
[neighbors.graceful-restart.config]
enabled = true
restart-time = 60
notification-enabled = true""", "channel": """
[neighbors.afi-safis.mp-graceful-restart.config]
enabled = true"""}),
    "openbgpd": (OpenBgpd, {}),
    "exabgp": (ExaBgp, {"channel": "capability { graceful-restart 60; }"}),
}
# ExaBGP keeps nothing; OpenBGPD 7.7 asks for nothing to be kept.
each_helper = pytest.mark.parametrize(
    "pair", [name for name in KEEPS if name != "exabgp"], indirect=True)
each_restarter = pytest.mark.parametrize(
    "pair", [name for name in KEEPS if name != "openbgpd"], indirect=True)
each_ending = pytest.mark.parametrize("ending", ("kill", "end"))


ROUTER = {"frr": "bgp graceful-restart preserve-fw-state"}


@pytest.fixture(scope="module")
def pair(request, lab_factory):
    rival, options = KEEPS[request.param]
    if not installed(rival):
        pytest.skip(f"no {request.param}")
    with lab_factory() as lab:
        made = Pair(lab, rival, **options)
        made.rival.side.settings = ROUTER.get(request.param, "")
        made.rival.side.announce = dict(NETWORKS)
        made.monitor = RouteMonitor(made.ours).start()
        with_extra(made)
        made.rival.start()
        made.node.start()
        wait_for(lambda: is_whole(made), 20, "routes both ways")
        yield made


def with_extra(pair, extra=True):
    pair.node.configure(pair.config(64512, 65001)
                        + (f"announce {EXTRA}\n" if extra else ""))


def theirs(pair):
    return {prefix for family in FAMILIES for prefix in pair.rival.routes(family)}


def is_whole(pair):
    pair.node.is_up()
    pair.rival.is_up()
    assert theirs(pair) == {*BLOCKS.values(), EXTRA}
    has_theirs(pair)
    return is_fresh(pair) and pair.node.is_in_sync()


def is_fresh(pair):
    for address in THEIRS.values():
        row = pair.node.detail(address)
        assert not [f for f in row["families"] if f["stale"]]
    return True


def has_ours(pair):
    """The blocks, whatever else: asked while it waits for something."""
    assert not set(BLOCKS.values()) - theirs(pair), "a block is lost"


def has_theirs(pair):
    """What they announce, in our kernel."""
    for family, prefixes in pair.rival.side.announce.items():
        found = pair.node.installed(family)
        assert all(found.get(p) == THEIRS[family] for p in prefixes), found


@each_helper
@each_ending
def test_our_restart_loses_no_route_there(pair, ending):
    getattr(pair.node, ending)()
    assert theirs(pair) == {*BLOCKS.values(), EXTRA}
    with_extra(pair, False)

    pair.node.start()

    def swept():
        has_ours(pair)
        return EXTRA not in theirs(pair)

    until(swept, 40, "the sweep")
    with_extra(pair)
    pair.node.reload()
    wait_for(lambda: is_whole(pair), 20, "all again")


def until(condition, deadline, what):
    """As wait_for, but an assertion that fails is the end."""
    failures = []

    def strict():
        try:
            return condition()
        except AssertionError as problem:
            failures.append(problem)
            return True

    wait_for(strict, deadline, what)
    assert not failures, failures[0]


# ---- theirs


def ends(pair, ending):
    """By death, or as its operator would, who wants it back at once."""
    if ending == "kill":
        pair.rival.kill()
    elif isinstance(pair.rival, Bird):
        pair.rival.expected_end = True
        pair.rival.birdc("graceful", "restart")
        pair.rival.process.wait(5)
    else:
        pair.rival.end()
    wait_for(lambda: not is_connected(pair), 10, "the sessions' end")


def is_connected(pair):
    return any(row["state"] == "established" for row in pair.node.neighbors())


def comes_back(pair):
    """GoBGP is told its routes when it runs: not before that to the wire."""
    late = isinstance(pair.rival, Gobgp)
    if late:
        pair.theirs.drop("early", "tcp dport 179", "tcp dport 179")
    pair.rival.start(*pair.rival.recovery)
    if late:
        pair.theirs.undrop("early")


@each_restarter
@each_ending
def test_their_restart_loses_no_route_here(pair, ending):
    """Comes back with one network less, or with one more."""
    announced = pair.rival.side.announce["ipv4"]
    mark = pair.monitor.mark()
    ends(pair, ending)
    has_theirs(pair)

    pair.rival.side.announce["ipv4"] = \
        [KEPT] if SWEPT in announced else NETWORKS["ipv4"]
    comes_back(pair)

    wait_for(lambda: pair.node.is_up() and is_fresh(pair), 40, "the return")
    wait_for(lambda: (SWEPT in pair.node.installed("ipv4")) ==
             (SWEPT not in announced), 10, "the sweep")
    events = pair.monitor.since(mark)
    assert all(SWEPT in event for event in events), events
    has_theirs(pair)


@pytest.mark.parametrize("pair", ["openbgpd"], indirect=True)
@each_ending
def test_nothing_is_kept_of_who_does_not_ask_for_it(pair, ending):
    ends(pair, ending)

    wait_for(lambda: not set(NETWORKS["ipv4"]) &
             set(pair.node.installed("ipv4")), 5, "the end of the routes")

    pair.rival.start()

    wait_for(lambda: is_whole(pair), 20, "all again")


# ---- long-lived graceful restart, RFC 9494

LONG_LIVED = {
    "bird": (Bird, "", {"options": """
        graceful restart on; graceful restart time 2;
        long lived graceful restart on; long lived stale time 60;"""}),
    "frr": (Frr, """bgp graceful-restart preserve-fw-state
bgp graceful-restart restart-time 2
bgp long-lived-graceful-restart stale-time 60""",
            {"options": "graceful-restart"}),
    "gobgp": (Gobgp, "", {"options": """
[neighbors.graceful-restart.config]
enabled = true
restart-time = 2
long-lived-enabled = true""", "channel": """
[neighbors.afi-safis.mp-graceful-restart.config]
enabled = true
[neighbors.afi-safis.long-lived-graceful-restart.config]
enabled = true
restart-time = 60"""}),
}


@pytest.fixture(scope="module", params=LONG_LIVED)
def lasting(request, lab_factory):
    """One IPv4 session, and two seconds before the long time begins."""
    rival, settings, options = LONG_LIVED[request.param]
    if not installed(rival):
        pytest.skip(f"no {request.param}")
    with lab_factory() as lab:
        made = Pair(lab, rival, sessions=(("ipv4", ("ipv4",)),),
                    settings="long-lived 60s; graceful-restart 2s", **options)
        made.rival.side.settings = settings
        made.rival.start()
        made.node.start()
        wait_for(lambda: is_exchanged(made), 20, "routes both ways")
        yield made


def is_exchanged(pair):
    pair.node.is_up()
    pair.check_theirs("ipv4")
    path = pair.node.routes().get(KEPT, {"stale": True})
    return not path.get("stale") and "communities" not in path and \
        pair.node.is_in_sync()


def is_marked(rival, prefix):
    """Does its route of ours carry LLGR_STALE, 65535:6?"""
    if isinstance(rival, Bird):
        return "(65535,6)" in rival.birdc("show", "route", prefix, "all")
    if isinstance(rival, Frr):
        return "llgr-stale" in rival.vtysh(f"show bgp ipv4 unicast {prefix}")
    return "llgr-stale" in rival.gobgp("global", "rib", prefix).lower()


def test_route_of_a_dead_rival_is_a_last_resort(lasting):
    lasting.rival.kill()

    wait_for(lambda: "llgr-stale" in lasting.node.routes()[KEPT].get(
        "communities", ""), 20, "the mark")
    assert lasting.node.installed("ipv4")[KEPT] == THEIRS["ipv4"]

    comes_back(lasting)
    wait_for(lambda: is_exchanged(lasting), 30, "the route again")


def test_our_route_is_a_last_resort_there(lasting):
    lasting.node.kill()

    wait_for(lambda: is_marked(lasting.rival, BLOCKS["ipv4"]), 20, "the mark")
