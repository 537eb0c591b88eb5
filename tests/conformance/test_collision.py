# SPDX-License-Identifier: ISC
# test_collision.py - two connections with one neighbour: RFC 4271 6.8, 6286
"""
The daemon dials a neighbour that dials it as well.  "Its" connection is the
one that the daemon made, "ours" the one that the test made.  Of two in
OpenConfirm the side with the higher identifier keeps its own; of two equal
ones the side with the higher AS does.
"""
import contextlib

import pytest

import speaker as bgp
from cases import RELATIONS
from lab import wait_for
from stage import FAMILIES, OUR_ADDRESS, Link, Neighbor, Stage, asn_of
from talks import check_notification
from wire import *                                          # noqa: F403

PORT = 1179
LOWER, HIGHER, EQUAL = "9.0.0.1", "11.0.0.1", OUR_ADDRESS
COLLISION = (6, (7,), None)
RESTART = {"capabilities": FAMILIES + bgp.graceful_restart(60, ("ipv4",))}


def callers(relation):
    return [Neighbor(f"caller{n}", relation, asn_of(relation), f"10.0.0.{n}",
                     f"port {PORT}; connect-retry 200ms")
            for n in range(40, 72)]


@pytest.fixture(scope="module")
def dialling(big_lab):
    """Stages whose daemons dial; the neighbours are used once each."""
    made = {}

    def get(relation):
        if relation not in made:
            made[relation] = Stage(big_lab, relation, f"d-{relation}",
                                   callers(relation))
            made[relation].callers = iter(
                [n for n in made[relation].neighbors
                 if n.name.startswith("caller")])
        return made[relation]

    return get


@pytest.fixture
def stage(dialling, relation):
    return dialling(relation)


class Pair:
    """Its connection and ours, both with the daemon's OPEN received."""

    def __init__(self, stage):
        self.stage = stage
        self.neighbor = next(stage.callers)
        self.listener = bgp.Listener(stage.theirs, self.neighbor.address,
                                     PORT)
        self.its = self.accept()
        self.ours = stage.connect(self.neighbor)
        self.ours.expect(bgp.OPEN)

    def accept(self):
        connection = self.listener.accept()
        link = Link(connection.socket)
        link.neighbor = self.neighbor
        link.expect(bgp.OPEN)
        return link

    def close(self):
        for link in (self.its, self.ours, self.listener):
            link.close()

    def open(self, link, router_id, **terms):
        link.send(bgp.OPEN, self.stage.open_body(link, router_id=router_id,
                                                 **terms))


@pytest.fixture
def pair(stage):
    made = Pair(stage)
    yield made
    made.close()


def lives(link):
    """It was accepted and comes up."""
    link.until(lambda: any(m.type == bgp.KEEPALIVE for m in link.seen),
               "a KEEPALIVE")
    link.send(bgp.KEEPALIVE)
    link.until(lambda: link.ends, "End-of-RIB")


def dies(link):
    check_notification(link.fate(), COLLISION)


# who stays, by the identifier of the neighbour
TABLE = [(r, LOWER, "its") for r in RELATIONS] + \
    [(r, HIGHER, "ours") for r in RELATIONS] + \
    [("external", EQUAL, "ours")]       # AS 65001 is higher than 64512


@pytest.mark.parametrize("first", ("its", "ours"))
@pytest.mark.parametrize("relation, router_id, winner", TABLE)
def test_of_two_the_identifier_decides(pair, relation, router_id, winner,
                                       first):
    second = "ours" if first == "its" else "its"
    loser = "ours" if winner == "its" else "its"

    pair.open(getattr(pair, first), router_id)
    getattr(pair, first).until(
        lambda: getattr(pair, first).seen, "the KEEPALIVE")
    pair.open(getattr(pair, second), router_id)

    dies(getattr(pair, loser))
    lives(getattr(pair, winner))


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("router_id", (LOWER, HIGHER))
def test_both_opens_at_once_leave_one(pair, relation, router_id):
    for link in (pair.its, pair.ours):
        pair.open(link, router_id)

    loser, winner = (pair.ours, pair.its) if router_id == LOWER else \
        (pair.its, pair.ours)
    dies(loser)
    lives(winner)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("router_id", (LOWER, HIGHER))
