# SPDX-License-Identifier: ISC
# test_encap.py - pods of another subnet, through a tunnel
"""
Three nodes with a pod each: a and b share a subnet, c is in another one behind
a router that knows nothing of pods.  What lies in the pools goes directly to
b and by a vxlan device to c, in both families.

The vxlan devices are what somebody else sets up, as Calico's Felix does: the
address of each other node is bound to a fixed MAC there, and that to the
node's address in the underlay.
"""
import contextlib
import re

import pytest

import speaker as bgp
from lab import LabError, wait_for
from node import FAMILIES, Node
from watch import RouteMonitor, Traffic, answers, assert_no_loss

DEVICE = "vxlan.test"
SUBNET = {"a": 1, "b": 1, "c": 2}
HOST = {"a": 1, "b": 2, "c": 3}
POOLS = {"ipv4": "10.244.0.0/16", "ipv6": "fd00:10:244::/48"}
RULE = f"via-device {DEVICE} onlink when other-subnet"
SPARE = "10.244.77.0/26"        # of b and c, as one prefix


def address(letter, family):
    if family == "ipv4":
        return f"10.{SUBNET[letter]}.0.{HOST[letter]}"
    return f"fd0{SUBNET[letter]}::{HOST[letter]}"


def block(letter, family):
    if family == "ipv4":
        return f"10.244.{HOST[letter]}.0/26"
    return f"fd00:10:244:{HOST[letter]}::/122"


def pod_address(letter, family):
    return block(letter, family).split("/")[0][:-1] + "2" \
        if family == "ipv4" else block(letter, family).split("/")[0] + "2"


def mac(letter):
    return f"02:00:00:00:00:0{HOST[letter]}"


def pools(rules=None):
    rules = rules or {family: RULE for family in FAMILIES}
    lines = [f"    {POOLS[family]} {rule}" for family, rule in rules.items()]
    plain = [POOLS[family] for family in FAMILIES if family not in rules]
    return "\n".join([f"pools {' '.join(plain)} {{"] + lines + ["}"])


class Fabric:
    def __init__(self, lab):
        self.lab = lab
        self.router = lab.space("router")
        self.spaces, self.nodes, self.pods = {}, {}, {}
        for number in (1, 2):
            lab.bridge(f"wire{number}")
            lab.plug(self.router, f"10.{number}.0.254/24",
                     f"fd0{number}::fe/64", device=f"eth{number}",
                     bridge=f"wire{number}")
        for letter in SUBNET:
            self.add(letter)
        for letter in SUBNET:
            self.add_tunnel(letter)

    def add(self, letter):
        space = self.spaces[letter] = self.lab.space(f"n-{letter}")
        number = SUBNET[letter]
        self.lab.plug(space, f"{address(letter, 'ipv4')}/24",
                      f"{address(letter, 'ipv6')}/64",
                      bridge=f"wire{number}")
        space.batch([f"route add default via 10.{number}.0.254",
                     f"route add ::/0 via fd0{number}::fe"])
        self.pods[letter] = self.lab.pod(
            space, f"pod-{letter}", f"{pod_address(letter, 'ipv4')}/32",
            f"{pod_address(letter, 'ipv6')}/128")
        self.nodes[letter] = Node(space, self.text(letter))

    def add_tunnel(self, letter):
        others = [o for o in SUBNET if o != letter]
        lines = [f"link add {DEVICE} address {mac(letter)} type vxlan id 42 "
                 f"local {address(letter, 'ipv4')} dstport 4789 nolearning",
                 f"link set {DEVICE} up"]
        self.spaces[letter].batch(lines + [
            f"neigh add {address(o, family)} lladdr {mac(o)} dev {DEVICE} "
            "nud permanent" for o in others for family in FAMILIES])
        for other in others:
            self.spaces[letter].run(
                "bridge", "fdb", "append", mac(other), "dev", DEVICE, "dst",
                address(other, "ipv4"))

    def text(self, letter, rules=None, more=""):
        lines = ["as 64512", f"node n-{letter}", pools(rules),
                 f"blocks {block(letter, 'ipv4')} {block(letter, 'ipv6')}",
                 "mesh {"]
        lines += [f"    node n-{o} {address(o, 'ipv4')} {address(o, 'ipv6')}"
                  for o in SUBNET]
        return "\n".join(lines + ["}", more]) + "\n"

    def start(self):
        for node in self.nodes.values():
            node.start()
        wait_for(self.is_converged, 20, "the mesh")
        return self

    def is_converged(self):
        return all(node.is_up() and node.is_in_sync() and
                   self.has_ways(letter)
                   for letter, node in self.nodes.items())

    def has_ways(self, letter):
        for family in FAMILIES:
            for other in SUBNET:
                if other != letter:
                    expect_way(self.spaces[letter], family,
                               block(other, family),
                               way(letter, other, family))
        return True


