# SPDX-License-Identifier: ISC
# test_rival_chain.py - what passes through our daemon and a rival, and back
"""
One chain for each rival (chain.py).  Communities of all three kinds, paths
with four-octet ASes, the well-known communities and reflection, each in both
directions: what our daemon says is read behind the rival, what the rival says
behind our daemon, octet by octet.
"""
import ipaddress
import struct

import pytest

from chain import (AS, BLOCK, CLUSTERS, COMMUNITIES, EXTENDED, FAR, LARGE,
                   NEAR, ORIGINATOR, OURS, RIVAL, Chain, listed, values_of)
from lab import wait_for
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, installed
from speaker import AS_PATH

RIVALS = {"bird": Bird, "frr": Frr, "gobgp": Gobgp, "openbgpd": OpenBgpd}
GRACEFUL_SHUTDOWN, NO_EXPORT = b"\xff\xff\0\0", b"\xff\xff\xff\x01"
STANDARD = [struct.pack("!HH", 64512, 7), struct.pack("!HH", 65001, 65535)]
TARGETS = [bytes.fromhex("0002fc0000000007"),   # route target, two-octet AS
           bytes.fromhex("0202fa56ea030009"),   # the same, four octets
           bytes.fromhex("01030a0000010005")]   # route origin, an address
LARGES = [struct.pack("!III", 4200000003, 1, 2),
          struct.pack("!III", 64512, 0, 4294967295)]
KINDS = {COMMUNITIES: STANDARD, EXTENDED: TARGETS, LARGE: LARGES}
REMOTE_AS = 4200000099


def packed(address):
    return ipaddress.IPv4Address(address).packed


@pytest.fixture(scope="module", params=RIVALS)
def chain(request, lab_factory):
    rival = RIVALS[request.param]
    if not installed(rival):
        pytest.skip(f"no {request.param}")
    with lab_factory() as lab:
        yield Chain(lab, rival).start()


# GoBGP 3.10 leaves it to a policy to stop what is marked no-export.
DISOBEY = (Gobgp,)
WAYS = {"out": ("outside", "far-outside", "10.1.1.0/24"),
        "in": ("far-outside", "outside", "10.2.1.0/24")}
each_way = pytest.mark.parametrize("way", WAYS)


@each_way
def test_communities_of_all_kinds_pass_unchanged(chain, way):
    source, sink, prefix = WAYS[way]
    chain[sink]

    chain[source].says(prefix, *(listed(*row) for row in (
        (kind, *values) for kind, values in KINDS.items())))

    attributes = chain[sink].hears(prefix)
    for kind, values in KINDS.items():
        assert values_of(attributes, kind) == set(values), kind


@each_way
def test_path_of_four_octet_ases_passes(chain, way):
    source, sink, prefix = WAYS[way]
    prefix = prefix.replace(".1.0/", ".2.0/")
    chain[sink]

    chain[source].says(prefix, path=(REMOTE_AS, 65010))

    assert chain[sink].hears(prefix)[AS_PATH][1] == struct.pack(
        "!BB4I", 2, 4, AS, chain[source].asn, REMOTE_AS, 65010)


def knows(chain, way, prefix):
    """Has the second of the two daemons in the middle got it?"""
    if way == "in":
        return chain.paths(prefix).get("rival")
    return prefix in chain.rival.routes("ipv4")


@each_way
def test_no_export_is_kept_and_obeyed(chain, way):
    source, sink, prefix = WAYS[way]
    secret, marker = (prefix.replace(".1.0/", f".{n}.0/") for n in (3, 4))
    chain[sink]

    chain[source].says(secret, listed(COMMUNITIES, NO_EXPORT))
    wait_for(lambda: knows(chain, way, secret), 10, "the route inside")
    chain[source].says(marker)

    chain[sink].hears(marker)
    disobeyed = way == "out" and type(chain.rival) in DISOBEY
    assert chain[sink].has_heard(secret) == disobeyed


def test_graceful_shutdown_of_theirs_is_last_choice_here(chain):
    prefix = "10.2.5.0/24"

    chain["far-outside"].says(prefix, listed(COMMUNITIES, GRACEFUL_SHUTDOWN))

    path = wait_for(lambda: chain.paths(prefix).get("rival"), 10, "the route")
    assert path["local_pref"] == 0
    assert "graceful-shutdown" in path["communities"]


def test_drain_of_ours_is_heard_behind_them(chain):
    """First the community, then, over sessions that stay, the withdrawal."""
    def is_marked(attributes):
        return GRACEFUL_SHUTDOWN in values_of(attributes, COMMUNITIES)

    far = chain["far-outside"]
    wait_for(lambda: BLOCK in chain.rival.routes("ipv4"), 10, "our block")

    chain.node.ctl("drain")

    far.hears(BLOCK, is_marked)
    wait_for(lambda: BLOCK not in chain.rival.routes("ipv4"), 10,
             "the withdrawal")

    chain.node.ctl("drain", "--undo")

    far.hears(BLOCK, lambda attributes: not is_marked(attributes))


# ---- reflection, RFC 4456

REFLECTED = {"ours-first": ("client", "far-client", "10.3.1.0/24"),
             "theirs-first": ("far-client", "client", "10.3.2.0/24")}


@pytest.mark.parametrize("first", REFLECTED)
def test_route_passes_two_reflectors(chain, first):
    """One of ours and one of theirs: each adds its cluster, in front."""
    source, sink, prefix = REFLECTED[first]
    chain[sink]

    chain[source].says(prefix)

    attributes = chain[sink].hears(prefix)
    clusters = [OURS, RIVAL] if sink == "client" else [RIVAL, OURS]
    assert attributes[ORIGINATOR][1] == packed(chain[source].address)
    assert attributes[CLUSTERS][1] == b"".join(map(packed, clusters))


