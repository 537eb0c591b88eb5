# SPDX-License-Identifier: ISC
# test_timers.py - hold time and keepalives, measured
"""
Each case needs seconds of silence, so all of them run at once, a thread and
a neighbour each, and a test only looks at what its thread saw.  A time is
that of the test's clock; on a loaded machine things may come late, so upper
bounds have a second of slack, as the notes ask.
"""
import concurrent.futures
import contextlib
import select
import time

import pytest

import speaker as bgp
from cases import RELATIONS
from lab import LabError
from stage import Down, Neighbor, Stage, Talk, asn_of
from wire import *                                          # noqa: F403

SLACK = 1.0
DEAF_END = 15
SHORT = "hold-time 3s"


class Talker:
    """A session in a thread of its own."""

    def __init__(self, stage, neighbor):
        self.stage = stage
        self.neighbor = neighbor
        self.start = None

    def establish(self, hold):
        self.link = self.stage.establish(self.neighbor, hold=hold)
        self.start = time.monotonic()

    def since(self):
        return time.monotonic() - self.start

    def end(self, deadline):
        """(NOTIFICATION, seconds)"""
        try:
            self.link.until(lambda: False, "the end", deadline)
        except Down as down:
            return down.notification, self.since()
        except LabError:
            return "up", self.since()

    def speak(self, seconds, octets, every=1.0):
        """Says that again and again; true when the session is up still."""
        while self.since() < seconds:
            self.link.send_raw(octets)
            self.link.pump(every)
        self.link.pump()
        return True


KEEPALIVE = bgp.message(bgp.KEEPALIVE)


def silence(talker, hold):
    talker.establish(hold)
    return talker.end(hold + 3 if hold else 5)


def silent_in_openconfirm(talker):
    talker.link = talker.stage.connect(talker.neighbor)
    talker.link.expect(bgp.OPEN)
    talker.link.send(bgp.OPEN, talker.stage.open_body(talker.link, hold=3))
    talker.link.expect(bgp.KEEPALIVE)
    talker.start = time.monotonic()
    return talker.end(6)


def drip(talker):
    """
    A message that never becomes whole is no sign of life.  What it hears of
    the others meanwhile must not make it drip faster.
    """
    talker.establish(3)
    octets = header(bgp.UPDATE, 4000) + bytes(3900)
    try:
        for at in range(0, 200):
            talker.link.send_raw(octets[at:at + 1])
            while talker.since() < 0.03 * at:
                talker.link.pump(0.03)
    except Down as down:
        return down.notification, talker.since()
    except OSError:
        return talker.link.fate(), talker.since()
    return "up", talker.since()


def intervals(talker, hold, seconds):
    talker.establish(hold)
    came = []
    while talker.since() < seconds:
        before = len(talker.link.seen)
        talker.link.pump(0.05)
        for message in talker.link.seen[before:]:
            if message.type == bgp.KEEPALIVE:
                came.append(talker.since())
        if hold and talker.since() % 1 < 0.06:
            talker.link.send(bgp.KEEPALIVE)
    return [b - a for a, b in zip(came, came[1:])]


def lively(talker, hold, octets):
    talker.establish(hold)
    return talker.speak(hold * 2 + 1, octets, 0.9)


def flood(talker):
    """Our own KEEPALIVEs come although the daemon is kept busy."""
    talker.establish(3)
    talks = [talker.stage.talk(talker.link) for _ in range(10)]
    chunk = b"".join(bgp.message(bgp.UPDATE, t.route()) for t in talks)
    while talker.since() < 5:
        talker.link.send_raw(chunk * 5)
        talker.link.pump(0.01)
    return sum(m.type == bgp.KEEPALIVE for m in talker.link.seen)


def deaf(talker):
    """Says KEEPALIVEs and reads nothing, while there is much to say."""
    stage = talker.stage
    for space in (stage.ours, stage.theirs):
        space.sysctl("net.ipv4.tcp_wmem=4096 16384 65536",
                     "net.ipv4.tcp_rmem=4096 16384 65536")
    source = stage.establish(stage.by_name("rival"))
    talker.establish(90)
    for number in range(600):
        talk = Talk("external", source, 10000 + number)
        source.send(bgp.UPDATE, talk.route(
            {AS_PATH: path(65007, number + 1), COMMUNITIES: attr(
                COMMUNITIES, u16(64999, 1) * 800)}))
    with contextlib.suppress(OSError):
        while talker.since() < DEAF_END:
            talker.link.send(bgp.KEEPALIVE)
            select.select([], [], [], 0.3)
    source.close()
    return talker.since()


