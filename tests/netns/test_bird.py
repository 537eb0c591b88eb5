# SPDX-License-Identifier: ISC
# test_bird.py - beside BIRD: external, internal, both families in one session
import pytest

from interop import BLOCKS, BOTH, FAMILIES, NETWORKS, Pair
from lab import wait_for
from node import Node
from rivals import Bird, Session, Side, installed

pytestmark = pytest.mark.skipif(not installed(Bird), reason="no BIRD")

KINDS = {
    "external": {},
    "internal": {"remote_as": 64512},
    "one-session": {"sessions": (("ipv4", BOTH),)},
    "one-session-over-ipv6": {"sessions": (("ipv6", BOTH),)},
}


@pytest.fixture(scope="module", params=KINDS)
def pair(request, lab_factory):
    with lab_factory() as lab:
        yield Pair(lab, Bird, **KINDS[request.param]).start()


@pytest.mark.parametrize("family", FAMILIES)
def test_their_table_has_our_block(pair, family):
    pair.check_theirs(family)


@pytest.mark.parametrize("family", FAMILIES)
def test_our_table_has_their_networks(pair, family):
    pair.check_ours(family)


@pytest.mark.parametrize("family", FAMILIES)
def test_kernel_has_their_networks(pair, family):
    pair.check_kernel(family)


def test_withdrawal_leaves_both_tables(pair):
    pair.rival.side.announce = {}
    pair.rival.write_config()
    pair.rival.birdc("configure")

    wait_for(pair.check_gone, what="the withdrawal")

    pair.rival.side.announce = NETWORKS
    pair.rival.write_config()
    pair.rival.birdc("configure")
    wait_for(pair.is_converged, what="the routes again")


def test_restart_of_the_rival_brings_routes_back(pair):
    pair.rival.kill()
    pair.rival.start()

    wait_for(pair.is_converged, 20, "the routes again")


def test_session_over_link_local_addresses_carries_ipv6(lab_factory):
    """
    The interface is part of the neighbor's name.  BIRD takes the global one
    of two next hops, so it has to have an address of that subnet as well.
    """
    with lab_factory() as lab:
        ours, theirs = lab.space("ours"), lab.space("theirs")
        lab.wire(ours, theirs)
        ours.add("eth0", "fd00::1/64", "fe80::1/64")
        theirs.add("eth0", "fd00::2/64", "fe80::2/64")
        network = NETWORKS["ipv6"][0]
        node = Node(ours, LINK_LOCAL).start()
        bird = Bird(theirs, Side("10.0.0.2", 65001, [
            Session("fe80::2", "fe80::1", 64512, ("ipv6",),
                    'interface "eth0";')], {"ipv6": [network]})).start()

        wait_for(lambda: node.is_up("bird") and bird.is_up(), 20,
                 "the session")
        wait_for(lambda: node.installed("ipv6").get(network) == "fe80::2",
                 what="their network")
        wait_for(lambda: BLOCKS["ipv6"] in bird.routes("ipv6"),
                 what="our block")
        assert node.space.routes("ipv6")[network]["dev"] == "eth0"


LINK_LOCAL = f"""\
as 64512
node ours
router-id 10.0.0.1
blocks {BLOCKS['ipv6']}
neighbor bird fe80::2%eth0 {{
    remote-as external
    import all
    export own-blocks
}}
"""
