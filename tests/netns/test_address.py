# SPDX-License-Identifier: ISC
# test_address.py - why an address is the node's, or is not
"""
One node has an interface for each thing that can be wrong with an address,
made so in the kernel, and `explain address` must name it.  The last test
compares the words of kernel/address.c with those provoked here.
"""
import os
import re

import pytest

from cluster import Cluster
from lab import wait_for
from node import FAMILIES, TOP, Node

CONFIG = """\
as 64512
node zoo
pools 10.244.0.0/16 fd00:10:244::/48
blocks 10.244.1.0/26 fd00:10:244:1::/122
"""

# Reason, family, address with its length, interface, and more of the config.
CASES = [
    ("chosen", "ipv4", "10.0.0.1/24", "eth0", ""),
    ("chosen", "ipv6", "fd00::1/64", "eth0", ""),
    ("lower-rank", "ipv4", "10.0.1.1/24", "eth1", ""),
    ("lower-rank", "ipv6", "fd00:0:0:1::1/64", "eth1", ""),
    ("lower-rank", "ipv6", "fec0::1/64", "eth1", ""),
    ("loopback", "ipv4", "127.0.0.1/8", "lo", ""),
    ("loopback", "ipv6", "::1/128", "lo", ""),
    ("loopback", "ipv4", "10.0.2.1/24", "lo", ""),
    ("link-local", "ipv4", "169.254.7.1/16", "eth0", ""),
    ("link-local", "ipv6", "fe80::99/64", "eth0", ""),
    ("multicast", "ipv6", "ff05::99/64", "eth0", ""),
    ("interface-excluded", "ipv4", "10.0.3.1/24", "docker0", ""),
    ("interface-excluded", "ipv6", "fd00:0:0:3::1/64", "docker0", ""),
    ("interface-down", "ipv4", "10.0.4.1/24", "down0", ""),
    ("no-carrier", "ipv4", "10.0.5.1/24", "dark0", ""),
    ("no-carrier", "ipv6", "fd00:0:0:5::1/64", "dark0", ""),
    ("tentative", "ipv6", "fd00:0:0:6::1/64", "slow0", ""),
    ("deprecated", "ipv4", "10.0.7.1/24", "eth1", ""),
    ("deprecated", "ipv6", "fd00:0:0:7::1/64", "eth1", ""),
    ("temporary", "ipv6", "fd00::8:*/64", "eth2", ""),
    ("host-prefix", "ipv4", "10.0.9.1/32", "eth1", ""),
    ("host-prefix", "ipv6", "fd00:0:0:9::1/128", "eth1", ""),
    ("inside-pod-pool", "ipv4", "10.244.77.1/24", "eth1", ""),
    ("inside-pod-pool", "ipv6", "fd00:10:244:77::1/64", "eth1", ""),
    ("outside-prefix", "ipv4", "10.0.0.1/24", "eth0",
     "address ipv4 within 10.0.1.0/24"),
    ("outside-prefix", "ipv6", "fd00::1/64", "eth0",
     "address ipv6 fd00:0:0:1::1"),
    ("not-reachable", "ipv4", "10.0.0.1/24", "eth0",
     "address ipv4 reach 10.0.1.77"),
    ("not-reachable", "ipv6", "fd00::1/64", "eth0",
     "address ipv6 reach fd00:0:0:1::77"),
    ("interface-excluded", "ipv4", "10.0.0.1/24", "eth0",
     "address ipv4 skip eth0 docker*"),
    ("interface-excluded", "ipv6", "fd00::1/64", "eth0",
     "address ipv6 interface eth1 eth2"),
    ("family-disabled", "ipv6", "fd00::1/64", "eth0", "address ipv6 none"),
]
SPECIAL = {"deprecated": "preferred_lft 0", "multicast": "autojoin"}


def name_of(case):
    return "-".join(str(part) for part in case[:3])


@pytest.fixture(scope="module")
def zoo(lab):
    space, far = lab.space("zoo"), lab.space("far")
    space.sysctl("net.ipv6.conf.default.dad_transmits=60")
    for device in ("eth0", "eth1", "eth2", "docker0", "down0", "dark0"):
        lab.wire(space, far, device, f"far-{device}")
    far.ip("link set far-dark0 down")
    lab.wire(space, far, "slow0", "far-slow0")
    space.sysctl("net.ipv6.conf.slow0.accept_dad=1")
    for reason, _, address, device, config in CASES:
        if config or "*" in address or address in ("127.0.0.1/8", "::1/128"):
            continue
        slow = reason == "tentative"
        nodad = "" if slow or ":" not in address else "nodad"
        space.ip(f"addr add {address} dev {device} {nodad}",
                 SPECIAL.get(reason, ""))
    space.sysctl("net.ipv6.conf.eth2.use_tempaddr=2")
    space.ip("addr add fd00:0:0:8::1/64 dev eth2 mngtmpaddr nodad")
    space.ip("link set down0 down")
    return Node(space, CONFIG).start()


