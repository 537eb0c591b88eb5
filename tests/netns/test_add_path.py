# SPDX-License-Identifier: ISC
# test_add_path.py - several paths of a prefix beside each rival: RFC 7911
"""
Two sources, daemons of ours in an AS each, announce the same prefix to one in
the middle, who hands both paths to the last one in the row:

    source-3, source-4 -> middle -> end

Once the rival is the middle and we are the end, and once the other way round.
All are on one wire, so the next hop of a path that we tell is the source that
said it; the source of one that we hear is the last AS of its path, since some
rivals put themselves in between.
"""
import json

import pytest

from lab import wait_for
from node import FAMILIES, Node
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, Session, Side, installed

ANYCAST = {"ipv4": "10.96.0.0/12", "ipv6": "fd00:96::/48"}
HOST = {"ipv4": "10.0.0.{}", "ipv6": "fd00::{}"}
OURS, THEIRS, SOURCES = 1, 2, (3, 4)
OUR_AS, RIVAL_AS = 64512, 65001

# How a rival is told to send several paths, and to take them.
SENDS = {
    "bird": (Bird, {"channel": "add paths tx; export all;"}),
    "frr": (Frr, {"channel": "addpath-tx-all-paths"}),
    "gobgp": (Gobgp, {"channel": """
[neighbors.afi-safis.add-paths.config]
send-max = 8"""}),
    "openbgpd": (OpenBgpd, {"options": "announce add-path send all"}),
}
TAKES = {
    "bird": (Bird, {"channel": "add paths rx;"}),
    "frr": (Frr, {}),       # it always says so
    "gobgp": (Gobgp, {"channel": """
[neighbors.afi-safis.add-paths.config]
receive = true"""}),
    "openbgpd": (OpenBgpd, {"options": "announce add-path recv yes"}),
    "exabgp": (ExaBgp, {"channel": "capability { add-path receive; }"}),
}


def address(family, number):
    return HOST[family].format(number)


def plug(lab, name, number):
    space = lab.space(name)
    lab.plug(space, address("ipv4", number) + "/24",
             address("ipv6", number) + "/64")
    return space


def neighbor(family, name, number, asn, settings):
    return (f"neighbor {name} {address(family, number)} {{\n"
            f"remote-as {asn}; connect-retry 1s; idle-hold 1s\n"
            f"import all; export all\n{settings}\n}}\n")


class Row:
    """middle and end are ours or the rival; family is of the sessions."""

    def __init__(self, lab, rival, family, ours, options):
        lab.bridge()
        self.family, self.prefix = family, ANYCAST[family]
        middle = OURS if ours == "middle" else THEIRS
        self.sources = {
            number: Node(plug(lab, f"source-{number}", number), "".join([
                f"as {65000 + number}\nnode source\nannounce {self.prefix}\n"
                "fib off; graceful-restart off\n",
                neighbor(family, "middle", middle,
                         OUR_AS if ours == "middle" else RIVAL_AS, "")]))
            for number in SOURCES}
        feeders = "".join(neighbor(family, f"source-{n}", n, 65000 + n, "")
                          for n in SOURCES) if ours == "middle" else ""
        direction = "send" if ours == "middle" else "receive"
        self.node = Node(plug(lab, "ours", OURS), "".join([
            f"as {OUR_AS}\nnode ours\n", feeders,
            neighbor(family, "rival", THEIRS, RIVAL_AS,
                     f"add-path {direction}\n"
                     "capability add-path require")]))
        sessions = [Session(address(family, THEIRS), address(family, OURS),
                            OUR_AS, (family,), **options)]
        if ours == "end":
            sessions += [Session(address(family, THEIRS), address(family, n),
                                 65000 + n, (family,)) for n in SOURCES]
        self.rival = rival(plug(lab, "rival", THEIRS),
                           Side(address("ipv4", THEIRS), RIVAL_AS, sessions))

    def start(self):
        self.rival.start()
        self.node.start()
        for source in self.sources.values():
            source.start()
        wait_for(lambda: self.node.is_up() and self.rival.is_up(), 30,
                 "the sessions")
        return self

    def hops(self, *numbers):
        return [address(self.family, n) for n in numbers]

    def rows(self):
        done = self.node.bgpctl("-j", "show", "routes", self.prefix)
        return json.loads(done.stdout)["routes"] if not done.returncode else []

    def known(self):
        """{source: identifier} of the paths in our table."""
        return {int(row["as_path"].split()[-1]) - 65000: row.get("path_id")
                for row in self.rows()}

    def is_installed(self):
        """All of them: they are equal up to the next hop."""
        route = self.node.space.routes(self.family)[self.prefix]
        hops = {hop["gateway"] for hop in route.get("nexthops", [route])}
        return self.node.is_in_sync() and \
            hops == {row["next_hop"] for row in self.rows()}

    def told(self):
        """What the rival has of us."""
        return sorted(self.rival.paths(self.family).get(self.prefix, []))


