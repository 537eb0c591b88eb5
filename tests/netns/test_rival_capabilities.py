# SPDX-License-Identifier: ISC
# test_rival_capabilities.py - what both sides announce is used, beside each rival
"""
Each capability beside each rival of Debian 12 that has it; USED and the
tables below say which.  What is not there a rival does not have: BIRD 2.0.12
no N bit and no FQDN, GoBGP 3.10 no extended messages, no BoRR and no role,
OpenBGPD 7.7 nothing but refresh, AS4 and restart, ExaBGP 4.2 no restart that
would last, and nobody announces a software version.
"""
import pytest

from interop import BLOCKS, BOTH, NETWORKS, OURS, THEIRS, Pair
from lab import LabError, wait_for
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, installed

OVER_IPV6 = (("ipv6", BOTH),)
ONE = (("ipv4", ("ipv4",)),)
NAME = "rival-ipv4"
NETWORK = NETWORKS["ipv4"][0]


def needs(rival):
    return pytest.mark.skipif(not installed(rival),
                              reason=f"no {rival.__name__}")


BY_BIRD, BY_FRR, BY_GOBGP = (pytest.param(rival, marks=needs(rival))
                             for rival in (Bird, Frr, Gobgp))


def up(pair):
    pair.rival.start()
    pair.node.start()
    wait_for(lambda: pair.node.is_up() and pair.rival.is_up(), 20,
             "the session")
    return pair


def capability(pair, name, over="ipv4"):
    """(sent, received, used) of a session."""
    for row in pair.node.detail(THEIRS[over])["capabilities"]:
        if row["capability"] == name:
            return row["sent"], row["received"], row["used"]
    return False, False, False


def counted(pair, message, way, over="ipv4"):
    return next(row[way] for row in pair.node.detail(THEIRS[over])["messages"]
                if row["message"] == message)


def learned(pair, prefix=NETWORK):
    """The path of theirs, or None."""
    return pair.node.routes().get(prefix)


def is_fresh(pair):
    """Their route is there, not stale and not marked."""
    path = learned(pair) or {"stale": True}
    return not path.get("stale") and "communities" not in path


# What of ours each rival announces as well, in the form that it wants.
USED = {
    "bird": (Bird, {"options": "enable extended messages on;"},
             ("route-refresh", "enhanced-route-refresh", "four-octet-as",
              "extended-message")),
    "frr": (Frr, {}, ("route-refresh", "enhanced-route-refresh",
                      "four-octet-as", "extended-message", "fqdn")),
    "openbgpd": (OpenBgpd, {}, ("route-refresh", "four-octet-as",
                                "graceful-restart")),
    "exabgp": (ExaBgp, {}, ("four-octet-as", "extended-message")),
    "gobgp": (Gobgp, {}, ("route-refresh", "four-octet-as", "fqdn")),
}


@pytest.mark.parametrize("name", USED)
def test_what_both_announce_is_used(lab_factory, name):
    rival, options, capabilities = USED[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=ONE, **options))

        for each in capabilities:
            assert capability(pair, each) == (True, True, True), each


@pytest.mark.parametrize("rival", [BY_BIRD, BY_FRR, BY_GOBGP])
def test_required_capability_of_nobody_refuses(lab_factory, rival):
    with lab_factory() as lab:
        pair = Pair(lab, rival, sessions=ONE, settings="""
            capability software-version require""")
        pair.rival.start()
        pair.node.start()

        def refused():
            return "capability software-version is required" in \
                pair.node.neighbor(NAME).get("reason", "")

        wait_for(refused, 20, "the reason")


# ---- extended messages, RFC 8654

# 400 large communities are 4800 octets.
HEAVY = "export filter { if source != RTS_STATIC then reject;" + " ".join(
    f"bgp_large_community.add((65001, 1, {n}));" for n in range(400)) + \
    " accept; };"


@needs(Bird)
@pytest.mark.parametrize("extended", (True, False))
def test_attributes_beyond_4096_octets_come_in(lab_factory, extended):
    with lab_factory() as lab:
        pair = up(Pair(lab, Bird, sessions=ONE, channel=HEAVY,
                       options="enable extended messages on;",
                       settings="" if extended else
                       "capability extended-message off"))
        assert capability(pair, "extended-message") == \
            (extended, True, extended)

        if extended:
            wait_for(lambda: learned(pair), what="their route")
        else:
            wait_for(lambda: counted(pair, "update", "received"),
                     what="End-of-RIB")
            assert not learned(pair)


