# SPDX-License-Identifier: ISC
# test_old_speakers.py - two-octet AS numbers, both ways: RFC 6793
"""
An old speaker sends AS_PATH with two octets and the truth in AS4_PATH.  What
the daemon makes of the two is read at a new speaker; what it says to an old
one at the watcher `old`.
"""
import pytest

import speaker as bgp
from cases import RELATIONS
from wire import *                                          # noqa: F403

WIDE = 4200000007
OTHER = 4200000008
TRANS = bgp.AS_TRANS


def old_path(*numbers):
    return attr(AS_PATH, segment(SEQUENCE, *numbers, octets=2))


def first(relation):
    return 65001 if relation == "external" else 65100


# name: AS_PATH behind the first number, AS4_PATH value, the path in four
# octets behind the first number.  None as AS4_PATH: there is none.
MERGES = {
    "nothing-wide": ([65200], None, [65200]),
    "one-wide": ([TRANS], segment(SEQUENCE, WIDE), [WIDE]),
    "wide-then-narrow": ([TRANS, 65200], segment(SEQUENCE, WIDE, 65200),
                         [WIDE, 65200]),
    "all-of-it": ([TRANS], "first", [WIDE]),
    "shorter-by-three": ([65200, 65201, 65202, TRANS],
                         segment(SEQUENCE, WIDE), [65200, 65201, 65202,
                                                   WIDE]),
    "two-wide": ([TRANS, TRANS], segment(SEQUENCE, WIDE, OTHER),
                 [WIDE, OTHER]),
    "longer-than-as-path": ([TRANS], segment(SEQUENCE, 1, 2, 3, 4, 5),
                            [TRANS]),
    "trans-without-as4-path": ([TRANS], None, [TRANS]),
    "as-0": ([TRANS], segment(SEQUENCE, 0), [TRANS]),
    "unknown-segment": ([TRANS], segment(9, WIDE), [TRANS]),
    "overrun": ([TRANS], segment(SEQUENCE, WIDE, count=4), [TRANS]),
    "underrun": ([TRANS], segment(SEQUENCE, WIDE) + u8(2), [TRANS]),
    "length-0": ([TRANS], b"", [TRANS]),
    "length-5": ([TRANS], segment(SEQUENCE, WIDE)[:5], [TRANS]),
    "empty-segment": ([TRANS], segment(SEQUENCE), [TRANS]),
    "confed-in-front": ([TRANS], segment(CONFED_SEQUENCE, 65500)
                        + segment(SEQUENCE, WIDE), [WIDE]),
    "confed-behind": ([TRANS], segment(SEQUENCE, WIDE)
                      + segment(CONFED_SET, 65500), [WIDE]),
    "confed-only": ([TRANS], segment(CONFED_SEQUENCE, 65500), [TRANS]),
}


def flat(value):
    return [n for _, part in as_path_of(value) for n in part]


def announce(stage, link, changes):
    talk = stage.talk(link)
    talk.octets = 2
    link.send(bgp.UPDATE, talk.route(changes))
    return talk


@pytest.fixture
def old(stage):
    with stage.session(four=False) as link:
        yield link


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", MERGES)
def test_two_paths_become_one(stage, relation, old, name):
    behind, twin, wanted = MERGES[name]
    if twin == "first":
        twin = segment(SEQUENCE, first(relation), WIDE)
    changes = {AS_PATH: old_path(first(relation), *behind)}
    if twin is not None:
        changes[AS4_PATH] = attr(AS4_PATH, twin)

    talk = announce(stage, old, changes)

    told = stage.wait_told("below", talk.prefix, beside=old)
    assert flat(told[AS_PATH]) == [first(relation), *wanted]
    assert AS4_PATH not in told


@pytest.mark.parametrize("relation", RELATIONS)
def test_twin_with_wrong_flags_costs_only_the_twin(stage, relation, old):
    talk = announce(stage, old, {
        AS_PATH: old_path(first(relation), TRANS),
        AS4_PATH: attr(AS4_PATH, segment(SEQUENCE, WIDE),
                       OPT_TRANS | PARTIAL)})

    told = stage.wait_told("below", talk.prefix, beside=old)
    assert flat(told[AS_PATH]) == [first(relation), WIDE]


@pytest.mark.parametrize("relation", RELATIONS)
def test_set_counts_as_one_hop(stage, relation, old):
    value = segment(SEQUENCE, first(relation), 65200, octets=2) + \
        segment(SET, TRANS, 65300, octets=2)
    talk = announce(stage, old, {
        AS_PATH: attr(AS_PATH, value),
        AS4_PATH: attr(AS4_PATH, segment(SET, WIDE, 65300))})

    told = stage.wait_told("below", talk.prefix, beside=old)
    assert as_path_of(told[AS_PATH]) == [
        (SEQUENCE, [first(relation), 65200]), (SET, [WIDE, 65300])]


