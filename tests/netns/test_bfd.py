# SPDX-License-Identifier: ISC
# test_bfd.py - BFD beside BIRD and FRR: up, and down in time
"""
With each rival, by IPv4 and IPv6, over one hop and as multihop: both ends say
up.  A rival that is killed with all its kernel could say (its packets are
dropped from then on), a link that is gone and packets that are lost one way
take the BGP session and its routes down within the detection time and some
slack.  Other intervals are negotiated without a flap.  Keyed SHA-1 with BIRD.
"""
import os
import time

import pytest

from interop import BLOCKS, NETWORKS, Pair
from lab import Daemon, run, wait_for
from node import Node
from rivals import Bird, Frr, installed

INTERVAL, MULTIPLIER = 100, 3
DETECTION = INTERVAL * MULTIPLIER / 1000
SLACK = 0.5     # two busy cores; without BFD it is the hold time, 90 s
BFD = f"bfd {{ interval {INTERVAL}ms; multiplier {MULTIPLIER} }}"
BFD_MULTIHOP = BFD.replace("}", "; multihop }")


class BirdBfd(Bird):
    """terms: further lines of its interfaces."""
    terms = ""

    def write_config(self):
        super().write_config()
        times = f"interval {INTERVAL} ms; multiplier {MULTIPLIER};"
        with open(self.path("bird.conf"), "a") as file:
            file.write(f"protocol bfd {{\n  interface \"*\" {{ {times} "
                       f"{self.terms} }};\n  multihop {{ {times} }};\n}}\n")

    def is_watching(self):
        text = self.birdc("show", "bfd", "sessions")
        lines = [line.split() for line in text.splitlines()[3:]]
        return len(lines) == 2 and all(line[2] == "Up" for line in lines)


class FrrBfd(Frr):
    def __init__(self, space, side):
        super().__init__(space, side)
        self.bfdd = Daemon(space, "bfdd")

    def kill(self):
        super().kill()
        self.bfdd.kill()

    def launch(self):
        super().launch()
        self.bfdd.spawn(
            "/usr/lib/frr/bfdd", "-f", self.write("bfdd.conf", ""),
            "-i", self.path("bfdd.pid"), "-u", "frr", "-g", "frr",
            "-z", self.path("zserv.api"), "--vty_socket", self.folder,
            "-P", "0", "--log", "stdout",
            "--bfdctl", self.path("bfdd.sock"))

    def is_watching(self):
        text = run("/usr/bin/vtysh", "--vty_socket", self.folder, "-d",
                   "bfdd", "-c", "show bfd peers brief")
        return text.count(" up") == 2


# What its BGP sessions say: over one hop, and as multihop.
RIVALS = {
    "bird": (BirdBfd, "bfd on;", "multihop 3; bfd on;"),
    "frr": (FrrBfd, f"bfd {MULTIPLIER} {INTERVAL} {INTERVAL}",
            f"ebgp-multihop 3\nbfd {MULTIPLIER} {INTERVAL} {INTERVAL}"),
}
rivals = pytest.mark.parametrize("name", [pytest.param(
    name, marks=pytest.mark.skipif(not installed(RIVALS[name][0].__base__),
                                   reason=f"no {name}"))
    for name in RIVALS])


def rows(node):
    return node.ctl("show", "bfd")["bfd"]


def is_watched(node):
    shown = rows(node)
    return len(shown) == 2 and all(row["state"] == "up" for row in shown)


def pair_up(lab, name, multihop=False, options=None):
    rival, single, over = RIVALS[name]
    pair = Pair(lab, rival, options=options or
                (over if multihop else single),
                settings="multihop 3\n" + BFD_MULTIHOP if multihop else BFD)
    pair.start()
    wait_for(lambda: is_watched(pair.node), 15, "BFD up here")
    wait_for(pair.rival.is_watching, 15, "BFD up there")
    return pair


def settle(pair):
    """Until the fast intervals are negotiated, and a while on."""
    wait_for(lambda: all(row["detection"] <= DETECTION
                         for row in rows(pair.node)), 10, "the intervals")


def routes_left(pair):
    return [prefix for family in ("ipv4", "ipv6")
            for prefix in pair.ours.routes(family, "proto", "bgp")
            if prefix in NETWORKS[family]]


def time_until_gone(pair, began):
    while routes_left(pair):
        assert time.monotonic() - began < 10, "routes stay"
    return time.monotonic() - began


@rivals
@pytest.mark.parametrize("multihop", (False, True))
def test_both_ends_are_up(lab_factory, name, multihop):
    with lab_factory() as lab:
        pair = pair_up(lab, name, multihop)
        settle(pair)

        for row in rows(pair.node):
            assert row["multihop"] is multihop
            assert row["flaps"] == 0
            assert "discards" not in row, row
        assert "up for" in pair.node.detail("10.0.0.2")["bfd"]


@rivals
@pytest.mark.parametrize("way", ("silent", "unheard", "unplugged"))
def test_loss_takes_the_routes_in_time(lab_factory, name, way):
    with lab_factory() as lab:
        pair = pair_up(lab, name)
        settle(pair)
        began = time.monotonic()
        if way == "silent":     # nothing comes in any more
            pair.theirs.drop("cut", outgoing='oifname "eth0"')
        elif way == "unheard":  # they hear nothing, and say so
            pair.ours.drop("cut", outgoing='meta l4proto udp')
        else:
            pair.theirs.ip("link", "set", "eth0", "down")

        took = time_until_gone(pair, began)

        print(f"{name} {way}: {took * 1000:.0f} ms")
        assert took < DETECTION + SLACK
        if way != "silent":     # others may be the first to say it
            return
        for family in ("ipv4", "ipv6"):
            shown = pair.node.neighbor(f"rival-{family}")
            assert "bfd: no packet for 300ms" in shown["reason"]
            assert shown["reason_word"] == "bfd-down"


