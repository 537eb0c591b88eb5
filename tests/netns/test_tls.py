# SPDX-License-Identifier: ISC
# test_tls.py - sessions over TLS between own daemons
"""
Two daemons that prove to each other who they are: which connection is
encrypted, what each reason says, what a renewed certificate does to a session
that is up.
"""
import pytest

from certs import Authority
from lab import wait_for
from node import Node

HOSTS = {"a": "10.0.0.1", "b": "10.0.0.2"}


class Two:
    def __init__(self, lab, authority=None, **settings):
        self.lab = lab
        self.authority = authority or Authority(lab.folder + "/pki")
        self.nodes = {}
        lab.bridge()
        for name, address in HOSTS.items():
            space = lab.space(name)
            lab.plug(space, f"{address}/24")
            self.authority.issue(name, address)
            self.nodes[name] = Node(space, self.text(name, settings))

    def text(self, name, settings, extra=""):
        other = "b" if name == "a" else "a"
        number = 1 if name == "a" else 2
        tls = settings.get(name, settings.get(
            "both", self.authority.settings(name)))
        return (f"as 64512\nnode {name}\nfib off\n"
                f"blocks 10.244.{number}.0/26\n"
                f"neighbor {other} {HOSTS[other]} {{\n"
                f"    remote-as internal; connect-retry 1s; idle-hold 500ms\n"
                f"    {tls}\n    {extra}\n}}\n")

    def start(self):
        for node in self.nodes.values():
            node.start()

    def is_up(self):
        return all(node.is_up() for node in self.nodes.values())

    def wait_up(self, deadline=10):
        wait_for(self.is_up, deadline, "both sessions")

    def tls(self, name):
        other = "b" if name == "a" else "a"
        return self.nodes[name].detail(HOSTS[other]).get("tls")

    def reason(self, name):
        return self.nodes[name].neighbors()[0].get("reason", "")


def test_two_nodes_are_encrypted(lab_factory):
    with lab_factory() as lab:
        two = Two(lab)
        two.start()
        two.wait_up()
        assert "10.244.2.0/26" in two.nodes["a"].routes()
