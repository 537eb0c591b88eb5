# SPDX-License-Identifier: ISC
# test_operator.py - what a neighbour hears when somebody changes things here
"""
The subcode of a Cease tells why: RFC 4486, and RFC 8203 for the text.  The
routes of that neighbour are gone, the other sessions do not notice.
"""
import os

import pytest

import speaker as bgp
from cases import RELATIONS
from dut import NAME
from stage import FAMILIES, Stage
from talks import check_notification
from wire import *                                          # noqa: F403

pytestmark = pytest.mark.skipif(NAME != "bgpd", reason="speaks to bgpctl")

CEASE = 6
SHUTDOWN, UNCONFIGURED, RESET, CHANGED = 2, 3, 4, 6
# A hard reset carries the Cease that it stands for (RFC 8538 3).
HARD = 9


@pytest.fixture(scope="module")
def stages(big_lab):
    made = {}

    def get(relation):
        if relation not in made:
            made[relation] = Stage(big_lab, relation, f"o-{relation}")
        return made[relation]

    return get


@pytest.fixture
def stage(stages, relation):
    return stages(relation)


def config_of(stage):
    with open(stage.daemon.config) as file:
        return file.read()


def without(text, name):
    """The config without that neighbour's block."""
    start = text.index(f"neighbor {name} ")
    end = text.index("\n}\n", start) + 3
    return text[:start] + text[end:]


@pytest.fixture
def told(stage):
    """A session with a route that the watchers know."""
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())
        stage.wait_told("below", talk.prefix)
        link.talk = talk
        yield link


def ends_with(stage, link, subcode):
    check_notification(link.fate(), (CEASE, (subcode, HARD), None))
    stage.wait_told("below", link.talk.prefix, lambda told: not told)
    for watcher in stage.watchers.values():
        watcher.pump()


@pytest.mark.parametrize("relation", RELATIONS)
def test_removed_neighbor_is_told_so(stage, relation, told):
    before = config_of(stage)

    stage.daemon.reload(without(before, told.neighbor.name))

    ends_with(stage, told, UNCONFIGURED)
    stage.daemon.reload(before)
    with stage.session(told.neighbor) as link:
        stage.settle(link)


@pytest.mark.parametrize("relation", RELATIONS)
def test_changed_neighbor_is_told_so(stage, relation, told):
    before = config_of(stage)
    name = f"neighbor {told.neighbor.name} {told.neighbor.address} {{"

    stage.daemon.reload(before.replace(name, f"{name}\nhold-time 33s"))

    ends_with(stage, told, CHANGED)
    stage.daemon.reload(before)


@pytest.mark.parametrize("relation", RELATIONS)
def test_disabled_neighbor_is_told_so(stage, relation, told):
    before = config_of(stage)
    name = f"neighbor {told.neighbor.name} {told.neighbor.address} {{"

    stage.daemon.reload(before.replace(name, f"{name}\ndisabled"))

    ends_with(stage, told, SHUTDOWN)
    with pytest.raises((OSError, bgp.Closed, AssertionError)):
        stage.establish(told.neighbor)
    stage.daemon.reload(before)
    with stage.session(told.neighbor) as link:
        stage.settle(link)


@pytest.mark.parametrize("relation", RELATIONS)
def test_cleared_neighbor_is_told_so_and_comes_back(stage, relation, told):
    done = stage.daemon.bgpctl("neighbor", told.neighbor.name, "clear")

    assert done.returncode == os.EX_OK, done.stderr
    ends_with(stage, told, RESET)
    with stage.session(told.neighbor) as link:
        stage.settle(link)


@pytest.mark.parametrize("relation", RELATIONS)
def test_reload_without_a_difference_is_not_noticed(stage, relation, told):
    stage.daemon.reload(config_of(stage) + "\n# a comment\n")

    stage.settle(told)
    assert len(stage.watchers["below"].history[told.talk.prefix]) == 1


@pytest.mark.parametrize("relation", RELATIONS)
def test_end_of_the_daemon_is_a_restart_to_its_neighbors(stage, relation):
    """Those that announced restart keep our routes: no NOTIFICATION."""
    terms = {"capabilities": FAMILIES + bgp.graceful_restart(60, (
        "ipv4", "ipv6"))}
    with stage.session(**terms) as link:
        assert stage.daemon.end() == os.EX_OK

        assert link.fate() is None
    stage.mend()
    with stage.session() as link:
        stage.settle(link)