def way(letter, other, family):
    """(gateway, device, onlink) to the block of another node."""
    if SUBNET[letter] == SUBNET[other]:
        return address(other, family), "eth0", False
    return address(other, family), DEVICE, True


def ways(space, family, prefix):
    route = space.routes(family).get(prefix, {})
    return sorted((hop.get("gateway"), hop["dev"],
                   "onlink" in hop.get("flags", []))
                  for hop in route.get("nexthops", [route] if route else []))


def expect_way(space, family, prefix, *wanted):
    found = ways(space, family, prefix)
    if found != sorted(wanted):
        raise LabError(f"{prefix} in {space.name}: {found}, not {wanted}")
    return True


@pytest.fixture(scope="module")
def fabric(lab):
    return Fabric(lab).start()


@pytest.fixture(autouse=True)
def settled(fabric):
    yield
    wait_for(fabric.is_converged, 20, "the ways as they were")


def test_other_subnet_goes_by_the_tunnel_and_the_same_one_directly(fabric):
    """The fixture saw the routes; here are pings from pod to pod."""
    for family in FAMILIES:
        for other in "bc":
            assert answers(fabric.pods["a"], pod_address(other, family)), \
                f"{family} to {other}"


@pytest.mark.parametrize("family", FAMILIES)
def test_router_never_sees_a_pod(fabric, family):
    """It drops what is of pods, and yet they reach each other."""
    word = "ip" if family == "ipv4" else "ip6"
    space = fabric.router
    space.run("nft", f"add table inet pods {{ chain forward {{ type filter "
              f"hook forward priority 0; {word} saddr {POOLS[family]} counter "
              "drop; }; }")
    try:
        assert answers(fabric.pods["a"], pod_address("c", family))
        assert "packets 0 " in space.run("nft", "list", "table", "inet",
                                         "pods")
    finally:
        space.undrop("pods")


def steps(node, prefix, name):
    answer = node.ctl("explain", "route", prefix)
    return [(step["result"], step["evidence"]) for step in answer["steps"]
            if step["step"] == name]


@pytest.mark.parametrize("family", FAMILIES)
def test_reason_is_shown(fabric, family):
    node = fabric.nodes["a"]

    assert steps(node, block("b", family), "tunnel") == [
        ("ok", f"{POOLS[family]} is {RULE}: {address('b', family)} is in a "
         "subnet of this node, so directly")]
    assert steps(node, block("c", family), "tunnel") == [
        ("ok", f"{POOLS[family]} is {RULE}: {address('c', family)} is in "
         f"another subnet, so by {DEVICE}")]
    fib = node.fib()
    assert fib[block("b", family)]["tunnel"] == ["same-subnet"]
    assert fib[block("c", family)]["tunnel"] == ["tunnel"]
    assert "tunnel" not in fib[block("a", family)]


