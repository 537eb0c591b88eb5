# SPDX-License-Identifier: ISC
# test_host_dead.py - a node loses power, and the neighbor table tells
"""
Power is the port of a switch: the others keep their carrier and hear nothing
more, not even a reset.  Only the kernel can tell, when nobody answers ARP or
neighbor discovery: three questions, a second apart.

By its timers alone BIRD takes up to 240 s (the hold time) where the session is
up and 120 s (the restart time) where the routes are kept already.
"""
import signal
import time

import pytest

from cluster import Cluster
from lab import wait_for
from node import FAMILIES
from watch import Traffic

SOON = 5.0      # seconds
FAST = 7.0      # with `keepalive 1s`: 1 + 1 to be in doubt, 3 to be sure, 2


@pytest.fixture
def mesh(lab_factory):
    with lab_factory() as lab:
        yield Cluster(lab)


def power(mesh, member, on):
    mesh.lab.bridges["wire"].ip(
        f"link set p-{member.space.name} {'up' if on else 'down'}")


def others(mesh):
    return [mesh["a"], mesh["c"]]


def has_routes(peer, member):
    return any(member.block[family] in peer.node.installed(family)
               for family in FAMILIES)


def down(peer, member):
    return all(peer.node.detail(member.address[family])["state"]
               != "established" for family in FAMILIES)


def seconds_until_gone(mesh, member, deadline):
    began = time.monotonic()
    for peer in others(mesh):
        wait_for(lambda: not has_routes(peer, member), deadline,
                 f"the end of the routes in {peer.name}")
    return time.monotonic() - began


def assert_told(peer, member):
    """The reason stands where an operator looks."""
    for family in FAMILIES:
        row = peer.node.neighbor(member.address[family])
        assert row["reason_word"] == "host-silent", row
        assert "routes dropped: host does not answer (neighbor table)" \
            in row["reason"]
        assert f"stale {family} routes dropped: host does not answer " \
            "(neighbor table)" in peer.node.log()


def test_kept_routes_of_a_dead_host_go_in_five_seconds(mesh):
    """The daemon died first: its routes are kept, for 120 s at most."""
    b = mesh.start()["b"]
    b.node.kill()
    for peer in others(mesh):
        wait_for(lambda: down(peer, b), what="the session's end")
        assert all(b.block[f] in peer.node.installed(f) for f in FAMILIES)

    power(mesh, b, False)
    took = seconds_until_gone(mesh, b, 30)

    assert took <= SOON
    for peer in others(mesh):
        assert_told(peer, b)
    print(f"kept routes of a dead host: gone after {took:.1f} s")


def test_node_that_returns_is_learned_again(mesh):
    b = mesh.start()["b"]
    b.node.kill()
    wait_for(lambda: down(mesh["a"], b), what="the session's end")
    power(mesh, b, False)
    seconds_until_gone(mesh, b, 30)

    power(mesh, b, True)
    b.node.start()

    mesh.wait_converged(30)


@pytest.mark.parametrize("traffic", [False, True])
def test_session_with_a_dead_host_ends_soon(mesh, traffic):
    mesh.extra = "keepalive 1s\n"
    mesh.write()
    b = mesh.start()["b"]
    if traffic:
        for family in FAMILIES:
            Traffic(mesh["a"].pods[0][1], b.pod_address(2, family)).start()

    power(mesh, b, False)
    took = seconds_until_gone(mesh, b, 60)

    assert took <= FAST
    for peer in others(mesh):
        assert down(peer, b)
        assert_told(peer, b)
    print(f"session with a dead host, traffic {traffic}: {took:.1f} s")


def test_stopped_daemon_on_a_living_host_is_no_dead_host(mesh):
    """Its kernel confirms what is sent and answers who asks."""
    mesh.extra = "keepalive 1s\n"
    mesh.write()
    b = mesh.start()["b"]
    a = mesh["a"].node
    before = keepalives(a, b)

    b.node.signal(signal.SIGSTOP)
    wait_for(lambda: keepalives(a, b) > before + 6, 15, "some keepalives")

    assert a.is_up()
    b.node.signal(signal.SIGCONT)


def keepalives(node, member):
    rows = node.detail(member.address["ipv4"])["messages"]
    return next(row["sent"] for row in rows if row["message"] == "keepalive")


ENTRIES = {"permanent": ("nud permanent", "PERMANENT"),
           "learned elsewhere": ("nud reachable extern_learn", "REACHABLE")}


@pytest.mark.parametrize("kind", ENTRIES)
def test_entry_of_somebody_else_is_left_alone(mesh, kind):
    """It is worth more to him than the answer is to us."""
    words, state = ENTRIES[kind]
    b, a = mesh.start()["b"], mesh["a"]
    for family in FAMILIES:
        a.space.ip(f"neigh replace {b.address[family]} dev eth0 "
                   f"lladdr 02:00:00:00:00:77 {words}")
    b.node.kill()
    wait_for(lambda: down(a, b), 30, "the session's end")
    power(mesh, b, False)
    wait_for(lambda: not has_routes(mesh["c"], b), 30, "c to know")

    assert has_routes(a, b)
    for family in FAMILIES:
        entries = a.space.ip_json(
            f"-{family[-1]} neigh show to {b.address[family]} dev eth0")
        assert entries[0]["state"] == [state]
        assert ("extern_learn" in entries[0]) == (kind != "permanent")


def test_restarted_node_lets_go_what_leads_to_a_dead_host(mesh):
    """Adopted routes are held for others; these lead nowhere any more."""
    b, c = mesh.start()["b"], mesh["c"]
    c.node.kill()
    b.node.kill()
    power(mesh, b, False)
    for family in FAMILIES:         # so that the first dial asks for it
        c.space.ip(f"-{family[-1]} neigh flush dev eth0")
    assert has_routes(c, b)

    c.node.start()
    began = time.monotonic()
    wait_for(lambda: not has_routes(c, b), 20, "the end of the routes")

    # dialled at once and given up after three questions; to learn it from
    # all having spoken or failed takes five seconds at least
    assert time.monotonic() - began < 4.8
    assert c.node.installed("ipv4")[mesh["a"].block["ipv4"]] == \
        mesh["a"].address["ipv4"]
