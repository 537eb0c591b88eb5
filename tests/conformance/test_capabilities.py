# SPDX-License-Identifier: ISC
# test_capabilities.py - what a capability allows, and only where both have it
"""
RFC 5492 (required ones), 7313 (enhanced refresh), 8538 (restart over a
NOTIFICATION), 8654 (extended messages), 9234 (roles), 9494 (long-lived
restart).  Neighbours with settings of their own stand behind the usual ones.
"""
import struct

import pytest

import speaker as bgp
from cases import RELATIONS, observe
from dut import NAME
from stage import (FAMILIES, OUR_AS, TESTER_AS, Neighbor, Stage, Talk,
                   is_before)
from talks import answer_to_open, check_notification, ending
from wire import *                                          # noqa: F403

OURS_ONLY = pytest.mark.skipif(NAME != "bgpd", reason="our own settings")
REFRESH = bgp.capability(bgp.ROUTE_REFRESH)
ENHANCED = bgp.capability(70)
LONG = bgp.capability(6)
N_BIT, R_BIT = 4, 8
PROVIDER, RS, RS_CLIENT, CUSTOMER, PEER = range(5)
ROLES = ("provider", "rs", "rs-client", "customer", "peer")
LLGR_STALE, NO_LLGR = u32(0xffff0006), u32(0xffff0007)


def restart(seconds=60, flags=N_BIT, families=("ipv4", "ipv6")):
    rows = b"".join(afi_safi(f) + u8(0x80) for f in families)
    return bgp.capability(bgp.GRACEFUL_RESTART, struct.pack(
        "!H", flags << 12 | seconds) + rows)


def long_lived(seconds, families=("ipv4", "ipv6"), forwarding=0x80):
    return bgp.capability(71, b"".join(
        afi_safi(f) + u32(forwarding << 24 | seconds) for f in families))


def role(number):
    return bgp.capability(9, u8(number))


def refresh(subtype=0, afi=1):
    return u16(afi) + u8(subtype, 1)


def subtypes(link):
    return [m.body[2] for m in link.seen if m.type == bgp.REFRESH]


# ---- required ones: RFC 5492

NEEDED = {      # by name: the capability that the tester lacks, and has
    "route-refresh": (b"", REFRESH, u8(2, 0)),
    "enhanced-route-refresh": (REFRESH, REFRESH + ENHANCED, u8(70, 0)),
    "extended-message": (b"", LONG, u8(6, 0)),
    "graceful-restart": (b"", restart(), None),
    "fqdn": (b"", bgp.capability(73, u8(1) + b"x" + u8(0)), None),
    "multiprotocol": (b"", b"", None),
}
DEMANDS = [Neighbor(f"need-{name}", "external", 65100, f"10.0.0.{100 + i}",
                    f"capability {name} require")
           for i, name in enumerate(NEEDED)]
ROLE_PEERS = [Neighbor(f"role-{name}", "external", 65100,
                       f"10.0.0.{120 + i}", f"role {name}")
              for i, name in enumerate(ROLES)]
STRICT = Neighbor("strict", "external", 65100, "10.0.0.130",
                  "role customer; capability role require")
SHORT = Neighbor("short", "external", 65100, "10.0.0.131",
                 "capability extended-message off")
LASTING = Neighbor("lasting", "external", 65100, "10.0.0.132",
                   "long-lived 3s")
HEARER = Neighbor("hearer", "external", 65101, "10.0.0.133")


@pytest.fixture(scope="module")
def extra(big_lab):
    """A stage with all of those neighbours."""
    return Stage(big_lab, "external", "caps", [
        *DEMANDS, *ROLE_PEERS, STRICT, SHORT, LASTING, HEARER])


def open_octets(stage, link, capabilities):
    return bgp.message(bgp.OPEN, stage.open_body(
        link, capabilities=capabilities))


@OURS_ONLY
@pytest.mark.parametrize("name", NEEDED)
def test_required_and_missing(extra, name):
    lacks, _, data = NEEDED[name]
    link = extra.connect(extra.by_name(f"need-{name}"))
    with_families = b"" if name == "multiprotocol" else FAMILIES

    got = answer_to_open(extra, link, open_octets(extra, link,
                                                  with_families + lacks))

    check_notification(got, (2, (7,), data))
    assert got[2], "the capability is the data"
    link.close()


@OURS_ONLY
@pytest.mark.parametrize("name", NEEDED)
def test_required_and_there(extra, name):
    link = extra.connect(extra.by_name(f"need-{name}"))

    got = answer_to_open(extra, link, open_octets(
        extra, link, FAMILIES + NEEDED[name][1]))

    assert got is None
    link.close()


# ---- enhanced refresh: RFC 7313