def test_tunnel_that_goes_down_and_up_is_followed(fabric):
    """The same subnet sees nothing of it; the others find it in status."""
    space, node = fabric.spaces["a"], fabric.nodes["a"]
    traffic = Traffic(fabric.pods["a"], pod_address("b", "ipv4")).start()

    space.ip(f"link set {DEVICE} down")

    for family in FAMILIES:
        wait_for(lambda: expect_way(space, family, block("c", family)),
                 what="no way")
        assert steps(node, block("c", family), "tunnel") == [
            ("fail", f"{POOLS[family]} is {RULE}: {DEVICE} is down")]
        assert steps(node, block("c", family), "fib") == [
            ("fail", f"nothing to hand over: {DEVICE} is down")]
    assert any(f"pools: {DEVICE} is down" in text
               for text in node.ctl("status")["problems"])
    assert node.logged(f"warn.*pools: {DEVICE} is down")

    space.ip(f"link set {DEVICE} up")
    restore_neighbours(fabric, "a")

    for family in FAMILIES:
        wait_for(lambda: expect_way(space, family, block("c", family),
                                    way("a", "c", family)), what="the way")
        assert answers(fabric.pods["a"], pod_address("c", family))
    assert not node.ctl("status").get("problems")
    assert_flowing(traffic)


def assert_flowing(traffic):
    """Not one was lost, and it goes on."""
    already = len(traffic.received())
    wait_for(lambda: len(traffic.received()) >= already + 5, what="pings")
    assert_no_loss(traffic, 5)


def restore_neighbours(fabric, letter):
    """The kernel forgets those of a link that goes down."""
    fabric.spaces[letter].batch([
        f"neigh replace {address(o, family)} lladdr {mac(o)} dev {DEVICE} "
        "nud permanent"
        for o in SUBNET if o != letter for family in FAMILIES])


def test_tunnel_that_comes_again_has_another_index(fabric):
    space, node = fabric.spaces["a"], fabric.nodes["a"]

    space.ip(f"link del {DEVICE}")

    wait_for(lambda: expect_way(space, "ipv4", block("c", "ipv4")),
             what="no way")
    wait_for(lambda: node.logged(f"warn.*pools: {DEVICE} is not there"),
             what="the warning")
    expect_way(space, "ipv4", block("b", "ipv4"), way("a", "b", "ipv4"))

    fabric.add_tunnel("a")

    for family in FAMILIES:
        wait_for(lambda: expect_way(space, family, block("c", family),
                                    way("a", "c", family)), what="the way")
        assert answers(fabric.pods["a"], pod_address("c", family))


@contextlib.contextmanager
def config_of(fabric, letter, **changes):
    node = fabric.nodes[letter]
    node.reload(fabric.text(letter, **changes))
    try:
        yield node
    finally:
        node.reload(fabric.text(letter))


def test_reload_moves_only_what_is_concerned_in_one_step(fabric):
    """From cross-subnet to always, IPv4 alone; the neighbor is not reset."""
    space = fabric.spaces["a"]
    monitor = RouteMonitor(space).start()
    traffic = [Traffic(fabric.pods["a"], pod_address(other, "ipv4")).start()
               for other in "bc"]
    mark = monitor.mark()
    always = {"ipv4": f"via-device {DEVICE} onlink", "ipv6": RULE}

    with config_of(fabric, "a", rules=always):
        wait_for(lambda: expect_way(
            space, "ipv4", block("b", "ipv4"),
            (address("b", "ipv4"), DEVICE, True)), what="the tunnel")
        moved = monitor.since(mark)
        expect_way(space, "ipv4", block("c", "ipv4"), way("a", "c", "ipv4"))
        assert answers(fabric.pods["a"], pod_address("b", "ipv4"))

    routes = [line for line in moved if "nexthop" not in line.split("]")[1]]
    concerned = {found for line in moved
                 for found in re.findall(r"10\.244\.\d+\.0/26|fd00:10\S+",
                                         line)}
    assert concerned == {block("b", "ipv4")}, moved
    assert not any("Deleted 10.244" in line for line in routes), moved
    wait_for(fabric.is_converged, what="the way back")
    monitor.stop()
    for ping in traffic:
        assert_flowing(ping)


def test_pool_without_a_rule_goes_by_the_router(fabric):
    space = fabric.spaces["a"]

    with config_of(fabric, "a", rules={"ipv6": RULE}):
        wait_for(lambda: expect_way(
            space, "ipv4", block("c", "ipv4"),
            ("10.1.0.254", "eth0", False)), what="the router")
        expect_way(space, "ipv6", block("c", "ipv6"), way("a", "c", "ipv6"))


