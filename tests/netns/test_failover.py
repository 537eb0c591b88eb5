# SPDX-License-Identifier: ISC
# test_failover.py - two routers, one kernel route, and one of them goes
"""
A node between two top-of-rack routers (BIRD) that announce the same prefix:
one route of the kernel with two next hops.  Pings to some addresses of the
prefix are spread over both; when a router falls silent, or its link goes, what
it carried moves to the other one.  The longest run of lost replies is the
failover time, and is printed.
"""
import pytest

from lab import wait_for
from node import Node
from rivals import Bird, Session, Side, installed
from test_bfd import BFD, DETECTION, SLACK, BirdBfd, is_watched
from watch import Traffic

SERVICE = "192.168.100.0/24"
OURS = "10.9.0.1"
TARGETS = [f"192.168.100.{n}" for n in range(1, 9)]
INTERVAL = 0.02
CONFIG = "as 64512\nnode ours\nrouter-id 10.9.0.1\n" + "".join(
    f"neighbor tor-{n} 10.0.{n}.2 {{ remote-as {65000 + n}; import all; "
    f"connect-retry 1s; {BFD} }}\n" for n in (1, 2))


class Stream(Traffic):
    """From an address that both routers know the way to."""

    def start(self):
        self.spawn("ping", "-n", "-I", OURS, "-i", str(INTERVAL), self.target)
        wait_for(lambda: self.received(), what=f"ping to {self.target}")
        return self

    def longest_gap(self):
        """In seconds; the replies that never came, in a row."""
        _, lost = self.finish()
        longest = run = 0
        for number in lost:
            run = run + 1 if number - 1 in lost else 1
            longest = max(longest, run)
        return longest * INTERVAL


class Fabric:
    def __init__(self, lab):
        self.ours = lab.space("ours")
        self.ours.ip(f"addr add {OURS}/32 dev lo")
        self.node = Node(self.ours, CONFIG)
        self.routers = []
        for number in (1, 2):
            space = lab.space(f"tor{number}")
            lab.wire(self.ours, space, f"tor{number}", "eth0")
            self.ours.add(f"tor{number}", f"10.0.{number}.1/24")
            space.add("eth0", f"10.0.{number}.2/24")
            for target in TARGETS:
                space.ip(f"addr add {target}/32 dev lo")
            space.ip(f"route add {OURS} via 10.0.{number}.1")
            self.routers.append(BirdBfd(space, Side(
                f"10.0.{number}.2", 65000 + number, [Session(
                    f"10.0.{number}.2", f"10.0.{number}.1", 64512, ("ipv4",),
                    "bfd on;")], {"ipv4": [SERVICE]})))

    def start(self):
        for daemon in (*self.routers, self.node):
            daemon.start()
        wait_for(lambda: self.gateways() == ["10.0.1.2", "10.0.2.2"], 20,
                 "one route with two next hops")
        wait_for(lambda: is_watched(self.node), 20, "BFD")
        return self

    def gateways(self):
        route = self.ours.routes("ipv4").get(SERVICE, {})
        hops = route.get("nexthops", [route])
        return sorted(hop["gateway"] for hop in hops if "gateway" in hop)


@pytest.mark.skipif(not installed(Bird), reason="no BIRD")
@pytest.mark.parametrize("way, most", (("silent", DETECTION + SLACK),
                                       ("unplugged", SLACK)))
def test_other_router_takes_over(lab_factory, way, most):
    with lab_factory() as lab:
        fabric = Fabric(lab).start()
        streams = [Stream(fabric.ours, target, INTERVAL).start()
                   for target in TARGETS]

        if way == "silent":
            fabric.routers[0].space.drop(
                "cut", incoming='iifname "eth0"', outgoing='oifname "eth0"')
        else:
            fabric.ours.ip("link set tor1 down")
        wait_for(lambda: fabric.gateways() == ["10.0.2.2"], 10, "one is left")
        heard = {stream: len(stream.received()) for stream in streams}
        wait_for(lambda: all(len(s.received()) > heard[s] + 5
                             for s in streams), 10, "all flow again")

        gaps = [stream.longest_gap() for stream in streams]
        print(f"{way}: {max(gaps) * 1000:.0f} ms")
        assert max(gaps) < most
