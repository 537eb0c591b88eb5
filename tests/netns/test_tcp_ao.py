# SPDX-License-Identifier: ISC
# test_tcp_ao.py - TCP-AO, where the kernel has it, and what is said where not
"""
The TCP Authentication Option (RFC 5925) between two of ours: no rival that
can be installed here speaks it.  Which fact is shown depends on the kernel.
"""
import errno
import os
import socket

import pytest

from lab import wait_for
from node import Node

TCP_AO_INFO = 40
LABELS = ("a", "b")


def kernel_has_it():
    with socket.socket() as probe:
        try:
            probe.getsockopt(socket.IPPROTO_TCP, TCP_AO_INFO, 48)
        except OSError as problem:
            return problem.errno != errno.ENOPROTOOPT
    return True


with_it = pytest.mark.skipif(not kernel_has_it(),
                             reason="this kernel has no TCP-AO")
without_it = pytest.mark.skipif(kernel_has_it(),
                                reason="this kernel has TCP-AO")


def write_keys(lab, name, *lines):
    path = os.path.join(lab.folder, name)
    with open(path, "w") as file:
        file.write("".join(line + "\n" for line in lines))
    os.chmod(path, 0o640)
    return path


def two_nodes(lab, *settings, address="10.0.0.{}", length=24, head=()):
    """Two of ours on a cable; `{}` in settings is the own key file."""
    spaces = [lab.space(label) for label in LABELS]
    lab.wire(*spaces)
    nodes = []
    for number, space in enumerate(spaces):
        space.add("eth0", address.format(number + 1) + f"/{length}")
        nodes.append(Node(space, "\n".join((
            "as 64512", f"node {LABELS[number]}", "router-id 1.1.1.%d" %
            (number + 1), *head,
            f"neighbor peer {address.format(2 - number)} {{",
            "    remote-as internal", "    connect-retry 1s",
            "    idle-hold 1s", *(line.format(os.path.join(
                lab.folder, LABELS[number])) for line in settings),
            "}")) + "\n"))
    return nodes


def start(nodes):
    for node in nodes:
        node.start()


def wait_up(nodes):
    for node in nodes:
        wait_for(node.is_up, 20, "the session")


@without_it
def test_kernel_without_it_is_said_at_the_word(lab_factory):
    with lab_factory() as lab:
        path = write_keys(lab, "a", "1 hmac-sha1 secret")
        config = os.path.join(lab.folder, "conf")
        with open(config, "w") as file:
            file.write("as 64512\nneighbor x 10.0.0.2 { remote-as 1\n"
                       f"    tcp-ao {path}\n}}\n")
        daemon = os.path.join(os.environ["BGPD_BUILD"], "bgpd", "bgpd")
        space = lab.space("a")

        said = space.run("sh", "-c",
                         f"{daemon} -n -f {config} 2>&1; echo exit $?")

        assert f"{config}:3:5: error: this kernel has no TCP-AO" in said
        assert "exit 1" in said


@with_it
@pytest.mark.parametrize("algorithm", ("hmac-sha1", "aes-128-cmac"))
@pytest.mark.parametrize("address, length", (("10.0.0.{}", 24),
                                             ("fd00::{}", 64)))
def test_same_key_comes_up(lab_factory, algorithm, address, length):
    with lab_factory() as lab:
        for label in LABELS:
            write_keys(lab, label, f"7 {algorithm} correct-horse")
        nodes = two_nodes(lab, "tcp-ao {}", address=address, length=length)
        start(nodes)
        wait_up(nodes)
        counters = nodes[0].space.run("cat", "/proc/net/netstat")
        names, numbers = [line.split() for line in counters.splitlines()
                          if line.startswith("TcpExt:")]
        assert int(dict(zip(names, numbers))["TCPAOGood"]) > 0


@with_it
@pytest.mark.parametrize("other", ("7 hmac-sha1 battery-staple",
                                   "8 hmac-sha1 correct-horse",
                                   "7 aes-128-cmac correct-horse"))
def test_another_key_is_suspected(lab_factory, other):
    with lab_factory() as lab:
        write_keys(lab, "a", "7 hmac-sha1 correct-horse")
        write_keys(lab, "b", other)
        nodes = two_nodes(lab, "tcp-ao {}")
        start(nodes)

        wait_for(lambda: "password" in nodes[0].neighbor("peer").get(
            "reason", ""), 30, "the suspicion")
        assert nodes[0].neighbor("peer")["state"] != "established"


@with_it
def test_who_signs_nothing_is_not_answered(lab_factory):
    with lab_factory() as lab:
        write_keys(lab, "a", "7 hmac-sha1 correct-horse")
        nodes = two_nodes(lab, "tcp-ao {}")
        nodes[1].configure("as 64512\nnode b\nneighbor peer 10.0.0.1 { "
                           "remote-as internal; connect-retry 1s }\n")
        start(nodes)

        wait_for(lambda: nodes[0].ctl("status").get("signatures_wrong"), 30,
                 "the counter")
        assert nodes[0].neighbor("peer")["state"] != "established"


@with_it
def test_rotation_in_three_steps_keeps_the_session(lab_factory):
    with lab_factory() as lab:
        old, new = "1 hmac-sha1 correct-horse", "2 aes-128-cmac staple"
        for label in LABELS:
            write_keys(lab, label, old)
        nodes = two_nodes(lab, "tcp-ao {}")
        start(nodes)
        wait_up(nodes)
        before = [node.neighbor("peer")["uptime"] for node in nodes]

        for keys in ((new, old), (new,)):
            for node, label in zip(nodes, LABELS):
                write_keys(lab, label, *keys)
                assert "keys changed" in node.reload()
                refreshed(nodes)

        for node, uptime in zip(nodes, before):
            assert node.neighbor("peer")["state"] == "established"
            assert node.neighbor("peer")["uptime"] >= uptime
        # Who comes anew uses what the files say now.
        nodes[0].ctl("neighbor", "peer", "clear")
        wait_up(nodes)


def refreshed(nodes):
    """A message has gone each way since."""
    def count(node, other):
        return sum(m["received"] for m in node.detail(other)["messages"]
                   if m["message"] == "route-refresh")

    for node, there, name in ((nodes[0], nodes[1], "10.0.0.1"),
                              (nodes[1], nodes[0], "10.0.0.2")):
        seen = count(there, name)
        node.ctl("neighbor", "peer", "refresh")
        wait_for(lambda: count(there, name) > seen, 20, "a refresh")


@with_it
def test_range_signs_by_one_key(lab_factory):
    with lab_factory() as lab:
        for label in LABELS:
            write_keys(lab, label, "3 hmac-sha1 correct-horse")
        nodes = two_nodes(lab, "tcp-ao {}")
        keys = os.path.join(lab.folder, "a")
        nodes[0].configure("as 64512\nnode a\nneighbors 10.0.0.0/24 {\n"
                       f"    remote-as internal\n    tcp-ao {keys}\n}}\n")
        start(nodes)
        wait_for(nodes[1].is_up, 20, "the session")
