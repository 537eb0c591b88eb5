# SPDX-License-Identifier: ISC
# test_learn.py - kernel routes of this node in a rival's table
"""
A node with pods on cali* and a router (BIRD, then FRR) outside.  What the
kernel has by itself, of what `learn` means, is what the router has of us; a
pod's address inside of an own block is announced with the block.  BIRD writes
its routes into its kernel, so that `ip monitor` on both sides says how long
it took from one kernel to the other.
"""
import json
import statistics

import pytest

from interop import BLOCKS, FAMILIES, OURS, THEIRS, Pair
from lab import wait_for
from node import Node
from rivals import Bird, Frr, installed
from watch import RouteMonitor, event_time

LENT = {"ipv4": "10.244.9.5/32", "ipv6": "fd00:10:244:9::5/128"}
OTHER = {"ipv4": "10.244.9.6/32", "ipv6": "fd00:10:244:9::6/128"}
OWN = {"ipv4": "10.244.1.5/32", "ipv6": "fd00:10:244:1::5/128"}
LEARN = "learn { interface cali*; within 10.244.0.0/16 fd00:10:244::/48 }"
ROUNDS = 20
BOUND = 0.050       # from one kernel to the other
POD_ROUTES = 10000
POD_LINKS = 200

# BIRD's routes into its kernel, and nothing back.
KERNEL = "".join(f"protocol kernel {{ {f} {{ import none; "
                 f"export where source = RTS_BGP; }}; }}\n" for f in FAMILIES)


class PodPair(Pair):
    """The router takes what the node originates, and what it learned."""

    def __init__(self, lab, rival, more=LEARN, **settings):
        self.more = more
        super().__init__(lab, rival, **settings)
        for number in (0, 1):
            self.link(f"cali{number}")

    def config(self, local_as, remote_as):
        text = super().config(local_as, remote_as)
        return text.replace("export own-blocks", "export told") + \
            "filter told { accept source local learned }\n" + self.more + "\n"

    def link(self, name):
        self.ours.ip(f"link add {name} type veth peer name p-{name}")
        for end in (name, f"p-{name}"):
            self.ours.ip(f"link set {end} up")

    def change(self, verb, prefix, words="dev cali0"):
        family = "-6" if ":" in prefix else "-4"
        self.ours.ip(f"{family} route {verb} {prefix} {words}")

    def start(self):
        self.rival.start()
        self.node.start()
        wait_for(lambda: self.node.is_up() and self.rival.is_up(), 20,
                 "the session")
        return self

    def tells(self, family, *prefixes):
        """Just the block and these, all by this node."""
        assert self.rival.routes(family) == dict.fromkeys(
            (BLOCKS[family], *prefixes), OURS[family])
        return True

    def wait_tells(self, family, *prefixes):
        wait_for(lambda: self.tells(family, *prefixes),
                 what=f"{prefixes} in the table of {self.rival.name}")

    def status(self, family):
        return next(row for row in self.node.ctl("status")["families"]
                    if row["family"] == family)


@pytest.fixture(scope="module", params=[Bird, Frr],
                ids=lambda rival: rival.name)
def pair(request, lab_factory):
    if not installed(request.param):
        pytest.skip(f"no {request.param.name}")
    with lab_factory() as lab:
        made = PodPair(lab, request.param)
        if request.param is Bird:
            made.rival.side.settings = KERNEL
        # Some are there before the daemon is.
        for family in FAMILIES:
            made.change("add", OTHER[family], "dev cali1")
            made.change("add", OWN[family], "dev cali1")
        yield made.start()


@pytest.mark.parametrize("family", FAMILIES)
def test_what_was_there_at_the_start_is_told(pair, family):
    pair.wait_tells(family, OTHER[family])


@pytest.mark.parametrize("family", FAMILIES)
def test_borrowed_address_comes_and_goes(pair, family):
    pair.change("add", LENT[family])
    pair.wait_tells(family, OTHER[family], LENT[family])
    pair.change("del", LENT[family])
    pair.wait_tells(family, OTHER[family])


@pytest.mark.parametrize("family", FAMILIES)
def test_address_of_an_own_block_stays_at_home_and_says_why(pair, family):
    answer = pair.node.ctl("explain", "route", OWN[family])
    row = pair.node.ctl("show", "routes", OWN[family])["routes"][0]

    assert "own-block" in json.dumps(answer)
    assert (row["from"], row["status"], row["device"], row["protocol"],
            row["table"]) == ("learned", "filtered:own-block", "cali1",
                              "boot", 254)
    assert pair.status(family)["learned"] == 1
    assert pair.status(family)["learn_refused"] == 1


