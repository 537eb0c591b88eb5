# SPDX-License-Identifier: ISC
# test_reflection.py - route reflection: RFC 4456
"""
Who hears whom, and how the route is marked.  The watchers are a non-client
(inside), a client (below) and an external neighbour (outside); twin and ward
are another non-client and another client that listen for one case.
"""
import pytest

import speaker as bgp
from stage import CLUSTER
from wire import *                                          # noqa: F403

INSIDE = ("internal", "client")
LISTENERS = ("inside", "below", "outside", "twin", "ward")
HEARD = {
    "internal": {"below", "outside", "ward"},
    "client": set(LISTENERS),
    "external": set(LISTENERS),
}
FAMILIES = ("ipv4", "ipv6")
OURS = ip(CLUSTER)


@pytest.fixture
def listeners(stage):
    made = dict(stage.watchers)
    for name in ("twin", "ward"):
        made[name] = stage.establish(stage.by_name(name))
    yield made
    for name in ("twin", "ward"):
        made[name].close()


@pytest.mark.parametrize("relation", HEARD)
@pytest.mark.parametrize("family", FAMILIES)
def test_who_hears_whom(stage, relation, family, listeners):
    with stage.session() as link:
        talk = stage.talk(link, family)
        link.send(bgp.UPDATE, talk.route())

        for name in HEARD[relation]:
            listeners[name].until(
                lambda: talk.prefix in listeners[name].routes, name)
        stage.settle(link)
        for name, listener in listeners.items():
            listener.pump()
            assert (talk.prefix in listener.routes) == (
                name in HEARD[relation] or name == "old")


@pytest.mark.parametrize("relation, listener", [
    ("internal", "below"), ("client", "below"), ("client", "inside")])
@pytest.mark.parametrize("family", FAMILIES)
def test_marks_are_made(stage, relation, family, listener):
    """The originator is who it came from, by its identifier."""
    with stage.session(router_id="10.77.0.1") as link:
        talk = stage.talk(link, family)
        link.send(bgp.UPDATE, talk.route())

        told = stage.wait_told(listener, talk.prefix, beside=link)

    assert told[ORIGINATOR_ID] == ip("10.77.0.1")
    assert told[CLUSTER_LIST] == OURS


@pytest.mark.parametrize("relation", INSIDE)
@pytest.mark.parametrize("family", FAMILIES)
def test_marks_are_continued(stage, relation, family):
    with stage.session() as link:
        talk = stage.talk(link, family)
        link.send(bgp.UPDATE, talk.route({
            ORIGINATOR_ID: attr(ORIGINATOR_ID, ip("10.9.9.9")),
            CLUSTER_LIST: attr(CLUSTER_LIST, ip("10.9.9.8")
                               + ip("10.9.9.7"))}))

        told = stage.wait_told("below", talk.prefix, beside=link)

    assert told[ORIGINATOR_ID] == ip("10.9.9.9")
    assert told[CLUSTER_LIST] == OURS + ip("10.9.9.8") + ip("10.9.9.7")


@pytest.mark.parametrize("relation", INSIDE)
def test_long_cluster_list_is_continued(stage, relation):
    given = b"".join(u32(n) for n in range(1, 101))
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route({
            CLUSTER_LIST: attr(CLUSTER_LIST, given)}))

        told = stage.wait_told("below", talk.prefix, beside=link)

    assert told[CLUSTER_LIST] == OURS + given


@pytest.mark.parametrize("relation", ("external",))
@pytest.mark.parametrize("listener", ("below", "inside"))
def test_external_route_is_not_marked(stage, relation, listener):
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())

        told = stage.wait_told(listener, talk.prefix, beside=link)

    assert ORIGINATOR_ID not in told and CLUSTER_LIST not in told


LOOPS = {
    "originator": {ORIGINATOR_ID: attr(ORIGINATOR_ID, ip("10.0.0.1"))},
    "cluster-alone": {CLUSTER_LIST: attr(CLUSTER_LIST, OURS)},
    "cluster-first": {CLUSTER_LIST: attr(CLUSTER_LIST, OURS
                                         + ip("10.9.9.9"))},
    "cluster-last": {CLUSTER_LIST: attr(CLUSTER_LIST, ip("10.9.9.9")
                                        + OURS)},
    "both": {ORIGINATOR_ID: attr(ORIGINATOR_ID, ip("10.0.0.1")),
             CLUSTER_LIST: attr(CLUSTER_LIST, OURS)},
}


@pytest.mark.parametrize("relation", INSIDE)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", LOOPS)
def test_loop_is_not_used(stage, relation, family, name):
    with stage.session() as link:
        talk = stage.talk(link, family)
        link.send(bgp.UPDATE, talk.route(LOOPS[name]))

        stage.settle(link)

        for watcher in ("below", "outside", "inside"):
            assert stage.told(watcher, talk.prefix) is None


@pytest.mark.parametrize("relation", INSIDE)
@pytest.mark.parametrize("name", LOOPS)
def test_loop_replaces_the_good_route(stage, relation, name):
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())
        stage.wait_told("below", talk.prefix)

        link.send(bgp.UPDATE, talk.route(LOOPS[name]))

        stage.wait_told("below", talk.prefix, lambda told: not told,
                        beside=link)


@pytest.mark.parametrize("relation", INSIDE)
def test_route_does_not_go_back(stage, relation):
    """Not even with the marks that would stop it there."""
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())
        stage.settle(link)

        assert not link.history[talk.prefix]


@pytest.mark.parametrize("relation", INSIDE)
def test_originator_that_is_the_listener(stage, relation):
    """It may be sent, and is ignored there; or not be sent."""
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route({ORIGINATOR_ID: attr(
            ORIGINATOR_ID, ip(stage.watchers["below"].address))}))

        stage.wait_told("outside", talk.prefix, beside=link)
