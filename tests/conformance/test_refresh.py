# SPDX-License-Identifier: ISC
# test_refresh.py - ROUTE-REFRESH: RFC 2918, and what RFC 7313 adds for us
"""
What the tester was told is told again, all of it and nothing else; for what
is not understood nothing happens.  The routes come from another neighbour.
"""
import pytest

import speaker as bgp
from cases import RELATIONS
from stage import Talk
from wire import *                                          # noqa: F403

REFRESH = bgp.capability(bgp.ROUTE_REFRESH)
CAPABILITIES = bgp.multiprotocol("ipv4") + bgp.multiprotocol("ipv6") + REFRESH
COUNT = 20


def refresh(afi=1, safi=1, subtype=0):
    return u16(afi) + u8(subtype, safi)


class Source:
    """An external neighbour with routes of both families."""

    def __init__(self, stage):
        self.link = stage.establish(stage.by_name("spare"))
        self.talks = {family: [Talk("external", self.link,
                                    next(stage.number), family)
                               for _ in range(COUNT)]
                      for family in ("ipv4", "ipv6")}
        for talks in self.talks.values():
            for talk in talks:
                self.link.send(bgp.UPDATE, talk.route(
                    {AS_PATH: path(65006, 65200)}))
        stage.wait_told("below", self.talks["ipv6"][-1].prefix)

    def prefixes(self, family):
        return {talk.prefix for talk in self.talks[family]}


@pytest.fixture
def source(stage):
    made = Source(stage)
    yield made
    made.link.close()


@pytest.fixture
def listener(stage, source):
    """Established, and has been told everything."""
    with stage.session(capabilities=CAPABILITIES) as link:
        link.until(lambda: set(link.ends) == {"ipv4", "ipv6"},
                   "both End-of-RIBs")
        link.history.clear()
        yield link


def again(link, family, source):
    """All of that family has been told once more."""
    wanted = source.prefixes(family)
    return lambda: wanted <= set(link.history)


def marker(stage, source, link):
    """A new route of the source, told to the tester behind all else."""
    talk = Talk("external", source.link, next(stage.number))
    source.link.send(bgp.UPDATE, talk.route({AS_PATH: path(65006, 65200)}))
    link.until(lambda: talk.prefix in link.routes, "the marker")


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_everything_is_told_again(stage, relation, source, listener, family):
    listener.send(bgp.REFRESH, refresh(bgp.AFI[family]))

    listener.until(again(listener, family, source), "the refresh")
    other = "ipv6" if family == "ipv4" else "ipv4"
    assert not source.prefixes(other) & set(listener.history)
    assert all(None not in listener.history[p]
               for p in source.prefixes(family))


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name, body", [
    ("vpn", refresh(1, 128)), ("multicast", refresh(1, 2)),
    ("unknown-afi", refresh(999)), ("afi-0", refresh(0, 0)),
    ("subtype-1", refresh(subtype=1)), ("subtype-2", refresh(subtype=2)),
    ("subtype-99", refresh(subtype=99)), ("subtype-255",
                                          refresh(subtype=255))])
def test_other_refresh_is_ignored(stage, relation, source, listener, name,
                                  body):
    listener.send(bgp.REFRESH, body)

    marker(stage, source, listener)
    marker(stage, source, listener)
    if not name.startswith("subtype"):
        assert not source.prefixes("ipv4") & set(listener.history)
    assert not source.prefixes("ipv6") & set(listener.history)


@pytest.mark.parametrize("relation", RELATIONS)
def test_refresh_without_the_capability(stage, relation, source):
    """Nobody said that it may; the session lives whatever comes of it."""
    with stage.session() as link:
        link.until(lambda: len(link.ends) == 2, "End-of-RIB")

        link.send(bgp.REFRESH, refresh())

        marker(stage, source, link)


@pytest.mark.parametrize("relation", RELATIONS)
def test_family_that_was_not_negotiated(stage, relation, source):
    with stage.session(capabilities=bgp.multiprotocol("ipv4")
                       + REFRESH) as link:
        link.until(lambda: link.ends, "End-of-RIB")

        link.send(bgp.REFRESH, refresh(2))

        marker(stage, source, link)
        assert not any(":" in prefix for prefix in link.history)


@pytest.mark.parametrize("relation", RELATIONS)
def test_burst_is_coalesced(stage, relation, source, listener):
    link = listener
    link.send_raw(100 * bgp.message(bgp.REFRESH, refresh()))

    link.until(again(link, "ipv4", source), "the refresh")
    marker(stage, source, link)
    marker(stage, source, link)
    most = max(len(link.history[p]) for p in source.prefixes("ipv4"))
    assert most <= 20, f"100 requests were answered {most} times"


@pytest.mark.parametrize("relation", RELATIONS)
def test_withdrawn_route_is_not_told_again(stage, relation, source, listener):
    gone = source.talks["ipv4"].pop()
    source.link.send(bgp.UPDATE, bgp.update_body(withdraw=[gone.prefix]))
    listener.until(lambda: gone.prefix not in listener.routes, "withdrawal")
    listener.history.clear()

    listener.send(bgp.REFRESH, refresh())

    listener.until(again(listener, "ipv4", source), "the refresh")
    assert gone.prefix not in listener.history


@pytest.mark.parametrize("relation", RELATIONS)
def test_refresh_leaves_the_others_alone(stage, relation, source, listener):
    below = stage.watchers["below"]
    before = {p: len(below.history[p]) for p in source.prefixes("ipv4")}

    listener.send(bgp.REFRESH, refresh())

    listener.until(again(listener, "ipv4", source), "the refresh")
    below.pump()
    assert before == {p: len(below.history[p])
                      for p in source.prefixes("ipv4")}
