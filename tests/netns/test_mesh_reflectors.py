# SPDX-License-Identifier: ISC
# test_mesh_reflectors.py - from a full mesh to route reflectors and back
"""
Three nodes with pods, and two reflectors (RFC 4456) that do not forward.  The
nodes are reloaded one after another: first they get the reflectors beside the
mesh, so that every route is there twice, then they lose the mesh; and back.
Pods ping all the while, at 10 ms, over both families; not one may be lost.

The reflectors are clients of each other or not, with one cluster id or two.
With one they do not take each other's routes, which changes nothing here,
since every node has a session with both.
"""
import contextlib

import pytest

from cluster import AS, Cluster
from lab import wait_for
from node import FAMILIES, Node
from watch import RouteMonitor, Traffic, assert_no_loss

RELATIONS = {
    "two-clusters": (False, ("10.0.0.101", "10.0.0.102")),
    "two-clusters-clients": (True, ("10.0.0.101", "10.0.0.102")),
    "one-cluster": (False, ("10.0.0.101", "10.0.0.101")),
    "one-cluster-clients": (True, ("10.0.0.101", "10.0.0.101")),
}
REFLECTORS = {1: {"ipv4": "10.0.0.101", "ipv6": "fd00::101"},
              2: {"ipv4": "10.0.0.102", "ipv6": "fd00::102"}}


class Reflected(Cluster):
    """Each node has the mesh, the reflectors, or both."""

    def __init__(self, lab, clients, cluster_ids):
        self.has = {}               # name: the words of what it has
        super().__init__(lab)
        self.clients = clients
        self.reflectors = {}
        for number, address in REFLECTORS.items():
            space = lab.space(f"rr-{number}")
            lab.plug(space, f"{address['ipv4']}/24", f"{address['ipv6']}/64")
            self.reflectors[number] = Node(
                space, self.reflector_text(number, cluster_ids[number - 1]))

    def reflector_text(self, number, cluster_id):
        other = 3 - number
        peers = [f"    neighbor {m.name}-{f} {m.address[f]}"
                 for m in self.members for f in FAMILIES]
        mate = [f"neighbor rr-{other}-{f} {REFLECTORS[other][f]} "
                "{ remote-as internal"
                f"{'; reflector-client' if self.clients else ''} }}"
                for f in FAMILIES]
        return "\n".join([f"as {AS}", f"node rr-{number}",
                          f"cluster-id {cluster_id}", "fib off",
                          "group clients {", "    remote-as internal",
                          "    reflector-client", *peers, "}", *mate]) + "\n"

    def node_text(self, member):
        has = self.has.get(member.name, {"mesh"})
        text = [f"node {member.name}", 'include "conf.d/blocks.conf"']
        if "mesh" in has:
            text.append('include "conf.d/mesh.conf"')
        else:
            text.append(f"as {AS}")
        if "reflectors" in has:
            text += [f"neighbor rr-{number}-{family} {address[family]} "
                     "{ remote-as internal }"
                     for number, address in REFLECTORS.items()
                     for family in FAMILIES]
        return "\n".join(text) + "\n"

    def give(self, member, *has):
        """Another config; waits for what it brings, and for nothing else."""
        self.has[member.name] = set(has)
        member.node.configure(self.node_text(member))
        member.node.ctl("reload", "--force")

    def start(self):
        for reflector in self.reflectors.values():
            reflector.start()
        return super().start()

    def sees_reflectors(self, member):
        return member.node.is_up(*(f"rr-{number}-{family}"
                                   for number in REFLECTORS
                                   for family in FAMILIES))

    def paths(self, member, prefix):
        """{from: is it the best?} of a prefix."""
        rows = member.node.ctl("show", "routes", prefix, "all")["routes"]
        return {row["from"]: row["best"] for row in rows}


@pytest.fixture(scope="module", params=RELATIONS)
def cluster(request, lab_factory):
    with lab_factory() as lab:
        made = Reflected(lab, *RELATIONS[request.param]).start()
        made.monitors = [RouteMonitor(m.space).start() for m in made.members]
        yield made