def row_of(lab, table, name, family, ours):
    rival, options = table[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    return Row(lab, rival, family, ours, options).start()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", SENDS)
def test_paths_of_theirs_come_and_go(lab_factory, name, family):
    with lab_factory() as lab:
        row = row_of(lab, SENDS, name, family, "end")
        wait_for(lambda: set(row.known()) == set(SOURCES), 20, "both paths")
        assert len(set(row.known().values())) == 2
        wait_for(row.is_installed, what="the kernel")

        row.sources[3].end()
        wait_for(lambda: set(row.known()) == {4}, 20, "the other one alone")
        wait_for(row.is_installed, what="the kernel")

        row.sources[3].start()
        wait_for(lambda: set(row.known()) == set(SOURCES), 40, "both again")
        for source in row.sources.values():
            source.end()
        wait_for(lambda: not row.known(), 20, "nothing")
        wait_for(lambda: row.prefix not in row.node.installed(family),
                 what="the kernel")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", TAKES)
def test_paths_of_ours_come_and_go(lab_factory, name, family):
    with lab_factory() as lab:
        row = row_of(lab, TAKES, name, family, "middle")
        both = sorted(row.hops(*SOURCES))
        wait_for(lambda: row.told() == both, 20, "both paths")
        assert row.node.neighbor("rival", family)["sent"] == 2
        best = row.node.routes(family)[row.prefix]["next_hop"]
        gone = next(n for n in SOURCES if row.hops(n) == [best])
        left = [hop for hop in both if hop != best]

        row.sources[gone].end()
        wait_for(lambda: row.told() == left, 20, "the other one alone")

        row.sources[gone].start()
        wait_for(lambda: row.told() == both, 40, "both again")
        for source in row.sources.values():
            source.end()
        wait_for(lambda: row.told() == [], 20, "nothing")


@pytest.mark.skipif(not installed(ExaBgp), reason="no ExaBGP")
def test_identifiers_of_theirs_are_shown(lab_factory):
    """ExaBGP says which ones; it needs nobody behind it."""
    prefix = ANYCAST["ipv4"]
    with lab_factory() as lab:
        lab.bridge()
        node = Node(plug(lab, "ours", OURS), f"as {OUR_AS}\nnode ours\n" +
                    neighbor("ipv4", "rival", THEIRS, RIVAL_AS,
                             "add-path receive")).start()
        ExaBgp(plug(lab, "rival", THEIRS), Side(
            address("ipv4", THEIRS), RIVAL_AS,
            [Session(address("ipv4", THEIRS), address("ipv4", OURS), OUR_AS,
                     ("ipv4",), channel="capability { add-path send; }")],
            {"ipv4": [f"{prefix} path-information 0.0.0.7",
                      f"{prefix} path-information 0.0.1.0"]})).start()

        wait_for(lambda: node.is_up() and len(node.ctl(
            "show", "routes", prefix)["routes"]) == 2, 20, "both paths")
        assert {row["path_id"] for row in node.ctl(
            "show", "routes", prefix)["routes"]} == {7, 256}
