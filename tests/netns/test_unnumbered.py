# SPDX-License-Identifier: ISC
# test_unnumbered.py - neighbors found on interfaces, `neighbors NAME interface`
"""
Cables without addresses.  Each side finds the other by its router
advertisements; both families pass the one session, IPv4 behind an IPv6 next
hop (RFC 8950), and a ping between what is behind them shows that it works.
Two of ours, FRR's `neighbor eth0 interface`, BIRD's dynamic neighbors with
its radv.
"""
import json

import pytest

from interop import BLOCKS, FAMILIES, NETWORKS
from lab import wait_for
from node import BGPD, Node
from rivals import Bird, Frr, Session, Side, installed

CONFIG = """\
as {as_}
node {node}
router-id {id}
blocks {blocks}
neighbors uplinks interface {interface} {{
    remote-as external
    families ipv4 ipv6
    import all
    export all
    idle-hold 1s
    {more}
}}
"""
OTHER = {"ipv4": "10.244.2.0/26", "ipv6": "fd00:10:244:2::/122"}
PODS = {"ipv4": ("10.244.1.1", "10.244.2.1"),
        "ipv6": ("fd00:10:244:1::1", "fd00:10:244:2::1")}


def config(number, more="", interface="eth*"):
    blocks = BLOCKS if number == 1 else OTHER
    return CONFIG.format(as_=64511 + number, node=f"n{number}",
                         id=f"10.0.0.{number}", interface=interface,
                         blocks=" ".join(blocks.values()), more=more)


def cable(lab, *names):
    spaces = [lab.space(name) for name in names]
    lab.wire(*spaces)
    return spaces


def pod(space, number):
    """An address of its block in each family."""
    for family in FAMILIES:
        host = 32 if family == "ipv4" else 128
        space.add("lo", f"{PODS[family][number - 1]}/{host}")


def link_local(space, dev="eth0"):
    shown = json.loads(space.ip("-j -6 addr show scope link dev " + dev))
    return [a["local"] for i in shown for a in i.get("addr_info", [])][0]


def is_up(node, name="uplinks/eth0"):
    return {row["state"] for row in node.neighbors()
            if row["name"] == name} == {"established"}


def via(node, prefix, family):
    """The gateway and the interface of a route in the kernel."""
    route = node.space.routes(family).get(prefix, {})
    return (route.get("via", {}).get("host") or route.get("gateway"),
            route.get("dev"))


def await_route(node, prefix, family, gateway, dev="eth0"):
    wait_for(lambda: via(node, prefix, family) == (gateway, dev), 20,
             f"{prefix} via {gateway}")


def only_row(node, name="uplinks/eth0"):
    rows = [row for row in node.neighbors() if row["name"] == name]
    assert len({row.get("address") for row in rows}) == 1, rows
    return rows[0]


def await_reason(node, text, name="uplinks/eth0", word="not-found"):
    def is_said():
        row = only_row(node, name)
        return text in row.get("reason", "") and row["reason_word"] == word
    wait_for(is_said, 20, text)


@pytest.fixture(scope="module")
def two(lab_factory):
    """Two of ours, with a pod behind each."""
    with lab_factory() as lab:
        spaces = cable(lab, "one", "two")
        for number, space in enumerate(spaces, 1):
            pod(space, number)
        yield lab, [Node(space, config(number)).start()
                    for number, space in enumerate(spaces, 1)]


def test_two_of_ours_find_each_other(two):
    _, nodes = two
    for node, other in (nodes, nodes[::-1]):
        wait_for(lambda n=node: is_up(n), 15, "the session")
        row = only_row(node)
        assert row["address"] == f"{link_local(other.space)}%eth0"
        assert row["type"] == "ebgp"


@pytest.mark.parametrize("family", FAMILIES)
def test_pods_reach_each_other(two, family):
    _, nodes = two
    await_route(nodes[0], OTHER[family], family, link_local(nodes[1].space))
    await_route(nodes[1], BLOCKS[family], family, link_local(nodes[0].space))
    one, other = PODS[family]
    nodes[0].space.run("ping", "-c1", "-W2", "-I", one, other)


def test_link_down_and_up_again(two):
    _, nodes = two
    wait_for(lambda: is_up(nodes[0]), 15, "the session")
    for action in ("down", "up"):
        nodes[1].space.ip(f"link set eth0 {action}")
        if action == "down":
            wait_for(lambda: OTHER["ipv4"] not in
                     nodes[0].space.routes("ipv4"), 3, "no route")
    for family in FAMILIES:
        await_route(nodes[0], OTHER[family], family,
                    link_local(nodes[1].space))
        await_route(nodes[1], BLOCKS[family], family,
                    link_local(nodes[0].space))


def test_other_restarts(two):
    _, nodes = two
    nodes[1].restart()
    wait_for(lambda: is_up(nodes[0]) and is_up(nodes[1]), 15, "both up again")
    assert only_row(nodes[0])["name"] == "uplinks/eth0"