@contextlib.contextmanager
def undisturbed(cluster):
    """Pings between all pairs of nodes; no kernel says a word."""
    streams = [Traffic(source.pods[0][1], target.pod_address(2, family))
               for source in cluster.members for target in cluster.members
               for family in FAMILIES if source is not target]
    for stream in streams:
        stream.start()
    marks = [monitor.mark() for monitor in cluster.monitors]
    yield
    wait_for(lambda: all(len(stream.received()) > 100 for stream in streams),
             what="enough pings")
    for monitor, mark in zip(cluster.monitors, marks):
        monitor.assert_silent_since(mark)
    for stream in streams:
        assert_no_loss(stream, 100)


def others_of(cluster, member):
    return [m for m in cluster.members if m is not member]


def has_both(cluster, member):
    """Each block of the others by the mesh and by both reflectors."""
    for other in others_of(cluster, member):
        for family in FAMILIES:
            found = cluster.paths(member, other.block[family])
            assert found == {other.name: True, f"rr-1-{family}": False,
                             f"rr-2-{family}": False}, found
    return True


def has_reflected(cluster, member):
    """By the reflectors alone; the lower address wins, all else is equal."""
    for other in others_of(cluster, member):
        for family in FAMILIES:
            found = cluster.paths(member, other.block[family])
            assert found == {f"rr-1-{family}": True,
                             f"rr-2-{family}": False}, found
    return True


def has_mesh(cluster, member):
    for other in others_of(cluster, member):
        for family in FAMILIES:
            found = cluster.paths(member, other.block[family])
            assert found == {other.name: True}, found
    return True


def each(cluster, what, has, *words):
    """Reloads one node after another; then all have what they should."""
    for member in cluster.members:
        cluster.give(member, *words)
        if "reflectors" in words:
            wait_for(lambda: cluster.sees_reflectors(member), 20,
                     f"{member.name} and its reflectors")
    for member in cluster.members:
        wait_for(lambda: has(cluster, member), 20,
                 f"{what} of {member.name}")
        assert member.node.is_in_sync()


def test_there_and_back_without_a_lost_ping(cluster):
    with undisturbed(cluster):
        each(cluster, "routes by both", has_both, "mesh", "reflectors")
        each(cluster, "reflected routes", has_reflected, "reflectors")
        each(cluster, "routes by both", has_both, "mesh", "reflectors")
        each(cluster, "routes by the mesh", has_mesh, "mesh")


def test_one_reflector_dies_and_nothing_is_lost(cluster):
    each(cluster, "routes by both", has_both, "mesh", "reflectors")
    each(cluster, "reflected routes", has_reflected, "reflectors")

    with undisturbed(cluster):
        cluster.reflectors[1].kill()
        cluster.reflectors[1].start()
        for member in cluster.members:
            wait_for(lambda: has_reflected(cluster, member), 30, member.name)


def test_reflector_that_loses_power_leaves_routes_to_others(cluster):
    """They lead past it; the session's end is no reason to lose them."""
    with undisturbed(cluster):
        cluster.reflectors[2].kill()
        for member in cluster.members:
            wait_for(lambda: not sees(cluster, member, 2), what="the end")
        cluster.lab.bridges["wire"].ip("link set p-rr-2 down")
        for member in cluster.members:
            wait_for(lambda: "host does not answer" in
                     member.node.neighbor("rr-2-ipv4")["reason"], 20)
        cluster.lab.bridges["wire"].ip("link set p-rr-2 up")
        cluster.reflectors[2].start()
        for member in cluster.members:
            wait_for(lambda: cluster.sees_reflectors(member), 30)


def sees(cluster, member, number):
    return any(member.node.neighbor(f"rr-{number}-{f}")["state"] ==
               "established" for f in FAMILIES)


def test_reflectors_fall_silent(cluster):
    """What each says comes back from the other, and ends there."""
    for member in cluster.members:
        wait_for(lambda: has_reflected(cluster, member), 30, member.name)
    before = {n: r.updates_sent() for n, r in cluster.reflectors.items()}
    cluster["a"].node.ctl("neighbor", "rr-1-ipv4", "refresh")
    wait_for(lambda: cluster.reflectors[1].updates_sent() != before[1],
             what="the answer to a refresh")

    after = {n: r.updates_sent() for n, r in cluster.reflectors.items()}
    assert after[2] == before[2]
    assert {a for a in after[1] if after[1][a] != before[1][a]} == \
        {cluster["a"].address["ipv4"]}