@rivals
def test_a_killed_host_is_missed_in_time(lab_factory, name):
    """kill -9 of all it runs, and its kernel says nothing of it."""
    with lab_factory() as lab:
        pair = pair_up(lab, name)
        settle(pair)
        pair.theirs.drop("dead", outgoing="tcp flags & (fin | rst) != 0")

        began = time.monotonic()
        pair.rival.kill()
        took = time_until_gone(pair, began)

        print(f"{name} killed: {took * 1000:.0f} ms")
        assert took < DETECTION + SLACK + 0.5   # kill() waits for the end
        assert pair.node.detail("10.0.0.2")["bfd"].startswith("down")


@rivals
def test_a_daemon_that_leaves_is_no_failure(lab_factory, name):
    """
    Ours says AdminDown: who helps a restart keeps our routes.  BIRD does so
    only when told that no loss of BFD ends a restart.
    """
    with lab_factory() as lab:
        pair = pair_up(lab, name,
                       options="bfd graceful;" if name == "bird" else None)
        settle(pair)

        pair.node.stop()

        assert BLOCKS["ipv4"] in pair.rival.paths("ipv4")


@rivals
def test_intervals_change_without_a_flap(lab_factory, name):
    with lab_factory() as lab:
        pair = pair_up(lab, name)
        settle(pair)
        before = pair.node.neighbor("rival-ipv4")["uptime"]
        text = open(pair.node.path("bgpd.conf")).read()

        said = pair.node.reload(text.replace(
            BFD, "bfd { interval 400ms; multiplier 5 }"))

        assert "[none]" in said and "[session reset]" not in said
        wait_for(lambda: all(row["interval"] == 0.4 and
                             row["detection"] == 1.2 and
                             not row["polling"] for row in rows(pair.node)),
                 10, "the other intervals")
        for row in rows(pair.node):
            assert row["state"] == "up" and row["flaps"] == 0
        assert pair.node.neighbor("rival-ipv4")["uptime"] >= before


def key_file(lab, text):
    path = os.path.join(lab.folder, "bfd.key")
    with open(path, "w") as file:
        file.write(text + "\n")
    os.chmod(path, 0o600)
    return path


class BirdSigned(BirdBfd):
    terms = ('authentication meticulous keyed sha1; '
             'password "correct-horse" { id 7; };')


class BirdSimplySigned(BirdBfd):
    terms = ('authentication keyed sha1; '
             'password "correct-horse" { id 7; };')


def signed(lab, rival, key, more=""):
    return Pair(lab, rival, options="bfd on;", settings=BFD.replace(
        "}", f"; auth {key_file(lab, key)}; auth-id 7{more} }}"))


@pytest.mark.parametrize("rival, more", (
    (BirdSigned, ""), (BirdSimplySigned, "; auth-meticulous off")))
def test_same_key_comes_up(lab_factory, rival, more):
    with lab_factory() as lab:
        pair = signed(lab, rival, "correct-horse", more)
        pair.start()

        wait_for(lambda: is_watched(pair.node), 15, "BFD up here")
        wait_for(pair.rival.is_watching, 15, "BFD up there")
        assert all(row["authenticated"] for row in rows(pair.node))


def test_another_key_is_counted_and_costs_no_session(lab_factory):
    with lab_factory() as lab:
        pair = signed(lab, BirdSigned, "battery-staple")
        pair.start()

        wait_for(lambda: all("bad-digest" in row["reason"]
                             for row in rows(pair.node)), 15, "the reason")
        for row in rows(pair.node):
            assert row["state"] == "down"
            assert row["discards"][0].startswith("bad-digest ")
        assert pair.node.neighbor("rival-ipv4")["state"] == "established"


def test_who_never_speaks_bfd_keeps_its_session(lab_factory):
    with lab_factory() as lab:
        pair = Pair(lab, Bird, settings=BFD).start()

        wait_for(lambda: all(row.get("sent", 0) >= 3
                             for row in rows(pair.node)), 10, "packets")

        for row in rows(pair.node):
            assert row["state"] == "down"
            assert row["reason"].startswith("never up")
        assert pair.node.neighbor("rival-ipv4")["state"] == "established"


def test_two_of_ours_over_link_local(lab_factory):
    with lab_factory() as lab:
        spaces = [lab.space(name) for name in ("a", "b")]
        lab.wire(*spaces)
        nodes = []
        for number, space in enumerate(spaces):
            space.add("eth0", f"fe80::{number + 1}/64")
            nodes.append(Node(space, "\n".join((
                "as 64512", f"node {space.name[-1]}",
                f"router-id 10.0.0.{number + 1}",
                f"neighbor peer fe80::{2 - number}%eth0 {{",
                "    remote-as internal", BFD, "}")) + "\n"))
        for node in nodes:
            node.start()

        for node in nodes:
            wait_for(lambda: [row for row in rows(node)
                              if row["state"] == "up"], 20, "BFD up")
