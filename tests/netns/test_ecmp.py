# SPDX-License-Identifier: ISC
# test_ecmp.py - the equal set: what show routes marks is what the kernel has
"""
Four internal and two external neighbors, played by a script, announce one
prefix, each with itself as the next hop.  What the decision calls equal is
read from `show routes` and from the kernel, which must agree, and a reload of
`decision` or of `ecmp` changes both without the end of a session.
"""
import struct

import pytest

import speaker as bgp
from lab import wait_for
from node import Node

INSIDE = {f"in-{n}": f"10.0.0.{n}" for n in (2, 3, 4, 5)}
OUTSIDE = {"out-6": ("10.0.0.6", 65006), "out-7": ("10.0.0.7", 65007)}
PREFIX = "10.244.9.0/26"


def config(more=""):
    lines = ["as 64512", "node ours", "router-id 10.0.0.1"]
    for name, address in INSIDE.items():
        lines += [f"neighbor {name} {address} {{ remote-as 64512; passive }}"]
    for name, (address, number) in OUTSIDE.items():
        lines += [f"neighbor {name} {address} {{ remote-as {number}",
                  "    passive; import all }"]
    return "\n".join(lines + [more]) + "\n"


class Stage:
    def __init__(self, node, theirs):
        self.node, self.links = node, {}
        for name, address in INSIDE.items():
            self.meet(theirs, name, address, 64512)
        for name, (address, number) in OUTSIDE.items():
            self.meet(theirs, name, address, number)

    def meet(self, theirs, name, address, number):
        link = bgp.Speaker.connect(theirs, address, "10.0.0.1")
        link.establish(number, address, hold=0)
        link.local = address
        self.links[name] = link

    def say(self, name, path=(), pref=None, med=None, bandwidth=None):
        link = self.links[name]
        if name in INSIDE and pref is None:
            pref = 100
        attributes = bgp.common(path, pref) + bgp.next_hop(link.local)
        if med is not None:
            attributes += bgp.attribute(bgp.OPTIONAL, bgp.MED,
                                        struct.pack("!I", med))
        if bandwidth is not None:
            attributes += bgp.attribute(
                bgp.OPTIONAL | bgp.TRANSITIVE, 16,
                struct.pack("!BBHf", 0x40, 4, 64512, bandwidth))
        link.send(bgp.UPDATE, bgp.update_body(attributes, [PREFIX]))

    def weights(self):
        """{gateway: weight} of the kernel's route."""
        route = self.node.space.routes("ipv4").get(PREFIX, {})
        return {hop["gateway"][-1]: hop.get("weight", 1)
                for hop in route.get("nexthops", [])}

    def silence(self):
        for link in self.links.values():
            link.send(bgp.UPDATE, bgp.update_body(withdraw=[PREFIX]))

    def marked(self):
        """Next hops of the equal set, as show routes has it."""
        rows = self.node.ctl("show", "routes", "all")["routes"]
        return sorted(row["next_hop"] for row in rows
                      if row["prefix"] == PREFIX and row["multipath"])

    def kernel(self):
        route = self.node.space.routes("ipv4").get(PREFIX, {})
        if "nexthops" in route:
            return sorted(hop["gateway"] for hop in route["nexthops"])
        return [route["gateway"]] if "gateway" in route else []

    def wait(self, *ends, capped=False):
        """Both are just that; capped: the kernel has some of it."""
        hops = sorted(f"10.0.0.{end}" for end in ends)
        if not capped:
            wait_for(lambda: self.marked() == hops, what=f"set {hops}")
        wait_for(lambda: self.kernel() == hops,
                 what=f"kernel {hops}, has {self.kernel()}")


@pytest.fixture(scope="module")
def shared(lab):
    ours, theirs = lab.space("ours"), lab.space("theirs")
    lab.wire(ours, theirs)
    ours.add("eth0", "10.0.0.1/24")
    theirs.add("eth0", *(f"10.0.0.{n}/24" for n in range(2, 8)))
    stage = Stage(Node(ours, config()).start(), theirs)
    yield stage
    for link in stage.links.values():
        link.close()


