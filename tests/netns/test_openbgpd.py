# SPDX-License-Identifier: ISC
# test_openbgpd.py - beside OpenBGPD: dual stack, routes both ways
import pytest

from interop import FAMILIES, Pair
from lab import wait_for
from rivals import OpenBgpd, installed

pytestmark = pytest.mark.skipif(not installed(OpenBgpd), reason="no OpenBGPD")

KINDS = {
    "external": {},
    "internal": {"remote_as": 64512},
}


@pytest.fixture(scope="module", params=KINDS)
def pair(request, lab_factory):
    with lab_factory() as lab:
        yield Pair(lab, OpenBgpd, **KINDS[request.param]).start()


@pytest.mark.parametrize("family", FAMILIES)
def test_their_table_has_our_block(pair, family):
    pair.check_theirs(family)


@pytest.mark.parametrize("family", FAMILIES)
def test_our_table_has_their_networks(pair, family):
    pair.check_ours(family)


@pytest.mark.parametrize("family", FAMILIES)
def test_kernel_has_their_networks(pair, family):
    pair.check_kernel(family)


def test_restart_of_the_rival_brings_routes_back(pair):
    pair.rival.kill()
    pair.rival.start()

    wait_for(pair.is_converged, 20, "the routes again")
