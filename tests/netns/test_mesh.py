# SPDX-License-Identifier: ISC
# test_mesh.py - three nodes find their addresses, peer, and carry pods
"""
What the daemon is for, end to end: nobody tells a node its address, both
families come up in one daemon, and each pod reaches each other one.
"""
import pytest

from cluster import AS, Cluster
from lab import wait_for
from node import FAMILIES, METRIC, Node
from watch import answers


@pytest.fixture(scope="module")
def mesh(lab):
    return Cluster(lab).start()


@pytest.mark.parametrize("family", FAMILIES)
def test_address_is_found_by_itself(mesh, family):
    for member in mesh.members:
        found = member.node.addresses(family)
        chosen = [a for a, (verdict, _) in found.items()
                  if verdict == "chosen"]

        assert chosen == [member.address[family]]


@pytest.mark.parametrize("family", FAMILIES)
def test_blocks_of_the_others_are_in_the_kernel(mesh, family):
    for member in mesh.members:
        routes = member.space.routes(family)

        for other in mesh.members:
            if other is member:
                continue
            route = routes[other.block[family]]
            assert route["gateway"] == other.address[family]
            assert route["dev"] == "eth0"
            assert route["protocol"] == "bgp"
            assert route["metric"] == METRIC


@pytest.mark.parametrize("family", FAMILIES)
def test_own_block_is_a_blackhole(mesh, family):
    for member in mesh.members:
        route = member.space.routes(family)[member.block[family]]

        assert (route["type"], route["protocol"]) == ("blackhole", "bgp")


@pytest.mark.parametrize("family", FAMILIES)
def test_paths_name_neighbor_and_next_hop(mesh, family):
    for member in mesh.members:
        routes = member.node.routes(family)

        assert len(routes) == len(mesh.members)
        for other in mesh.members:
            path = routes[other.block[family]]
            if other is member:
                continue
            assert path["next_hop"] == other.address[family]
            assert path["from"] == other.name
            assert path["from_address"] == other.address[family]
            assert path["local_pref"] == 100
            assert path.get("as_path", "") == ""


def test_neighbors_have_a_row_for_each_family(mesh):
    rows = mesh["a"].node.neighbors()

    assert [(r["name"], r["address"], r["family"]) for r in rows] == [
        ("node-b", "10.0.0.2", "ipv4"), ("node-b", "fd00::2", "ipv6"),
        ("node-c", "10.0.0.3", "ipv4"), ("node-c", "fd00::3", "ipv6")]
    for row in rows:
        assert row["as"] == AS
        assert row["type"] == "mesh"
        assert row["state"] == "established"
        assert (row["received"], row["accepted"], row["sent"]) == (1, 1, 1)
        assert not row.get("reason")


def test_neighbors_in_detail_have_restart_and_end_of_rib(mesh):
    for row in mesh["b"].node.ctl("show", "neighbors", "detail")["neighbors"]:
        family, = [f for f in row["families"] if f["negotiated"]]
        used = {c["capability"] for c in row["capabilities"] if c.get("used")}

        assert family["end_of_rib_received"] and family["end_of_rib_sent"]
        assert {"graceful-restart", "four-octet-as"} <= used


def test_each_neighbor_has_one_connection(mesh):
    for member in mesh.members:
        shown = member.space.run("ss", "-Htn", "state", "established",
                                 "( sport = 179 or dport = 179 )")

        assert len(shown.splitlines()) == 2 * (len(mesh.members) - 1)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_pod_reaches_each_other_pod(mesh, family):
    for member in mesh.members:
        for _, pod in member.pods:
            for other in mesh.members:
                for host, _ in other.pods:
                    address = other.pod_address(host, family)
                    wait_for(lambda: answers(pod, address),
                             what=f"{pod.name} to {address}")


def test_status_is_good(mesh):
    for member in mesh.members:
        status = member.node.ctl("status", "--check")

        assert status["node"] == member.name
        assert status["router_id"] == member.address["ipv4"]
        assert (status["sessions"], status["established"]) == (4, 4)
        assert not status.get("problems")


# A cluster that has no IPv4 at all.

@pytest.fixture(scope="module")
def six(lab_factory):
    with lab_factory() as lab:
        lab.bridge()
        nodes = []
        for number in (1, 2):
            space = lab.space(f"six-{number}")
            lab.plug(space, f"fd00::{number}/64")
            nodes.append(Node(space, SIX.format(number)).start())
        wait_for(lambda: all(n.is_up() for n in nodes), 20, "the mesh")
        yield nodes


SIX = """\
as 64512
node six-{0}
blocks fd00:10:244:{0}::/122
pools fd00:10:244::/48
mesh {{
    node six-1 fd00::1
    node six-2 fd00::2
}}
"""


def test_ipv6_only_nodes_exchange_their_blocks(six):
    for node, other in (six, reversed(six)):
        number = other.space.name[-1]
        wait_for(lambda: node.installed("ipv6").get(
            f"fd00:10:244:{number}::/122") == f"fd00::{number}")
        assert not node.ctl("status", "--check").get("problems")


def test_ipv6_only_nodes_have_router_ids_by_their_names(six):
    """Of SHA-256; the first octet is one of a unicast address."""
    found = [node.ctl("status")["router_id"] for node in six]

    assert len(set(found)) == 2
    for text in found:
        assert 1 <= int(text.split(".")[0]) <= 223
    six[0].restart()
    assert six[0].ctl("status")["router_id"] == found[0]


def test_ipv6_only_node_warns_of_nothing(six):
    for node in six:
        assert not node.logged("warn|error")