def verdict(node, family, address):
    """(verdict, reason, interface) of an address, perhaps with a wildcard."""
    pattern = re.escape(address.split("/")[0]).replace(r"\*", ".*") + "(/|$)"
    rows = [row for row in node.ctl("explain", "address", family)["addresses"]
            if re.match(pattern, row["address"])]
    assert len(rows) == 1, f"{len(rows)} candidates {address}: {rows}"
    row = rows[0]
    return (row["verdict"], row.get("reason", row["verdict"]),
            row["interface"])


@pytest.mark.parametrize("case", [c for c in CASES if not c[4]], ids=name_of)
def test_reason_is_named(zoo, case):
    reason, family, address, device, _ = case

    word, why, interface = verdict(zoo, family, address)

    assert (why, interface) == (reason, device)
    assert (word == "chosen") == (reason == "chosen")


@pytest.mark.parametrize("case", [c for c in CASES if c[4]], ids=name_of)
def test_reason_by_config_is_named(zoo, case):
    reason, family, address, device, config = case

    zoo.reload(CONFIG + config + "\n")

    wait_for(lambda: verdict(zoo, family, address)[1:] == (reason, device),
             what=reason)
    zoo.reload(CONFIG)
    wait_for(lambda: verdict(zoo, family, address)[1] == "chosen" or
             verdict(zoo, family, address)[1] == "lower-rank")


def test_each_reason_has_an_explanation(zoo):
    for family in FAMILIES:
        for row in zoo.ctl("explain", "address", family)["addresses"]:
            assert len(row["explanation"]) > 20, row


def test_show_addresses_has_both_families(zoo):
    rows = zoo.ctl("show", "addresses")["addresses"]

    assert {row["family"] for row in rows} == set(FAMILIES)
    assert {row.get("reason") for row in rows} >= {None, "link-local"}


def wait_chosen(node, address):
    family = "ipv6" if ":" in address else "ipv4"
    wait_for(lambda: verdict(node, family, address)[1] == "chosen",
             what=address)


def choose(node, address):
    """Once by order, and from then on because it sticks."""
    family = "ipv6" if ":" in address else "ipv4"
    node.reload(CONFIG + f"address {family} {address}\n")
    wait_chosen(node, address)
    node.reload(CONFIG)
    wait_chosen(node, address)


def test_chosen_address_is_sticky(zoo):
    """A better one does not move a node; it would reset all sessions."""
    zoo.reload(CONFIG + "address ipv4 interface eth1\n")
    wait_chosen(zoo, "10.0.1.1")

    zoo.reload(CONFIG)

    wait_for(lambda: verdict(zoo, "ipv4", "10.0.0.1")[1] == "lower-rank")
    assert verdict(zoo, "ipv4", "10.0.1.1")[1] == "chosen"
    choose(zoo, "10.0.0.1")


def test_site_local_is_accepted_with_a_warning(zoo):
    zoo.reload(CONFIG + "address ipv6 fec0::1\n")

    wait_chosen(zoo, "fec0::1")
    row, = [r for r in zoo.ctl("explain", "address", "ipv6")["addresses"]
            if r["verdict"] == "chosen"]
    assert row["site_local"]
    assert zoo.logged(r"warn.*fec0::1 is site-local")
    choose(zoo, "fd00::1")


def test_no_usable_address_is_logged_with_all_candidates(zoo):
    zoo.reload(CONFIG + "address ipv6 within fd99::/16\n")

    wait_for(lambda: zoo.logged(r"warn.*no usable ipv6 address"))
    for reason in ("outside-prefix", "link-local", "host-prefix",
                   "no-carrier", "tentative", "temporary"):
        assert zoo.logged(rf"warn.*\S+/\d+: {reason}: "), reason
    assert verdict(zoo, "ipv4", "10.0.0.1")[1] == "chosen"
    choose(zoo, "fd00::1")


# Duplicate address detection: two hosts, one address, a real switch.

@pytest.fixture(scope="module")
def twins(lab_factory):
    with lab_factory() as lab:
        lab.bridge()
        first, second = lab.space("first"), lab.space("second")
        lab.plug(first, "10.0.0.1/24", "fd00::1/64")
        lab.plug(second, "10.0.0.2/24")
        second.sysctl("net.ipv6.conf.eth0.accept_dad=1",
                      "net.ipv6.conf.all.accept_dad=1")
        second.add("eth0", "fd00::1/64", dad=True)
        node = Node(second, "as 64512\nnode second\n"
                    "blocks 10.244.2.0/26 fd00:10:244:2::/122\n"
                    "neighbor first 10.0.0.1 { remote-as 64512 }\n")
        other = Node(first, "as 64512\nnode first\naddress ipv6 none\n"
                     "blocks 10.244.1.0/26\n"
                     "neighbor second 10.0.0.2 { remote-as 64512 }\n")
        other.start()
        yield first, second, node.start()


def test_duplicate_address_is_dad_failed(twins):
    _, _, node = twins

    wait_for(lambda: node.reason_of("ipv6", "fd00::1") == "dad-failed",
             what="duplicate address detection")


