# SPDX-License-Identifier: ISC
# test_migration.py - from BIRD to this daemon and back, and traffic goes on
"""
A node of a running mesh has BIRD in the settings that Calico gives it: routes
learned from the kernel, merged paths, and all of it left in the kernel when
BIRD ends.  BIRD ends, bgpd begins with `fib { adopt bird }`; pings at 10 ms
between pods in both directions, and to an address behind two next hops, lose
nothing.  BIRD's metric is its own (32), that of Calico before 3.32 (none: 0
for IPv4, and 1024 for IPv6, which is ours) or that of later ones (1024).
"""
import pytest

from cluster import AS, Cluster
from interop import needs
from lab import wait_for
from node import FAMILIES, METRIC
from rivals import Bird, Session, Side
from watch import RouteMonitor, Traffic, assert_no_loss

# What both other nodes announce, so that the kernel has two next hops.
SHARED = {"ipv4": "10.244.200.0/26", "ipv6": "fd00:10:244:200::/122"}
SERVICE = {"ipv4": "10.244.200.1", "ipv6": "fd00:10:244:200::1"}
# What BIRD learned from somebody who has gone since.
STALE = {"ipv4": "10.244.77.0/26", "ipv6": "fd00:10:244:77::/122"}
LEAST = 100

DIRECT = """
protocol direct { ipv4; ipv6; interface -"cali*", "*"; }"""
KERNEL = """
protocol kernel kernel{n} {{
  learn; persist; scan time 2; merge paths on; graceful restart; metric {metric};
  {family} {{ import all; export where source != RTS_DEVICE; }};
}}"""


def calico_bird(member, others, metric):
    """As Calico has it, but for one process instead of two."""
    settings = DIRECT + "".join(KERNEL.format(n=f[-1], family=f, metric=metric)
                                for f in FAMILIES)
    sessions = [Session(member.address[f], other.address[f], AS, (f,),
                        "graceful restart on; multihop;", "gateway recursive;")
                for other in others for f in FAMILIES]
    return Bird(member.space, Side(
        member.address["ipv4"], AS, sessions,
        {f: [member.block[f]] for f in FAMILIES}, settings))


class Migration:
    def __init__(self, lab, metric, fib=""):
        self.cluster = Cluster(lab)
        self.a, *self.others = self.cluster.members
        self.metric = metric
        self.cluster.extra = f"announce {SHARED['ipv4']}\n" \
                             f"announce {SHARED['ipv6']}\n"
        self.cluster.write(self.others)
        self.cluster.extra = f"fib {{ adopt bird; {fib} }}\n"
        self.cluster.write([self.a])
        for other in self.others:
            other.space.add("lo", f"{SERVICE['ipv4']}/32",
                            f"{SERVICE['ipv6']}/128")
        self.bird = calico_bird(self.a, self.others, metric)

    def start(self):
        for other in self.others:
            other.node.start()
        self.bird.start()
        wait_for(lambda: self.is_settled("bird"), 30, "BIRD's routes")
        return self

    def routes_of(self, protocol, family):
        """{prefix: gateways, or the type of the route}."""
        found = self.a.space.routes(family, "proto", protocol)
        return {prefix: {hop["gateway"] for hop in
                         route.get("nexthops", [route]) if "gateway" in hop}
                or route.get("type") for prefix, route in found.items()}

    def wanted(self, family):
        wanted = {m.block[family]: {m.address[family]} for m in self.others}
        wanted[SHARED[family]] = {m.address[family] for m in self.others}
        wanted[self.a.block[family]] = "blackhole"
        return wanted

    def is_settled(self, protocol):
        """The kernel has the routes, of whom it should, and of nobody else."""
        other = "bgp" if protocol == "bird" else "bird"
        for family in FAMILIES:
            found = self.routes_of(protocol, family)
            assert found == self.wanted(family), found
            assert not self.routes_of(other, family)
            for member in self.others:
                assert self.a.block[family] in member.node.installed(family)
        return True

    def streams(self):
        """From a pod of a, from a pod of b, and to what b and c share."""
        (_, pod), (_, peer) = self.a.pods[0], self.others[0].pods[0]
        made = []
        for family in FAMILIES:
            made += [Traffic(pod, self.others[0].pod_address(2, family)),
                     Traffic(pod, SERVICE[family]),
                     Traffic(peer, self.a.pod_address(2, family))]
        return [stream.start() for stream in made]

    def leave_stale(self):
        """With BIRD gone, so that it does not remove it."""
        metric = f"metric {self.metric}" if self.metric else ""
        for family in FAMILIES:
            self.a.space.ip(
                f"-{family[-1]} route add {STALE[family]} via "
                f"{self.others[1].address[family]} proto bird {metric}")

    def holds(self, prefixes):
        return [p for f, p in prefixes.items() if p in
                self.a.space.routes(f, "proto", "bird")]


