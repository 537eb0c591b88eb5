# SPDX-License-Identifier: ISC
# test_load.py - one neighbor that says much, or strange things, for a while
"""
A script is the neighbor; what counts is where the kernel's table ends, that
the session stays, and that bgpctl has its answer meanwhile.
"""
import signal

import pytest

import speaker as bgp
from lab import wait_for
from node import BGPCTL, Node

CONFIG = """\
as 64512
node ours
blocks 10.244.1.0/26
neighbor talker 10.0.0.2 {
    remote-as 65002
    import all
    passive
}
"""
PEER = "10.0.0.2"


class Stage:
    def __init__(self, lab):
        self.ours, self.theirs = lab.space("ours"), lab.space("theirs")
        lab.wire(self.ours, self.theirs)
        self.ours.add("eth0", "10.0.0.1/24")
        self.theirs.add("eth0", "10.0.0.2/24")
        self.node = Node(self.ours, CONFIG).start()
        self.talker = bgp.Speaker.connect(self.theirs, PEER, "10.0.0.1")
        self.talker.establish(65002, PEER, bgp.multiprotocol("ipv4"), hold=0)

    def announce(self, *prefixes, path=()):
        self.talker.send(bgp.UPDATE, bgp.update_body(
            bgp.common((65002, *path)) + bgp.next_hop(PEER), prefixes))

    def withdraw(self, *prefixes):
        self.talker.send(bgp.UPDATE, bgp.update_body(withdraw=prefixes))

    def wait_installed(self, prefix, gateway=PEER, deadline=20):
        wait_for(lambda: self.installed().get(prefix) == gateway, deadline,
                 f"{prefix} via {gateway}")

    def installed(self):
        return self.node.installed("ipv4")


@pytest.fixture
def stage(lab_factory):
    with lab_factory() as lab:
        made = Stage(lab)
        yield made
        made.talker.close()


def pour(stage, count):
    """That many UPDATEs of 200 routes, each with a path of its own."""
    for n in range(count):
        stage.announce(*(f"{20 + n // 50}.{n % 50}.{m}.0/24"
                         for m in range(200)), path=(1000 + n,))


def test_flapping_prefix_ends_as_it_was_said_last(stage):
    for _ in range(5000):
        stage.withdraw("172.16.9.0/24")
        stage.announce("172.16.9.0/24")
    stage.announce("172.16.10.0/24")

    stage.wait_installed("172.16.10.0/24")

    assert stage.installed()["172.16.9.0/24"] == PEER
    wait_for(stage.node.is_in_sync)


def test_withdrawal_said_last_is_what_holds(stage):
    for _ in range(5000):
        stage.announce("172.16.9.0/24")
        stage.withdraw("172.16.9.0/24")
    stage.announce("172.16.10.0/24")

    stage.wait_installed("172.16.10.0/24")

    assert "172.16.9.0/24" not in stage.installed()
    assert "172.16.9.0/24" not in stage.node.fib()


def test_bgpctl_answers_in_time_while_routes_pour_in(stage):
    pour(stage, 250)

    answer = stage.ours.run("timeout", "1", BGPCTL, "-s", stage.node.socket,
                            "status")

    assert "ours" in answer
    stage.wait_installed("24.49.199.0/24")
    assert len(stage.installed()) == 250 * 200 + 1


def test_stall_of_the_process_costs_no_session_within_the_hold_time(stage):
    stage.node.signal(signal.SIGSTOP)
    for n in range(11, 31):
        stage.announce(f"172.16.{n}.0/24")

    stage.node.signal(signal.SIGCONT)

    stage.wait_installed("172.16.30.0/24")
    assert stage.node.is_up()


def test_route_to_its_own_neighbor_does_not_cut_the_session(stage):
    """Nor is the neighbor looked for through what it said itself."""
    stage.announce("10.0.0.2/32", "172.16.3.0/24")
    stage.wait_installed("172.16.3.0/24")
    assert stage.node.is_up()

    stage.ours.ip("link set eth0 down")
    wait_for(lambda: "172.16.3.0/24" not in stage.installed())
    stage.ours.ip("link set eth0 up")

    stage.wait_installed("172.16.3.0/24")
    stage.announce("172.16.4.0/24")
    stage.wait_installed("172.16.4.0/24")
    assert stage.node.is_up()


def test_route_that_covers_the_neighbor_does_not_lead_to_it(stage):
    """Without the connected route, what it said must not stand in."""
    stage.announce("10.0.0.0/8", "172.16.3.0/24")
    stage.wait_installed("172.16.3.0/24")

    stage.ours.ip("route del 10.0.0.0/24 dev eth0")

    wait_for(lambda: "172.16.3.0/24" not in stage.installed(),
             what="the loss of the next hop")
    stage.ours.ip("route add 10.0.0.0/24 dev eth0 src 10.0.0.1")
    stage.wait_installed("172.16.3.0/24")
