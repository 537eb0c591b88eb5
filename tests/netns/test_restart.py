# SPDX-License-Identifier: ISC
# test_restart.py - the daemon dies and comes back, and nobody notices
"""
The kernel keeps forwarding while there is no daemon; the next one adopts what
it finds.  Proof is silence: no route event on any node, no lost ping, from
before the end of the old daemon until the new one has settled.

Three kinds of route are watched, in both families: a block of another node;
one that a and c announce, with two next hops (at b a group of next hop
objects); and one of a router behind c, whose next hop b knows the way to only
by another route that it learned from c.
"""
import contextlib
import signal

import pytest

from cluster import AS, Cluster
from lab import wait_for
from node import FAMILIES, Node
from watch import RouteMonitor, Traffic, assert_no_loss

SHARED = {"ipv4": "10.99.0.0/24", "ipv6": "fd00:99::/64"}
SERVICE = {"ipv4": "10.99.0.1", "ipv6": "fd00:99::1"}
# The subnet of c and the router, its ends, and what is behind the router.
WIRE = {"ipv4": "10.0.9.0/24", "ipv6": "fd00:9::/64"}
NEAR = {"ipv4": "10.0.9.1", "ipv6": "fd00:9::1"}
FAR = {"ipv4": "10.0.9.2", "ipv6": "fd00:9::2"}
OUTSIDE = {"ipv4": "10.66.0.0/24", "ipv6": "fd00:66::/64"}
BEYOND = {"ipv4": "10.66.0.1", "ipv6": "fd00:66::1"}
ROUTER_AS = 65001


def announced(prefixes):
    return "".join(f"announce {prefix}\n" for prefix in prefixes.values())


def neighbors(addresses, asn):
    return "".join(
        f"neighbor over-{f} {address} {{ remote-as {asn}; import all; "
        f"export all; connect-retry 1s }}\n"
        for f, address in addresses.items())


class Fabric(Cluster):
    def __init__(self, lab):
        super().__init__(lab)
        self.extra = "import all\n"
        self.write()
        a, c = self["a"], self["c"]
        self.router = self.plug_router(lab, c)
        for member in (a, c):
            member.space.add("lo", *self.hosts(SERVICE))
            member.node.write("conf.d/own.conf", announced(SHARED))
        c.node.write("conf.d/own.conf", announced(SHARED) +
                     announced(WIRE) + neighbors(FAR, ROUTER_AS))

    @staticmethod
    def hosts(addresses):
        return f"{addresses['ipv4']}/32", f"{addresses['ipv6']}/128"

    def plug_router(self, lab, member):
        space = lab.space("router")
        lab.wire(member.space, space, "eth1", "eth0")
        member.space.add("eth1", f"{NEAR['ipv4']}/24", f"{NEAR['ipv6']}/64")
        space.add("eth0", f"{FAR['ipv4']}/24", f"{FAR['ipv6']}/64")
        space.add("lo", *self.hosts(BEYOND))
        return Node(space, f"as {ROUTER_AS}\nnode router\n" +
                    announced(OUTSIDE) + neighbors(NEAR, AS))

    def start(self):
        self.router.start()
        return super().start()

    def has_blocks(self, member, others=None):
        for family in FAMILIES:
            found = {prefix: gateways(route) or route["type"] for
                     prefix, route in member.space.routes(
                         family, "proto", "bgp").items()}
            assert found == self.wanted(member, family), member.name
        return True

    def wanted(self, member, family):
        a, c = self["a"].address[family], self["c"].address[family]
        wanted = {m.block[family]: {m.address[family]}
                  for m in self.members if m is not member}
        wanted[member.block[family]] = "blackhole"
        if member is self["b"]:
            wanted[SHARED[family]] = {a, c}
        wanted[OUTSIDE[family]] = {c}
        if member is self["c"]:
            wanted[OUTSIDE[family]] = {FAR[family]}
        else:
            wanted[WIRE[family]] = {c}
        return wanted


def gateways(route):
    return {hop["gateway"] for hop in route.get("nexthops", [route])
            if "gateway" in hop}


@pytest.fixture(scope="module")
def mesh(lab):
    made = Fabric(lab).start()
    made.monitors = [RouteMonitor(m.space).start() for m in made.members]
    return made


