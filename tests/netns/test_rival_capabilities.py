# SPDX-License-Identifier: ISC
# test_rival_capabilities.py - what both sides announce is used, beside each rival
"""
Each capability beside each rival of Debian 12 that has it: OFFERS says which
ones it has not, and the tables below who can do what with the others.
"""
import pytest

from chain import Mouth
from interop import (BLOCKS, NAME, NETWORK, ONE, OURS, OVER_IPV6, THEIRS, Pair,
                     capability, counted, learned, needs, up)
from lab import wait_for
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, installed
from speaker import UPDATE, end_of_rib

BY_BIRD, BY_FRR, BY_GOBGP = (pytest.param(rival, marks=needs(rival))
                             for rival in (Bird, Frr, Gobgp))


def is_fresh(pair):
    """Their route is there, not stale and not marked."""
    path = learned(pair) or {"stale": True}
    return not path.get("stale") and "communities" not in path


# All that we can announce, what each rival is told to announce as well, and
# what of it Debian's version does not know however it is told.
ALL_OF_OURS = ("role customer; long-lived 60s; add-path both; "
               "capability software-version on")
OFFERS = {
    "bird": (Bird, {"options": """enable extended messages on;
        local role provider; graceful restart on;
        long lived graceful restart on;""", "channel": """
        add paths on; extended next hop on;"""},
             {"fqdn", "software-version"}),
    "frr": (Frr, {"options": """local-role provider
graceful-restart
capability extended-nexthop""", "channel": "addpath-tx-all-paths"},
            {"software-version"}),
    "gobgp": (Gobgp, {"options": """
[neighbors.graceful-restart.config]
enabled = true
restart-time = 60
long-lived-enabled = true""", "channel": """
[neighbors.afi-safis.mp-graceful-restart.config]
enabled = true
[neighbors.afi-safis.long-lived-graceful-restart.config]
enabled = true
restart-time = 60
[neighbors.afi-safis.add-paths.config]
receive = true
send-max = 8"""},
              {"enhanced-route-refresh", "extended-message", "role",
               "software-version"}),
    "openbgpd": (OpenBgpd, {"options": """announce policy provider
announce enhanced refresh yes
announce add-path recv yes
announce add-path send all"""},
                 {"extended-message", "extended-next-hop", "fqdn",
                  "long-lived-graceful-restart", "software-version"}),
    "exabgp": (ExaBgp, {"channel": """
        capability { graceful-restart 60; add-path send/receive;
            route-refresh enable; nexthop enable; }
        nexthop { ipv4 unicast ipv6; }"""},
               {"fqdn", "long-lived-graceful-restart", "role",
                "software-version"}),
}


@pytest.mark.parametrize("name", OFFERS)
def test_what_both_announce_is_used(lab_factory, name):
    rival, options, lacking = OFFERS[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=OVER_IPV6, settings=ALL_OF_OURS,
                       **options))

        rows = pair.node.detail(THEIRS["ipv6"])["capabilities"]
        assert all(row["sent"] for row in rows), rows
        for way in ("received", "used"):
            assert {row["capability"] for row in rows
                    if not row.get(way)} == lacking, (way, rows)


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


# ---- route refresh, RFC 2918 and 7313


# How each asks, None: it cannot; and whether it answers.  GoBGP 3.10 keeps what
# it has heard and asks nobody.  OpenBGPD 7.7 takes a request for a family that
# was not negotiated.  ExaBGP 4.2 ends the session where it should say BoRR.
REFRESHES = {
    "bird": (Bird, {}, True,
             lambda pair: pair.rival.birdc("reload", "in", "peer0")),
    "frr": (Frr, {}, True,
            lambda pair: pair.rival.vtysh(f"clear bgp {OURS['ipv4']} soft in")),
    "gobgp": (Gobgp, {}, True, None),
    "openbgpd": (OpenBgpd, {"options": "announce enhanced refresh yes"}, False,
                 lambda pair: pair.rival.bgpctl("neighbor", OURS["ipv4"],
                                                "refresh")),
    "exabgp": (ExaBgp, {"channel": "capability { route-refresh enable; }",
                        "settings": "capability enhanced-route-refresh off"},
               True,
               lambda pair: pair.rival.tell(
                   "announce route-refresh ipv4 unicast")),
}
FRAMED = ("bird", "frr", "openbgpd")    # by BoRR and EoRR


