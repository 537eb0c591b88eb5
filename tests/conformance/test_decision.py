# SPDX-License-Identifier: ISC
# test_decision.py - which of two routes wins: RFC 4271 9.1.2.2, RFC 4456 9
"""
Two neighbours announce one prefix, alike but for what the row says.  The
first always has to win, whoever comes first; when it is withdrawn the other
one is told, and when it comes back it wins again.
"""
from dataclasses import dataclass, field

import pytest

import speaker as bgp
from cases import RELATIONS
from stage import Talk
from wire import *                                          # noqa: F403


@dataclass
class Row:
    name: str
    winner: str                 # a neighbour
    loser: str
    good: dict = field(default_factory=dict)
    bad: dict = field(default_factory=dict)
    terms: dict = field(default_factory=dict)       # of the winner's session
    other_terms: dict = field(default_factory=dict)
    family: str = "ipv4"


A, B = "tester10", "tester11"       # of the stage's relation
OUTER, RIVAL = "spare", "rival"     # AS 65006 and AS 65007
TWIN, WARD = "twin", "ward"         # a non-client and a client


COMMON = {
    "internal": {AS_PATH: path(65100, 65200)},
    "client": {AS_PATH: path(65100, 65200)},
    "external": {AS_PATH: path(65001, 65200)},
}


def med(n):
    return {MED: attr(MED, u32(n))}


def pref(n):
    return {LOCAL_PREF: attr(LOCAL_PREF, u32(n))}


def origin(n):
    return {ORIGIN: attr(ORIGIN, u8(n))}


def hop(text):
    """10.98.0.1 is nearer than 10.99.0.1."""
    return {NEXT_HOP: attr(NEXT_HOP, ip(text))}


def marks(originator="10.9.9.9", clusters=1):
    return {ORIGINATOR_ID: attr(ORIGINATOR_ID, ip(originator)),
            CLUSTER_LIST: attr(CLUSTER_LIST, u32(*range(1, clusters + 1)))}


def path_rows(relation):
    first = 65001 if relation == "external" else 65100
    seq, aset = path(first, 65200), attr(
        AS_PATH, segment(SEQUENCE, first) + segment(SET, 65201, 65202, 65203))
    longer = path(first, 65200, 65201)
    yield Row("as-path-length", A, B, {AS_PATH: seq}, {AS_PATH: longer})
    yield Row("as-path-before-origin", A, B, {AS_PATH: seq, **origin(2)},
              {AS_PATH: longer, **origin(0)})
    yield Row("as-path-set-is-one", A, B, {AS_PATH: aset}, {AS_PATH: longer})
    yield Row("as-path-length-ipv6", A, B, {AS_PATH: seq},
              {AS_PATH: longer}, family="ipv6")
    yield Row("origin-igp-egp", A, B, origin(0), origin(1))
    yield Row("origin-egp-incomplete", A, B, origin(1), origin(2))
    yield Row("origin-before-med", A, B, {**origin(0), **med(9)},
              {**origin(1), **med(1)})
    yield Row("med-lower", B, A, med(5), med(10))
    yield Row("med-missing-is-0", B, A, {}, med(1))
    yield Row("med-largest", B, A, med(0xfffffffe), med(0xffffffff))
    yield Row("med-before-identifier", B, A, med(1), med(2),
              terms={"router_id": "10.0.9.2"},
              other_terms={"router_id": "10.0.9.1"})
    yield Row("identifier", B, A, terms={"router_id": "10.0.9.1"},
              other_terms={"router_id": "10.0.9.2"})
    yield Row("identifier-is-a-number", B, A,
              terms={"router_id": "9.200.0.1"},
              other_terms={"router_id": "10.1.0.1"})
    yield Row("address", A, B, terms={"router_id": "10.0.9.1"},
              other_terms={"router_id": "10.0.9.1"})
    yield Row("next-hop-metric", B, A, hop("10.98.0.1"), hop("10.99.0.1"))
    yield Row("next-hop-metric-before-identifier", B, A, hop("10.98.0.1"),
              hop("10.99.0.1"), terms={"router_id": "10.0.9.2"},
              other_terms={"router_id": "10.0.9.1"})
    yield Row("med-before-next-hop-metric", B, A,
              {**hop("10.99.0.1"), **med(1)}, {**hop("10.98.0.1"), **med(2)})
    yield Row("next-hop-connected", B, A, {}, hop("10.98.0.1"))
    if relation == "external":
        return
    yield Row("med-of-other-as-is-not-compared", A, B,
              {**med(9), AS_PATH: seq}, {**med(1),
                                         AS_PATH: path(65101, 65200)})
    yield Row("local-pref", B, A, pref(200), pref(100))
    yield Row("local-pref-before-as-path", B, A,
              {**pref(101), AS_PATH: longer}, {**pref(100), AS_PATH: seq})
    yield Row("local-pref-largest", B, A, pref(0xffffffff), pref(0x7fffffff))
    yield Row("local-pref-0", B, A, pref(1), pref(0))
    yield Row("empty-as-path", B, A, {AS_PATH: path()}, {AS_PATH: seq})
    yield Row("originator-stands-for-identifier", B, A, marks("9.9.9.9"), {})
    yield Row("originators", B, A, marks("9.9.9.8"), marks("9.9.9.9"))
    yield Row("cluster-list-shorter", B, A, marks(clusters=1),
              marks(clusters=2))
    yield Row("cluster-list-missing", B, A,
              {ORIGINATOR_ID: attr(ORIGINATOR_ID, ip("10.9.9.9"))},
              marks(clusters=1))


