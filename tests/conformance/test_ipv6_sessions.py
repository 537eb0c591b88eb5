# SPDX-License-Identifier: ISC
# test_ipv6_sessions.py - both families over a session between IPv6 addresses
"""
RFC 4760, RFC 2545: what a session carries does not depend on what carries
it, except for the next hop of our own address, which is that of the family.
"""
import pytest

import speaker as bgp
from cases import RELATIONS, SAME, WITHDRAWN, Outcome, observe
from stage import (OUR_ADDRESS, OUR_ADDRESS6, Neighbor, Stage, Talk, asn_of,
                   is_before)
from wire import *                                          # noqa: F403

FAMILIES = ("ipv4", "ipv6")


@pytest.fixture(scope="module")
def stages(big_lab):
    made = {}

    def get(relation):
        if relation not in made:
            made[relation] = Stage(big_lab, relation, f"6-{relation}", [
                Neighbor("six", relation, asn_of(relation), "fd00::80"),
                Neighbor("away", "external", 65008, "fd00::81"),
                Neighbor("lamb", "client", 64512, "fd00::82")])
        return made[relation]

    return get


@pytest.fixture
def stage(stages, relation):
    return stages(relation)


@pytest.fixture
def six(stage):
    with stage.session(stage.by_name("six")) as link:
        yield link


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", ("away", "lamb"))
def test_routes_go_from_ipv6_to_ipv6(stage, relation, six, family, name):
    talk = stage.talk(six, family)
    with stage.session(stage.by_name(name)) as listener:
        six.send(bgp.UPDATE, talk.route())

        listener.until(lambda: talk.prefix in listener.routes, "the route")
        told = {k: v for k, (_, v) in listener.routes[talk.prefix].items()}

    if family == "ipv4":
        ours, theirs = ip(OUR_ADDRESS), ip(talk.hop)
        hop = told[NEXT_HOP]
    else:
        ours, theirs = ip(OUR_ADDRESS6), ip(talk.hop6)
        assert told[MP_REACH][3] in (16, 32)
        hop = told[MP_REACH][4:20]
    assert hop in ((ours, theirs) if name == "away" else (theirs,))


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("family", FAMILIES)
def test_routes_go_from_ipv6_to_ipv4(stage, relation, six, family):
    talk = stage.talk(six, family)

    six.send(bgp.UPDATE, talk.route())

    for watcher in ("below", "outside"):
        stage.wait_told(watcher, talk.prefix, beside=six)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("family", FAMILIES)
def test_routes_go_from_ipv4_to_ipv6(stage, relation, family):
    with stage.session(stage.by_name("away")) as listener, \
            stage.session() as link:
        talk = stage.talk(link, family)
        link.send(bgp.UPDATE, talk.route())

        listener.until(lambda: talk.prefix in listener.routes, "the route")


FAULTS = {
    "origin": ({ORIGIN: attr(ORIGIN, u8(7))}, (WITHDRAWN,)),
    "med": ({MED: attr(MED, u8(7))}, (WITHDRAWN,)),
    "unknown": ({99: attr(99, u8(7), OPT_TRANS)}, (Outcome("route"),)),
    "mp-reach": ({MP_REACH: attr(MP_REACH, u8(0))}, (Outcome(
        "reset", 3),)),
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", FAULTS)
def test_errors_cost_the_same(stage, relation, six, family, name):
    changes, outcomes = FAULTS[name]
    talk = Talk(relation, six, next(stage.number), family)
    six.send(bgp.UPDATE, talk.before())
    stage.wait_told("below", talk.prefix, is_before)

    six.send(bgp.UPDATE, talk.route(changes))

    result = observe(stage, six, talk)
    assert any(o.fits(result) for o in outcomes), result


@pytest.mark.parametrize("relation", RELATIONS)
def test_end_of_rib_leaves_routes_alone(stage, relation, six):
    talk = stage.talk(six, "ipv6")
    six.send(bgp.UPDATE, talk.before())
    stage.wait_told("below", talk.prefix, is_before)

    for family in FAMILIES:
        six.send(bgp.UPDATE, bgp.end_of_rib(family))

    assert SAME.fits(observe(stage, six, talk))
