# SPDX-License-Identifier: ISC
# test_next_hops.py - where a next hop really leads, by the kernel's own word
"""
A node with two cables to a host that plays its neighbor and all routers.  What
the neighbor announces stays as it is, with next hops of all kinds; the routes
of the node change, and what it installs has to follow each event at once.

The default routes lead to .254 on eth0.
"""
import contextlib

import pytest

import speaker as bgp
from lab import LabError, wait_for
from node import FAMILIES, Node
from watch import RouteMonitor

NEIGHBOR = {"ipv4": "10.0.0.9", "ipv6": "fd00::9"}
DEFAULT = {"ipv4": "10.0.0.254", "ipv6": "fd00::fe"}
ANNOUNCED = {"ipv4": "172.30.0.0/16", "ipv6": "2001:db8:30::/48"}
OTHER = {"ipv4": "172.31.0.0/16", "ipv6": "2001:db8:31::/48"}
# Where nobody is, but for routes that a test adds.
FAR = {"ipv4": "10.55.0.1", "ipv6": "fd55::1"}
FAR_NET = {"ipv4": "10.55.0.0/24", "ipv6": "fd55::/64"}
FAR_PART = {"ipv4": "10.55.0.0/28", "ipv6": "fd55::/80"}

CONFIG = """\
as 64512
node ours
router-id 10.0.0.1
neighbor them 10.0.0.9 {
    remote-as 65009
    families ipv4 ipv6
    import IMPORT
    passive
}
filter over-eth1 { accept interface eth1 set pref 200; reject }
"""


class Scene:
    def __init__(self, lab):
        self.ours, self.theirs = lab.space("ours"), lab.space("theirs")
        for number in (0, 1):
            lab.wire(self.ours, self.theirs, f"eth{number}", f"eth{number}")
        self.ours.add("eth0", "10.0.0.1/24", "fd00::1/64")
        self.ours.add("eth1", "10.1.0.1/24", "fd01::1/64")
        self.theirs.add("eth0", "10.0.0.9/24", "fd00::9/64")
        for gateway in DEFAULT.values():
            self.ours.ip(f"route add default via {gateway} dev eth0")
        self.node = Node(self.ours, self.text()).start()
        self.link = None

    def text(self, policy="all"):
        return CONFIG.replace("IMPORT", policy)

    def meet(self):
        self.link = bgp.Speaker.connect(self.theirs, "10.0.0.9", "10.0.0.1")
        self.link.establish(65009, "10.0.0.9", bgp.multiprotocol("ipv4") +
                            bgp.multiprotocol("ipv6"), hold=0)

    def leave(self):
        self.link.close()
        wait_for(lambda: not self.node.routes(), what="no routes")

    def say(self, family, hop, prefix=None):
        prefix = prefix or ANNOUNCED[family]
        if family == "ipv4":
            body = bgp.update_body(bgp.common((65009,)) + bgp.next_hop(hop),
                                   [prefix])
        else:
            body = bgp.update_body(bgp.mp_reach("ipv6", hop, prefix) +
                                   bgp.common((65009,)))
        self.link.send(bgp.UPDATE, body)

    def withdraw(self, family, prefix):
        """By announcing it with a path that has our own AS in it."""
        path = bgp.common((65009, 64512))
        if family == "ipv4":
            body = bgp.update_body(path + bgp.next_hop("10.0.0.9"), [prefix])
        else:
            body = bgp.update_body(
                bgp.mp_reach("ipv6", "fd00::9", prefix) + path)
        self.link.send(bgp.UPDATE, body)

    def leads(self, family, prefix=None):
        """(gateway, device) of the kernel's route, or None."""
        route = self.ours.routes(family).get(prefix or ANNOUNCED[family])
        return route and (route.get("gateway"), route["dev"])

    def wait_way(self, family, gateway, device="eth0", prefix=None):
        """None: no route."""
        wanted = gateway and (gateway, device)
        wait_for(lambda: self.leads(family, prefix) == wanted or
                 self.fail(family, prefix), 10, f"the way by {gateway}")

    def fail(self, family, prefix):
        raise LabError(f"it leads {self.leads(family, prefix)}")

    @contextlib.contextmanager
    def route(self, text):
        self.ours.ip(f"route add {text}")
        try:
            yield
        finally:
            self.ours.ip(f"route del {text}", check=False)


@pytest.fixture(scope="module")
def shared(lab):
    return Scene(lab)


@pytest.fixture
def scene(shared):
    shared.meet()
    yield shared
    shared.leave()


def router(family, number=8):
    return f"10.0.0.{number}" if family == "ipv4" else f"fd00::{number}"


@pytest.mark.parametrize("family", FAMILIES)
def test_on_link_is_preferred_to_the_default_route(scene, family):
    hop = "10.1.0.7" if family == "ipv4" else "fd01::7"

    scene.say(family, hop)

    scene.wait_way(family, hop, "eth1")


