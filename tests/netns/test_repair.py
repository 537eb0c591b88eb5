# SPDX-License-Identifier: ISC
# test_repair.py - the kernel's table is what it should be, whoever touches it
"""
Two nodes with pods, a third host, and somebody who changes routes of ours:
under our own protocol number, again and again, or without a word.  Besides:
nothing is told to others that the kernel does not forward, and no traffic is
lost while the daemon reads everything again.
"""
import contextlib
import ctypes
import os
import re
import signal
import socket
import statistics

import pytest

import speaker as bgp
from cluster import Cluster
from lab import LIBC, wait_for
from node import FAMILIES, METRIC
from watch import RouteMonitor, Traffic, assert_no_loss, event_time

PIDFD_OPEN, PIDFD_GETFD = 434, 438
STORM = 40000
PREFIX = "172.30.0.0/16"


@pytest.fixture(scope="module")
def mesh(lab):
    made = Cluster(lab, count=2)
    made.extra = "fib { audit 1s }\n"
    made.write()
    made.third = lab.space("third")
    lab.plug(made.third, "10.0.0.9/24", "fd00::9/64")
    made.third.add("eth0", "10.0.0.10/24")
    return made.start()


@pytest.fixture(autouse=True)
def settled(mesh):
    yield
    wait_for(mesh.is_converged, 20, "the table as it was")


def status(member, family):
    return next(row for row in member.node.ctl("status")["families"]
                if row["family"] == family)


def delete(member, block):
    member.space.ip(f"route del {block} proto bgp metric {METRIC}",
                    check=False)


# Others.

@pytest.mark.parametrize("family", FAMILIES)
def test_route_changed_under_our_protocol_is_back_within_50_ms(mesh, family):
    a, block = mesh["a"], mesh["b"].block[family]
    wrong = "10.0.0.9" if family == "ipv4" else "fd00::9"
    monitor = RouteMonitor(a.space).start()
    delays = []

    for _ in range(3):
        mark = monitor.mark()
        a.space.ip(f"route replace {block} via {wrong} dev eth0 proto bgp "
                   f"metric {METRIC}")
        wait_for(mesh.is_converged, what="the route as it was")
        theirs, ours = [line for line in monitor.since(mark)
                        if block in line and "Deleted" not in line][:2]
        assert wrong in theirs and wrong not in ours
        delays.append(event_time(ours) - event_time(theirs))

    monitor.stop()
    assert statistics.median(delays) < 0.05, delays


def test_fight_is_backed_off_told_once_and_over(mesh):
    a, block = mesh["a"], mesh["b"].block["ipv4"]
    fights = status(a, "ipv4")["fib_fights"]
    lines = len(re.findall("again and again", a.node.log()))

    def is_backed_off():
        delete(a, block)
        row = a.node.fib()[block]
        return row["status"] == "pending" and row.get("retry_in") and \
            "others took it" in row["reason"]

    wait_for(is_backed_off, what="the end of our patience")
    assert status(a, "ipv4")["fib_fights"] == fights + 1
    assert len(re.findall("again and again", a.node.log())) == lines + 1
    wait_for(mesh.is_converged, 10, "the route, as they have stopped")
    assert status(a, "ipv4")["fib_repaired"] > 0


def netlink_sockets(daemon):
    """Descriptors of its netlink sockets that have something to be read."""
    with open(f"/proc/{daemon.pid}/net/netlink") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    waiting = {row[9] for row in rows if int(row[4]) > 0}
    for name in os.listdir(f"/proc/{daemon.pid}/fd"):
        with contextlib.suppress(OSError):
            what = os.readlink(f"/proc/{daemon.pid}/fd/{name}")
            found = re.match(r"socket:\[(\d+)\]", what)
            if found and found[1] in waiting:
                yield int(name)


def steal_events(daemon):
    """Reads what the kernel told, in its place, while it stands still."""
    pidfd = LIBC.syscall(PIDFD_OPEN, daemon.pid, 0)
    stolen = 0
    for number in list(netlink_sockets(daemon)):
        copy = LIBC.syscall(PIDFD_GETFD, pidfd, number, 0)
        assert copy >= 0, os.strerror(ctypes.get_errno())
        theirs = socket.socket(fileno=copy)
        with contextlib.suppress(BlockingIOError):
            while theirs.recv(65536, socket.MSG_DONTWAIT):
                stolen += 1
        theirs.close()
    os.close(pidfd)
    return stolen