def test_device_alone_is_a_route_without_gateway(fabric):
    space = fabric.spaces["a"]
    alone = {family: f"via-device {DEVICE}" for family in FAMILIES}

    with config_of(fabric, "a", rules=alone):
        for family in FAMILIES:
            for other in "bc":
                wait_for(lambda: expect_way(
                    space, family, block(other, family),
                    (None, DEVICE, False)), what="the device")
        assert fabric.nodes["a"].is_in_sync()


def test_unknown_device_is_said_and_the_rest_works(fabric):
    missing = {"ipv4": "via-device wg7 onlink when other-subnet",
               "ipv6": RULE}

    with config_of(fabric, "a", rules=missing) as node:
        wait_for(lambda: expect_way(fabric.spaces["a"], "ipv4",
                                    block("c", "ipv4")), what="no way")
        assert node.logged("warn.*pools: wg7 is not there")
        assert any("ip link show wg7" in text
                   for text in node.ctl("status")["problems"])
        expect_way(fabric.spaces["a"], "ipv4", block("b", "ipv4"),
                   way("a", "b", "ipv4"))
        expect_way(fabric.spaces["a"], "ipv6", block("c", "ipv6"),
                   way("a", "c", "ipv6"))
    assert fabric.nodes["a"].is_up()


@contextlib.contextmanager
def restarted_with(fabric, letter, more):
    node = fabric.nodes[letter]
    node.configure(fabric.text(letter, more=more))
    node.restart()
    try:
        yield
    finally:
        node.configure(fabric.text(letter))
        node.restart()


def test_tunnel_may_have_the_name_of_a_pods_end(fabric):
    """The kernel is asked to be silent about those otherwise."""
    space = fabric.spaces["a"]
    named = {"ipv4": "via-device veth9 onlink when other-subnet",
             "ipv6": RULE}
    space.ip("link add veth9 type vxlan id 43 local 10.1.0.1 dstport 4790")

    with config_of(fabric, "a", rules=named) as node:
        wait_for(lambda: node.logged("warn.*pools: veth9 is down"),
                 what="the word for it")
        space.ip("link set veth9 up")
        wait_for(lambda: expect_way(
            space, "ipv4", block("c", "ipv4"),
            (address("c", "ipv4"), "veth9", True)), what="the way")
        space.ip("link del veth9")
        wait_for(lambda: expect_way(space, "ipv4", block("c", "ipv4")),
                 what="no way")


@pytest.mark.parametrize("objects", ["on", "off"])
def test_equal_paths_are_judged_one_by_one(fabric, objects):
    """b directly and c by the tunnel, by next hop objects and without."""
    with contextlib.ExitStack() as stack:
        if objects == "off":
            stack.enter_context(restarted_with(
                fabric, "a", "fib { nexthop-objects off }"))
        for letter in "bc":
            stack.enter_context(config_of(fabric, letter,
                                          more=f"announce {SPARE}"))
        judge_equal_paths(fabric)


def judge_equal_paths(fabric):
    node, space = fabric.nodes["a"], fabric.spaces["a"]
    wait_for(lambda: expect_way(
        space, "ipv4", SPARE, (address("b", "ipv4"), "eth0", False),
        (address("c", "ipv4"), DEVICE, True)), 20, "both ways")
    assert sorted(node.fib()[SPARE]["tunnel"]) == ["same-subnet", "tunnel"]
    space.ip(f"link set {DEVICE} down")
    wait_for(lambda: expect_way(
        space, "ipv4", SPARE, (address("b", "ipv4"), "eth0", False)),
        what="what is left")
    wait_for(node.is_in_sync)
    space.ip(f"link set {DEVICE} up")
    restore_neighbours(fabric, "a")
    wait_for(lambda: len(ways(space, "ipv4", SPARE)) == 2, what="both again")