@pytest.mark.parametrize("family", FAMILIES)
def test_pod_that_moves_between_links_is_not_withdrawn(pair, family):
    pair.change("add", LENT[family])
    pair.wait_tells(family, OTHER[family], LENT[family])
    updates = pair.node.updates_sent()
    pair.change("replace", LENT[family], "dev cali1")
    wait_for(lambda: pair.node.ctl("show", "routes", LENT[family])["routes"]
             [0]["device"] == "cali1", what="the other link")

    assert pair.node.updates_sent() == updates
    pair.change("del", LENT[family], "dev cali1")
    pair.wait_tells(family, OTHER[family])


@pytest.mark.parametrize("how", ["set cali2 down", "del cali2"])
def test_link_that_goes_takes_its_addresses(pair, how):
    pair.link("cali2")
    for family in FAMILIES:
        pair.change("add", LENT[family], "dev cali2")
        pair.wait_tells(family, OTHER[family], LENT[family])
    pair.ours.ip(f"link {how}")
    for family in FAMILIES:
        pair.wait_tells(family, OTHER[family])
    pair.ours.ip("link del cali2", check=False)


def test_carrier_lost_withdraws_until_it_is_back(pair):
    pair.change("add", LENT["ipv4"])
    pair.wait_tells("ipv4", OTHER["ipv4"], LENT["ipv4"])
    pair.ours.ip("link set p-cali0 down")
    pair.wait_tells("ipv4", OTHER["ipv4"])
    row = pair.node.ctl("show", "routes", LENT["ipv4"])["routes"][0]
    assert row["status"] == "filtered:link-down"
    pair.ours.ip("link set p-cali0 up")
    pair.wait_tells("ipv4", OTHER["ipv4"], LENT["ipv4"])
    pair.change("del", LENT["ipv4"])
    pair.wait_tells("ipv4", OTHER["ipv4"])


def test_second_of_two_appended_routes_outlives_the_first(pair):
    pair.change("add", LENT["ipv4"])
    pair.change("append", LENT["ipv4"], "dev cali1")
    pair.wait_tells("ipv4", OTHER["ipv4"], LENT["ipv4"])
    pair.change("del", LENT["ipv4"], "dev cali0")
    wait_for(lambda: pair.node.ctl("show", "routes", LENT["ipv4"])["routes"]
             [0]["device"] == "cali1", what="the second one")
    pair.tells("ipv4", OTHER["ipv4"], LENT["ipv4"])
    pair.change("del", LENT["ipv4"], "dev cali1")
    pair.wait_tells("ipv4", OTHER["ipv4"])


def test_link_that_is_renamed_is_learned_from(pair):
    pair.link("pod0")
    pair.change("add", LENT["ipv6"], "dev pod0")
    # The kernel wants it to be down for a new name, or not: it may say so.
    renamed = pair.ours.ip("link set pod0 name cali7", check=False)
    shown = pair.ours.ip("link show cali7", check=False)
    try:
        if "cali7" not in shown:
            pytest.skip(f"the kernel renames no link that is up: {renamed}")
        pair.wait_tells("ipv6", OTHER["ipv6"], LENT["ipv6"])
    finally:
        pair.ours.ip("link del pod0", check=False)
        pair.ours.ip("link del cali7", check=False)
    pair.wait_tells("ipv6", OTHER["ipv6"])


@pytest.mark.parametrize("family", FAMILIES)
def test_one_kernel_follows_the_other_within_the_bound(pair, family):
    """The time of each event on both sides, BIRD's own included."""
    if not isinstance(pair.rival, Bird):
        pytest.skip("it is BIRD's kernel that is watched")
    words = LENT[family].split("/")[0]
    monitors = [RouteMonitor(space).start()
                for space in (pair.ours, pair.theirs)]
    marks = [monitor.mark() for monitor in monitors]
    for _ in range(ROUNDS):
        pair.change("add", LENT[family])
        wait_for(lambda: words in pair.theirs.ip(f"-{family[-1]} route"))
        pair.change("del", LENT[family])
        wait_for(lambda: words not in pair.theirs.ip(f"-{family[-1]} route"))
    times = [[event_time(line) for line in monitor.since(mark)
              if f" {words} " in line]
             for monitor, mark in zip(monitors, marks)]
    assert [len(side) for side in times] == [2 * ROUNDS] * 2
    took = [there - here for here, there in zip(*times)]
    added, removed = (statistics.median(took[way::2]) for way in (0, 1))
    print(f"{family}: added {added * 1000:.1f} ms, removed "
          f"{removed * 1000:.1f} ms (medians), worst {max(took) * 1000:.1f}")
    assert max(added, removed) < BOUND


