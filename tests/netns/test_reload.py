# SPDX-License-Identifier: ISC
# test_reload.py - a new config changes what it says and nothing else
import os
import re

import pytest

from cluster import Cluster
from lab import wait_for
from node import FAMILIES
from watch import RouteMonitor

# What is no business of the sessions; a test each.
UNRELATED = {
    "log": "log debug text\n",
    "stranger": "neighbor stranger 10.0.0.250 {\n    remote-as 65001\n"
                "    passive\n}\n",
    "timer": "connect-retry 7s\n",
    "memory": "memory limit 512M\n",
    "keep-on-exit": "fib { keep-on-exit 5m }\n",
    "comment": "# nothing at all\n",
}


@pytest.fixture(scope="module")
def mesh(lab):
    made = Cluster(lab, pods=False).start()
    made.monitors = {m.name: RouteMonitor(m.space).start()
                     for m in made.members}
    return made


def connections(member):
    """Both ends of each TCP connection of the node."""
    shown = member.space.run("ss", "-Htn", "state", "established",
                             "( sport = 179 or dport = 179 )")
    return sorted(tuple(line.split()[2:4]) for line in shown.splitlines())


class Unchanged:
    """Connections, UPDATE counters and routes of all nodes stay."""

    def __init__(self, mesh):
        self.mesh = mesh

    def __enter__(self):
        self.marks = {m.name: self.mesh.monitors[m.name].mark()
                      for m in self.mesh.members}
        self.before = self.look()

    def look(self):
        return {m.name: (connections(m), m.node.updates_sent())
                for m in self.mesh.members}

    def __exit__(self, kind, *_):
        if kind:
            return
        self.mesh.is_converged()
        assert self.look() == self.before
        for name, mark in self.marks.items():
            self.mesh.monitors[name].assert_silent_since(mark)


@pytest.mark.parametrize("change", UNRELATED)
def test_unrelated_change_leaves_sessions_and_routes(mesh, change):
    a = mesh["a"]

    with Unchanged(mesh):
        a.node.write("conf.d/extra.conf", UNRELATED[change])
        log = a.node.reload()
        assert "error" not in log
        a.node.write("conf.d/extra.conf", "")
        a.node.reload()
        # A round of questions later nothing has been sent either.
        mesh.is_converged()


def test_changed_hold_time_resets_that_neighbor_only(mesh):
    a, b = mesh["a"], mesh["b"]
    of_c = [c for c in connections(a) if mesh["c"].address["ipv4"] in c[0]
            or mesh["c"].address["ipv4"] in c[1]]

    a.node.write("conf.d/mesh.conf", mesh.mesh_text().replace(
        b.mesh_line(), b.mesh_line() + " { hold-time 30s }"))
    a.node.reload()

    wait_for(mesh.is_converged, 20, "the sessions again")
    assert wait_for(lambda: a.node.detail(b.address["ipv4"])["hold_time"]) \
        == 30.0
    assert set(of_c) <= set(connections(a))
    mesh.write([a])
    a.node.reload()
    wait_for(mesh.is_converged, 20, "the sessions again")


def test_dry_run_tells_and_does_nothing(mesh):
    a, b = mesh["a"], mesh["b"]

    with Unchanged(mesh):
        a.node.write("conf.d/mesh.conf", mesh.mesh_text().replace(
            b.mesh_line(), b.mesh_line() + " { hold-time 30s }"))
        answer = a.node.ctl("reload", "--dry-run")
        mesh.write([a])

    texts = [(c["change"], c["cost"]) for c in answer["changes"]]
    assert any("hold-time 90s -> 30s" in text and cost == "session reset"
               for text, cost in texts), texts
    assert answer["results"][0]["applied"] is False


BROKEN = {
    "unknown keyword": ("hold-tmie 30s\n", r"error: \S+extra\.conf:1:1: "),
    "bad value": ("hold-time soon\n", r"error: \S+extra\.conf:1:11: "),
    "open block": ("group x {\n", r"error: \S+extra\.conf:\d+:\d+: "),
    "later word": ("bmp 10.0.0.1:1790\n", "not available in this version"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_config_keeps_all(mesh, fault):
    a = mesh["a"]
    text, pattern = BROKEN[fault]

    with Unchanged(mesh):
        a.node.write("conf.d/extra.conf", text)
        log = a.node.reload()
        a.node.write("conf.d/extra.conf", "")

    assert re.search(pattern, log), log
    assert a.node.ctl("status")["reloads_refused"] > 0


def test_missing_config_keeps_all(mesh):
    node = mesh["a"].node

    with Unchanged(mesh):
        os.rename(node.config, node.config + ".away")
        log = node.reload()
        os.rename(node.config + ".away", node.config)

    assert re.search(r"bgpd\.conf.*[Nn]o such file", log), log


def test_folder_as_config_keeps_all(mesh):
    node = mesh["a"].node

    with Unchanged(mesh):
        os.rename(node.config, node.config + ".away")
        os.mkdir(node.config)
        log = node.reload()
        os.rmdir(node.config)
        os.rename(node.config + ".away", node.config)

    assert re.search(r"bgpd\.conf.*directory", log), log


def test_half_of_the_neighbors_go_only_by_force(mesh):
    a = mesh["a"]

    with Unchanged(mesh):
        a.node.write("conf.d/mesh.conf",
                     mesh.mesh_text(("node-b", "node-c")))
        done = a.node.bgpctl("reload")
        mesh.write([a])

    assert done.returncode == 1
    assert "--force" in done.stdout + done.stderr


def test_node_taken_out_of_the_mesh_leaves_every_fib(mesh):
    a, b, c = (mesh[letter] for letter in "abc")
    mesh.write([a, b], without=("node-c",))

    for member in (a, b):
        member.node.reload()

    for member in (a, b):
        wait_for(lambda: member.node.is_in_sync() and
                 mesh.has_blocks(member, [a, b]), what="the removal")
        assert member.node.is_up("node-a", "node-b")
    for row in c.node.neighbors():
        assert row["state"] != "established"
        assert row["reason_word"] in ("received", "connect-failed", "closed")


def test_node_put_back_into_the_mesh_is_back(mesh):
    mesh.write()

    for member in mesh.members:
        member.node.reload()

    wait_for(mesh.is_converged, 20, "the mesh")


def test_new_block_is_announced_without_a_reset(mesh):
    a, b = mesh["a"], mesh["b"]
    before = connections(a)
    a.node.write("conf.d/blocks.conf",
                 f"blocks {' '.join(a.block.values())} 10.244.9.0/26 "
                 f"fd00:10:244:9::/122\n")

    a.node.reload()

    for family, prefix in zip(FAMILIES,
                              ("10.244.9.0/26", "fd00:10:244:9::/122")):
        wait_for(lambda: b.node.installed(family).get(prefix) ==
                 a.address[family], what=prefix)
        assert a.node.installed(family)[prefix] == "blackhole"
    assert connections(a) == before
    mesh.write([a])
    a.node.reload()
    wait_for(mesh.is_converged, what="the withdrawal")