# 1100 communities are 4400 octets.
WEIGHTY = "10.96.0.0/12"
ANNOUNCE = f"announce {WEIGHTY} community " + " ".join(
    f"64512:{n}" for n in range(1100)) + "\n"


@needs(Bird)
@pytest.mark.parametrize("extended", (True, False))
def test_attributes_beyond_4096_octets_go_out(lab_factory, extended):
    with lab_factory() as lab:
        pair = Pair(lab, Bird, sessions=ONE,
                    options="enable extended messages on;",
                    settings="" if extended else
                    "capability extended-message off")
        pair.node.configure(pair.config(64512, 65001) + ANNOUNCE)
        up(pair)
        wanted = {BLOCKS["ipv4"], WEIGHTY} if extended \
            else {BLOCKS["ipv4"]}

        wait_for(lambda: set(pair.rival.routes("ipv4")) == wanted,
                 what="the routes")
        assert pair.node.is_up()


# ---- enhanced route refresh, RFC 7313


@pytest.mark.parametrize("rival", [BY_BIRD, BY_FRR])
def test_refresh_we_ask_for_begins_and_ends(lab_factory, rival):
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=ONE))
        wait_for(lambda: learned(pair), what="their route")

        pair.node.bgpctl("neighbor", NAME, "refresh")

        wait_for(lambda: counted(pair, "route-refresh", "received") == 2,
                 what="BoRR and EoRR")
        wait_for(lambda: is_fresh(pair), what="the route confirmed")


def reload_of_bird(pair):
    pair.rival.birdc("reload", "in", "peer0")


def reload_of_frr(pair):
    pair.rival.vtysh(f"clear bgp {OURS['ipv4']} soft in")


@pytest.mark.parametrize("rival, ask", [
    pytest.param(Bird, reload_of_bird, marks=needs(Bird)),
    pytest.param(Frr, reload_of_frr, marks=needs(Frr))])
def test_refresh_they_ask_for_keeps_our_block(lab_factory, rival, ask):
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=ONE))
        wait_for(lambda: pair.check_theirs("ipv4") is None,
                 what="our block")
        before = counted(pair, "update", "sent")

        ask(pair)

        wait_for(lambda: counted(pair, "route-refresh", "sent") == 2,
                 what="BoRR and EoRR")
        assert counted(pair, "update", "sent") == before + 1
        pair.check_theirs("ipv4")
        assert pair.node.is_up()


# ---- extended next hop, RFC 8950

EXTENDED_HOP = {
    "bird": (Bird, {"channel": "extended next hop;"}),
    "frr": (Frr, {"options": "capability extended-nexthop"}),
    "gobgp": (Gobgp, {}),
}


@pytest.mark.parametrize("name", EXTENDED_HOP)
def test_ipv4_goes_over_ipv6(lab_factory, name):
    rival, options = EXTENDED_HOP[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=OVER_IPV6, **options))
        assert capability(pair, "extended-next-hop", "ipv6") == \
            (True, True, True)

        def both_ways():
            assert pair.rival.routes("ipv4") == \
                {BLOCKS["ipv4"]: OURS["ipv6"]}
            assert learned(pair)
            assert learned(pair)["next_hop"] == THEIRS["ipv6"]
            route = pair.ours.routes("ipv4").get(NETWORK, {})
            assert route.get("via") == {"family": "inet6",
                                    "host": THEIRS["ipv6"]}
            return pair.node.is_in_sync()

        wait_for(both_ways, 20, "routes both ways")


# ---- roles, RFC 9234

ROLE = {
    "bird": (Bird, "local role {};"),
    "frr": (Frr, "local-role {}"),
}


@pytest.mark.parametrize("name", ROLE)
def test_counterparts_meet(lab_factory, name):
    rival, line = ROLE[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=ONE, settings="role customer",
                       options=line.format("provider")))
        wait_for(lambda: learned(pair), what="their route")

        assert capability(pair, "role") == (True, True, True)


