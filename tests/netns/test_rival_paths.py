# SPDX-License-Identifier: ISC
# test_rival_paths.py - settings about paths, with a rival at each side
"""
Rivals in the west and in the east, our daemon between them; what the western
one announces is judged in the eastern one's table, and each setting comes by
a reload, so that it is seen to make the difference.  For allow-own-as it is
the other way round: two of ours, and a rival between them.
"""
import pytest

from lab import LabError, wait_for
from node import Node
from rivals import Bird, Frr, Session, Side, installed

NETWORK = "192.168.9.0/24"
BLOCK = "10.244.1.0/26"
OURS, WEST, EAST, LOCAL = 64512, 65001, 65002, 64999
# How each says that its own AS may be in a path.
ALLOWS = {Bird: {"options": "allow local as 1;"},
          Frr: {"channel": "allowas-in 1"}}
RIVALS = [pytest.param(rival, marks=pytest.mark.skipif(
    not installed(rival), reason=f"no {rival.__name__}"))
    for rival in (Bird, Frr)]


def neighbor(name, address, asn, settings=""):
    return (f"neighbor {name} {address} {{\nremote-as {asn}\n"
            f"import all; export all; idle-hold 100ms; connect-retry 200ms\n"
            f"{settings}\n}}\n")


class Line:
    """West, ours and east, each with its neighbour on a cable."""

    def __init__(self, lab, rival, west=WEST, east=EAST, seen_as=OURS,
                 west_terms=None, east_terms=None):
        self.spaces = [lab.space(n) for n in ("west", "ours", "east")]
        left, ours, right = self.spaces
        lab.wire(left, ours, "eth0", "west")
        lab.wire(ours, right, "east", "eth0")
        left.add("eth0", "10.0.1.2/24")
        ours.add("west", "10.0.1.1/24")
        ours.add("east", "10.0.2.1/24")
        right.add("eth0", "10.0.2.2/24")
        self.asns = west, east
        self.node = Node(ours, self.config())
        self.west = rival(left, Side("10.0.1.2", west, [Session(
            "10.0.1.2", "10.0.1.1", OURS, ("ipv4",), **(west_terms or {}))],
            {"ipv4": [NETWORK]}))
        self.east = rival(right, Side("10.0.2.2", east, [Session(
            "10.0.2.2", "10.0.2.1", seen_as, ("ipv4",),
            **(east_terms or {}))], {"ipv4": []}))

    def config(self, to_west="", to_east=""):
        west, east = self.asns
        return (f"as {OURS}\nnode ours\nblocks {BLOCK}\n"
                + neighbor("west", "10.0.1.2", west, to_west)
                + neighbor("east", "10.0.2.2", east, to_east))

    def start(self, to_east=""):
        self.node.configure(self.config(to_east=to_east))
        for daemon in (self.west, self.east, self.node):
            daemon.start()
        wait_for(self.is_up, 20, "the sessions")
        return self

    def is_up(self):
        return self.node.is_up() and self.west.is_up() and self.east.is_up()

    def set(self, to_west="", to_east=""):
        self.node.reload(self.config(to_west, to_east))

    def wait_path(self, wanted, hop="10.0.2.1"):
        """What the east holds of the network."""
        def holds():
            found = self.east.path_to(NETWORK)
            assert found == (wanted, hop), found
            return True

        wait_for(holds, 20, f"{wanted} in the east")

    def wait_silence(self):
        """The east is told everything, and takes not this."""
        wait_for(lambda: self.east.path_to(BLOCK), 20, "our block in the east")
        assert not self.east.path_to(NETWORK)


@pytest.fixture
def line(request, rival, lab_factory):
    with lab_factory() as lab:
        yield Line(lab, rival, **getattr(request, "param", {}))


each_rival = pytest.mark.parametrize("rival", RIVALS)


@each_rival
@pytest.mark.parametrize("line", [{"seen_as": LOCAL}], indirect=True)
def test_local_as(line):
    """The east speaks to that number, and sees no other."""
    line.start(f"local-as {LOCAL}")

    line.wait_path(f"{LOCAL} {WEST}")
    assert line.east.path_to(BLOCK)[0] == str(LOCAL)


@each_rival
def test_local_as_adds_nothing_on_the_way_in(rival, lab_factory):
    with lab_factory() as lab:
        line = Line(lab, rival, seen_as=LOCAL)
        line.east.side.announce = {"ipv4": ["192.168.16.0/20"]}
        line.start(f"local-as {LOCAL}")

        path = wait_for(lambda: line.node.routes().get("192.168.16.0/20"),
                        what="the route of the east")

        assert path["as_path"] == str(EAST)


@each_rival
@pytest.mark.parametrize("line", [{"east": WEST}], indirect=True)
def test_as_override(line):
    line.start()
    line.wait_silence()

    line.set(to_east="as-override")

    line.wait_path(f"{OURS} {OURS}")