# The reflector itself has the lowest identifier of all, so it is not what
# decides; and the reflected path is the one with a CLUSTER_LIST.
BY_IDENTIFIER = {"low": ("10.4.1.0/24", "low"),
                 "high": ("10.4.2.0/24", "rival")}


@pytest.mark.parametrize("mouth", BY_IDENTIFIER)
def test_originator_decides_beside_a_direct_path(chain, mouth):
    prefix, best = BY_IDENTIFIER[mouth]
    chain["far-client"].says(prefix)
    chain[mouth].says(prefix)

    check_decided(chain, prefix, best)


def check_decided(chain, prefix, best):
    """Once it is decided: both may be known a turn before."""
    def is_decided():
        paths = chain.paths(prefix)
        other, = set(paths) - {best}
        assert paths[best]["best"] and not paths[other]["best"], paths
        assert paths[other].get("lost_at") == "identifier"
        assert paths["rival"]["originator"] == FAR["far-client"][0]
        return True

    def has_both():
        return len(chain.paths(prefix)) == 2

    wait_for(has_both, 10, "both paths")
    wait_for(is_decided, 10, "the decision")


# ---- ExaBGP has no table: it says what it is told to, and what it hears

TOLD = {
    "10.2.1.0/24": "community [ 64512:7 65001:65535 ] "
                   "extended-community [ target:64512:7 ] "
                   "large-community [ 4200000003:1:2 64512:0:4294967295 ]",
    "10.2.2.0/24": "as-path [ 4200000099 65010 ]",
    "10.2.3.0/24": "community [ no-export ]",
    "10.2.5.0/24": "community [ 65535:0 ]",
    "10.4.1.0/24": "originator-id 10.0.0.9 cluster-list [ 10.0.0.2 ]",
    "10.4.2.0/24": "originator-id 10.0.0.9 cluster-list [ 10.0.0.2 ]",
}


@pytest.fixture(scope="module")
def exabgp(lab_factory):
    if not installed(ExaBgp):
        pytest.skip("no ExaBGP")
    with lab_factory() as lab:
        yield Chain(lab, ExaBgp, [f"{prefix} {words}"
                                  for prefix, words in TOLD.items()]).start()


def heard_by(chain, prefix, condition=lambda attributes: True):
    def it():
        attributes = chain.rival.attributes("ipv4", prefix)
        return attributes and condition(attributes) and attributes

    return wait_for(it, 10, f"{prefix} at the rival")


def test_exabgp_hears_communities_of_all_kinds(exabgp):
    prefix = "10.1.1.0/24"
    exabgp["outside"].says(prefix, *(listed(*row) for row in (
        (kind, *values) for kind, values in KINDS.items())))

    attributes = heard_by(exabgp, prefix)

    assert sorted(attributes["community"]) == [[64512, 7], [65001, 65535]]
    assert sorted(attributes["large-community"]) == \
        [[64512, 0, 4294967295], [4200000003, 1, 2]]
    assert {row["value"].to_bytes(8, "big")
            for row in attributes["extended-community"]} == set(TARGETS)


def test_communities_of_exabgp_pass_unchanged(exabgp):
    attributes = exabgp["outside"].hears("10.2.1.0/24")

    assert values_of(attributes, COMMUNITIES) == set(STANDARD)
    assert values_of(attributes, EXTENDED) == {TARGETS[0]}
    assert values_of(attributes, LARGE) == set(LARGES)


def test_exabgp_and_paths_of_four_octet_ases(exabgp):
    prefix = "10.1.2.0/24"
    outside = exabgp["outside"]
    outside.says(prefix, path=(REMOTE_AS, 65010))

    attributes = heard_by(exabgp, prefix)

    assert attributes["as-path"] == [NEAR["outside"][1], REMOTE_AS, 65010]
    assert exabgp.node.routes()["10.2.2.0/24"]["as_path"] == \
        f"{REMOTE_AS} 65010"


def test_no_export_of_exabgp_is_obeyed(exabgp):
    assert "no-export" in exabgp.paths("10.2.3.0/24")["rival"]["communities"]

    exabgp["outside"].says("10.1.3.0/24")
    heard_by(exabgp, "10.1.3.0/24")

    assert not exabgp["outside"].has_heard("10.2.3.0/24")


def test_graceful_shutdown_of_exabgp_is_last_choice_here(exabgp):
    path = wait_for(lambda: exabgp.paths("10.2.5.0/24").get("rival"), 10,
                    "the route")
    assert path["local_pref"] == 0


def test_drain_of_ours_is_heard_by_exabgp(exabgp):
    heard_by(exabgp, BLOCK)
    exabgp.node.ctl("drain")

    heard_by(exabgp, BLOCK, lambda found: [65535, 0] in
             found.get("community", []))
    wait_for(lambda: BLOCK not in exabgp.rival.routes("ipv4"), 10,
             "the withdrawal")

    exabgp.node.ctl("drain", "--undo")
    heard_by(exabgp, BLOCK, lambda found: not found.get("community"))


def test_exabgp_hears_what_we_reflect(exabgp):
    exabgp["client"].says("10.3.1.0/24")

    attributes = heard_by(exabgp, "10.3.1.0/24")

    assert attributes["originator-id"] == NEAR["client"][0]
    assert attributes["cluster-list"] == [OURS]


@pytest.mark.parametrize("mouth", BY_IDENTIFIER)
def test_originator_told_by_exabgp_decides(exabgp, mouth):
    prefix, best = BY_IDENTIFIER[mouth]
    exabgp[mouth].says(prefix)

    check_decided(exabgp, prefix, best)