AGGREGATORS = {
    # AGGREGATOR, AS4_AGGREGATOR, the AS that holds; None: no AGGREGATOR
    "plain": (u16(65300), None, 65300),
    "trans-and-twin": (u16(TRANS), u32(WIDE), WIDE),
    "trans-alone": (u16(TRANS), None, TRANS),
    "not-trans-and-twin": (u16(65300), u32(WIDE), 65300),
    "trans-and-twin-as-0": (u16(TRANS), u32(0), TRANS),
    "as-0": (u16(0), None, None),
    "four-octets": (u32(WIDE), None, None),
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", AGGREGATORS)
def test_aggregators(stage, relation, old, name):
    plain, twin, wanted = AGGREGATORS[name]
    changes = {AGGREGATOR: attr(AGGREGATOR, plain + ip("10.9.9.9"))}
    if twin is not None:
        changes[AS4_AGGREGATOR] = attr(AS4_AGGREGATOR, twin + ip("10.9.9.9"))

    talk = announce(stage, old, changes)

    told = stage.wait_told("below", talk.prefix, beside=old)
    assert told.get(AGGREGATOR) == (
        None if wanted is None else u32(wanted) + ip("10.9.9.9"))
    assert AS4_AGGREGATOR not in told


@pytest.mark.parametrize("relation", RELATIONS)
def test_bad_twin_length_is_discarded(stage, relation, old):
    talk = announce(stage, old, {
        AGGREGATOR: attr(AGGREGATOR, u16(TRANS) + ip("10.9.9.9")),
        AS4_AGGREGATOR: attr(AS4_AGGREGATOR, bytes(7))})

    told = stage.wait_told("below", talk.prefix, beside=old)
    assert told[AGGREGATOR] == u32(TRANS) + ip("10.9.9.9")


@pytest.mark.parametrize("relation", RELATIONS)
def test_other_aggregator_takes_as4_path_away(stage, relation, old):
    """RFC 6793 4.2.3: an AGGREGATOR that is not AS_TRANS is newer."""
    talk = announce(stage, old, {
        AS_PATH: old_path(first(relation), TRANS),
        AS4_PATH: attr(AS4_PATH, segment(SEQUENCE, WIDE)),
        AGGREGATOR: attr(AGGREGATOR, u16(65300) + ip("10.9.9.9")),
        AS4_AGGREGATOR: attr(AS4_AGGREGATOR, u32(WIDE) + ip("10.9.9.9"))})

    told = stage.wait_told("below", talk.prefix, beside=old)
    assert flat(told[AS_PATH]) == [first(relation), TRANS]


BAD = {
    "four-octet-path": attr(AS_PATH, segment(SEQUENCE, 65001, 65200)
                            + u8(9)),
    "as-0": old_path(65001, 0),
    "overrun": attr(AS_PATH, segment(SEQUENCE, 65001, count=3, octets=2)),
    "odd": attr(AS_PATH, segment(SEQUENCE, 65001, octets=2) + u8(2)),
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", BAD)
def test_bad_two_octet_path_is_withdrawn(stage, relation, old, name):
    talk = announce(stage, old, {})
    stage.wait_told("below", talk.prefix, beside=old)

    old.send(bgp.UPDATE, talk.route({AS_PATH: BAD[name]}))

    stage.wait_told("below", talk.prefix, lambda told: not told, beside=old)
    again = announce(stage, old, {})
    stage.wait_told("below", again.prefix, beside=old)


# What an old speaker is told of a path: ours in front, and the twin.
TOLD = {
    "nothing-wide": ([65200], None),
    "wide": ([WIDE], [WIDE]),
    "wide-and-narrow": ([65200, WIDE, 65201], [65200, WIDE, 65201]),
    "trans-itself": ([TRANS], None),
    "two-wide": ([WIDE, OTHER], [WIDE, OTHER]),
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", TOLD)
def test_what_an_old_speaker_is_told(stage, relation, name):
    behind, twin = TOLD[name]
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route(
            {AS_PATH: path(first(relation), *behind)}))

        told = stage.wait_told("old", talk.prefix, beside=link)

    narrow = [n if n < 65536 else TRANS for n in behind]
    assert as_path_of(told[AS_PATH], 2) == [
        (SEQUENCE, [64512, first(relation), *narrow])]
    if twin is None:
        assert AS4_PATH not in told
    else:
        whole = [64512, first(relation), *twin]
        got = flat(told[AS4_PATH])
        assert got == whole[-len(got):] and WIDE in got


@pytest.mark.parametrize("relation", RELATIONS)
def test_old_speaker_is_told_a_wide_aggregator(stage, relation):
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route({AGGREGATOR: attr(
            AGGREGATOR, u32(WIDE) + ip("10.9.9.9"))}))

        told = stage.wait_told("old", talk.prefix, beside=link)

    assert told[AGGREGATOR] == u16(TRANS) + ip("10.9.9.9")
    assert told[AS4_AGGREGATOR] == u32(WIDE) + ip("10.9.9.9")


@pytest.mark.parametrize("relation", RELATIONS)
def test_old_speaker_is_told_a_narrow_aggregator(stage, relation):
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route({AGGREGATOR: attr(
            AGGREGATOR, u32(65300) + ip("10.9.9.9"))}))

        told = stage.wait_told("old", talk.prefix, beside=link)

    assert told[AGGREGATOR] == u16(65300) + ip("10.9.9.9")
    assert AS4_AGGREGATOR not in told


@pytest.mark.parametrize("relation", RELATIONS)
def test_from_old_to_old_nothing_is_lost(stage, relation, old):
    talk = announce(stage, old, {
        AS_PATH: old_path(first(relation), TRANS, 65201),
        AS4_PATH: attr(AS4_PATH, segment(SEQUENCE, WIDE, 65201))})

    told = stage.wait_told("old", talk.prefix, beside=old)
    assert as_path_of(told[AS_PATH], 2) == [
        (SEQUENCE, [64512, first(relation), TRANS, 65201])]
    assert flat(told[AS4_PATH])[-2:] == [WIDE, 65201]
