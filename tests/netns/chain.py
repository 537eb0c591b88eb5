# SPDX-License-Identifier: ISC
# chain.py - our daemon and a rival in one AS, with hand-made speakers behind
"""
What a rival made of a route is judged by the bytes that it says on:

    outside, clients .. - ours ==== rival - far outside, far client

All are on one wire.  The two in the middle are internal to each other, nobody's
client, and reflect for their own clients (RFC 4456); those outside have ASes
that need four octets.  ExaBGP passes nothing on: it has nobody behind it, and
writes down what it hears.
"""
import socket

from lab import LabError, wait_for
from node import Node
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, Session, Side
from speaker import (OPTIONAL, TRANSITIVE, UPDATE, Closed, Speaker, attribute,
                     attributes_of, common, multiprotocol, next_hop, nlri,
                     reach_of, update_body)

AS = 64512
OURS, RIVAL = "10.0.0.1", "10.0.0.2"
BLOCK = "10.244.1.0/26"
COMMUNITIES, ORIGINATOR, CLUSTERS, EXTENDED, LARGE = 8, 9, 10, 16, 32

# name: (address, which is its router id as well, AS)
NEAR = {
    "outside": ("10.0.0.3", 4200000003),
    "client": ("10.0.0.7", AS),
    "low": ("10.0.0.5", AS),
    "high": ("10.0.0.12", AS),
}
FAR = {
    "far-outside": ("10.0.0.4", 4200000004),
    "far-client": ("10.0.0.9", AS),
}

CLIENT_OF_GOBGP = {"options": """
[neighbors.route-reflector.config]
route-reflector-client = true
route-reflector-cluster-id = "10.0.0.2\""""}

# What a rival wants for us, for those outside, and for its client.  GoBGP 3.10
# adds ORIGINATOR_ID and CLUSTER_LIST for its clients only, so that we are one.
PASS = {"channel": "export all;"}
TERMS = {
    Bird: (PASS, PASS, {**PASS, "options": "rr client;"}),
    Frr: ({}, {}, {"channel": "route-reflector-client"}),
    Gobgp: (CLIENT_OF_GOBGP, {}, CLIENT_OF_GOBGP),
    OpenBgpd: ({}, {}, {"options": "route-reflector"}),
    ExaBgp: ({}, {}, {}),
}


class Mouth:
    """A speaker that keeps what it has heard."""

    def __init__(self, space, address, asn, remote):
        self.address, self.asn = address, asn
        self.heard = []
        self.speaker = wait_for(lambda: self.attempt(space, remote), 20,
                                f"a session from {address} to {remote}")

    def attempt(self, space, remote):
        try:
            made = Speaker.connect(space, self.address, remote)
        except OSError:
            return None
        try:
            made.establish(self.asn, self.address, multiprotocol("ipv4"))
        except (AssertionError, Closed, OSError, socket.timeout):
            made.close()
            return None
        return made

    def says(self, prefix, *extra, path=()):
        """A route with more attributes; an external one's path is longer."""
        inside = self.asn == AS
        self.speaker.send(UPDATE, update_body(
            common(path if inside else (self.asn, *path),
                   local_pref=100 if inside else None)
            + next_hop(self.address) + b"".join(extra), [prefix]))

    def withdraws(self, *prefixes):
        self.speaker.send(UPDATE, update_body(withdraw=prefixes))

    def hears(self, prefix, condition=lambda attributes: True):
        """The attributes with which a prefix comes."""
        def is_it(message):
            return message.type == UPDATE and nlri(prefix) in reach_of(
                message.body) and condition(attributes_of(message.body))

        self.heard += self.speaker.read_until(is_it, 10)
        return attributes_of(self.heard[-1].body)

    def has_heard(self, prefix):
        return any(message.type == UPDATE and nlri(prefix) in
                   reach_of(message.body) for message in self.heard)


class Chain:
    def __init__(self, lab, rival, announce=()):
        lab.bridge()
        self.lab = lab
        self.mouths, self.spaces = {}, {}
        self.node = Node(self.plug("ours", OURS), self.config())
        far = {} if rival is ExaBgp else FAR
        ours, outside, client = TERMS[rival]
        sessions = [Session(RIVAL, OURS, AS, ("ipv4",), **ours)]
        sessions += [Session(RIVAL, address, asn, ("ipv4",),
                             **(client if asn == AS else outside))
                     for address, asn in far.values()]
        self.rival = rival(self.plug("rival", RIVAL), Side(
            RIVAL, AS, sessions, {"ipv4": list(announce)}))

    def plug(self, name, address):
        space = self.spaces[name] = self.lab.space(name)
        self.lab.plug(space, f"{address}/24")
        return space

    def config(self):
        lines = [f"as {AS}", "node ours", f"router-id {OURS}",
                 f"cluster-id {OURS}", f"blocks {BLOCK}", "drain-time 1s",
                 "state-directory state",
                 f"neighbor rival {RIVAL} {{ remote-as {AS}",
                 "import all; export all; connect-retry 1s; idle-hold 1s }"]
        for name, (address, asn) in NEAR.items():
            lines += [f"neighbor {name} {address} {{ remote-as {asn}",
                      "import all; export all; passive",
                      "reflector-client }" if name == "client" else "}"]
        return "\n".join(lines) + "\n"

    def start(self):
        self.rival.start()
        self.node.start()
        wait_for(lambda: self.node.is_up("rival"), 20, "the session")
        return self

    def __getitem__(self, name):
        """A mouth, opened when it is first asked for."""
        if name not in self.mouths:
            remote = OURS if name in NEAR else RIVAL
            address, asn = {**NEAR, **FAR}[name]
            self.mouths[name] = Mouth(self.plug(name, address), address, asn,
                                      remote)
        return self.mouths[name]

    def paths(self, prefix):
        """{from: row} of our table."""
        try:
            rows = self.node.ctl("show", "routes", prefix, "all")["routes"]
        except LabError:
            return {}
        return {row["from"]: row for row in rows}


def listed(kind, *values):
    """A community attribute of whole values."""
    return attribute(OPTIONAL | TRANSITIVE, kind, b"".join(values))


def values_of(attributes, kind):
    """The set of values in one."""
    size = {COMMUNITIES: 4, LARGE: 12, CLUSTERS: 4}.get(kind, 8)
    octets = attributes.get(kind, (0, b""))[1]
    return {octets[at:at + size] for at in range(0, len(octets), size)}
