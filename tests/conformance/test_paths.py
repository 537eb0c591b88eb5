# SPDX-License-Identifier: ISC
# test_paths.py - several paths of a prefix, each with an identifier: RFC 7911
"""
The neighbours of this stage have an add-path setting of their own: `sender`
hears several paths, `receiver` says them, `both` does both; all are clients,
and so are the testers, so that whatever one says goes to all others.  A Link
with ids keeps its table by (prefix, identifier).
"""
import contextlib

import pytest

import speaker as bgp
from dut import NAME
from stage import FAMILIES, OUR_AS, Neighbor, Stage, Talk
from talks import answer_to_open, check_notification
from wire import *                                          # noqa: F403

pytestmark = pytest.mark.skipif(NAME != "bgpd", reason="our own settings")

RECEIVE, SEND, BOTH = 1, 2, 3
CLIENTS = {     # what this node does with them
    "sender": "add-path send",
    "two": "add-path send max 2",
    "receiver": "add-path receive",
    "both": "add-path both",
    "strict": "add-path both; capability add-path require",
    "off": "add-path both; capability add-path off",
}
NEIGHBORS = [Neighbor(name, "client", OUR_AS, f"10.0.0.{150 + i}", options)
             for i, (name, options) in enumerate(CLIENTS.items())]


@pytest.fixture(scope="module")
def made(big_lab):
    return Stage(big_lab, "client", "paths", NEIGHBORS)


@pytest.fixture
def paths(made):
    made.mend()
    yield made
    assert made.daemon.is_running()


def add_path(mode, *families):
    return bgp.capability(69, b"".join(
        afi_safi(f) + u8(mode) for f in families or ("ipv4", "ipv6")))


@contextlib.contextmanager
def speaking(stage, name, mode, hears=True):
    """A session with that one; hears: what it is told has identifiers."""
    with stage.session(stage.by_name(name),
                       capabilities=FAMILIES + add_path(mode)) as link:
        link.ids = hears
        yield link


def with_id(number, prefix):
    return u32(number) + nlri(prefix)


def say(talk, number, pref=100, changes=()):
    """The route of a case under an identifier."""
    changes = {LOCAL_PREF: attr(LOCAL_PREF, u32(pref)), **dict(changes)}
    if talk.family == "ipv4":
        return talk.route(changes, reach=with_id(number, talk.prefix))
    return talk.route({**changes, MP_REACH: attr(MP_REACH, mp_reach_value(
        ip(talk.hop6), with_id(number, talk.prefix)))})


def unsay(talk, number):
    if talk.family == "ipv4":
        return update(withdrawn=with_id(number, talk.prefix))
    return update(attr(MP_UNREACH, mp_unreach_value(
        with_id(number, talk.prefix))))


def known(stage, prefix):
    """{identifier: local preference} of what is in the table."""
    return {row.get("path_id", 0): row["local_pref"] for row in
            stage.daemon.ctl("show", "routes", prefix)["routes"]}


def wait_known(stage, link, prefix, wanted):
    def holds():
        link.pump()
        done = stage.daemon.bgpctl("-j", "show", "routes", prefix)
        return (known(stage, prefix) if done.returncode == 0 else {}) == wanted

    link.until(holds, f"{prefix} with {wanted}")


def told_ids(link, prefix):
    return sorted(number for text, number in link.routes if text == prefix)


def hears(link, prefix, count, what="paths"):
    link.until(lambda: len(told_ids(link, prefix)) == count,
               f"{count} {what} of {prefix}")


# ---- what is announced and used


@pytest.mark.parametrize("name, mode", [
    ("sender", SEND), ("receiver", RECEIVE), ("both", BOTH), ("off", None)])
def test_open_has_the_directions(paths, name, mode):
    with paths.session(paths.by_name(name)) as link:
        found = dict(bgp.capabilities_of(link.theirs)).get(69)

    assert found == (mode and afi_safi("ipv4") + u8(mode) +
                     afi_safi("ipv6") + u8(mode))


