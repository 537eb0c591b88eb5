# SPDX-License-Identifier: ISC
# test_ranges.py - neighbors that come from a range, `neighbors PREFIX`
"""
A reflector that knows its clients only by where they connect from: ours and
BIRD's.  They come, are told of each other, leave and are forgotten; a limit
turns away who is too many; a reload follows the range.
"""
import pytest

from interop import Side
from lab import wait_for
from node import Node
from rivals import Bird, Session, installed
from test_authentication import key_file

HUB = "10.0.0.1"
RANGE = "neighbors 10.0.0.0/24 {limit} {{ remote-as internal; " \
    "reflector-client; graceful-restart off{more} }}\n"
HEAD = "as 64512\nnode hub\ncluster-id 10.0.0.1\nfib off\n"


def hub_config(limit="", more=""):
    return HEAD + RANGE.format(limit=limit, more=more)


class Star:
    """A hub in the middle, and spaces around it on one bridge."""

    def __init__(self, lab, config, clients=2, settings=""):
        self.lab = lab
        lab.bridge()
        self.hub_space = self.space("hub", HUB)
        self.hub = Node(self.hub_space, config)
        self.clients = [self.client(i + 2, settings) for i in range(clients)]

    def space(self, name, address):
        space = self.lab.space(name)
        self.lab.plug(space, f"{address}/24")
        return space

    def client(self, number, settings):
        return Node(self.space(f"c{number}", f"10.0.0.{number}"), "\n".join((
            "as 64512", f"node c{number}", f"blocks 10.244.{number}.0/26",
            f"neighbor hub {HUB} {{ remote-as internal; connect-retry 1s; "
            f"idle-hold 1s; graceful-restart off; {settings} }}")) + "\n")

    def start(self):
        for node in (self.hub, *self.clients):
            node.start()
        return self

    def names(self):
        return sorted(row["name"] for row in self.hub.neighbors()
                      if row["state"] == "established")

    def await_names(self, *names):
        wait_for(lambda: self.names() == sorted(names), 20,
                 f"clients {names}")


def test_clients_come_hear_of_each_other_and_are_forgotten(lab_factory):
    with lab_factory() as lab:
        star = Star(lab, hub_config()).start()

        star.await_names("10.0.0.2", "10.0.0.3")
        wait_for(lambda: "10.244.3.0/26" in star.clients[0].routes(), 10,
                 "the other's block")
        star.clients[1].end()

        wait_for(lambda: [row["name"] for row in star.hub.neighbors()] ==
                 ["10.0.0.2"], 10, "nothing of the other")
        assert list(star.hub.routes()) == ["10.244.2.0/26"]
        star.clients[1].start()
        star.await_names("10.0.0.2", "10.0.0.3")


@pytest.mark.skipif(not installed(Bird), reason="no BIRD")
def test_bird_comes_from_the_range(lab_factory):
    with lab_factory() as lab:
        star = Star(lab, hub_config(), clients=1)
        space = star.space("bird", "10.0.0.9")
        bird = Bird(space, Side("10.0.0.9", 64512, [Session(
            "10.0.0.9", HUB, 64512, ("ipv4",))],
            {"ipv4": ["192.168.9.0/24"]}))
        star.start()
        bird.start()

        star.await_names("10.0.0.2", "10.0.0.9")
        wait_for(lambda: "10.244.2.0/26" in bird.routes("ipv4"), 10,
                 "the block")


def test_limit_turns_away_and_says_so(lab_factory):
    with lab_factory() as lab:
        star = Star(lab, hub_config("limit 1")).start()

        wait_for(lambda: star.hub.logged(
            r"10\.0\.0\.[23] is turned away: 1 are connected, "
            r"the limit is 1\n"), 20, "the line")
        assert len(star.names()) == 1
        star.hub.reload(hub_config("limit 2"))
        star.await_names("10.0.0.2", "10.0.0.3")


def test_who_is_kept_for_its_return_counts_and_is_said(lab_factory):
    with lab_factory() as lab:
        config = hub_config("limit 1").replace("restart off", "restart 60s")
        star = Star(lab, config)
        first, second = star.clients
        for node in star.clients:
            with open(node.config) as file:
                text = file.read()
            node.configure(text.replace("graceful-restart off",
                                        "graceful-restart 60s"))
        star.hub.start()
        first.start()
        star.await_names("10.0.0.2")
        first.kill()
        second.start()

        wait_for(lambda: star.hub.logged(
            r"10\.0\.0\.3 is turned away: 0 are connected and 1 have left "
            r"but are kept for a while, the limit is 1\n"), 20, "the line")


def test_reload_follows_the_range(lab_factory):
    with lab_factory() as lab:
        star = Star(lab, hub_config()).start()
        star.await_names("10.0.0.2", "10.0.0.3")

        assert "[none]" in star.hub.reload(hub_config(more="; connect-retry 9s"))
        assert star.names() == ["10.0.0.2", "10.0.0.3"]
        star.hub.reload(hub_config(more="; hold-time 30s"))
        star.await_names("10.0.0.2", "10.0.0.3")
        star.hub.reload(hub_config() + "neighbor two 10.0.0.2 "
                        "{ remote-as internal; reflector-client }\n")
        star.await_names("two", "10.0.0.3")
        done = star.hub.bgpctl("reload")
        assert done.returncode == 0, done.stderr
        star.hub.configure(HEAD + "neighbor two 10.0.0.2 "
                           "{ remote-as internal; reflector-client }\n")
        assert star.hub.bgpctl("reload", "--force").returncode == 0
        star.await_names("two")
        assert [row["name"] for row in star.hub.neighbors()] == ["two"]


def test_guests_and_ranges_are_disabled(lab_factory):
    with lab_factory() as lab:
        star = Star(lab, hub_config()).start()
        star.await_names("10.0.0.2", "10.0.0.3")

        done = star.hub.bgpctl("neighbor", "10.0.0.2", "disable")
        assert "disabled 10.0.0.2: 1 session stays down" in done.stdout
        star.await_names("10.0.0.3")
        wait_for(lambda: [row["name"] for row in star.hub.neighbors()] ==
                 ["10.0.0.3"], 10, "nothing of who is disabled")
        done = star.hub.bgpctl("neighbor", "10.0.0.0/24", "disable")
        assert "who connects from there is turned away" in done.stdout
        star.await_names()
        assert star.hub.bgpctl("neighbor", "10.0.0.0/24", "enable").returncode == 0
        star.await_names("10.0.0.3")
        assert star.hub.bgpctl("neighbor", "10.0.0.2", "enable").returncode == 0
        star.await_names("10.0.0.2", "10.0.0.3")
        assert star.hub.bgpctl(
            "neighbor", "10.0.9.9", "disable").returncode == 4


def test_range_asks_for_its_password(lab_factory):
    with lab_factory() as lab:
        key = key_file(lab, "correct-horse")
        star = Star(lab, hub_config(more=f"; password-file {key}"),
                    settings=f"password-file {key}")
        stranger = star.client(9, "")
        star.start()
        stranger.start()

        star.await_names("10.0.0.2", "10.0.0.3")
        wait_for(lambda: "timed out" in
                 stranger.neighbor("hub").get("reason", ""), 20,
                 "no answer to who has no password")
        assert star.names() == ["10.0.0.2", "10.0.0.3"]