def test_nobody_there_is_said(lab_factory):
    with lab_factory() as lab:
        one, two = cable(lab, "one", "two")
        node = Node(one, config(1)).start()
        await_reason(node, "nobody has advertised itself on eth0")
        two.ip("link set eth0 down")
        await_reason(node, "eth0 has no carrier")
        one.ip("link set eth0 down")
        await_reason(node, "eth0 is down")
        one.sysctl("net.ipv6.conf.eth0.addr_gen_mode=1")
        one.ip("link set eth0 up")
        two.ip("link set eth0 up")
        await_reason(node, "no link-local address on eth0 yet")
        one.add("eth0", "fe80::1/64")
        await_reason(node, "nobody has advertised itself on eth0")
        done = node.bgpctl("explain", "neighbor", "uplinks/eth0")
        assert "nobody has advertised itself" in done.stdout, done
        assert "tcpdump" in done.stdout


def test_interfaces_come_go_and_are_renamed(lab_factory):
    with lab_factory() as lab:
        one, two = cable(lab, "one", "two")
        node = Node(one, config(1)).start()
        other = Node(two, config(2)).start()
        wait_for(lambda: is_up(node), 15, "the session")
        lab.wire(one, two, "eth1", "eth1")
        wait_for(lambda: is_up(node, "uplinks/eth1"), 15, "the second")
        one.ip("link set eth1 down")
        one.ip("link set eth1 name east")
        one.ip("link set east up")
        wait_for(lambda: {row["name"] for row in node.neighbors()} ==
                 {"uplinks/eth0"}, 3, "no neighbor on east")
        one.ip("link set east down")
        one.ip("link set east name eth7")
        one.ip("link set eth7 up")
        wait_for(lambda: is_up(node, "uplinks/eth7"), 30, "eth7")
        one.ip("link del eth7")
        wait_for(lambda: {row["name"] for row in node.neighbors()} ==
                 {"uplinks/eth0"}, 3, "eth7 is gone")
        assert is_up(node) and is_up(other)


def test_reload_follows_the_pattern(lab_factory):
    with lab_factory() as lab:
        spaces = cable(lab, "one", "two")
        nodes = [Node(space, config(number)).start()
                 for number, space in enumerate(spaces, 1)]
        wait_for(lambda: is_up(nodes[0]), 15, "the session")
        since = nodes[0].detail(only_row(nodes[0])["address"])["uptime"]
        said = nodes[0].reload(config(1, interface="eth0 bond*"))
        assert "interface eth* -> interface eth0 bond*" in said
        assert nodes[0].detail(only_row(nodes[0])["address"])[
            "uptime"] >= since
        nodes[0].reload(config(1, interface="bond*"))
        wait_for(lambda: not nodes[0].neighbors(), 5, "no neighbor")
        nodes[0].reload(config(1))
        wait_for(lambda: is_up(nodes[0]), 15, "the session again")


def test_disable_by_name(lab_factory):
    with lab_factory() as lab:
        spaces = cable(lab, "one", "two")
        nodes = [Node(space, config(number)).start()
                 for number, space in enumerate(spaces, 1)]
        for name in ("uplinks/eth0", "uplinks"):
            wait_for(lambda: is_up(nodes[0]), 15, "the session")
            assert nodes[0].bgpctl("neighbor", name, "disable") \
                .returncode == 0
            await_reason(nodes[0], "disabled by bgpctl", word="admin")
            assert not is_up(nodes[1])
            assert nodes[0].bgpctl("neighbor", name, "enable") \
                .returncode == 0


def test_without_the_capability_who_connects_is_welcome(lab_factory):
    with lab_factory() as lab:
        spaces = cable(lab, "one", "two")
        node, other = [Node(space, config(number))
                       for number, space in enumerate(spaces, 1)]
        node.spawn("/usr/bin/setpriv", "--bounding-set=-net_raw", BGPD, "-f",
                   node.config, "-s", node.socket)
        wait_for(node.is_ready, what="the daemon")
        await_reason(node, "without CAP_NET_RAW nobody is found on eth0")
        assert node.logged("error: no raw ICMPv6 socket")
        other.configure(
            "as 64513\nnode n2\nrouter-id 10.0.0.2\n"
            f"neighbor one {link_local(spaces[0])}%eth0 {{ remote-as external; "
            "import all; export all }\n")
        other.start()
        wait_for(lambda: is_up(node), 15, "the session")


def test_bfd_watches_who_is_found(lab_factory):
    with lab_factory() as lab:
        nodes = [Node(space, config(number, "bfd { interval 300ms }")).start()
                 for number, space in enumerate(cable(lab, "one", "two"), 1)]

        def is_watched():
            row, = nodes[0].ctl("show", "bfd")["bfd"]
            return row["name"] == "uplinks/eth0" and row["state"] == "up"
        wait_for(is_watched, 20, "BFD")