@pytest.mark.parametrize("name, theirs, used", [
    ("sender", RECEIVE, True), ("sender", BOTH, True),
    ("sender", SEND, False), ("sender", None, False),
    ("receiver", RECEIVE, False), ("receiver", BOTH, False),
    ("both", RECEIVE, True), ("both", SEND, False),
    ("off", BOTH, False)])
def test_identifiers_go_out_where_both_agree(paths, name, theirs, used):
    extra = add_path(theirs) if theirs else b""
    with paths.session() as source, paths.session(
            paths.by_name(name), capabilities=FAMILIES + extra) as link:
        link.ids = used
        talk = paths.talk(source)
        source.send(bgp.UPDATE, talk.route())

        link.until(lambda: any(talk.prefix in key for key in link.routes)
                   if used else talk.prefix in link.routes, "the route")


def test_one_family_may_have_it_alone(paths):
    with paths.session() as source, paths.session(
            paths.by_name("sender"),
            capabilities=FAMILIES + add_path(RECEIVE, "ipv6")) as link:
        talk = paths.talk(source)
        source.send(bgp.UPDATE, talk.route())

        link.until(lambda: talk.prefix in link.routes, "the route")


@pytest.mark.parametrize("name, theirs, used", [
    ("receiver", SEND, True), ("receiver", BOTH, True),
    ("receiver", RECEIVE, False), ("receiver", None, False),
    ("sender", SEND, False), ("both", SEND, True)])
def test_identifiers_come_in_where_both_agree(paths, name, theirs, used):
    extra = add_path(theirs) if theirs else b""
    with paths.session(paths.by_name(name),
                       capabilities=FAMILIES + extra) as link:
        link.ids = used and theirs == BOTH
        talk = paths.talk(link)
        link.send(bgp.UPDATE, say(talk, 7) if used else talk.route())

        wait_known(paths, link, talk.prefix, {7 if used else 0: 100})


@pytest.mark.parametrize("theirs, fine", [
    (BOTH, True), (SEND, False), (RECEIVE, False), (None, False)])
def test_required_is_both_ends(paths, theirs, fine):
    link = paths.connect(paths.by_name("strict"))
    link.ids = True
    extra = add_path(theirs) if theirs else b""

    got = answer_to_open(paths, link, bgp.message(
        bgp.OPEN, paths.open_body(link, capabilities=FAMILIES + extra)))

    if fine:
        assert got is None
    else:
        check_notification(got, (2, (7,), add_path(BOTH)[-10:]))
    link.close()


@pytest.mark.parametrize("theirs, send, receive", [
    (BOTH, (True, True, True), (True, True, True)),
    (SEND, (True, False, False), (True, True, True)),
    (RECEIVE, (True, True, True), (True, False, False))])
def test_detail_has_each_direction(paths, theirs, send, receive):
    with speaking(paths, "both", theirs, theirs != SEND) as link:
        rows = {row["capability"]: (row["sent"], row["received"], row["used"])
                for row in paths.daemon.detail(
                    link.neighbor.address)["capabilities"]}

    for family in ("ipv4", "ipv6"):
        assert rows[f"add-path send {family}"] == send
        assert rows[f"add-path receive {family}"] == receive


# ---- what comes in


@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_paths_of_one_prefix_stand_beside_each_other(paths, family):
    with speaking(paths, "receiver", SEND, False) as link:
        talk = paths.talk(link, family)
        link.send(bgp.UPDATE, say(talk, 1, 100))
        link.send(bgp.UPDATE, say(talk, 2, 200))
        wait_known(paths, link, talk.prefix, {1: 100, 2: 200})

        link.send(bgp.UPDATE, unsay(talk, 2))

        wait_known(paths, link, talk.prefix, {1: 100})


