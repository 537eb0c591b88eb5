# SPDX-License-Identifier: ISC
# test_filters.py - what filters of one's own let in and out, and change
"""
A neighbour whose import has rules, and one whose export has; what it says is
marked with a community, and the rule for that mark is the case.  Import is
judged by what a client is told, export by what the neighbour itself is told.
"""
import pytest

import speaker as bgp
from lab import wait_for
from stage import Neighbor, Stage
from wire import *                                          # noqa: F403

TALKER = Neighbor("talker", "external", 65001, "10.0.0.31", "import in")
HEARER = Neighbor("hearer", "external", 65012, "10.0.0.32", "export out")

# name, the rule (C: the case's community), what has to be true of attributes
IMPORT = [
    ("accept", "accept community C", lambda a: a[LOCAL_PREF] == u32(100)),
    ("reject", "reject community C", None),
    ("pref", "accept community C set pref 250",
     lambda a: a[LOCAL_PREF] == u32(250)),
    ("med", "accept community C set med 77", lambda a: a[MED] == u32(77)),
    ("prepend", "accept community C set prepend 64999 2",
     lambda a: a[AS_PATH] == segment(SEQUENCE, 64999, 64999, 65001, 65200)),
    ("community-add", "accept community C set community add 64512:4",
     lambda a: a[COMMUNITIES].endswith(u16(64512, 4))
     and len(a[COMMUNITIES]) == 8),
    ("community-remove", "accept community C set community remove 65001:*",
     lambda a: COMMUNITIES not in a),
    ("community-replace", "accept community C set community replace 1:2 1:3",
     lambda a: a[COMMUNITIES] == u16(1, 2, 1, 3)),
    ("large", "accept community C set community add 64512:1:4",
     lambda a: a[LARGE_COMMUNITIES] == u32(64512, 1, 4)),
    ("extended", "accept community C set community add rt:64512:4",
     lambda a: a[EXT_COMMUNITIES] == u8(0, 2) + u16(64512) + u32(4)),
    ("next-hop", "accept community C set next-hop 10.0.0.33",
     lambda a: a[NEXT_HOP] == ip("10.0.0.33")),
    ("continue", "continue community C set pref 7\n"
     "accept community C pref 7 set med 8",
     lambda a: (a[LOCAL_PREF], a[MED]) == (u32(7), u32(8))),
    ("prefix", "accept 172.16.0.0/12 ge 24 le 24 community C", bool),
    ("prefix-too-long", "accept 172.16.0.0/12 le 23 community C", None),
    ("origin", "accept community C as-path origin 65200", bool),
    ("starts-with", "accept community C as-path starts-with 65001 65200",
     bool),
    ("exact", "accept community C as-path exact 65001", None),
    ("length", "accept community C as-path length 2", bool),
    ("next-hop-match", "accept community C next-hop 10.0.0.0/24", bool),
    ("source", "accept community C source ebgp", bool),
    ("source-neighbor", "accept community C source neighbor talker", bool),
    ("source-local", "accept community C source local ibgp", None),
    ("not", "accept community C not as-path contains 65200", None),
    ("set", "accept community C prefix-set all", bool),
]
EXPORT = [
    ("accept", "accept community C",
     lambda a: a[AS_PATH] == segment(SEQUENCE, 64512, 65100, 65200)),
    ("reject", "reject community C", None),
    ("prepend", "accept community C set prepend 64998 2",
     lambda a: a[AS_PATH] == segment(SEQUENCE, 64512, 64998, 64998, 65100,
                                     65200)),
    ("med", "accept community C set med 99", lambda a: a[MED] == u32(99)),
    ("pref-stays-inside", "accept community C set pref 99",
     lambda a: LOCAL_PREF not in a),
    ("community", "accept community C set community replace 64512:5",
     lambda a: a[COMMUNITIES] == u16(64512, 5)),
    ("next-hop", "accept community C set next-hop 10.0.0.34",
     lambda a: a[NEXT_HOP] == ip("10.0.0.34")),
    ("next-hop-keep", "accept community C set next-hop keep",
     lambda a: a[NEXT_HOP] == ip("10.0.0.9")),
    ("next-hop-self", "accept community C set next-hop self",
     lambda a: a[NEXT_HOP] == ip("10.0.0.1")),
    ("source", "accept community C source ibgp", bool),
    ("source-neighbor", "accept community C source neighbor rival", None),
    ("session", "accept community C session ebgp", bool),
    ("session-neighbor", "accept community C session neighbor hearer", bool),
    ("session-other", "accept community C session neighbor talker", None),
    ("interface", "accept community C interface eth*", bool),
    ("interface-other", "accept community C interface tunl0", None),
]


def rules_of(cases):
    return "\n".join(rule.replace("C", f"65001:{n}")
                     for n, (_, rule, _) in enumerate(cases, 1))


SETTINGS = f"""
prefix-set all {{ 172.16.0.0/12 le 32 }}
filter in {{
{rules_of(IMPORT)}
accept community 65001:999
}}
filter out {{
{rules_of(EXPORT)}
accept community 65001:999
}}
"""


@pytest.fixture(scope="module")
def filters(big_lab):
    stage = Stage(big_lab, "external", "filters", (TALKER, HEARER), SETTINGS)
    stage.watchers["hearer"] = wait_for(
        lambda: stage.try_watch(HEARER, True), what="the hearer")
    with stage.session(TALKER) as talker, \
            stage.session(stage.by_name("ward")) as ward:
        yield stage, talker, ward


def judge(stage, link, watcher, relation, number, holds):
    talk = stage.talk(link)
    talk.relation, talk.asn = relation, 65001
    marks = {COMMUNITIES: attr(COMMUNITIES, u16(65001, number))}
    link.send(bgp.UPDATE, talk.route(marks))
    behind = stage.talk(link)
    behind.relation, behind.asn = relation, 65001
    link.send(bgp.UPDATE, behind.route(
        {COMMUNITIES: attr(COMMUNITIES, u16(65001, 999))}))
    stage.wait_told(watcher, behind.prefix, beside=link)
    told = stage.told(watcher, talk.prefix)
    assert (told is not None) == (holds is not None), told
    assert holds is None or holds(told), told


@pytest.mark.parametrize("number", range(1, len(IMPORT) + 1),
                         ids=[case[0] for case in IMPORT])
def test_import(filters, number):
    stage, talker, _ = filters
    judge(stage, talker, "below", "external", number, IMPORT[number - 1][2])


@pytest.mark.parametrize("number", range(1, len(EXPORT) + 1),
                         ids=[case[0] for case in EXPORT])
def test_export(filters, number):
    """Of a route that a client has said."""
    stage, _, ward = filters
    judge(stage, ward, "hearer", "internal", number, EXPORT[number - 1][2])


def test_hits_count(filters):
    """Each rule that a case was for has held, and no other of its kind."""
    stage, talker, _ = filters
    before = hits(stage, "in")
    judge(stage, talker, "below", "external", 3, IMPORT[2][2])
    after = hits(stage, "in")
    grown = [n for n in before if after[n] > before[n]]
    assert len(grown) == 2, grown       # its own, and that of the route behind


def hits(stage, name):
    answer = stage.daemon.ctl("show", "filters", name)
    return {row["rule"]: row["hits"] for row in answer["filters"]}
