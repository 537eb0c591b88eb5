# SPDX-License-Identifier: ISC
# test_bird.py - beside BIRD: external, internal, both families in one session
import pytest

from interop import BOTH, FAMILIES, NETWORKS, Pair
from lab import wait_for
from rivals import Bird, installed

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
