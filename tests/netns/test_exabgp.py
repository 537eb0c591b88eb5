# SPDX-License-Identifier: ISC
# test_exabgp.py - beside ExaBGP: dual stack, routes both ways
import pytest

from interop import FAMILIES, Pair
from rivals import ExaBgp, installed

pytestmark = pytest.mark.skipif(not installed(ExaBgp), reason="no ExaBGP")

KINDS = {
    "external": {},
    "internal": {"remote_as": 64512},
}


@pytest.fixture(scope="module", params=KINDS)
def pair(request, lab_factory):
    with lab_factory() as lab:
        yield Pair(lab, ExaBgp, **KINDS[request.param]).start()


@pytest.mark.parametrize("family", FAMILIES)
def test_their_table_has_our_block(pair, family):
    pair.check_theirs(family)


@pytest.mark.parametrize("family", FAMILIES)
def test_our_table_has_their_networks(pair, family):
    pair.check_ours(family)


@pytest.mark.parametrize("family", FAMILIES)
def test_kernel_has_their_networks(pair, family):
    pair.check_kernel(family)