def end_by_kill(bird):
    bird.kill()


def end_by_command(bird):
    """As birdcl does it: no NOTIFICATION, so that neighbors keep routes."""
    bird.expected_end = True
    bird.birdc("graceful", "restart")
    bird.process.wait(5)


def assert_no_gap(lines, metric):
    """
    What `ip monitor` says of each prefix, in its order: ours comes before
    theirs goes, or in its place without anything going.
    """
    told = {}
    for line in lines:
        words = line.split("]", 1)[1].split()
        gone = words[0] == "Deleted"
        words = [w for w in words if w not in ("Deleted", "blackhole")]
        if words[0] in ("id", *STALE.values()) or "proto" not in words:
            continue    # a next hop object; what goes for good
        owner = words[words.index("proto") + 1]
        told.setdefault(words[0], []).append((gone, owner))
    for prefix, events in told.items():
        in_place = ":" in prefix and metric == 0 or metric == METRIC
        wanted = [(False, "bgp")] + ([] if in_place else [(True, "bird")])
        assert [e for i, e in enumerate(events)
                if i == 0 or e != events[i - 1]] == wanted, (prefix, events)
    return told


@needs(Bird)
@pytest.mark.parametrize("metric, end, fib", (
    (32, end_by_kill, ""),
    (0, end_by_command, ""),
    (METRIC, end_by_kill, "nexthop-objects off")))
def test_bird_ends_and_bgpd_begins(lab_factory, metric, end, fib):
    with lab_factory() as lab:
        world = Migration(lab, metric, fib).start()
        streams = world.streams()
        end(world.bird)
        world.leave_stale()
        assert len(world.holds(STALE)) == 2
        monitor = RouteMonitor(world.a.space).start()
        mark = monitor.mark()

        world.a.node.start()
        wait_for(lambda: world.is_settled("bgp"), 30, "our routes")

        assert world.a.node.logged("ipv4: 5 routes found in the kernel")
        assert not world.holds(STALE)
        assert world.a.node.is_in_sync()
        assert len(assert_no_gap(monitor.since(mark), metric)) == 8
        wait_for(lambda: all(len(s.received()) > LEAST for s in streams),
                 what="enough pings")
        for stream in streams:
            assert_no_loss(stream, LEAST)


@needs(Bird)
def test_relic_is_held_and_named_until_neighbors_have_spoken(lab_factory):
    """b and c are not there: nothing is changed, and it is said why."""
    with lab_factory() as lab:
        world = Migration(lab, 32).start()
        world.bird.kill()
        for other in world.others:
            other.node.kill()
        node = world.a.node

        node.start()

        row = wait_for(lambda: node.fib().get(world.others[0].block["ipv4"]),
                       what="the row")
        assert row["status"] == "held"
        assert row["reason"] == "left by bird, kept until neighbors have spoken"
        assert row["kernel"] == [f"via {world.others[0].address['ipv4']} "
                                 "dev eth0 proto bird"]
        assert set(world.routes_of("bird", "ipv4")) >= {
            m.block["ipv4"] for m in world.others}

        # Without the word they are BIRD's again, and stay.
        node.write("conf.d/extra.conf", "")
        node.reload()
        assert world.others[0].block["ipv4"] not in node.fib()
        assert world.others[0].block["ipv4"] in world.routes_of("bird", "ipv4")


@needs(Bird)
def test_back_to_bird_loses_nothing(lab_factory):
    """bgpd ends and leaves its routes; BIRD begins; ours are removed."""
    with lab_factory() as lab:
        world = Migration(lab, 32).start()
        world.bird.kill()
        world.a.node.start()
        wait_for(lambda: world.is_settled("bgp"), 30, "our routes")
        streams = world.streams()

        assert world.a.node.end() == 0
        world.bird.start("-R")
        wait_for(lambda: all(world.routes_of("bird", f) == world.wanted(f)
                             for f in FAMILIES), 30, "BIRD's routes")
        for family in FAMILIES:
            world.a.space.flush(family, "bgp")

        wait_for(lambda: world.is_settled("bird"), 30, "BIRD alone")
        wait_for(lambda: all(len(s.received()) > LEAST for s in streams),
                 what="enough pings")
        for stream in streams:
            assert_no_loss(stream, LEAST)