def test_malformed_advertisements_are_counted(lab_factory):
    """From a raw socket, with a hop limit of 64 and then cut short."""
    send = (
        "import socket, sys\n"
        "s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58)\n"
        "s.setsockopt(41, 18, int(sys.argv[1]))\n"
        "s.sendto(bytes([134]) + bytes(int(sys.argv[2]) - 1),"
        " ('ff02::1%eth0', 0))\n")
    with lab_factory() as lab:
        one, two = cable(lab, "one", "two")
        node = Node(one, config(1)).start()
        await_reason(node, "nobody has advertised itself on eth0")
        wait_for(lambda: link_local(two), 10, "its address")
        two.run("/usr/bin/python3", "-c", send, "64", "16")
        wait_for(lambda: node.logged(
            r"eth0: a router advertisement .* is ignored: the hop limit is "
            r"not 255.*\(1 so far\)"), 10, "the line")
        two.run("/usr/bin/python3", "-c", send, "255", "15")
        await_reason(node, "nobody has advertised itself on eth0")
        two.run("/usr/bin/python3", "-c", send, "255", "16")
        wait_for(lambda: only_row(node)["address"] ==
                 f"{link_local(two)}%eth0", 10, "a good one")


class FrrUnnumbered(Frr):
    """By the interface; zebra advertises itself where bgpd asks it to."""

    def write_config(self):
        super().write_config()
        path = self.path("bgpd.conf")
        with open(path) as file:
            lines = file.read().splitlines()
        lines = [line for line in lines if "update-source" not in line]
        lines = [" neighbor eth0 interface remote-as external"
                 if line.startswith(" neighbor eth0 remote-as") else line
                 for line in lines]
        self.write("bgpd.conf", "\n".join(lines) + "\n")


class BirdUnnumbered(Bird):
    """Anyone there may connect; radv tells that it is there."""

    def write_config(self):
        super().write_config()
        path = self.path("bird.conf")
        with open(path) as file:
            text = file.read()
        text = text.replace("  local fe80::2 as", "  local as")
        text = text.replace("  neighbor fe80::1 as 64512;",
                            "  neighbor range fe80::/10 as 64512;")
        text += ('protocol radv { interface "eth0" { max ra interval 10; '
                 'default lifetime 0; }; }\n'
                 'protocol kernel { ipv4 { export all; }; }\n'
                 'protocol kernel { ipv6 { export all; }; }\n')
        self.write("bird.conf", text)

    def is_up(self):
        return "established" in str(self.birdc("show", "protocols")).lower()


def rival_of(name, space):
    if name == "frr":
        session = Session("eth0", "eth0", 64512, FAMILIES,
                          "capability extended-nexthop")
        return FrrUnnumbered(space, Side("10.0.0.2", 65001, [session],
                                         NETWORKS))
    session = Session("fe80::2", "fe80::1", 64512, FAMILIES,
                      'interface "eth0"; strict bind off; '
                      'dynamic name "dyn";', "extended next hop on;")
    return BirdUnnumbered(space, Side("10.0.0.2", 65001, [session], NETWORKS))


@pytest.fixture(scope="module", params=["frr", "bird"])
def pair(request, lab_factory):
    kinds = {"bird": Bird, "frr": Frr}
    if not installed(kinds[request.param]):
        pytest.skip(f"no {request.param}")
    with lab_factory() as lab:
        ours, theirs = cable(lab, "ours", "theirs")
        pod(ours, 1)
        node = Node(ours, config(1)).start()
        rival = rival_of(request.param, theirs).start()
        wait_for(lambda: is_up(node), 30, "the session")
        yield node, rival


@pytest.mark.parametrize("family", FAMILIES)
def test_their_networks_lead_over_the_link(pair, family):
    node, rival = pair
    for network in NETWORKS[family]:
        await_route(node, network, family, link_local(rival.space))


@pytest.mark.parametrize("family", FAMILIES)
def test_our_block_is_in_their_table(pair, family):
    node, rival = pair
    wait_for(lambda: BLOCKS[family] in rival.routes(family), 20, "our block")


@pytest.mark.parametrize("family", FAMILIES)
def test_ping_between_what_is_behind_both(pair, family):
    node, rival = pair
    network = NETWORKS[family][0]
    far = network.split("/")[0].rstrip("0") + "1"
    rival.space.add("lo", f"{far}/{32 if family == 'ipv4' else 128}")
    await_route(node, network, family, link_local(rival.space))
    node.space.run("ping", "-c1", "-W2", "-I", PODS[family][0], far)


def test_they_restart_and_are_found_again(pair):
    node, rival = pair
    address = only_row(node)["address"]
    rival.kill()
    wait_for(lambda: not is_up(node), 10, "the loss")
    rival.start()
    wait_for(lambda: is_up(node), 40, "the session again")
    assert only_row(node)["address"] == address