@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_path_replaces_the_one_of_its_identifier(paths, family):
    with speaking(paths, "receiver", SEND, False) as link:
        talk = paths.talk(link, family)
        link.send(bgp.UPDATE, say(talk, 1, 100))
        link.send(bgp.UPDATE, say(talk, 2, 200))

        link.send(bgp.UPDATE, say(talk, 1, 300))

        wait_known(paths, link, talk.prefix, {1: 300, 2: 200})


@pytest.mark.parametrize("number", (0, 1, 0xffffffff))
def test_any_identifier_will_do(paths, number):
    with speaking(paths, "receiver", SEND, False) as link:
        talk = paths.talk(link)
        link.send(bgp.UPDATE, say(talk, number))

        wait_known(paths, link, talk.prefix, {number: 100})


@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_withdrawal_of_an_unknown_identifier_is_nothing(paths, family):
    with speaking(paths, "receiver", SEND, False) as link:
        talk, other = paths.talk(link, family), paths.talk(link, family)
        link.send(bgp.UPDATE, say(talk, 1))
        link.send(bgp.UPDATE, unsay(talk, 2))
        link.send(bgp.UPDATE, say(other, 1))

        wait_known(paths, link, other.prefix, {1: 100})
        assert known(paths, talk.prefix) == {1: 100}


def test_two_identifiers_in_one_message(paths):
    with speaking(paths, "receiver", SEND, False) as link:
        talk = paths.talk(link)
        link.send(bgp.UPDATE, talk.route(
            reach=with_id(1, talk.prefix) + with_id(2, talk.prefix)))

        wait_known(paths, link, talk.prefix, {1: 100, 2: 100})


def test_paths_go_with_the_session(paths):
    with speaking(paths, "receiver", SEND, False) as link:
        talk = paths.talk(link)
        link.send(bgp.UPDATE, say(talk, 1))
        link.send(bgp.UPDATE, say(talk, 2))
        wait_known(paths, link, talk.prefix, {1: 100, 2: 100})

    with paths.session() as other:
        wait_known(paths, other, talk.prefix, {})


def test_paths_beyond_the_limit_are_not_taken(paths):
    with speaking(paths, "receiver", SEND, False) as link:
        talk = paths.talk(link)
        link.send(bgp.UPDATE, talk.route(reach=b"".join(
            with_id(n, talk.prefix) for n in range(1, 301))))

        wait_known(paths, link, talk.prefix,
                   {n: 100 for n in range(1, 256)})
        assert paths.daemon.detail(link.neighbor.address)[
            "paths_refused"] == 45
        assert paths.daemon.logged("more than 255 paths of")


def test_stale_paths_go_by_their_identifier(paths):
    """RFC 4724: whoever comes back may use other ones."""
    keep = bgp.graceful_restart(60, ("ipv4", "ipv6"))
    with paths.session(paths.by_name("receiver"), capabilities=FAMILIES
                       + add_path(SEND) + keep) as link:
        talk = paths.talk(link)
        link.send(bgp.UPDATE, say(talk, 1, 100))
        link.send(bgp.UPDATE, say(talk, 2, 200))
        for family in ("ipv4", "ipv6"):
            link.send(bgp.UPDATE, bgp.end_of_rib(family))
        wait_known(paths, link, talk.prefix, {1: 100, 2: 200})

    with paths.session(paths.by_name("receiver"), capabilities=FAMILIES
                       + add_path(SEND) + bgp.graceful_restart(
                           60, ("ipv4", "ipv6"), True)) as link:
        link.send(bgp.UPDATE, say(talk, 2, 200))
        link.send(bgp.UPDATE, say(talk, 3, 300))
        wait_known(paths, link, talk.prefix, {1: 100, 2: 200, 3: 300})
        for family in ("ipv4", "ipv6"):
            link.send(bgp.UPDATE, bgp.end_of_rib(family))

        wait_known(paths, link, talk.prefix, {2: 200, 3: 300})


