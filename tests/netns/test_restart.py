# SPDX-License-Identifier: ISC
# test_restart.py - the daemon dies and comes back, and nobody notices
"""
The kernel keeps forwarding while there is no daemon; the next one adopts what
it finds.  Proof is silence: no route event on any node, no lost ping, from
before the end of the old daemon until the new one has settled.
"""
import contextlib
import signal

import pytest

from cluster import Cluster
from lab import wait_for
from node import FAMILIES
from watch import RouteMonitor, Traffic, assert_no_loss


@pytest.fixture(scope="module")
def mesh(lab):
    made = Cluster(lab).start()
    made.monitors = [RouteMonitor(m.space).start() for m in made.members]
    return made


@contextlib.contextmanager
def undisturbed(mesh, least=100):
    """Pings from and to pods of b at 10 ms, and a monitor on each node."""
    _, pod_a = mesh["a"].pods[0]
    _, pod_b = mesh["b"].pods[0]
    streams = [Traffic(pod_a, mesh["b"].pod_address(2, f)) for f in FAMILIES]
    streams += [Traffic(pod_b, mesh["c"].pod_address(2, f))
                for f in FAMILIES]
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
