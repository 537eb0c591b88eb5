# SPDX-License-Identifier: ISC
# test_privilege.py - what a daemon that is up may do
"""
Each lock is read from the kernel's own account, for every thread; and the
daemon goes through its usual work behind them: sessions, routes, a reload,
a runtime command that is kept, the control socket's group.
"""
import grp
import os
import stat

import pytest

from lab import wait_for
from node import Node

NET_BIND_SERVICE, NET_ADMIN = 1 << 10, 1 << 12
SANITIZED = "build/san" in os.environ["BGPD_BUILD"]
CONFIG = """\
as 64512
node {}
blocks 10.244.{}.0/26
control {} {{ group daemon; write-group daemon }}
neighbor peer 10.0.0.{} {{ remote-as internal; connect-retry 1s }}
"""


def threads(daemon):
    """[{field: value}] of /proc/PID/task/*/status."""
    folder = f"/proc/{daemon.pid}/task"
    found = []
    for thread in os.listdir(folder):
        with open(f"{folder}/{thread}/status") as file:
            found.append(dict(line.rstrip("\n").split(":\t", 1)
                              for line in file if ":\t" in line))
    return found


@pytest.fixture(scope="module")
def nodes(lab):
    spaces = [lab.space(name) for name in ("a", "b")]
    lab.wire(*spaces)
    made = []
    for number, space in enumerate(spaces, 1):
        space.add("eth0", f"10.0.0.{number}/24")
        node = Node(space)
        node.configure(CONFIG.format("ab"[number - 1], number, node.socket,
                                     3 - number))
        made.append(node.start())
    for node in made:
        wait_for(node.is_up, 20, "the session")
    return made


def test_all_capabilities_but_two_are_gone(nodes):
    for thread in threads(nodes[0]):
        for field in ("CapEff", "CapPrm", "CapBnd"):
            assert int(thread[field], 16) == NET_ADMIN | NET_BIND_SERVICE
        for field in ("CapInh", "CapAmb"):
            assert int(thread[field], 16) == 0


def test_no_new_privileges_are_to_be_had(nodes):
    assert {thread["NoNewPrivs"] for thread in threads(nodes[0])} == {"1"}


@pytest.mark.skipif(SANITIZED, reason="sanitizers go without seccomp")
def test_system_calls_are_filtered_in_all_threads(nodes):
    found = threads(nodes[0])
    assert len(found) > 1
    assert {thread["Seccomp"] for thread in found} == {"2"}


def test_work_goes_on_behind_the_locks(nodes):
    node = nodes[0]
    wait_for(lambda: "10.244.2.0/26" in node.installed("ipv4"), 20, "a route")

    node.bgpctl("block", "add", "10.244.1.64/26")
    assert node.ctl("show", "routes", "10.244.1.64/26")
    assert os.path.exists(os.path.join(node.path("state"), "runtime.json"))
    assert "nothing changed" in node.reload() or node.logged("reload")


def test_control_socket_has_its_group(nodes):
    status = os.stat(nodes[0].socket)
    assert grp.getgrgid(status.st_gid).gr_name == "daemon"
    assert stat.S_IMODE(status.st_mode) & 0o007 == 0