@pytest.fixture
def asker(stage):
    """Has been told all that there is, from another neighbour too."""
    with stage.session(stage.by_name("spare")) as source:
        talks = [Talk("external", source, next(stage.number))
                 for _ in range(5)]
        for talk in talks:
            source.send(bgp.UPDATE, talk.route(
                {AS_PATH: path(65006, 65200)}))
        with stage.session(capabilities=FAMILIES + REFRESH
                           + ENHANCED) as link:
            link.until(lambda: len(link.ends) == 2 and all(
                t.prefix in link.routes for t in talks), "all routes")
            link.prefixes = {talk.prefix for talk in talks}
            link.seen.clear()
            link.history.clear()
            yield link


@pytest.mark.parametrize("relation", RELATIONS)
def test_answer_stands_between_begin_and_end(stage, relation, asker):
    asker.send(bgp.REFRESH, refresh())

    asker.until(lambda: subtypes(asker) == [1, 2], "BoRR and EoRR")
    kinds = [m.type if m.type != bgp.REFRESH else m.body[2]
             for m in asker.seen if m.type != bgp.KEEPALIVE]
    assert kinds[0] == 1 and kinds[-1] == 2
    assert asker.prefixes <= set(asker.history)


@pytest.mark.parametrize("relation", RELATIONS)
def test_burst_is_answered_one_after_the_other(stage, relation, asker):
    asker.send_raw(50 * bgp.message(bgp.REFRESH, refresh()))

    asker.until(lambda: len(subtypes(asker)) >= 4, "two answers")
    stage.settle(asker)
    found = subtypes(asker)
    assert found == [1, 2] * (len(found) // 2)
    assert len(found) <= 40


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("length", (22, 24, 31))
def test_bad_length_is_an_error_of_its_own(stage, relation, length):
    octets = header(bgp.REFRESH, length) + refresh() + bytes(length - 23) \
        if length > 23 else header(bgp.REFRESH, length) + refresh()[:-1]

    got = ending(stage, "established", octets,
                 capabilities=FAMILIES + REFRESH + ENHANCED)

    check_notification(got, (7, (1,), octets))


def refreshing(stage):
    return stage.session(capabilities=FAMILIES + REFRESH + ENHANCED)


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_is_not_said_again_goes_at_the_end(stage, relation):
    with refreshing(stage) as link:
        kept, lost = stage.talk(link), stage.talk(link)
        for talk in (kept, lost):
            link.send(bgp.UPDATE, talk.route())
            stage.wait_told("below", talk.prefix)

        link.send(bgp.REFRESH, refresh(1))
        link.send(bgp.UPDATE, kept.route())
        stage.settle(link)
        assert stage.told("below", lost.prefix)
        link.send(bgp.REFRESH, refresh(2))

        stage.wait_told("below", lost.prefix, lambda told: not told)
        assert stage.told("below", kept.prefix)
        assert None not in \
            stage.watchers["below"].history[kept.prefix]


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name, capabilities, messages", [
    ("end-without-begin", REFRESH + ENHANCED, (2,)),
    ("begin-and-end-of-another-family", REFRESH + ENHANCED, ()),
    ("not-negotiated", REFRESH, (1, 2))])
def test_refresh_that_drops_nothing(stage, relation, name, capabilities,
                                    messages):
    with stage.session(capabilities=FAMILIES + capabilities) as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())
        stage.wait_told("below", talk.prefix)

        for subtype in messages:
            link.send(bgp.REFRESH, refresh(subtype))
        if not messages:
            link.send(bgp.REFRESH, refresh(1, afi=2))
            link.send(bgp.REFRESH, refresh(2, afi=2))

        stage.settle(link)
        assert stage.told("below", talk.prefix)


# ---- extended messages: RFC 8654


def filler(length):
    """An attribute that nobody knows, as long as that."""
    return attr(240, bytes(length - 4), flags=OPT_TRANS, extended=True)


def route_of(talk, length):
    """An UPDATE of that length with its header."""
    bare = talk.route()
    rest = length - 19 - len(bare)
    return talk.route({240: filler(rest)})


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("length", (4097, 20000, 65535))
def test_extended_message_is_taken(stage, relation, length):
    with stage.session(capabilities=FAMILIES + LONG) as link:
        talk = stage.talk(link)
        with stage.session(stage.by_name("spare"),
                           capabilities=FAMILIES + LONG) as hearer:
            link.send(bgp.UPDATE, talk.before())
            hearer.until(lambda: talk.prefix in hearer.routes, "the route")

            link.send(bgp.UPDATE, route_of(talk, length))

            # Too big for the others: it is taken back from them.
            stage.wait_told("below", talk.prefix, lambda told: not told)
            stage.settle(link)
            hearer.pump()
            # Outside it may have grown by our AS beyond all messages.
            if length < 65000:
                told = hearer.routes[talk.prefix]
                assert 240 in told


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("capabilities", (FAMILIES, FAMILIES + LONG))
@pytest.mark.parametrize("kind", (bgp.OPEN, bgp.KEEPALIVE))
def test_open_and_keepalive_stay_short(stage, relation, capabilities, kind):
    octets = header(kind, 4097) + bytes(4097 - 19)

    got = ending(stage, "established", octets, capabilities=capabilities)

    check_notification(got, (1, (2,), u16(4097)))


