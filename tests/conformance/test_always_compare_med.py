# SPDX-License-Identifier: ISC
# test_always_compare_med.py - MED among routes of different AS, if so wanted
"""
The rows of test_decision.py that turn round with `always-compare-med`: two
neighbours of different AS, of whom the one with the lower MED has to win
whoever comes first, although the identifier speaks for the other one.
"""
import pytest

import speaker as bgp
import test_decision as plain
from dut import NAME
from stage import Stage
from wire import AS_PATH, path

pytestmark = pytest.mark.skipif(
    NAME != "bgpd", reason="the setting is written in our language")

OUTER = {AS_PATH: path(65006, 65200)}
RIVAL = {AS_PATH: path(65007, 65200)}
# Winner, its changes, loser, its changes.
ROWS = {
    "lower": ("rival", {**RIVAL, **plain.med(5)},
              "spare", {**OUTER, **plain.med(10)}),
    "missing-is-0": ("rival", RIVAL, "spare", {**OUTER, **plain.med(1)}),
    "as-path-comes-first": (
        "rival", {**RIVAL, **plain.med(9)},
        "spare", {AS_PATH: path(65006, 65200, 65300), **plain.med(1)}),
    "equal-leaves-the-identifier": (
        "spare", {**OUTER, **plain.med(7)}, "rival",
        {**RIVAL, **plain.med(7)}),
    "of-one-as-as-ever": (
        "rival", {AS_PATH: path(65007, 65200), **plain.med(1)},
        "spare", {**OUTER, **plain.med(2)}),
}
ROUTER_ID = {"spare": "10.0.9.1", "rival": "10.0.9.2"}


@pytest.fixture(scope="module")
def always(big_lab):
    return Stage(big_lab, "internal", "med",
                 settings="decision { always-compare-med }")


@pytest.mark.parametrize("first", ("winner-first", "loser-first"))
@pytest.mark.parametrize("row", ROWS)
def test_lowest_med_of_all_wins(always, row, first):
    winner, good, loser, bad = ROWS[row]
    number = next(always.number)
    turns = [(winner, good, plain.WIN), (loser, bad, plain.LOSE)]
    if first == "loser-first":
        turns.reverse()
    links = []
    for name, changes, mark in turns:
        link = always.establish(always.by_name(name),
                                router_id=ROUTER_ID[name])
        links.append(link)
        talk, body = plain.message(always, link, name, number, changes, mark,
                                   "ipv4")
        link.send(bgp.UPDATE, body)
        plain.settle(always, link)

    always.wait_told("below", talk.prefix, plain.winner_is(plain.WIN))
    for link in links:
        link.close()
    always.wait_told("below", talk.prefix, lambda told: not told)


@pytest.mark.parametrize("order", ((0, 1, 2), (2, 1, 0), (1, 2, 0)))
def test_circle_has_its_lowest_med(always, order):
    """In pairs within one AS it had no end; among all it has a bottom."""
    given = [("spare", {**OUTER, **plain.med(50)}, "10.0.9.1"),
             ("rival", {**RIVAL, **plain.med(1)}, "10.0.9.2"),
             ("twin", {**OUTER, **plain.med(10)}, "10.0.9.3")]
    number = next(always.number)
    links = []
    for i in order:
        name, changes, router_id = given[i]
        link = always.establish(always.by_name(name), router_id=router_id)
        links.append(link)
        mark = plain.WIN if name == "rival" else plain.LOSE
        talk, body = plain.message(always, link, name, number, changes, mark,
                                   "ipv4")
        link.send(bgp.UPDATE, body)
        plain.settle(always, link)

    always.wait_told("below", talk.prefix, plain.winner_is(plain.WIN))
    for link in links:
        link.close()
    always.wait_told("below", talk.prefix, lambda told: not told)