def test_end_of_rib_is_understood(paths):
    with speaking(paths, "receiver", SEND, False) as link:
        for family in ("ipv4", "ipv6"):
            link.send(bgp.UPDATE, bgp.end_of_rib(family))

        def received():
            link.pump()
            rows = paths.daemon.detail(link.neighbor.address)["families"]
            return all(row["end_of_rib_received"] for row in rows)

        link.until(received, "End-of-RIB")


# RFC 7606 5.3: whose prefixes cannot be read cannot be withdrawn either.
BAD = {
    "cut-identifier": (u8(0, 0, 1), 10),
    "identifier-alone": (u32(1), 10),
    "cut-prefix": (u32(1) + u8(24, 10, 9), 10),
    "long-prefix": (u32(1) + u8(33, 10, 9, 9, 9, 0), 10),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_prefix_field_is_reset(paths, name):
    octets, subcode = BAD[name]
    with speaking(paths, "receiver", SEND, False) as link:
        link.send(bgp.UPDATE, paths.talk(link).route(reach=octets))

        check_notification(link.fate(), (3, (subcode,), None))


def test_bad_mp_field_is_reset(paths):
    with speaking(paths, "receiver", SEND, False) as link:
        talk = paths.talk(link, "ipv6")
        link.send(bgp.UPDATE, talk.route({MP_REACH: attr(
            MP_REACH, mp_reach_value(ip(talk.hop6), u8(0, 0, 1)))}))

        check_notification(link.fate(), (3, (9, 10), None))


def test_bad_attribute_withdraws_that_path_alone(paths):
    """RFC 7606: treat-as-withdraw, of the prefix under that identifier."""
    with speaking(paths, "receiver", SEND, False) as link:
        talk = paths.talk(link)
        link.send(bgp.UPDATE, say(talk, 1))
        link.send(bgp.UPDATE, say(talk, 2))
        wait_known(paths, link, talk.prefix, {1: 100, 2: 100})

        link.send(bgp.UPDATE, say(talk, 2, changes={
            ORIGIN: attr(ORIGIN, u8(9))}))

        wait_known(paths, link, talk.prefix, {1: 100})


# ---- what goes out


@contextlib.contextmanager
def two_sources(paths, family="ipv4"):
    """The first one says the better path."""
    with paths.session() as first, paths.session() as second:
        talk = paths.talk(first, family)
        again = Talk("client", second, 0, family)
        again.prefix4, again.prefix6 = talk.prefix4, talk.prefix6
        again.prefix = talk.prefix
        first.send(bgp.UPDATE, talk.route(
            {LOCAL_PREF: attr(LOCAL_PREF, u32(200))}))
        second.send(bgp.UPDATE, again.route())
        yield first, second, talk


@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_all_paths_are_told(paths, family):
    with speaking(paths, "sender", RECEIVE) as link, \
            two_sources(paths, family) as (_, _, talk):
        hears(link, talk.prefix, 2)
        ids = told_ids(link, talk.prefix)
        prefs = {link.routes[talk.prefix, n][LOCAL_PREF][1] for n in ids}

    assert 0 not in ids and prefs == {u32(100), u32(200)}


@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_each_path_has_its_own_marks(paths, family):
    """RFC 4456 for each of them: who brought it in."""
    with speaking(paths, "sender", RECEIVE) as link, \
            two_sources(paths, family) as (first, second, talk):
        hears(link, talk.prefix, 2)
        found = {link.routes[key][ORIGINATOR_ID][1] for key in link.routes
                 if key[0] == talk.prefix}

    assert found == {ip(first.address), ip(second.address)}


@pytest.mark.parametrize("which", ("best", "other"))
@pytest.mark.parametrize("family", ("ipv4", "ipv6"))
def test_path_that_goes_is_withdrawn_by_its_identifier(paths, which, family):
    with speaking(paths, "sender", RECEIVE) as link, \
            two_sources(paths, family) as (first, second, talk):
        hears(link, talk.prefix, 2)
        source = first if which == "best" else second
        gone = next(key for key, route in link.routes.items()
                    if key[0] == talk.prefix
                    and route[ORIGINATOR_ID][1] == ip(source.address))
        stays = next(key for key in link.routes
                     if key[0] == talk.prefix and key != gone)
        said = len(link.history[stays])

        source.send(bgp.UPDATE, update(
            withdrawn=talk.nlri) if family == "ipv4" else update(attr(
                MP_UNREACH, mp_unreach_value(talk.nlri))))

        link.until(lambda: gone not in link.routes, "the withdrawal")
        assert stays in link.routes
        assert len(link.history[stays]) == said, "told again for nothing"


def test_source_hears_the_path_of_the_other(paths):
    with speaking(paths, "both", BOTH) as link, paths.session() as other:
        talk = paths.talk(link)
        again = Talk("client", other, 0)
        again.prefix = talk.prefix
        link.send(bgp.UPDATE, say(talk, 1, 300))
        other.send(bgp.UPDATE, again.route())

        hears(link, talk.prefix, 1)
        _, route = next(item for item in link.routes.items()
                        if item[0][0] == talk.prefix)
        assert route[ORIGINATOR_ID][1] == ip(other.address)


def test_number_is_kept(paths):
    with speaking(paths, "two", RECEIVE) as link, \
            speaking(paths, "receiver", SEND, False) as source:
        talk = paths.talk(source)
        for number, pref in ((1, 100), (2, 300), (3, 200)):
            source.send(bgp.UPDATE, say(talk, number, pref))

        def prefs():
            return sorted(int.from_bytes(route[LOCAL_PREF][1], "big")
                          for key, route in link.routes.items()
                          if key[0] == talk.prefix)

        link.until(lambda: prefs() == [200, 300], "the best two")
        source.send(bgp.UPDATE, unsay(talk, 2))
        link.until(lambda: prefs() == [100, 200], "the third one")


def test_neighbour_without_hears_the_best_alone(paths):
    with two_sources(paths) as (first, _, talk):
        paths.wait_told("below", talk.prefix, lambda told: told and
                        told[ORIGINATOR_ID] == ip(first.address))
        paths.settle(first)
        paths.watchers["below"].pump()

        assert [key for key in paths.watchers["below"].routes
                if talk.prefix in key] == [talk.prefix]


def test_refresh_tells_the_same_identifiers(paths):
    with two_sources(paths) as (_, _, talk), paths.session(
            paths.by_name("sender"), capabilities=FAMILIES + add_path(RECEIVE)
            + bgp.capability(bgp.ROUTE_REFRESH)) as link:
        link.ids = True
        hears(link, talk.prefix, 2)
        keys = [key for key in link.routes if key[0] == talk.prefix]

        link.send(bgp.REFRESH, u16(1) + u8(0, 1))

        link.until(lambda: all(len(link.history[key]) == 2 for key in keys),
                   "both again")
        assert told_ids(link, talk.prefix) == sorted(n for _, n in keys)


def test_end_of_rib_comes_for_both_families(paths):
    with speaking(paths, "sender", RECEIVE) as link:
        link.until(lambda: sorted(link.ends) == ["ipv4", "ipv6"],
                   "End-of-RIB")


def test_what_was_told_is_shown(paths):
    with speaking(paths, "sender", RECEIVE) as link, \
            two_sources(paths) as (first, second, talk):
        hears(link, talk.prefix, 2)
        rows = paths.daemon.ctl("show", "routes", talk.prefix, "out",
                                "sender")["routes"]
        counted = paths.daemon.neighbor("sender", "ipv4")["sent"]
        told = len([key for key in link.routes if ":" not in key[0]])

    assert sorted(row["path_id"] for row in rows) == \
        sorted(n for text, n in link.routes if text == talk.prefix)
    assert {row["from"] for row in rows} == {
        first.neighbor.name, second.neighbor.name}
    assert {row["status"] for row in rows} == {
        f"told,id {row['path_id']}" for row in rows}
    assert counted == told
