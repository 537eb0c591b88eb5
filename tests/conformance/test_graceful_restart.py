# SPDX-License-Identifier: ISC
# test_graceful_restart.py - the helper of a neighbour that restarts: RFC 4724
"""
The tester announces graceful restart, brings routes and goes away; the
watchers show whether the daemon held them, and whether any of them flapped.
"""
import struct
import time

import pytest

import speaker as bgp
from cases import RELATIONS
from stage import FAMILIES, PATIENCE
from wire import *                                          # noqa: F403

BOTH = ("ipv4", "ipv6")
GONE = 1.0


def with_restart(seconds=60, families=BOTH, **more):
    return {"capabilities": FAMILIES + bgp.graceful_restart(
        seconds, families, **more)}


def without_forwarding(seconds=60):
    rows = b"".join(afi_safi(f) + u8(0) for f in BOTH)
    return {"capabilities": FAMILIES + bgp.capability(
        bgp.GRACEFUL_RESTART, struct.pack("!H", 0x8000 | seconds) + rows)}


class Restarter:
    def __init__(self, stage, **terms):
        self.stage = stage
        self.neighbor = next(stage.turn)
        self.talks = {}
        self.link = stage.establish(self.neighbor, **terms)
        for family in BOTH:
            talk = self.talks[family] = stage.talk(self.link, family)
            self.link.send(bgp.UPDATE, talk.route())
        for talk in self.talks.values():
            stage.wait_told("below", talk.prefix)
            stage.wait_told("outside", talk.prefix)

    def drop(self):
        """Away without a word, as when the process is killed."""
        self.link.close()

    def back(self, **terms):
        self.link = self.stage.establish(self.neighbor, **terms)

    def send_again(self, *families):
        for family in families:
            self.link.send(bgp.UPDATE, self.talks[family].route())

    def end_of_rib(self):
        for family in BOTH:
            self.link.send(bgp.UPDATE, bgp.end_of_rib(family))

    def is_told(self, family):
        return bool(self.stage.told("below", self.talks[family].prefix))

    def wait_gone(self, *families, deadline=PATIENCE):
        for family in families:
            self.stage.wait_told("below", self.talks[family].prefix,
                                 lambda told: not told, deadline)

    def steady(self):
        """Everything was processed and nothing has flapped."""
        self.stage.settle(self.link)
        return all(None not in self.stage.watchers[w].history[t.prefix]
                   for w in ("below", "outside")
                   for t in self.talks.values())


@pytest.fixture
def restarter(stage):
    made = []

    def make(**terms):
        made.append(Restarter(stage, **terms))
        return made[-1]

    yield make
    for one in made:
        one.link.close()
        one.back(capabilities=FAMILIES)     # nothing stays behind
        one.link.close()


@pytest.mark.parametrize("relation", RELATIONS)
def test_routes_stay_while_it_restarts(stage, relation, restarter):
    one = restarter(**with_restart())

    one.drop()
    one.back(**with_restart(restarting=True))
    one.send_again(*BOTH)
    one.end_of_rib()

    assert one.steady()
    assert one.is_told("ipv4") and one.is_told("ipv6")


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_is_not_sent_again_goes_at_end_of_rib(stage, relation,
                                                   restarter):
    one = restarter(**with_restart())

    one.drop()
    one.back(**with_restart(restarting=True))
    one.send_again("ipv4")
    one.end_of_rib()

    one.wait_gone("ipv6")
    assert one.is_told("ipv4")


@pytest.mark.parametrize("relation", RELATIONS)
def test_end_of_rib_counts_for_its_family(stage, relation, restarter):
    one = restarter(**with_restart())

    one.drop()
    one.back(**with_restart(restarting=True))
    one.link.send(bgp.UPDATE, bgp.end_of_rib("ipv6"))

    one.wait_gone("ipv6")
    assert one.is_told("ipv4")


@pytest.mark.parametrize("relation", RELATIONS)
def test_changed_route_is_replaced_in_one_step(stage, relation, restarter):
    one = restarter(**with_restart())
    talk = one.talks["ipv4"]

    one.drop()
    one.back(**with_restart(restarting=True))
    one.link.send(bgp.UPDATE, talk.route({MED: attr(MED, u32(5))}))
    one.send_again("ipv6")
    one.end_of_rib()

    stage.wait_told("below", talk.prefix,
                    lambda told: told and told.get(MED) == u32(5))
    assert one.steady()


@pytest.mark.parametrize("relation", RELATIONS)
def test_back_without_forwarding_bit(stage, relation, restarter):
    one = restarter(**with_restart())

    one.drop()
    one.back(**without_forwarding())

    one.wait_gone(*BOTH)