@pytest.mark.parametrize("up", ("its", "ours"))
def test_established_one_stays(pair, relation, router_id, up):
    link = getattr(pair, up)
    other = pair.ours if up == "its" else pair.its
    pair.open(link, router_id)
    lives(link)

    with contextlib.suppress(OSError):
        pair.open(other, router_id)

    assert other.fate() in (None, (6, 7, b""))
    pair.stage.settle(link)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("router_id", (LOWER, HIGHER))
def test_established_one_stays_although_it_announced_restart(
        pair, relation, router_id):
    """The other connection is older than the session: a late collision."""
    pair.open(pair.its, router_id, **RESTART)
    lives(pair.its)

    with contextlib.suppress(OSError):
        pair.open(pair.ours, router_id, **RESTART)

    assert pair.ours.fate() in (None, (6, 7, b""))
    pair.stage.settle(pair.its)


@pytest.mark.parametrize("relation", RELATIONS)
def test_new_connection_while_established_is_refused(stage, relation):
    with stage.session() as link:
        other = stage.connect(link.neighbor)
        with contextlib.suppress(OSError):
            other.send(bgp.OPEN, stage.open_body(other))

        assert other.fate() in (None, (6, 7, b""))
        stage.settle(link)
        other.close()


@pytest.mark.parametrize("relation", RELATIONS)
def test_silent_connection_does_not_hinder(stage, relation):
    """One that says nothing, and a second one that does."""
    silent = stage.connect()
    silent.expect(bgp.OPEN)

    with stage.session(silent.neighbor) as link:
        stage.settle(link)
    silent.close()


@pytest.mark.parametrize("relation", RELATIONS)
def test_many_connections_leave_one_session(stage, relation):
    neighbor = next(stage.turn)
    links = [stage.connect(neighbor) for _ in range(20)]
    for link in links:
        with contextlib.suppress(OSError):
            link.send(bgp.OPEN, stage.open_body(link))
            link.send(bgp.KEEPALIVE)

    def is_up(link):
        with contextlib.suppress(AssertionError, OSError):
            link.pump()
            return bool(link.ends)
        return False

    wait_for(lambda: sum(map(is_up, links)) == 1, what="one session")
    for link in links:
        link.close()


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_daemon_dials(stage, relation):
    neighbor = next(stage.callers)
    with bgp.Listener(stage.theirs, neighbor.address, PORT) as listener:
        link = Link(listener.accept().socket)
        link.neighbor = neighbor
        link.expect(bgp.OPEN)
        link.send(bgp.OPEN, stage.open_body(link))
        lives(link)
        stage.settle(link)
        link.close()


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("error", ("close", "reset", "cease", "bad-open"))
def test_the_daemon_dials_again_after(stage, relation, error):
    neighbor = next(stage.callers)
    with bgp.Listener(stage.theirs, neighbor.address, PORT) as listener:
        for _ in range(2):
            link = Link(listener.accept(5).socket)
            link.neighbor = neighbor
            link.expect(bgp.OPEN)
            if error == "bad-open":
                link.send(bgp.OPEN, stage.open_body(link, version=3))
                check_notification(link.fate(), (2, (1,), None))
            elif error == "cease":
                link.send(bgp.NOTIFICATION, u8(6, 2))
                link.fate()
            elif error == "reset":
                link.socket.setsockopt(bgp.socket.SOL_SOCKET,
                                       bgp.socket.SO_LINGER, u8(
                                           1, 0, 0, 0, 0, 0, 0, 0))
            link.close()


@pytest.mark.parametrize("relation", ("external",))
def test_stranger_gets_nothing(stage, relation):
    """10.0.0.99 is no neighbour: no OPEN, and nothing is kept."""
    stage.theirs.ip("addr replace 10.0.0.99/24 dev eth0")
    for _ in range(50):
        try:
            link = Link.connect(stage.theirs, "10.0.0.99", OUR_ADDRESS)
        except ConnectionError:
            continue
        got = link.fate()
        assert got is None or got[0] == 6
        assert not any(m.type == bgp.OPEN for m in link.seen)
        link.close()
    with stage.session() as link:
        stage.settle(link)


@pytest.mark.parametrize("relation", RELATIONS)
def test_close_and_dial_at_once(stage, relation):
    neighbor = next(stage.turn)
    for _ in range(20):
        link = stage.establish(neighbor)
        link.close()
    with stage.session(neighbor) as link:
        stage.settle(link)