@pytest.mark.parametrize("family", FAMILIES)
def test_subnet_that_goes_and_comes_moves_the_route(scene, family):
    """To the default route and back, in one step each."""
    subnet = "10.7.0.1/24" if family == "ipv4" else "fd07::1/64"
    hop = "10.7.0.7" if family == "ipv4" else "fd07::7"
    scene.ours.add("eth1", subnet)
    scene.say(family, hop)
    scene.wait_way(family, hop, "eth1")

    scene.ours.remove("eth1", subnet)
    scene.wait_way(family, DEFAULT[family])
    scene.ours.add("eth1", subnet)

    scene.wait_way(family, hop, "eth1")
    scene.ours.remove("eth1", subnet)


@pytest.mark.parametrize("family", FAMILIES)
def test_routes_of_others_are_followed_without_a_gap(scene, family):
    """The administrator's, and what another daemon has learned."""
    scene.say(family, FAR[family])
    scene.wait_way(family, DEFAULT[family])
    monitor = RouteMonitor(scene.ours).start()
    mark = monitor.mark()

    with scene.route(f"{FAR_NET[family]} via {router(family)} proto static"):
        scene.wait_way(family, router(family))
        with scene.route(f"{FAR_PART[family]} via {router(family, 7)} "
                         "proto ospf"):
            scene.wait_way(family, router(family, 7))
        scene.wait_way(family, router(family))
    scene.wait_way(family, DEFAULT[family])

    gone = [line for line in monitor.since(mark)
            if f"Deleted {ANNOUNCED[family]}" in line]
    assert not gone, gone
    monitor.stop()


@pytest.mark.parametrize("family", FAMILIES)
def test_lower_metric_of_others_counts(scene, family):
    scene.say(family, FAR[family])

    with scene.route(f"{FAR_NET[family]} via {router(family)} metric 50"):
        scene.wait_way(family, router(family))
        with scene.route(f"{FAR_NET[family]} via {router(family, 7)} "
                         "metric 20"):
            scene.wait_way(family, router(family, 7))
        scene.wait_way(family, router(family))


@pytest.mark.parametrize("family", FAMILIES)
def test_blackhole_of_others_is_no_way(scene, family):
    scene.say(family, FAR[family])
    scene.wait_way(family, DEFAULT[family])

    with scene.route(f"blackhole {FAR_NET[family]}"):
        scene.wait_way(family, None)

    scene.wait_way(family, DEFAULT[family])


@pytest.mark.parametrize("family", FAMILIES)
def test_best_route_of_ours_leads_on(scene, family):
    """As in a fabric that teaches its own addresses by BGP."""
    scene.say(family, FAR[family])
    scene.wait_way(family, DEFAULT[family])

    scene.say(family, router(family), FAR_NET[family])
    scene.wait_way(family, router(family))
    row = next(r for r in scene.node.ctl("explain", "route",
                                         ANNOUNCED[family])["steps"]
               if r["step"] == "next-hop")
    assert "through a BGP route" in row["evidence"]

    scene.withdraw(family, FAR_NET[family])
    scene.wait_way(family, DEFAULT[family])


@pytest.mark.parametrize("family", FAMILIES)
def test_route_never_leads_through_itself(scene, family):
    """Its next hop lies in it: the next shorter route counts, or none."""
    scene.say(family, FAR[family], FAR_NET[family])
    scene.wait_way(family, DEFAULT[family], prefix=FAR_NET[family])

    scene.ours.ip(f"-{family[-1]} route del default")
    scene.wait_way(family, None, prefix=FAR_NET[family])
    scene.ours.ip(f"route add default via {DEFAULT[family]} dev eth0")

    scene.wait_way(family, DEFAULT[family], prefix=FAR_NET[family])


@pytest.mark.parametrize("family", FAMILIES)
def test_two_routes_do_not_hold_each_other_up(scene, family):
    """Each has its next hop in the other one."""
    hops = {"ipv4": ("172.31.0.1", "172.30.0.1"),
            "ipv6": ("2001:db8:31::1", "2001:db8:30::1")}[family]
    scene.ours.ip(f"-{family[-1]} route del default")

    scene.say(family, hops[0], ANNOUNCED[family])
    scene.say(family, hops[1], OTHER[family])
    scene.say(family, router(family), FAR_NET[family])

    scene.wait_way(family, router(family), prefix=FAR_NET[family])
    scene.wait_way(family, None)
    scene.wait_way(family, None, prefix=OTHER[family])
    scene.ours.ip(f"route add default via {DEFAULT[family]} dev eth0")


@pytest.mark.parametrize("family", FAMILIES)
def test_own_address_is_no_next_hop(scene, family):
    """An address of this node that comes, and goes again."""
    own = "10.0.0.77/32" if family == "ipv4" else "fd00::77/128"
    scene.say(family, own.split("/")[0])
    scene.wait_way(family, own.split("/")[0])

    scene.ours.add("eth1", own)
    scene.wait_way(family, None)
    scene.ours.remove("eth1", own)

    scene.wait_way(family, own.split("/")[0])