def test_duplicate_address_leaves_ipv4_alone(twins):
    _, _, node = twins

    wait_for(lambda: node.is_up("first"), what="the IPv4 session")
    wait_for(lambda: node.installed("ipv4").get("10.244.1.0/26"))


def test_duplicate_address_is_told_in_the_log(twins):
    _, _, node = twins

    wait_for(lambda: node.logged(r"warn.*fd00::1/64: dad-failed"),
             what="the warning")


def test_other_address_is_taken_after_its_detection(twins):
    _, second, node = twins
    second.remove("eth0", "fd00::1/64")
    second.add("eth0", "fd00::2/64", dad=True)

    wait_for(lambda: node.reason_of("ipv6", "fd00::2") == "tentative")
    wait_for(lambda: node.reason_of("ipv6", "fd00::2") == "chosen")


# A node without an IPv6 address in a dual-stack mesh.

@pytest.fixture(scope="module")
def half(lab_factory):
    with lab_factory() as lab:
        made = Cluster(lab, count=2)
        b = made["b"]
        b.space.remove("eth0", "fd00::2/64")
        b.space.ip("-6 addr add fe80::b/64 dev eth0 nodad")
        for member in made.members:
            member.node.start()
        yield made


def test_node_with_fe80_only_has_its_ipv4(half):
    a, b = half["a"], half["b"]

    for member, other in ((a, b), (b, a)):
        wait_for(lambda: member.node.installed("ipv4").get(
            other.block["ipv4"]) == other.address["ipv4"], what="IPv4")
        assert member.node.neighbor(other.address["ipv4"])["state"] == \
            "established"


def test_node_with_fe80_only_warns_with_its_candidates(half):
    node = half["b"].node

    assert node.logged(r"warn.*no usable ipv6 address")
    assert node.logged(r"warn.*eth0 fe80::b/64: link-local: ")


def test_node_with_fe80_only_names_the_problem(half):
    b = half["b"]
    row = b.node.neighbor(half["a"].address["ipv6"])

    assert row["state"] != "established"
    assert row["reason_word"] == "no-local-address"
    assert "link-local" in row["reason"]
    assert b.node.ctl("status")["problems"]
    assert b.node.ctl("status", "--check", code=5)


def test_node_of_the_other_side_names_the_problem(half):
    row = half["a"].node.neighbor(half["b"].address["ipv6"])

    assert row["state"] != "established"
    assert row["reason"]


def test_family_comes_up_when_an_address_appears(half):
    a, b = half["a"], half["b"]
    uptime = b.node.neighbor(a.address["ipv4"])["uptime"]
    b.space.sysctl("net.ipv6.conf.all.accept_dad=1",
                   "net.ipv6.conf.eth0.accept_dad=1")

    b.space.add("eth0", "fd00::2/64", dad=True)
    wait_for(lambda: b.node.reason_of("ipv6", "fd00::2") == "tentative")

    wait_for(half.is_converged, 20, "IPv6 by itself")
    assert b.node.neighbor(a.address["ipv4"])["uptime"] > uptime


def test_family_goes_alone_when_its_address_goes(half):
    a, b = half["a"], half["b"]
    uptime = b.node.neighbor(a.address["ipv4"])["uptime"]

    b.space.remove("eth0", "fd00::2/64")

    row = wait_for(lambda: is_down(b, a), what="the end of the session")
    assert row["reason_word"] == "no-local-address"
    assert b.node.neighbor(a.address["ipv4"])["uptime"] > uptime
    assert b.node.installed("ipv4").get(a.block["ipv4"])
    b.space.add("eth0", "fd00::2/64")
    wait_for(half.is_converged, 20, "IPv6 again")


def is_down(member, other):
    row = member.node.neighbor(other.address["ipv6"])
    return row if row["state"] != "established" else None


@pytest.mark.parametrize("how", ["restart", "reload"])
def test_detected_address_that_the_mesh_does_not_list_is_warned_of(half, how):
    """The mesh text has 10.0.0.77; the node keeps what it has."""
    a = half["a"]
    a.node.write("conf.d/mesh.conf", half.mesh_text().replace(
        "node node-a 10.0.0.1", "node node-a 10.0.0.77"))
    before = len(a.node.log())

    getattr(a.node, how)()

    wait_for(lambda: a.node.logged(r"warn.*10\.0\.0\.1 .*10\.0\.0\.77",
                                   before), what="the warning")
    assert a.node.reason_of("ipv4", "10.0.0.1") == "chosen"
    half.write([a])
    a.node.reload()


def test_every_reason_of_the_code_is_provoked():
    with open(os.path.join(TOP, "kernel", "address.c")) as file:
        words = set(re.findall(r'\[ADDRESS_\w+\] = \{ "([a-z-]+)"',
                               file.read()))

    # dad-failed has its own lab: test_duplicate_address_is_dad_failed
    assert words == {case[0] for case in CASES} | {"dad-failed"}