JOBS = {
    "hold-3": (lambda t: silence(t, 3), ""),
    "hold-4": (lambda t: silence(t, 4), ""),
    "hold-by-config": (lambda t: silence(t, 90), SHORT),
    "hold-0": (lambda t: silence(t, 0), ""),
    "hold-0-by-peer-only": (lambda t: silence(t, 0), SHORT),
    "openconfirm": (silent_in_openconfirm, ""),
    "drip": (drip, ""),
    "keepalives-3": (lambda t: intervals(t, 3, 6), ""),
    "keepalives-by-config": (lambda t: intervals(t, 90, 6), SHORT),
    "keepalives-0": (lambda t: intervals(t, 0, 5), ""),
    "kept-by-keepalives": (lambda t: lively(t, 3, KEEPALIVE), ""),
    "kept-by-updates": (lambda t: lively(t, 3, bgp.message(
        bgp.UPDATE, update())), ""),
    "flood": (flood, ""),
    "deaf": (deaf, f"{SHORT}; send-hold 4s"),
}


@pytest.fixture(scope="module")
def seen(big_lab):
    """What each job of each relation saw: a future."""
    pool = concurrent.futures.ThreadPoolExecutor(3 * len(JOBS))
    futures, stages = {}, {}
    for relation in RELATIONS:
        extra = [Neighbor(f"timer{n}", relation, asn_of(relation),
                          f"10.0.0.{n}", options)
                 for n, (_, options) in enumerate(JOBS.values(), 100)]
        stages[relation] = Stage(big_lab, relation, f"t-{relation}", extra)
    for relation, stage in stages.items():
        for n, (name, (job, _)) in enumerate(JOBS.items(), 100):
            talker = Talker(stage, stage.by_name(f"timer{n}"))
            futures[relation, name] = pool.submit(job, talker)
    yield lambda relation, name: futures[relation, name].result(30)
    pool.shutdown()


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name, seconds", [
    ("hold-3", 3), ("hold-4", 4), ("hold-by-config", 3), ("openconfirm", 3),
    ("drip", 3)])
def test_hold_timer_expires(seen, relation, name, seconds):
    notification, after = seen(relation, name)

    assert notification == (4, 0, b"")
    assert seconds - 0.1 < after < seconds + SLACK


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", ("hold-0", "hold-0-by-peer-only"))
def test_hold_0_switches_the_timer_off(seen, relation, name):
    assert seen(relation, name)[0] == "up"


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", ("keepalives-3", "keepalives-by-config"))
def test_keepalives_come_in_time(seen, relation, name):
    """RFC 4271 10: a third of the hold time, less a quarter at most."""
    gaps = seen(relation, name)

    assert len(gaps) >= 3
    assert all(gap < 1.0 + SLACK for gap in gaps), gaps
    # One that was read late makes the next gap short: judge them together.
    assert sum(gaps) > 0.75 * len(gaps) - 0.5, gaps


@pytest.mark.parametrize("relation", RELATIONS)
def test_no_keepalives_with_hold_0(seen, relation):
    assert seen(relation, "keepalives-0") == []


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", ("kept-by-keepalives", "kept-by-updates"))
def test_any_message_keeps_it_up(seen, relation, name):
    assert seen(relation, name)


@pytest.mark.parametrize("relation", RELATIONS)
def test_flood_does_not_starve_keepalives(seen, relation):
    assert seen(relation, "flood") >= 3


@pytest.mark.parametrize("relation", RELATIONS)
def test_send_hold_timer_ends_a_deaf_neighbor(seen, relation):
    """RFC 9687: it takes nothing, and says that it is alive.  The time is
    from the last octet that it took, which only the kernel knows."""
    assert 3.9 < seen(relation, "deaf") < DEAF_END - 3