@pytest.fixture
def stage(shared):
    yield shared
    shared.silence()
    shared.node.reload(config())
    wait_for(lambda: not shared.marked(), what="its end")


def test_all_equal_ones_reach_the_kernel(stage):
    for name in INSIDE:
        stage.say(name, path=(65100, 65200))

    stage.wait(2, 3, 4, 5)


def test_length_of_the_path_counts_and_not_its_content(stage):
    stage.say("in-2", path=(65100, 65200))
    stage.say("in-3", path=(65101, 65201))
    stage.say("in-4", path=(65100, 65200, 65201))

    stage.wait(2, 3)


def test_internal_and_external_do_not_mix(stage):
    stage.say("in-2", path=(65006,))
    stage.say("out-6", path=(65006,))
    stage.say("out-7", path=(65007,))

    stage.wait(6, 7)


def test_med_splits_those_of_one_as(stage):
    stage.say("in-2", path=(65100,), med=10)
    stage.say("in-3", path=(65100,), med=20)
    stage.say("in-4", path=(65101,), med=30)

    stage.wait(2, 4)


def test_member_that_goes_leaves_the_others(stage):
    for name in INSIDE:
        stage.say(name)
    stage.wait(2, 3, 4, 5)

    stage.links["in-2"].send(bgp.UPDATE,
                             bgp.update_body(withdraw=[PREFIX]))

    stage.wait(3, 4, 5)


def test_ecmp_caps_what_the_kernel_gets(stage):
    for name in INSIDE:
        stage.say(name)
        wait_for(lambda: stage.links[name].local in stage.marked())
    stage.wait(2, 3, 4, 5)

    stage.node.reload(config("fib { ecmp 2 }"))

    stage.wait(2, 3, capped=True)
    assert len(stage.marked()) == 4


def sessions(node):
    return {row["name"]: row["established_count"] for row in
            node.ctl("show", "neighbors", "detail")["neighbors"]}


def test_multipath_off_and_on_is_a_reload(stage):
    before = sessions(stage.node)
    for name in INSIDE:
        stage.say(name)
    stage.wait(2, 3, 4, 5)

    log = stage.node.reload(config("decision { multipath off }"))
    assert "multipath on -> off [re-evaluate]" in log
    stage.wait(2)
    stage.node.reload(config())
    stage.wait(2, 3, 4, 5)

    assert sessions(stage.node) == before


def test_always_compare_med_off_and_on_is_a_reload(stage):
    before = sessions(stage.node)
    stage.say("in-2", path=(65100,), med=20)
    stage.say("in-3", path=(65101,), med=10)
    stage.wait(2, 3)

    stage.node.reload(config("decision { always-compare-med }"))
    stage.wait(3)
    stage.node.reload(config())
    stage.wait(2, 3)

    assert sessions(stage.node) == before


def test_traffic_is_split_by_bandwidth_where_all_say_it(stage):
    stage.say("in-2", bandwidth=125e6)
    stage.say("in-3", bandwidth=500e6)
    wait_for(lambda: stage.weights() == {"2": 25, "3": 100}, 10, "weights")

    stage.say("in-3", bandwidth=125e6)
    wait_for(lambda: stage.weights() == {"2": 1, "3": 1}, 10, "equal parts")
    stage.say("in-2", bandwidth=500e6)
    wait_for(lambda: stage.weights() == {"2": 100, "3": 25}, 10, "weights")
    stage.say("in-4")
    wait_for(lambda: stage.weights() == {"2": 1, "3": 1, "4": 1}, 10,
             "equal parts, for one says nothing")
    stage.say("in-4", bandwidth=float("nan"))
    stage.say("in-3", bandwidth=float("inf"))
    wait_for(lambda: stage.weights() == {"2": 1, "3": 1, "4": 1}, 10,
             "nonsense is nothing")