@pytest.mark.parametrize("relation", RELATIONS)
def test_back_without_one_family_in_the_capability(stage, relation,
                                                   restarter):
    one = restarter(**with_restart())

    one.drop()
    one.back(**with_restart(families=("ipv4",), restarting=True))

    one.wait_gone("ipv6")
    assert one.is_told("ipv4")


@pytest.mark.parametrize("relation", RELATIONS)
def test_back_without_the_capability(stage, relation, restarter):
    one = restarter(**with_restart())

    one.drop()
    one.back(capabilities=FAMILIES)

    one.wait_gone(*BOTH)


@pytest.mark.parametrize("relation", RELATIONS)
def test_back_without_the_family_itself(stage, relation, restarter):
    one = restarter(**with_restart())

    one.drop()
    one.back(capabilities=bgp.multiprotocol("ipv4") + bgp.graceful_restart(
        60, ("ipv4",), True))

    one.wait_gone("ipv6")
    assert one.is_told("ipv4")


@pytest.mark.parametrize("relation", RELATIONS)
def test_only_one_family_is_kept(stage, relation, restarter):
    one = restarter(**with_restart(families=("ipv4",)))

    one.drop()

    one.wait_gone("ipv6")
    assert one.is_told("ipv4")


@pytest.mark.parametrize("relation", RELATIONS)
def test_restart_time_passes(stage, relation, restarter):
    one = restarter(**with_restart(1))

    one.drop()
    start = time.monotonic()

    one.wait_gone(*BOTH)
    assert 0.8 < time.monotonic() - start < 3


@pytest.mark.parametrize("relation", RELATIONS)
def test_restart_time_0(stage, relation, restarter):
    one = restarter(**with_restart(0))

    one.drop()

    one.wait_gone(*BOTH, deadline=GONE)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("cease", (u8(6, 2), u8(6, 4), u8(6, 9)))
def test_notification_is_no_restart(stage, relation, restarter, cease):
    one = restarter(**with_restart())

    one.link.send(bgp.NOTIFICATION, cease)

    one.wait_gone(*BOTH, deadline=GONE)


@pytest.mark.parametrize("relation", RELATIONS)
def test_error_of_ours_is_no_restart(stage, relation, restarter):
    one = restarter(**with_restart())

    one.link.send_raw(header(77, 19))

    one.wait_gone(*BOTH, deadline=GONE)


@pytest.mark.parametrize("relation", RELATIONS)
def test_without_the_capability_routes_go(stage, relation, restarter):
    one = restarter(capabilities=FAMILIES)

    one.drop()

    one.wait_gone(*BOTH, deadline=GONE)


@pytest.mark.parametrize("relation", RELATIONS)
def test_second_restart_inside_of_the_first(stage, relation, restarter):
    one = restarter(**with_restart())

    for _ in range(2):
        one.drop()
        one.back(**with_restart(restarting=True))
    one.send_again(*BOTH)
    one.end_of_rib()

    assert one.steady()


@pytest.mark.parametrize("relation", RELATIONS)
def test_new_connection_replaces_the_old_one(stage, relation, restarter):
    """RFC 4724 5: it has restarted and the old connection is half open."""
    one = restarter(**with_restart())
    old = one.link

    one.back(**with_restart(restarting=True))
    old.fate()
    one.send_again(*BOTH)
    one.end_of_rib()

    assert one.steady()
    old.close()


@pytest.mark.parametrize("relation", RELATIONS)
def test_our_capability(stage, relation):
    """No restart of ours is going on, and both families are in it."""
    with stage.session() as link:
        values = [value for code, value in bgp.capabilities_of(link.theirs)
                  if code == bgp.GRACEFUL_RESTART]

    head = struct.unpack("!H", values[0][:2])[0]
    assert head & 0x8000 == 0 and head & 0xfff == 120
    rows = {values[0][at:at + 3] for at in range(2, len(values[0]), 4)}
    assert rows == {afi_safi("ipv4"), afi_safi("ipv6")}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("restart", (True, False))
def test_end_of_rib_comes_behind_the_routes(stage, relation, restart):
    source = stage.establish(stage.by_name("spare"))
    talk = stage.talk(source)
    source.send(bgp.UPDATE, talk.route({
        AS_PATH: path(65006), LOCAL_PREF: None}))
    stage.wait_told("below", talk.prefix)
    terms = with_restart() if restart else {}

    with stage.session(**terms) as link:
        link.until(lambda: "ipv4" in link.ends, "End-of-RIB")
        assert talk.prefix in link.routes
        link.until(lambda: "ipv6" in link.ends, "End-of-RIB")
        assert sorted(link.ends) == ["ipv4", "ipv6"]
    source.close()