@pytest.mark.parametrize("family", FAMILIES)
def test_audit_finds_what_no_event_told(mesh, family):
    a, block = mesh["a"], mesh["b"].block[family]
    before = status(a, family)["fib_audited"]
    a.node.signal(signal.SIGSTOP)
    delete(a, block)

    stolen = steal_events(a.node)
    a.node.signal(signal.SIGCONT)

    assert stolen > 0
    wait_for(lambda: mesh.has_blocks(a), 10, "the route")
    assert status(a, family)["fib_audited"] > before
    wait_for(lambda: a.node.logged("an audit found"), what="the word")


def test_audits_of_a_sound_table_find_nothing(mesh):
    a = mesh["a"]
    monitor = RouteMonitor(a.space).start()
    before = [status(a, f)["fib_audited"] for f in FAMILIES]
    trace = f"{mesh.lab.folder}/audits"
    mark = monitor.mark()

    # A request for each family; three audits.
    a.space.run("timeout", "4", "strace", "-f", "-e", "trace=socket", "-o",
                trace, "-p", str(a.node.pid), check=False)

    with open(trace) as file:
        assert file.read().count("NETLINK_ROUTE") >= 3
    monitor.assert_silent_since(mark)
    monitor.stop()
    assert [status(a, f)["fib_audited"] for f in FAMILIES] == before


# Reading everything again.

def test_no_ping_is_lost_while_all_is_read_again(mesh):
    """An overrun; audits go on every second besides."""
    a, b = mesh["a"], mesh["b"]
    pings = [Traffic(a.space, b.pod_address(2, family)).start()
             for family in FAMILIES]
    overruns = a.node.log().count("events were lost")
    a.node.signal(signal.SIGSTOP)

    a.space.batch([f"route replace {('blackhole', 'unreachable')[n % 2]} "
                   "192.168.1.1" for n in range(STORM)] +
                  ["route del 192.168.1.1"])
    a.node.signal(signal.SIGCONT)
    wait_for(lambda: a.node.log().count("events were lost") > overruns,
             what="the overrun")
    wait_for(lambda: mesh.is_converged() and
             all(len(p.received()) > 200 for p in pings), what="the table")

    for traffic in pings:
        assert_no_loss(traffic, 200)


# What is told to others.

@pytest.fixture
def talkers(mesh):
    """One that says, and one that hears."""
    a = mesh["a"]
    a.node.write("conf.d/talkers.conf", "".join(
        f"neighbor {name} 10.0.0.{host} {{\n    remote-as {65000 + host % 10}\n"
        "    import all\n    export all\n    next-hop self\n    passive\n}\n"
        for name, host in (("says", 9), ("hears", 10))))
    a.node.reload()
    made = []
    for host in 9, 10:
        one = bgp.Speaker.connect(mesh.third, f"10.0.0.{host}", "10.0.0.1")
        one.establish(65000 + host % 10, f"10.0.0.{host}",
                      bgp.multiprotocol("ipv4"))
        made.append(one)
    yield made
    for one in made:
        one.close()
    a.node.write("conf.d/talkers.conf", "")
    a.node.reload()


def announce(talker):
    talker.send(bgp.UPDATE, bgp.update_body(
        bgp.common((65009,)) + bgp.next_hop("10.0.0.9"), [PREFIX]))


def explanation(a):
    return a.node.bgpctl("explain", "export", PREFIX, "to", "hears").stdout


def test_route_is_told_when_the_kernel_has_it(mesh, talkers):
    a = mesh["a"]

    announce(talkers[0])

    wait_for(lambda: "is told to hears" in explanation(a), what="the word")
    assert a.node.installed("ipv4")[PREFIX] == "10.0.0.9"
    assert re.search(r"kernel +ok +in-sync", explanation(a))


def test_route_that_the_kernel_refuses_is_not_told_until_it_does_not(
        mesh, talkers):
    a = mesh["a"]
    a.space.ip(f"route add {PREFIX} via 10.0.0.10 proto static "
               f"metric {METRIC}")

    announce(talkers[0])

    wait_for(lambda: "the kernel refused it: conflict" in explanation(a),
             what="the refusal")
    assert "proto static" in a.space.ip(f"route show {PREFIX}")
    assert "a route of protocol static is there" in explanation(a)
    a.space.ip(f"route del {PREFIX} proto static")
    wait_for(lambda: "is told to hears" in explanation(a), what="the word")