@pytest.mark.parametrize("relation", RELATIONS)
def test_extended_message_without_the_capability(stage, relation):
    octets = header(bgp.UPDATE, 4097) + bytes(4097 - 19)

    got = ending(stage, "established", octets, capabilities=FAMILIES)

    check_notification(got, (1, (2,), u16(4097)))


@OURS_ONLY
def test_extended_message_where_we_did_not_announce_it(extra):
    octets = header(bgp.UPDATE, 4097) + bytes(4097 - 19)

    got = ending(extra, "established", octets, neighbor=SHORT,
                 capabilities=FAMILIES + LONG)

    check_notification(got, (1, (2,), u16(4097)))


# ---- restart over a NOTIFICATION: RFC 8538

ENDS = {        # what the tester sends, and whether its routes stay
    "reset": (bgp.message(bgp.NOTIFICATION, u8(6, 4)), N_BIT, True),
    "shutdown": (bgp.message(bgp.NOTIFICATION, u8(6, 2)), N_BIT, True),
    "hold-timer": (bgp.message(bgp.NOTIFICATION, u8(4, 0)), N_BIT, True),
    "hard-reset": (bgp.message(bgp.NOTIFICATION, u8(6, 9, 6, 2)), N_BIT,
                   False),
    "hard-reset-bare": (bgp.message(bgp.NOTIFICATION, u8(6, 9)), N_BIT,
                        False),
    "error-of-theirs": (header(77, 19), N_BIT, True),
    "reset-without-n": (bgp.message(bgp.NOTIFICATION, u8(6, 4)), 0, False),
    "error-without-n": (header(77, 19), 0, False),
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", ENDS)
def test_routes_after_the_end(stage, relation, name):
    octets, flags, stay = ENDS[name]
    neighbor = next(stage.turn)
    link = stage.establish(neighbor,
                           capabilities=FAMILIES + restart(flags=flags))
    talk = stage.talk(link)
    link.send(bgp.UPDATE, talk.route())
    stage.wait_told("below", talk.prefix)

    link.send_raw(octets)
    link.fate()
    link.close()

    with stage.session() as other:
        stage.settle(other)
    if stay:
        assert stage.told("below", talk.prefix)
    else:
        stage.wait_told("below", talk.prefix, lambda told: not told)


# ---- roles: RFC 9234

FITTING = {PROVIDER: CUSTOMER, CUSTOMER: PROVIDER, RS: RS_CLIENT,
           RS_CLIENT: RS, PEER: PEER}


@OURS_ONLY
@pytest.mark.parametrize("theirs", (*range(6), 255))
@pytest.mark.parametrize("ours", range(5))
def test_roles_that_meet(extra, ours, theirs):
    link = extra.connect(extra.by_name(f"role-{ROLES[ours]}"))

    got = answer_to_open(extra, link, open_octets(
        extra, link, FAMILIES + role(theirs)))

    if FITTING[ours] == theirs:
        assert got is None
    else:
        check_notification(got, (2, (11,), None))
    link.close()


@OURS_ONLY
@pytest.mark.parametrize("name, neighbor, capabilities, good", [
    ("none", ROLE_PEERS[CUSTOMER], b"", True),
    ("twice-alike", ROLE_PEERS[CUSTOMER], role(PROVIDER) * 2, True),
    ("twice", ROLE_PEERS[CUSTOMER], role(PROVIDER) + role(PEER), False),
    ("twice-reversed", ROLE_PEERS[CUSTOMER], role(PEER) + role(PROVIDER),
     False),
    ("strict-none", STRICT, b"", False),
    ("strict", STRICT, role(PROVIDER), True)])
def test_roles_that_are_odd(extra, name, neighbor, capabilities, good):
    link = extra.connect(neighbor)

    got = answer_to_open(extra, link, open_octets(
        extra, link, FAMILIES + capabilities))

    if good:
        assert got is None
    else:
        check_notification(got, (2, (11,), None))
    link.close()


def otc(number):
    return {OTC: attr(OTC, u32(number))}


OTHER_AS = 65300
# Our role, OTC of the route that comes, OTC that is told inside; "leak".
ARRIVES = [
    (PROVIDER, None, None), (PROVIDER, 65100, "leak"),
    (PROVIDER, OTHER_AS, "leak"), (RS, None, None), (RS, 65100, "leak"),
    (RS_CLIENT, None, 65100), (RS_CLIENT, OTHER_AS, OTHER_AS),
    (CUSTOMER, None, 65100), (CUSTOMER, OTHER_AS, OTHER_AS),
    (CUSTOMER, 65100, 65100), (PEER, None, 65100), (PEER, 65100, 65100),
    (PEER, OTHER_AS, "leak")]


@OURS_ONLY
@pytest.mark.parametrize("ours, mark, told", ARRIVES)
def test_mark_on_the_way_in(extra, ours, mark, told):
    neighbor = extra.by_name(f"role-{ROLES[ours]}")
    with extra.session(neighbor) as link:
        talk = extra.talk(link)
        link.send(bgp.UPDATE, talk.route(
            {AS_PATH: path(65100, 65200), **(otc(mark) if mark else {})}))
        with extra.session() as other:
            extra.settle(other)

        found = extra.told("below", talk.prefix)
        if told == "leak":
            assert not found
        else:
            assert found.get(OTC) == (u32(told) if told else None)


@OURS_ONLY
@pytest.mark.parametrize("marked", (False, True))
@pytest.mark.parametrize("ours", range(5))
def test_mark_on_the_way_out(extra, ours, marked):
    neighbor = extra.by_name(f"role-{ROLES[ours]}")
    with extra.session() as source, extra.session(neighbor) as link:
        talk, behind = extra.talk(source), extra.talk(source)
        source.send(bgp.UPDATE, talk.route(otc(OTHER_AS) if marked else ()))
        source.send(bgp.UPDATE, behind.route())
        link.until(lambda: behind.prefix in link.routes, "the one behind")

        found = link.routes.get(talk.prefix)
        if marked and ours in (CUSTOMER, PEER, RS_CLIENT):
            assert found is None
            return
        down = ours in (PROVIDER, PEER, RS)
        mark = OTHER_AS if marked else OUR_AS if down else None
        assert found.get(OTC, (0, None))[1] == (u32(mark) if mark else None)


# ---- long-lived restart: RFC 9494


@pytest.fixture
def last(extra):
    """Routes of one that goes away with a restart time of 0 s."""
    link = extra.establish(LASTING, capabilities=FAMILIES + restart(0, 0)
                           + long_lived(600))
    talks = extra.talk(link), extra.talk(link)
    marks = COMMUNITIES, attr(COMMUNITIES, u32(OUR_AS << 16 | 5) + NO_LLGR)
    for talk, change in zip(talks, ({}, dict([marks]))):
        link.send(bgp.UPDATE, talk.route(
            {AS_PATH: path(65100, 65200), **change}))
        extra.wait_told("below", talk.prefix)
    return link, *talks


@OURS_ONLY
def test_last_resort_is_for_those_who_know_it(extra, last):
    link, talk, unwilling = last
    with extra.session(HEARER, capabilities=FAMILIES + restart()
                       + long_lived(60)) as hearer:
        hearer.until(lambda: talk.prefix in hearer.routes, "the route")

        link.close()

        hearer.until(lambda: LLGR_STALE in hearer.routes[talk.prefix]
                     .get(COMMUNITIES, (0, b""))[1], "the mark")
        extra.wait_told("below", talk.prefix, lambda told: not told)
        hearer.until(lambda: unwilling.prefix not in hearer.routes,
                     "the unwilling route gone")
        hearer.until(lambda: talk.prefix not in hearer.routes,
                     "the end of it")


@OURS_ONLY
def test_last_resort_loses_to_any_other(extra, last):
    link, talk, _ = last
    with extra.session() as other:
        longer = Talk("external", other, 0)
        longer.prefix4 = longer.prefix = talk.prefix
        other.send(bgp.UPDATE, longer.route(
            {AS_PATH: path(TESTER_AS, 65200, 65201, 65202, 65203),
             COMMUNITIES: attr(COMMUNITIES, u16(64999, 9))}))
        extra.settle(other)
        assert not is_before(extra.told("below", talk.prefix))

        link.close()

        extra.wait_told("below", talk.prefix, is_before)


@pytest.mark.parametrize("relation", RELATIONS)
def test_stale_route_of_another_is_a_last_resort(stage, relation):
    """Whoever marked it: it is behind, and not for those outside."""
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.before())
        stage.wait_told("below", talk.prefix, is_before)

        link.send(bgp.UPDATE, talk.route(
            {COMMUNITIES: attr(COMMUNITIES, LLGR_STALE)}))

        assert observe(stage, link, talk)[0] == "withdrawn"
