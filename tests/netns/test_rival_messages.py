# SPDX-License-Identifier: ISC
# test_rival_messages.py - messages beyond the old sizes, beside each rival
"""
Attributes that need a message of more than 4096 octets (RFC 8654), in both
directions, and an OPEN whose parameters need more than 255 (RFC 9072).  Ours
never is that long.
"""
import pytest

from interop import (BLOCKS, NAME, NETWORK, ONE, OURS, Pair, capability,
                     counted, learned, needs, up)
from lab import wait_for
from rivals import Bird, ExaBgp, Frr, installed
from speaker import OPEN, Listener, multiprotocol, open_body

# ---- extended messages, RFC 8654

# 400 large communities are 4800 octets; FRR's lines may have 4096.
LARGES = [f"65001:1:{n}" for n in range(400)]
FILTER = "export filter { if source != RTS_STATIC then reject;" + " ".join(
    f"bgp_large_community.add(({each.replace(':', ',')}));"
    for each in LARGES) + " accept; };"
ROUTE_MAP = "".join(
    f"route-map heavy permit {at + 1}\n"
    f"set large-community {' '.join(LARGES[at:at + 200])} additive\n"
    "on-match next\n" for at in (0, 200)) + "router bgp 65001"
# terms, lines of the router, what stands behind the prefix
HEAVY = {
    "bird": (Bird, {"channel": FILTER,
                    "options": "enable extended messages on;"}, "", ""),
    "frr": (Frr, {}, ROUTE_MAP, " route-map heavy"),
    "exabgp": (ExaBgp, {}, "", f" large-community [ {' '.join(LARGES)} ]"),
}


@pytest.mark.parametrize("name, extended", [
    ("bird", True), ("bird", False), ("frr", True), ("exabgp", True)])
def test_attributes_beyond_4096_octets_come_in(lab_factory, name, extended):
    rival, terms, lines, words = HEAVY[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = Pair(lab, rival, sessions=ONE, **terms,
                    settings="" if extended else
                    "capability extended-message off")
        pair.rival.side.settings = lines
        pair.rival.side.announce = {"ipv4": [NETWORK + words]}
        up(pair)
        assert capability(pair, "extended-message") == \
            (extended, True, extended)

        if extended:
            wait_for(lambda: learned(pair), what="their route")
            if rival is Frr:        # has it said them all?
                assert LARGES[-1] in pair.rival.vtysh(
                    f"show bgp ipv4 unicast {NETWORK}")
        else:
            wait_for(lambda: counted(pair, "update", "received"),
                     what="End-of-RIB")
            assert not learned(pair)


# 1100 communities are 4400 octets.
WEIGHTY = "10.96.0.0/12"
ANNOUNCE = f"announce {WEIGHTY} community " + " ".join(
    f"64512:{n}" for n in range(1100)) + "\n"


LONG = {"bird": (Bird, "enable extended messages on;"), "frr": (Frr, ""),
        "exabgp": (ExaBgp, "")}


@pytest.mark.parametrize("name, extended", [
    ("bird", True), ("bird", False), ("frr", True), ("exabgp", True)])
def test_attributes_beyond_4096_octets_go_out(lab_factory, name, extended):
    rival, options = LONG[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = Pair(lab, rival, sessions=ONE, options=options,
                    settings="" if extended else
                    "capability extended-message off")
        pair.node.configure(pair.config(64512, 65001) + ANNOUNCE)
        up(pair)
        wanted = {BLOCKS["ipv4"], WEIGHTY} if extended \
            else {BLOCKS["ipv4"]}

        wait_for(lambda: set(pair.rival.routes("ipv4")) == wanted,
                 what="the routes")
        assert pair.node.is_up()


# ---- a long OPEN, RFC 9072

MANY = "vpn4 table v4; vpn6 table v6; flow4 table f4; flow6 table f6;"
MORE = "graceful restart on; long lived graceful restart on;" + "".join(
    f"{channel} {{ table {table}; add paths on; import none; export none;"
    f"{'extended next hop on;' if '4 m' in channel else ''} }};"
    for channel, table in (
        ("ipv4 multicast", "master4"), ("ipv6 multicast", "master6"),
        ("ipv4 mpls", "master4"), ("ipv6 mpls", "master6"),
        ("vpn4 mpls", "v4"), ("vpn6 mpls", "v6"), ("vpn4 multicast", "v4"),
        ("vpn6 multicast", "v6"), ("flow4", "f4"), ("flow6", "f6")))


@needs(Bird)
def test_open_of_many_capabilities_is_read(lab_factory):
    with lab_factory() as lab:
        pair = Pair(lab, Bird, sessions=ONE, options=MORE)
        pair.rival.side.settings = MANY
        with Listener(pair.ours, OURS["ipv4"]) as listener:
            pair.rival.start()
            speaker = listener.accept()
            speaker.send(OPEN, open_body(64512, "10.0.0.1", 90,
                                         multiprotocol("ipv4")))
            assert speaker.expect(OPEN).body[9:11] == b"\xff\xff"
            speaker.close()

        pair.node.start()

        wait_for(lambda: pair.node.is_up() and learned(pair), 20, "the route")
        wait_for(lambda: pair.check_theirs("ipv4") is None, what="our block")


@needs(Frr)
def test_open_in_the_long_form_is_read(lab_factory):
    """FRR 8.4 that is told to say it so refuses who does not, as we do not."""
    with lab_factory() as lab:
        pair = Pair(lab, Frr, sessions=ONE,
                    options="extended-optional-parameters")
        pair.rival.start()
        pair.node.start()

        def refused():
            reason = pair.node.neighbor(NAME).get("reason", "")
            return "received OPEN message error" in reason

        wait_for(refused, 20, "the refusal")
        assert capability(pair, "fqdn")[1]
