# SPDX-License-Identifier: ISC
# test_tables.py - routes in a table of their own, and the rules that use it
"""
Two nodes with pods; a writes to a table beyond 255, as a VRF or a policy of
the administrator has it.  No packet goes by such a table before a rule says
so, and next hops are looked for in the main table, as the kernel does it.
"""
import contextlib
import os
import subprocess

import pytest

from cluster import Cluster
from lab import wait_for
from node import BGPD, FAMILIES
from watch import answers

TABLE = 100255


@pytest.fixture(scope="module")
def mesh(lab):
    made = Cluster(lab, count=2)
    made.node_text = lambda m: Cluster.node_text(made, m) + (
        f"fib {{ table {TABLE} }}\n" if m.name == "node-a" else "")
    made.write()
    for member in made.members:
        member.node.start()
    wait_for(lambda: all(m.node.is_up() and m.node.is_in_sync()
                         for m in made.members), 20, "the mesh")
    return made


def table_of(member, family):
    """{prefix: gateway or type} of our routes in the table."""
    rows = member.space.ip_json(f"-{family[-1]} route show table {TABLE}")
    return {row["dst"]: row.get("gateway") or row.get("type")
            for row in rows if row["protocol"] == "bgp"}


@contextlib.contextmanager
def rules(member, *words):
    for family in FAMILIES:
        member.space.ip(f"-{family[-1]} rule add", *words)
    try:
        yield
    finally:
        for family in FAMILIES:
            member.space.ip(f"-{family[-1]} rule del", *words)


@pytest.mark.parametrize("family", FAMILIES)
def test_routes_stand_in_the_table_and_not_in_main(mesh, family):
    a, b = mesh["a"], mesh["b"]

    wait_for(lambda: table_of(a, family) == {
        a.block[family]: "blackhole", b.block[family]: b.address[family]},
        what="the table")
    assert a.node.installed(family) == {}


def test_packets_go_by_the_table_when_a_rule_says_so(mesh):
    """Behind what is in the main table but default routes, as the manual has
    it: a block of this node is a blackhole in ours, and its pods are routes of
    the main one.  Or for some, by where they come from."""
    a, b = mesh["a"], mesh["b"]
    pods = [pod for _, pod in a.pods]
    targets = [b.pod_address(2, family) for family in FAMILIES]
    for gateway in ("10.0.0.254", "fd00::fe"):
        a.space.ip(f"route add default via {gateway}")
    assert not any(answers(pods[0], target) for target in targets)

    with rules(a, "pref 1000 lookup main suppress_prefixlength 0"), \
            rules(a, f"pref 1001 lookup {TABLE}"):
        assert all(answers(pods[0], target) for target in targets)

    source = a.pod_address(2, "ipv4")
    a.space.ip(f"rule add from {source} lookup {TABLE}")
    assert answers(pods[0], targets[0])
    assert not answers(pods[1], targets[0])
    a.space.ip(f"rule del from {source}")


def test_next_hop_is_found_by_the_main_table(mesh):
    """A subnet that comes in the main table, for a next hop of b's."""
    a, b = mesh["a"], mesh["b"]
    a.space.ip("link set eth0 down")
    wait_for(lambda: b.block["ipv4"] not in table_of(a, "ipv4"),
             what="the end of the way")

    a.space.ip("link set eth0 up")
    a.space.add("eth0", f"{a.address['ipv6']}/64")

    for family in FAMILIES:
        wait_for(lambda: table_of(a, family).get(b.block[family]) ==
                 b.address[family], 30, "the way")


@pytest.mark.parametrize("family", FAMILIES)
def test_route_of_somebody_else_in_the_table_is_a_conflict(mesh, family):
    a, b = mesh["a"], mesh["b"]
    block, via = b.block[family], b.address[family]
    wait_for(a.node.is_in_sync, 20)
    theirs = f"{block} metric 1024 proto static table {TABLE}"

    a.space.ip(f"route replace {theirs} via {via}")
    wait_for(lambda: a.node.fib()[block]["status"] == "conflict",
             what="the report")
    a.space.ip(f"route del {theirs}")

    wait_for(lambda: table_of(a, family).get(block) == via, what="ours again")


def test_restart_finds_its_routes_in_the_table(mesh):
    a, b = mesh["a"], mesh["b"]
    wait_for(a.node.is_in_sync, 20)

    a.node.kill()
    assert b.block["ipv4"] in table_of(a, "ipv4")
    a.node.start()

    wait_for(lambda: a.node.logged("routes found in the kernel stay"),
             what="the adoption")
    wait_for(lambda: a.node.is_up() and a.node.is_in_sync(), 20, "the mesh")


@pytest.mark.parametrize("name,code,text", [
    ("blue", 0, "good"), ("green", 0, "good"),
    ("bluee", 1, "there is no table 'bluee' in /etc/iproute2/rt_tables"),
    ("mine", 1, "table 255 is the kernel's own")])
def test_table_has_the_name_that_ip_knows(mesh, name, code, text):
    """In a mount namespace with other files in /etc/iproute2."""
    node = mesh["a"].node
    node.write("iproute2/rt_tables", "# comment\n100 blue\n255 mine\n")
    node.write("iproute2/rt_tables.d/more.conf", "0x65\tgreen # behind\n")
    config = node.write("named.conf", "as 64512\nnode x\nneighbor y "
                        "10.0.0.9 { remote-as internal }\n"
                        f"fib {{ table {name} }}\n")
    inside = f"mount --bind {os.path.dirname(node.path('iproute2/x'))} " \
        f"/etc/iproute2 && exec {BGPD} -n -f {config}"

    done = subprocess.run(["unshare", "-m", "sh", "-c", inside],
                          capture_output=True, text=True, timeout=20)

    assert done.returncode == code, done.stderr
    assert text in done.stdout + done.stderr