@pytest.mark.parametrize("name", ROLE)
def test_two_providers_refuse_each_other(lab_factory, name):
    rival, line = ROLE[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = Pair(lab, rival, sessions=ONE, settings="role provider",
                    options=line.format("provider"))
        pair.rival.start()
        pair.node.start()

        def refused():
            reason = pair.node.neighbor(NAME).get("reason", "")
            return "we are provider" in reason or \
                "refused our role" in reason

        wait_for(refused, 20, "the reason")


# ---- graceful restart over a NOTIFICATION, RFC 8538


def soft_reset_of_frr(pair):
    pair.rival.vtysh("configure terminal", "router bgp 65001",
                     "no bgp hard-administrative-reset")
    pair.rival.vtysh(f"clear bgp {OURS['ipv4']}")


N_BIT = {
    "frr": (Frr, {"options": "graceful-restart"}, soft_reset_of_frr),
    "gobgp": (Gobgp, {"options": """
[neighbors.graceful-restart.config]
enabled = true
restart-time = 60
notification-enabled = true""", "channel": """
[neighbors.afi-safis.mp-graceful-restart.config]
enabled = true"""},
              lambda pair: pair.rival.gobgp("neighbor", OURS["ipv4"],
                                            "reset")),
}


@pytest.mark.parametrize("name", N_BIT)
def test_notification_of_theirs_keeps_their_routes(lab_factory, name):
    rival, options, reset = N_BIT[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=ONE, **options))
        wait_for(lambda: learned(pair) and pair.node.is_in_sync(),
                 what="their route")
        assert capability(pair, "graceful-restart") == (True, True, True)

        reset(pair)

        wait_for(lambda: counted(pair, "notification", "received") > 0,
                 what="the NOTIFICATION")
        assert learned(pair)
        # GoBGP rests for half a minute.
        wait_for(lambda: pair.node.is_up() and is_fresh(pair), 50,
                 "the return")


@needs(Frr)
def test_hard_reset_of_theirs_drops_their_routes(lab_factory):
    with lab_factory() as lab:
        pair = up(Pair(lab, Frr, sessions=ONE, options="graceful-restart"))
        wait_for(lambda: learned(pair), what="their route")

        pair.rival.vtysh(f"clear bgp {OURS['ipv4']}")

        wait_for(lambda: pair.node.logged(r"hard reset \(6/9\)"),
                 what="the hard reset")
        assert not learned(pair)


@needs(Frr)
def test_end_of_the_daemon_keeps_our_block_there(lab_factory):
    with lab_factory() as lab:
        pair = up(Pair(lab, Frr, sessions=ONE, options="graceful-restart"))
        wait_for(lambda: pair.check_theirs("ipv4") is None,
                 what="our block")

        pair.node.end()

        pair.check_theirs("ipv4")
        pair.node.start()
        wait_for(lambda: pair.node.is_up(), 20, "the session again")
        pair.check_theirs("ipv4")


@needs(Frr)
def test_disabling_takes_our_block_from_there(lab_factory):
    """By a hard reset: otherwise it would keep it for two minutes."""
    with lab_factory() as lab:
        pair = up(Pair(lab, Frr, sessions=ONE, options="graceful-restart"))
        wait_for(lambda: pair.check_theirs("ipv4") is None,
                 what="our block")

        pair.settings = "disabled"
        pair.node.reload(pair.config(64512, 65001))

        wait_for(lambda: not pair.rival.routes("ipv4"), 5, "it is gone")


# ---- long-lived graceful restart, RFC 9494

LONG_LIVED = {
    "bird": (Bird, {"options": """
        graceful restart on; graceful restart time 2;
        long lived graceful restart on; long lived stale time 60;"""}),
    "gobgp": (Gobgp, {"options": """
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


@pytest.mark.parametrize("name", LONG_LIVED)
def test_route_of_a_dead_rival_is_a_last_resort(lab_factory, name):
    rival, options = LONG_LIVED[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=ONE, settings="long-lived 60s",
                       **options))
        wait_for(lambda: learned(pair) and pair.node.is_in_sync(),
                 what="their route")
        assert capability(pair, "long-lived-graceful-restart") == \
            (True, True, True)

        pair.rival.kill()

        wait_for(lambda: "llgr-stale" in learned(pair).get("communities", ""),
                 20, "the mark")
        assert pair.node.installed("ipv4")[NETWORK] == THEIRS["ipv4"]

        pair.rival.start()
        wait_for(lambda: is_fresh(pair), 30, "the route again")