def test_table_of_another_number_is_learned_by_a_reload(pair):
    vrf = "10.244.12.0/24"
    pair.change("add", vrf, "dev cali0 table 100")
    sessions = [row["uptime"] for row in pair.node.neighbors()]
    pair.node.reload(pair.config(64512, 65001) +
                     "learn { table 100; protocol boot }\n")
    pair.wait_tells("ipv4", OTHER["ipv4"], vrf)
    row = pair.node.ctl("show", "routes", vrf)["routes"][0]
    assert (row["table"], row["device"]) == (100, "cali0")
    pair.change("add", "10.244.13.0/24", "dev cali0 table 100")
    pair.wait_tells("ipv4", OTHER["ipv4"], vrf, "10.244.13.0/24")

    pair.node.reload(pair.config(64512, 65001))
    pair.wait_tells("ipv4", OTHER["ipv4"])
    assert all(row["uptime"] >= before for row, before in
               zip(pair.node.neighbors(), sessions))
    pair.ours.ip("route flush table 100")


def test_routes_of_our_own_are_never_learned(pair):
    """With the widest rule there is, and after all was read again."""
    pair.node.reload(pair.config(64512, 65001) +
                     "learn { within 192.168.0.0/16 2001:db8::/32 }\n")
    for family in FAMILIES:
        wait_for(lambda f=family: pair.check_kernel(f) is None,
                 what="their networks")
        pair.tells(family, OTHER[family])
        assert pair.status(family)["learned"] == 1
    pair.node.reload(pair.config(64512, 65001))


def test_many_pods_that_come_and_go_leave_what_there_is(pair):
    """Routes and links in one go: more than one buffer of events."""
    routes = [f"10.244.{128 + n // 250}.{n % 250 + 1}/32 dev cali0"
              for n in range(POD_ROUTES)]
    pair.ours.batch([f"route add {r}" for r in routes])
    pair.ours.batch(
        [f"link add cali{100 + n} type veth peer name p{n}"
         for n in range(POD_LINKS)] +
        [f"link set {end}{100 * (end == 'cali') + n} up"
         for n in range(POD_LINKS) for end in ("cali", "p")] +
        [f"route add 10.244.200.{n + 1}/32 dev cali{100 + n}"
         for n in range(POD_LINKS)])
    wait_for(lambda: pair.status("ipv4")["learned"] ==
             POD_ROUTES + POD_LINKS + 1, 30, "all pods")
    wait_for(lambda: len(pair.rival.routes("ipv4")) ==
             POD_ROUTES + POD_LINKS + 2, 30, "all pods, there")

    pair.ours.batch([f"link del cali{100 + n}" for n in range(POD_LINKS)] +
                    [f"route del {r}" for r in routes[:-1]])
    last = routes[-1].split()[0]
    wait_for(lambda: pair.tells("ipv4", OTHER["ipv4"], last), 30, "the last")
    pair.change("del", last)
    pair.wait_tells("ipv4", OTHER["ipv4"])
    assert pair.node.is_up()


# The mesh: what is borrowed from another node, and pings through it.

@pytest.fixture(scope="module")
def nodes(lab_factory):
    with lab_factory() as lab:
        yield Nodes(lab)


class Nodes:
    """Two nodes; the second has a pod with an address of the first."""

    def __init__(self, lab):
        mesh = "mesh { node a 10.0.0.1; node b 10.0.0.2 }\n"
        self.spaces = [lab.space("a"), lab.space("b")]
        lab.wire(*self.spaces)
        self.node = []
        for number, space in enumerate(self.spaces, 1):
            space.add("eth0", f"10.0.0.{number}/24")
            self.node.append(Node(
                space, f"as 64512\nnode {'ab'[number - 1]}\n"
                f"blocks 10.244.{number}.0/26\npools 10.244.0.0/16\n"
                f"{LEARN}\n{mesh}"))
        self.pod = lab.space("pod")
        lab.wire(self.spaces[1], self.pod, "cali0", "eth0")
        self.pod.add("eth0", "10.244.1.7/32")
        self.pod.ip("route add 169.254.1.1 dev eth0")
        self.pod.ip("route add default via 169.254.1.1")
        self.spaces[1].run("sysctl", "-qw",
                           "net.ipv4.conf.cali0.proxy_arp=1")
        self.spaces[1].ip("route add 169.254.1.1 dev lo")
        self.spaces[1].ip("route add 10.244.1.7 dev cali0")


def test_pod_with_a_borrowed_address_is_reached(nodes):
    for node in nodes.node:
        node.start()
    wait_for(lambda: nodes.node[0].installed("ipv4").get("10.244.1.7/32") ==
             "10.0.0.2", what="the way to the pod")

    assert "1 received" in nodes.spaces[0].run(
        "ping", "-n", "-c", "1", "-W", "2", "10.244.1.7")
    assert THEIRS["ipv4"] == nodes.node[0].routes()["10.244.1.7/32"]["next_hop"]