@pytest.mark.parametrize("name", REFRESHES)
def test_refresh_both_ways(lab_factory, name):
    rival, options, answers, ask = REFRESHES[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = up(Pair(lab, rival, sessions=ONE, **options))
        wait_for(lambda: pair.check_theirs("ipv4") is None and learned(pair),
                 what="routes both ways")
        framed = name in FRAMED
        assert capability(pair, "enhanced-route-refresh")[2] == framed

        check_our_request(pair, framed, answers)
        if ask:
            check_their_request(pair, framed, ask)


def check_our_request(pair, framed, answers):
    heard = counted(pair, "update", "received")
    pair.node.bgpctl("neighbor", NAME, "refresh")

    if answers:
        wait_for(lambda: counted(pair, "update", "received") > heard,
                 what="their routes again")
        wait_for(lambda: counted(pair, "route-refresh", "received") ==
                 (2 if framed else 0), what="BoRR and EoRR")
    else:
        wait_for(lambda: "not negotiated" in pair.rival.log(),
                 what="its refusal")
    wait_for(lambda: is_fresh(pair), what="the route confirmed")


def check_their_request(pair, framed, ask):
    told = counted(pair, "update", "sent")
    said = counted(pair, "route-refresh", "sent")
    ask(pair)

    wait_for(lambda: counted(pair, "update", "sent") == told + 1,
             what="our route again")
    assert counted(pair, "route-refresh", "sent") - said == \
        (2 if framed else 0)
    pair.check_theirs("ipv4")
    assert pair.node.is_up()


# ---- extended next hop, RFC 8950

EXTENDED_HOP = {
    "bird": (Bird, {"channel": "extended next hop;"}),
    "frr": (Frr, {"options": "capability extended-nexthop"}),
    "gobgp": (Gobgp, {}),
    "exabgp": (ExaBgp, {"channel": """capability { nexthop enable; }
        nexthop { ipv4 unicast ipv6; }"""}),
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
    "openbgpd": (OpenBgpd, "announce policy {}"),
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


# Who is below us hears the network with the mark; who is above us does not.
BELOW, ABOVE = ("10.0.1.2", 65003), ("10.0.1.3", 65004)
OTC = 35


@pytest.mark.parametrize("name", ROLE)
def test_route_of_a_provider_goes_down_only(lab_factory, name):
    rival, line = ROLE[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = Pair(lab, rival, sessions=ONE, settings="role customer",
                    options=line.format("provider"))
        side = lab.space("side")
        lab.wire(pair.ours, side, "eth1", "eth0")
        pair.ours.add("eth1", "10.0.1.1/24")
        side.add("eth0", "10.0.1.2/24", "10.0.1.3/24")
        pair.node.configure(pair.config(64512, 65001) + "".join(
            f"neighbor {role} {address} {{ remote-as {asn}; passive\n"
            f"import all; export all; role {role} }}\n"
            for role, (address, asn) in (("provider", BELOW),
                                         ("customer", ABOVE))))
        pair.rival.start()
        pair.node.start()
        wait_for(lambda: learned(pair), 20, "their route")

        below, above = (Mouth(side, *mouth, "10.0.1.1")
                        for mouth in (BELOW, ABOVE))

        assert below.hears(NETWORK)[OTC][1] == (65001).to_bytes(4, "big")
        above.hears(BLOCKS["ipv4"])
        above.heard += above.speaker.read_until(is_end_of_rib)
        assert not above.has_heard(NETWORK)


def is_end_of_rib(message):
    return message.type == UPDATE and message.body == end_of_rib("ipv4")


# ---- graceful restart over a NOTIFICATION, RFC 8538


def soft_reset_of_frr(pair):
    pair.rival.vtysh("configure terminal", "router bgp 65001",
                     "no bgp hard-administrative-reset")
    pair.rival.vtysh(f"clear bgp {OURS['ipv4']}")


# GoBGP says one when it ends: test_rival_restart.py.
N_BIT = {
    "frr": (Frr, {"options": "graceful-restart"}, soft_reset_of_frr),
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
        wait_for(lambda: pair.node.is_up() and is_fresh(pair), 20,
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