@contextlib.contextmanager
def undisturbed(mesh, least=100):
    """Pings from and to pods of b at 10 ms, and a monitor on each node."""
    _, pod_a = mesh["a"].pods[0]
    _, pod_b = mesh["b"].pods[0]
    streams = []
    for family in FAMILIES:
        streams.append(Traffic(pod_a, mesh["b"].pod_address(2, family)))
        streams += [Traffic(pod_b, address) for address in (
            mesh["c"].pod_address(2, family), SERVICE[family],
            BEYOND[family])]
    for stream in streams:
        stream.start()
    marks = [monitor.mark() for monitor in mesh.monitors]
    yield
    wait_for(lambda: len(streams[0].received()) > least, what="enough pings")
    for monitor, mark in zip(mesh.monitors, marks):
        monitor.assert_silent_since(mark)
    for stream in streams:
        assert_no_loss(stream, least)


def is_settled(mesh):
    """Sessions are up, the restart is over, and nothing is stale."""
    mesh.is_converged()
    for member in mesh.members:
        for family in member.node.ctl("status")["families"]:
            assert not family.get("restart"), f"{member.name}: {family}"
        for row in member.node.ctl("show", "neighbors", "detail")["neighbors"]:
            stale = [f["family"] for f in row["families"] if f["stale"]]
            assert not stale, f"{member.name}: {row['name']} {stale}"
    return True


def settle(mesh):
    wait_for(lambda: is_settled(mesh), 30, "the restart's end")


def test_kill_and_start_is_silent_and_loses_nothing(mesh):
    node = mesh["b"].node

    with undisturbed(mesh):
        node.kill()
        node.start()
        settle(mesh)


def test_end_and_start_is_silent_and_loses_nothing(mesh):
    node = mesh["b"].node

    with undisturbed(mesh):
        assert node.end() == 0
        node.start()
        settle(mesh)


def test_peers_of_a_killed_node_keep_its_routes_as_stale(mesh):
    node = mesh["b"].node
    node.kill()

    try:
        for peer in (mesh["a"], mesh["c"]):
            for family in FAMILIES:
                row = wait_for(lambda: down(peer, mesh["b"], family),
                               what="the session's end")
                assert row["families"][0]["stale"]
                assert 100 < row["families"][0]["stale_left"] <= 120
                path = peer.node.routes(family)[mesh["b"].block[family]]
                assert path["stale"]
                assert peer.node.installed(family)[
                    mesh["b"].block[family]] == mesh["b"].address[family]
    finally:
        node.start()
        settle(mesh)


def down(peer, other, family):
    row = peer.node.detail(other.address[family])
    return row if row["state"] != "established" else None


def test_restart_of_all_at_once_is_silent(mesh):
    """Nobody waits for the End-of-RIB of one who waits as well."""
    with undisturbed(mesh):
        for member in mesh.members:
            member.node.kill()
        for member in mesh.members:
            member.node.start(ready=False)
        settle(mesh)


def test_route_that_nobody_confirms_is_swept(mesh):
    """c gave its IPv6 block back while b had no daemon."""
    b, c = mesh["b"], mesh["c"]
    b.node.kill()
    c.node.write("conf.d/blocks.conf", f"blocks {c.block['ipv4']}\n")
    c.node.reload()
    assert c.block["ipv6"] in b.node.installed("ipv6")

    b.node.start()

    wait_for(lambda: c.block["ipv6"] not in b.node.installed("ipv6"),
             what="the sweep")
    assert b.node.installed("ipv4")[c.block["ipv4"]] == c.address["ipv4"]
    mesh.write([c])
    c.node.reload()
    settle(mesh)


def test_stop_of_a_process_is_a_stall_and_no_end(mesh):
    """SIGSTOP for a moment: nothing but silence."""
    node = mesh["b"].node

    with undisturbed(mesh):
        node.signal(signal.SIGSTOP)
        wait_for(lambda: "T" in state(node), what="the stop")
        node.signal(signal.SIGCONT)
        settle(mesh)


def state(node):
    with open(f"/proc/{node.pid}/stat") as file:
        return file.read().rsplit(") ")[1].split()[0]