def mixed_rows():
    outer = {AS_PATH: path(65006, 65200)}
    rival = {AS_PATH: path(65007, 65200)}
    yield Row("external-before-internal", OUTER, TWIN, outer, {})
    yield Row("external-before-client", OUTER, WARD, outer, {})
    yield Row("local-pref-before-external", TWIN, OUTER, pref(101), outer)
    yield Row("as-path-before-external", TWIN, OUTER,
              {AS_PATH: path(65100)}, outer)
    yield Row("med-of-other-as-lets-identifier-decide", OUTER, RIVAL,
              {**outer, **med(50)}, {**rival, **med(1)})
    yield Row("identifier-of-other-ases", RIVAL, OUTER, rival, outer,
              terms={"router_id": "10.0.0.2"})
    yield Row("external-before-internal-ipv6", OUTER, TWIN, outer, {},
              family="ipv6")
    yield Row("unresolvable-loses", TWIN, OUTER, {AS_PATH: path(
        65100, 1, 2, 3, 4)}, {**outer, NEXT_HOP: attr(
            NEXT_HOP, ip("192.0.2.1"))})
    yield Row("loop-loses", TWIN, OUTER, {AS_PATH: path(65100, 1, 2, 3, 4)},
              {AS_PATH: path(65006, 64512)})


def table():
    for relation in RELATIONS:
        for row in path_rows(relation):
            yield pytest.param(relation, row, id=f"{relation}-{row.name}")
    for row in mixed_rows():
        yield pytest.param("internal", row, id=f"mixed-{row.name}")


WIN, LOSE = u16(64999, 1), u16(64999, 2)


def kind_of(stage, name):
    return stage.by_name(name).kind


def message(stage, link, name, number, changes, mark, family):
    kind = kind_of(stage, name)
    talk = Talk(kind, link, number, family)
    base = dict(COMMON[kind])
    base.update(changes)
    base[COMMUNITIES] = attr(COMMUNITIES, mark)
    return talk, talk.route(base)


def withdrawal(talk):
    if talk.family == "ipv4":
        return bgp.update_body(withdraw=[talk.prefix])
    return update(attr(MP_UNREACH, mp_unreach_value(talk.nlri)))


def winner_is(mark):
    return lambda told: told and told[COMMUNITIES] == mark


@pytest.mark.parametrize("first", ("winner-first", "loser-first"))
@pytest.mark.parametrize("relation, row", table())
def test_decision(stage, relation, row, first):
    number = next(stage.number)
    if NEXT_HOP in {**row.good, **row.bad}:
        for prefix, metric in (("10.98.0.0/24", 20), ("10.99.0.0/24", 50)):
            stage.ours.ip(f"route replace {prefix} via 10.0.0.2 "
                          f"metric {metric}")
    with stage.session(stage.by_name(row.winner), **row.terms) as good, \
            stage.session(stage.by_name(row.loser), **row.other_terms) as bad:
        talk, better = message(stage, good, row.winner, number, row.good,
                               WIN, row.family)
        _, worse = message(stage, bad, row.loser, number, row.bad, LOSE,
                           row.family)
        turns = [(good, better), (bad, worse)]
        if first == "loser-first":
            turns.reverse()
        for link, body in turns:
            link.send(bgp.UPDATE, body)
            settle(stage, link)

        stage.wait_told("below", talk.prefix, winner_is(WIN))
        if "loses" in row.name:
            return
        good.send(bgp.UPDATE, withdrawal(talk))
        stage.wait_told("below", talk.prefix, winner_is(LOSE))
        good.send(bgp.UPDATE, better)
        stage.wait_told("below", talk.prefix, winner_is(WIN))


def settle(stage, link):
    """As Stage.settle, for a neighbour of any kind."""
    talk = Talk(link.neighbor.kind, link, next(stage.number))
    changes = {}
    if link.neighbor.kind == "external":
        changes = {AS_PATH: path(link.neighbor.asn, 65200)}
    link.send(bgp.UPDATE, talk.route(changes))
    stage.wait_told("below", talk.prefix, beside=link)


@pytest.mark.parametrize("relation", RELATIONS)
def test_best_of_many_does_not_depend_on_order(stage, relation):
    """MED is no total order: A beats B, B beats C, C beats A in pairs."""
    number = next(stage.number)
    given = [("spare", {AS_PATH: path(65006, 65200), **med(50)}, "10.0.9.1"),
             ("rival", {AS_PATH: path(65007, 65200), **med(1)}, "10.0.9.2")]
    if relation != "external":
        given.append(("tester10", {AS_PATH: path(65006, 65200), **med(10)},
                      "10.0.9.3"))
    won = set()
    for order in (given, given[::-1], given[1:] + given[:1]):
        links = []
        for name, changes, router_id in order:
            link = stage.establish(stage.by_name(name), router_id=router_id)
            talk, body = message(stage, link, name, number, changes,
                                 u16(64999, int(router_id[-1])), "ipv4")
            link.send(bgp.UPDATE, body)
            settle(stage, link)
            links.append(link)
        told = stage.wait_told("below", talk.prefix)
        won.add(told[COMMUNITIES])
        for link in links:
            link.close()
        stage.wait_told("below", talk.prefix, lambda told: not told)
    assert len(won) == 1