def test_route_through_a_pod_goes_the_way_of_the_pod(fabric):
    """A pod of c says a prefix to a, with itself as next hop."""
    node, space = fabric.nodes["a"], fabric.spaces["a"]
    pod = pod_address("c", "ipv4")
    more = f"neighbor pod {pod} {{ remote-as 65009; multihop 8; passive; " \
        "import all; export none }"

    with config_of(fabric, "a", more=more), contextlib.closing(
            bgp.Speaker.connect(fabric.pods["c"], pod,
                                address("a", "ipv4"))) as link:
        link.establish(65009, pod, hold=0)
        link.send(bgp.UPDATE, bgp.update_body(
            bgp.common((65009,)) + bgp.next_hop(pod), ["172.30.0.0/16"]))

        wait_for(lambda: expect_way(space, "ipv4", "172.30.0.0/16",
                                    way("a", "c", "ipv4")), what="the way")
        assert f"through {block('c', 'ipv4')}: " in steps(
            node, "172.30.0.0/16", "tunnel")[0][1]


def test_subnet_that_comes_makes_the_way_direct(fabric):
    """An address in c's subnet on the same wire: it is on link from now on."""
    space, c = fabric.spaces["a"], fabric.spaces["c"]
    space.add("eth0", "10.2.0.101/24")
    c.add("eth0", "10.1.0.103/24")
    try:
        wait_for(lambda: expect_way(
            space, "ipv4", block("c", "ipv4"),
            (address("c", "ipv4"), "eth0", False)), what="the direct way")
    finally:
        space.remove("eth0", "10.2.0.101/24")
        c.remove("eth0", "10.1.0.103/24")


def test_virtual_address_changes_no_way(fabric):
    """In the subnet and outside of it, as keepalived has them."""
    space = fabric.spaces["a"]
    monitor = RouteMonitor(space).start()
    mark = monitor.mark()

    for virtual in ("10.1.0.200/24", "10.1.0.201/32", "fd01::200/64",
                    "fd01::201/128"):
        space.add("eth0", virtual)
        space.remove("eth0", virtual)
    wait_for(fabric.is_converged)

    ours = [line for line in monitor.since(mark) if "proto bgp" in line]
    assert not ours, ours
    monitor.stop()


def test_gateways_on_a_device_are_onlink_where_it_is_said(fabric):
    space = fabric.spaces["a"]

    with config_of(fabric, "a", more="fib { device eth* onlink }"):
        for family in FAMILIES:
            wait_for(lambda: expect_way(
                space, family, block("b", family),
                (address("b", family), "eth0", True)), what="the flag")
        assert answers(fabric.pods["a"], pod_address("b", "ipv4"))


def test_restart_moves_nothing(fabric):
    """A tunnelled route that an earlier daemon left is known as it is."""
    space, node = fabric.spaces["a"], fabric.nodes["a"]
    monitor = RouteMonitor(space).start()
    mark = monitor.mark()

    node.kill()
    node.start()
    wait_for(fabric.is_converged, 20, "the mesh")
    wait_for(lambda: node.logged("ipv6: routes that nobody confirmed"), 30,
             "the end of the hold")

    monitor.assert_silent_since(mark)
    monitor.stop()


def test_ipv6_gateway_that_the_kernel_refuses_has_its_reason(fabric):
    """With a route of its own to the other subnet, IPv6 believes in no
    gateway by another device; explain says so.  A next hop object that was
    there before would do."""
    space, node = fabric.spaces["a"], fabric.nodes["a"]
    prefix = "fd00:10:244:77::/122"

    with restarted_with(fabric, "a", "fib { nexthop-objects off }"), \
            config_of(fabric, "c", more=f"announce {prefix}"):
        wait_for(lambda: expect_way(space, "ipv6", prefix,
                                    way("a", "c", "ipv6")), what="the way")
        space.ip("-6 route add fd02::/64 via fd01::fe")
        space.ip(f"-6 route del {prefix} proto bgp")
        wait_for(lambda: node.fib().get(prefix, {}).get("status") == "failed",
                 what="the refusal")
        assert "fd02::/64 leads to it by another interface" in steps(
            node, prefix, "tunnel")[0][1]
        expect_way(space, "ipv4", block("c", "ipv4"), way("a", "c", "ipv4"))

        space.ip("-6 route del fd02::/64")
        wait_for(lambda: expect_way(space, "ipv6", prefix,
                                    way("a", "c", "ipv6")), what="the way")