@each_rival
def test_their_own_as_is_told_to_who_allows_it(rival, lab_factory):
    with lab_factory() as lab:
        line = Line(lab, rival, east=WEST, east_terms=ALLOWS[rival])

        line.start()

        line.wait_path(f"{OURS} {WEST}")


@each_rival
def test_remove_private_as(line):
    line.start()
    line.wait_path(f"{OURS} {WEST}")

    line.set(to_east="remove-private-as")

    line.wait_path(f"{OURS}")


@each_rival
@pytest.mark.parametrize("line", [{"east": OURS}], indirect=True)
def test_next_hop_self_inside(line):
    line.spaces[2].ip("route add 10.0.1.0/24 via 10.0.2.1")
    line.start()
    line.wait_path(f"{WEST}", "10.0.1.2")

    line.set(to_east="next-hop self")

    line.wait_path(f"{WEST}")


@each_rival
def test_next_hop_keep_outside(rival, lab_factory):
    # BIRD takes one that is not on the link only where it may look it up.
    terms = {"channel": "gateway recursive;"} if rival is Bird else {}
    with lab_factory() as lab:
        line = Line(lab, rival, east_terms=terms)
        line.spaces[2].ip("route add 10.0.1.0/24 via 10.0.2.1")
        line.start()
        line.wait_path(f"{OURS} {WEST}")

        line.set(to_east="next-hop keep")

        line.wait_path(f"{OURS} {WEST}", "10.0.1.2")


def shut_down_gracefully(rival):
    """It marks all that it announces (RFC 8326)."""
    if isinstance(rival, Frr):
        rival.vtysh("configure terminal", f"router bgp {WEST}",
                    "bgp graceful-shutdown")
        return
    rival.side.sessions[0].channel = """export filter {
        if source != RTS_STATIC then reject;
        bgp_community.add((65535, 0)); accept; };"""
    rival.write_config()
    rival.birdc("configure")


@each_rival
def test_graceful_shutdown(line):
    line.start()
    path = wait_for(lambda: line.node.routes().get(NETWORK), what="the route")
    assert "local_pref" not in path

    shut_down_gracefully(line.west)

    def is_last_choice():
        path = line.node.routes()[NETWORK]
        assert path.get("local_pref") == 0
        return "graceful-shutdown" in path["communities"]

    wait_for(is_last_choice, what="local preference 0")


@each_rival
def test_allow_own_as(rival, lab_factory):
    """Two sites of ours hear of each other through one of theirs."""
    with lab_factory() as lab:
        first, middle, second = (lab.space(n) for n in ("a", "mid", "b"))
        lab.wire(first, middle, "eth0", "left")
        lab.wire(middle, second, "right", "eth0")
        first.add("eth0", "10.0.1.1/24")
        middle.add("left", "10.0.1.2/24")
        middle.add("right", "10.0.2.2/24")
        second.add("eth0", "10.0.2.1/24")
        # BIRD tells others only what is static, unless told otherwise.
        passes = {"channel": "export all;"} if rival is Bird else {}
        rival(middle, Side("10.0.1.2", WEST, [
            Session(f"10.0.{n}.2", f"10.0.{n}.1", OURS, ("ipv4",), **passes)
            for n in (1, 2)], {"ipv4": [NETWORK]})).start()
        Node(first, f"as {OURS}\nnode a\nblocks {BLOCK}\n"
             + neighbor("mid", "10.0.1.2", WEST)).start()
        config = f"as {OURS}\nnode b\n"
        node = Node(second, config + neighbor("mid", "10.0.2.2", WEST)).start()

        def refused():
            rows = node.ctl("show", "routes", BLOCK, "all")["routes"]
            return [row.get("refusal") for row in rows] == ["as-loop"]

        def settled():
            try:
                return refused()
            except LabError:
                return False

        wait_for(settled, 20, "the loop")
        assert BLOCK not in node.routes()

        node.reload(config + neighbor("mid", "10.0.2.2", WEST,
                                      "allow-own-as 1"))

        path = wait_for(lambda: node.routes().get(BLOCK), what="the route")
        assert path["as_path"] == f"{WEST} {OURS}"


@pytest.mark.skipif(not installed(Bird), reason="no Bird")
def test_marked_route_is_a_blackhole_where_that_is_wanted(lab_factory):
    marked = {"channel": "export filter { if source != RTS_STATIC then "
              "reject; bgp_community.add((65535, 666)); accept; };"}
    with lab_factory() as lab:
        line = Line(lab, Bird, west_terms=marked)
        for daemon in (line.west, line.east, line.node):
            daemon.start()

        def kind():
            return line.node.installed("ipv4").get(NETWORK)

        wait_for(lambda: kind() == "10.0.1.2", 20, "an ordinary route")
        line.node.reload(line.config(to_west="blackhole on"))
        wait_for(lambda: kind() == "blackhole", 10, "the blackhole")
        assert NETWORK not in line.east.routes("ipv4")
        line.node.reload(line.config())
        wait_for(lambda: kind() == "10.0.1.2", 10, "the route again")
