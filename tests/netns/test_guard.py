# SPDX-License-Identifier: ISC
# test_guard.py - a node of the mesh that announces another one's block
"""
Three nodes on a bridge: a is asked, b owns the block, c announces it as well
or a part of it.  The guard refuses it or says so, by what the config tells of
blocks or by who was first, and lets it in when the owner has gone.
"""
import pytest

from lab import wait_for
from node import Node

BLOCK = "10.244.2.0/26"
PART = "10.244.2.5/32"


def config(name, guard, own=(), declared=True):
    """b's mesh entry names its block, or nothing does."""
    blocks = f"{{ blocks {BLOCK} }}" if declared and name != "b" and \
        BLOCK not in own else ""
    lines = ["as 64512", f"node {name}", "graceful-restart off",
             f"pools 10.244.0.0/16 {{ guard {guard} }}",
             "idle-hold 100ms; connect-retry 1s",
             "mesh {", "node a 10.0.0.1", f"node b 10.0.0.2 {blocks}",
             "node c 10.0.0.3", "}"]
    return "\n".join(lines + [f"blocks {p}" if p.endswith("/26") else
                              f"announce {p}" for p in own]) + "\n"


class Mesh:
    def __init__(self, lab, guard, stolen=BLOCK, declared=True):
        lab.bridge()
        self.nodes = []
        for number, (name, own) in enumerate(
                (("a", ()), ("b", (BLOCK,)), ("c", (stolen,))), 1):
            space = lab.space(name)
            lab.plug(space, f"10.0.0.{number}/24")
            self.nodes.append(Node(space, config(name, guard, own, declared)))
        self.a, self.b, self.c = self.nodes

    def start(self, *nodes):
        for node in nodes:
            node.start()

    def paths(self, prefix=BLOCK):
        """{neighbor: status} at a."""
        rows = self.a.ctl("show", "routes", prefix, "all")["routes"]
        return {row["from"]: "best" if row.get("best") else row["status"]
                for row in rows}

    def is_refused(self, prefix=BLOCK):
        return "foreign-block" in self.paths(prefix).get("c", "")


@pytest.mark.parametrize("stolen", (BLOCK, PART))
def test_declared_block_is_refused_from_others(lab_factory, stolen):
    with lab_factory() as lab:
        mesh = Mesh(lab, "refuse", stolen)
        mesh.start(mesh.a, mesh.c)
        wait_for(lambda: mesh.is_refused(stolen), 20, "the refusal")

        mesh.start(mesh.b)
        wait_for(lambda: mesh.paths().get("b") == "best", 20, "the owner's")
        assert mesh.is_refused(stolen)
        assert stolen not in mesh.a.installed("ipv4") or \
            mesh.a.installed("ipv4")[stolen] == "10.0.0.2"
        assert mesh.a.logged(f"announces {stolen}, which is of b: refused")
        assert mesh.a.detail("10.0.0.3")["foreign_blocks"] > 0


def test_first_announcer_owns_until_it_goes(lab_factory):
    with lab_factory() as lab:
        mesh = Mesh(lab, "refuse", declared=False)
        mesh.start(mesh.a, mesh.b)
        wait_for(lambda: mesh.paths() == {"b": "best"}, 20, "the owner's")
        mesh.start(mesh.c)
        wait_for(mesh.is_refused, 20, "the refusal")
        assert mesh.a.installed("ipv4")[BLOCK] == "10.0.0.2"

        mesh.b.end()
        wait_for(lambda: mesh.paths() == {"c": "best"}, 20, "the next one's")
        wait_for(lambda: mesh.a.installed("ipv4")[BLOCK] == "10.0.0.3", 10,
                 "the kernel's")


def test_warning_lets_it_in(lab_factory):
    with lab_factory() as lab:
        mesh = Mesh(lab, "warn")
        mesh.start(mesh.a, mesh.c)

        wait_for(lambda: mesh.paths() == {"c": "best"}, 20, "the route")
        assert mesh.a.logged(f"peer c: announces {BLOCK}, which is of b "
                             r"\(pools: guard warn\)")
        mesh.a.reload(config("a", "refuse"))
        wait_for(mesh.is_refused, 10, "the refusal")
        mesh.a.reload(config("a", "off"))
        wait_for(lambda: mesh.paths() == {"c": "best"}, 10, "the route again")
