# SPDX-License-Identifier: ISC
# cluster.py - three nodes with pods on one switch, as tests and demo use them
"""
Node number N (a: 1, b: 2, c: 3) has 10.0.0.N and fd00::N on eth0, the pod
blocks 10.244.N.0/26 and fd00:10:244:N::/122, and pods at their .2 and .3.
Its own config is two lines, its name and an include of conf.d: there are the
mesh text, the same on every node, and what a pod network's agent would write,
the blocks.
"""
from lab import wait_for
from node import FAMILIES, Node

AS = 64512
POOLS = {"ipv4": "10.244.0.0/16", "ipv6": "fd00:10:244::/48"}
PODS = (2, 3)


class Member:
    """What belongs to one node, by its number."""

    def __init__(self, number):
        self.number = number
        self.name = f"node-{'abcdefgh'[number - 1]}"
        self.address = {"ipv4": f"10.0.0.{number}", "ipv6": f"fd00::{number}"}
        self.block = {"ipv4": f"10.244.{number}.0/26",
                      "ipv6": f"fd00:10:244:{number}::/122"}
        self.space = None
        self.node = None
        self.pods = []

    def pod_address(self, host, family):
        if family == "ipv4":
            return f"10.244.{self.number}.{host}"
        return f"fd00:10:244:{self.number}::{host}"

    def mesh_line(self):
        return (f"    node {self.name} {self.address['ipv4']} "
                f"{self.address['ipv6']}")

    def plug(self, lab, dad=False):
        self.space = lab.space(self.name)
        lab.plug(self.space, f"{self.address['ipv4']}/24",
                 f"{self.address['ipv6']}/64", dad=dad)

    def add_pods(self, lab):
        self.pods = [
            (host, lab.pod(self.space, f"pod-{self.name[-1]}{host - 1}",
                           f"{self.pod_address(host, 'ipv4')}/32",
                           f"{self.pod_address(host, 'ipv6')}/128"))
            for host in PODS]


class Cluster:
    def __init__(self, lab, count=3, pods=True, dad=False):
        self.lab = lab
        self.extra = ""         # statements for all nodes, beside the mesh
        self.own = {}           # name: statements for that node alone
        self.learned = {}       # family: {prefix: gateway}, from elsewhere
        lab.bridge()
        self.members = [Member(n + 1) for n in range(count)]
        for member in self.members:
            member.plug(lab, dad)
            if pods:
                member.add_pods(lab)
            member.node = Node(member.space)
        self.write()

    def __getitem__(self, letter):
        return next(m for m in self.members if m.name == f"node-{letter}")

    def mesh_text(self, without=()):
        lines = [f"as {AS}", f"pools {POOLS['ipv4']} {POOLS['ipv6']}",
                 "mesh {"]
        lines += [m.mesh_line() for m in self.members
                  if m.name not in without]
        return "\n".join(lines + ["}"]) + "\n"

    def node_text(self, member):
        return (f'node {member.name}\ninclude "conf.d/*.conf"\n'
                f'{self.own.get(member.name, "")}')

    def blocks_text(self, member):
        return f"blocks {member.block['ipv4']} {member.block['ipv6']}\n"

    def write(self, members=None, without=()):
        """The files of these members, or everybody's."""
        for m in members or self.members:
            m.node.write("conf.d/blocks.conf", self.blocks_text(m))
            m.node.write("conf.d/extra.conf", self.extra)
            m.node.write("conf.d/mesh.conf", self.mesh_text(without))
            m.node.configure(self.node_text(m))

    def start(self):
        for member in self.members:
            member.node.start()
        self.wait_converged()
        return self

    def wait_converged(self, deadline=20.0):
        wait_for(self.is_converged, deadline, "the mesh")

    def is_converged(self):
        return all(m.node.is_up() and self.has_blocks(m) and
                   m.node.is_in_sync() for m in self.members)

    def has_blocks(self, member, others=None):
        """The kernel of a member has exactly what the others announce."""
        for family in FAMILIES:
            wanted = {m.block[family]: m.address[family]
                      for m in others or self.members if m is not member}
            wanted[member.block[family]] = "blackhole"
            wanted.update(self.learned.get(family, {}))
            found = member.node.installed(family)
            assert found == wanted, f"{member.name} has {found}"
        return True