@pytest.mark.parametrize("family", FAMILIES)
def test_virtual_addresses_change_nothing(scene, family):
    """Of the same subnet, with its length and with a host's, on either
    interface; the kernel says nothing of routes or next hops of ours."""
    virtual = {"ipv4": ("10.0.0.200/24", "10.0.0.201/32"),
               "ipv6": ("fd00::200/64", "fd00::201/128")}[family]
    scene.say(family, router(family))
    scene.wait_way(family, router(family))
    wait_for(scene.node.is_in_sync)
    monitor = RouteMonitor(scene.ours).start()
    mark = monitor.mark()

    for _ in range(3):
        for address in virtual:
            scene.ours.add("eth0", address)
            scene.ours.remove("eth0", address)
        scene.ours.add("eth1", virtual[1])
        scene.ours.remove("eth1", virtual[1])
    wait_for(lambda: scene.node.is_up("them") and scene.node.is_in_sync())

    ours = [line for line in monitor.since(mark) if "proto bgp" in line]
    assert not ours, ours
    assert scene.leads(family) == (router(family), "eth0")
    monitor.stop()


def test_tentative_address_is_waited_for(scene):
    """IPv6 asks for two seconds whether somebody has it; routes that leave by
    the subnet are installed meanwhile, and stay."""
    scene.ours.sysctl("net.ipv6.conf.eth1.accept_dad=1")
    scene.say("ipv6", "fd07::7")
    scene.wait_way("ipv6", DEFAULT["ipv6"])

    scene.ours.add("eth1", "fd07::1/64", dad=True)
    scene.wait_way("ipv6", "fd07::7", "eth1")
    wait_for(lambda: "tentative" not in
             scene.ours.addresses("eth1")["fd07::1"], what="the end of DAD")

    wait_for(lambda: scene.node.reason_of("ipv6", "fd07::1") != "tentative")
    assert scene.leads("ipv6") == ("fd07::7", "eth1")
    scene.ours.remove("eth1", "fd07::1/64")


@pytest.mark.parametrize("family", FAMILIES)
def test_filter_by_interface_follows_the_way(scene, family):
    """A path is judged again as its next hop is reached by another link, also
    one that was refused, and without a word of the neighbor."""
    scene.node.reload(scene.text("over-eth1"))
    scene.say(family, FAR[family])
    wait_for(lambda: refusal(scene.node, family) == "filtered",
             what="the refusal")
    gateway = "10.1.0.7" if family == "ipv4" else "fd01::7"

    with scene.route(f"{FAR_NET[family]} via {gateway}"):
        scene.wait_way(family, gateway, "eth1")
        assert scene.node.routes(family)[ANNOUNCED[family]]["local_pref"] \
            == 200

    scene.wait_way(family, None)
    assert refusal(scene.node, family) == "filtered"
    scene.node.reload(scene.text())
    scene.wait_way(family, DEFAULT[family])


def refusal(node, family):
    rows = node.ctl("show", "routes", "all")["routes"]
    return next((row.get("refusal") for row in rows
                 if row["prefix"] == ANNOUNCED[family]), None)


# The same link-local address on two cables, and at a pod's end.

OURS = """\
as 64512
node ours
router-id 10.0.0.1
neighbor zero fe80::2%eth0 { remote-as 65010; families ipv4 ipv6; import all }
neighbor one fe80::2%eth1 { remote-as 65011; families ipv4 ipv6; import all }
"""


def theirs_text(link):
    return (f"as {65010 + link}\nnode them-{link}\nrouter-id 10.9.0.{link + 1}"
            f"\nannounce 2001:db8:a{link}::/48\nannounce 172.16.{link}.0/24\n"
            "neighbor ours fe80::1%eth0 { remote-as 64512\n"
            "    families ipv4 ipv6; import all; export all }\n")


def over_link(space, link):
    """Both families lead to the one address, over the link."""
    for family, prefix in (("ipv6", f"2001:db8:a{link}::/48"),
                           ("ipv4", f"172.16.{link}.0/24")):
        route = space.routes(family).get(prefix, {})
        via = route.get("via", {}).get("host") or route.get("gateway")
        if (via, route.get("dev")) != ("fe80::2", f"eth{link}"):
            raise LabError(f"{prefix} leads {route}")
    return True


def test_link_local_next_hops_are_told_apart_by_link(lab_factory):
    """Even where a pod's end of this node has that very address; and as one
    link goes down, the other is not concerned."""
    with lab_factory() as lab:
        ours, pod = lab.space("ours"), lab.space("pod")
        lab.wire(ours, pod, "cali1", "eth0")
        ours.add("cali1", "fe80::2/64")
        for link in (0, 1):
            theirs = lab.space(f"theirs{link}")
            lab.wire(ours, theirs, f"eth{link}", "eth0")
            ours.add(f"eth{link}", "fe80::1/64")
            theirs.add("eth0", "fe80::2/64")
            Node(theirs, theirs_text(link)).start()
        Node(ours, OURS).start()

        wait_for(lambda: over_link(ours, 0) and over_link(ours, 1), 20,
                 "both")
        ours.ip("link set eth0 down")

        wait_for(lambda: not any(
            "eth0" == route["dev"] and route.get("protocol") == "bgp"
            for family in FAMILIES
            for route in ours.routes(family).values()), what="the end of one")
        assert over_link(ours, 1)
