# SPDX-License-Identifier: ISC
# test_explain.py - explain names what is really wrong
"""
One thing at a time is broken for real, and `explain` has to name the step
that it breaks, and to say nothing is wrong when it is mended.
"""
import pytest

import speaker as bgp
from lab import wait_for
from node import Node

CONFIG = """\
as 64512
node ours
router-id 10.0.0.1
blocks 10.244.1.0/26
pools 10.244.0.0/16
neighbor outer 10.0.0.2 { remote-as 65001; import pools; export own-blocks
    passive }
neighbor inner 10.0.0.3 { remote-as 64512; passive }
neighbor twin 10.0.0.4 { remote-as 64512; passive }
neighbor refusing 10.0.0.5 { remote-as 65001 }
neighbor wrong 10.0.0.6 { remote-as 65001; idle-hold 500ms }
neighbor absent 10.0.0.99 { remote-as 65001 }
neighbor nowhere 203.0.113.1 { remote-as 65001 }
neighbor waiting 10.0.0.7 { remote-as 65001; passive }
neighbor off 10.0.0.8 { remote-as 65001; disabled }
neighbor six fd00::2 { remote-as 64512 }
"""


@pytest.fixture(scope="module")
def stage(lab):
    ours, theirs = lab.space("ours"), lab.space("theirs")
    lab.wire(ours, theirs)
    ours.add("eth0", "10.0.0.1/24")
    theirs.add("eth0", *(f"10.0.0.{n}/24" for n in range(2, 9)))
    node = Node(ours, CONFIG).start()
    node.theirs, node.links = theirs, {}
    for name, address, number in (("outer", "10.0.0.2", 65001),
                                  ("inner", "10.0.0.3", 64512),
                                  ("twin", "10.0.0.4", 64512)):
        link = bgp.Speaker.connect(theirs, address, "10.0.0.1")
        link.establish(number, address, hold=0)
        link.local = address
        node.links[name] = link
    yield node
    for link in node.links.values():
        link.close()


def say(stage, name, prefix, path=(), hop=None):
    link = stage.links[name]
    pref = None if name == "outer" else 100
    link.send(bgp.UPDATE, bgp.update_body(
        bgp.common(path, pref) + bgp.next_hop(hop or link.local), [prefix]))


def explain(stage, *words):
    """The one verdict, and the steps by name."""
    answer = stage.ctl("explain", *words)
    verdict, = answer["verdicts"]
    return verdict, {row["step"]: row for row in answer["steps"]}


def fails_at(stage, step, evidence, *words, result="fail"):
    verdict, steps = explain(stage, *words)
    assert not verdict["good"], verdict
    assert step in steps and steps[step]["result"] == result, steps
    assert evidence in steps[step]["evidence"], steps
    assert evidence in verdict["verdict"], verdict
    return verdict


def wait_failure(stage, step, evidence, *words, result="fail"):
    return wait_for(
        lambda: fails_at(stage, step, evidence, *words, result=result),
        what=f"{evidence}")


def is_good(stage, *words):
    verdict, steps = explain(stage, *words)
    assert verdict["good"], (verdict, steps)
    return steps


def wait_good(stage, *words):
    return wait_for(lambda: is_good(stage, *words), what="a good verdict")


# ---- routes


def test_route_that_import_rejects(stage):
    say(stage, "outer", "192.0.2.0/24", (65001,))

    wait_failure(stage, "import", "rejected by import pools",
                 "route", "192.0.2.0/24")


def test_route_with_our_as_in_its_path(stage):
    say(stage, "outer", "10.244.7.0/26", (65001, 64512, 65009))

    verdict = wait_failure(stage, "import", "as-loop", "route",
                           "10.244.7.0/26")
    assert "65001 64512 65009" in verdict["verdict"]


def test_route_whose_next_hop_is_nowhere(stage):
    say(stage, "inner", "10.244.8.0/26", hop="203.0.113.9")

    wait_failure(stage, "next-hop", "203.0.113.9: no route leads to it",
                 "route", "10.244.8.0/26")


def test_route_whose_next_hop_is_killed(stage):
    stage.space.ip("route add 10.5.0.0/24 via 10.0.0.3")
    say(stage, "inner", "10.244.9.0/26", hop="10.5.0.1")
    steps = wait_good(stage, "route", "10.244.9.0/26")
    assert "via 10.0.0.3 dev eth0" in steps["next-hop"]["evidence"]

    stage.space.ip("route del 10.5.0.0/24")

    wait_failure(stage, "next-hop", "10.5.0.1: no route leads to it",
                 "route", "10.244.9.0/26")
    stage.space.ip("route add 10.5.0.0/24 via 10.0.0.3")
    wait_good(stage, "route", "10.244.9.0/26")


def test_route_that_lost_shows_both_values(stage):
    say(stage, "inner", "10.244.10.0/26", (65100, 65200))
    say(stage, "twin", "10.244.10.0/26", (65100, 65200, 65300))

    def lost():
        answer = stage.ctl("explain", "route", "10.244.10.0/26")
        row, = (row for row in answer["steps"] if row["result"] == "lost")
        return row

    row = wait_for(lost, what="a path that lost")
    assert row["of"] == "twin"
    assert row["evidence"] == "as-path 3 > 2, against inner"


def test_route_of_somebody_else_in_its_place(stage):
    stage.space.ip("route add 10.244.11.0/26 via 10.0.0.8 metric 1024 "
                   "proto static")
    say(stage, "inner", "10.244.11.0/26")

    wait_failure(stage, "fib", "conflict: a route of protocol static",
                 "route", "10.244.11.0/26")
    stage.space.ip("route del 10.244.11.0/26 via 10.0.0.8 metric 1024")
    wait_good(stage, "route", "10.244.11.0/26")


def test_route_that_nobody_says(stage):
    verdict, steps = explain(stage, "route", "10.244.99.0/26")

    assert not verdict["good"]
    assert steps["known"]["result"] == "fail"
    assert "nobody says it" in verdict["verdict"]


# ---- export


def test_export_to_where_it_came_from(stage):
    say(stage, "inner", "10.244.12.0/26")
    wait_good(stage, "route", "10.244.12.0/26")

    fails_at(stage, "split-horizon", "it came from inner", "export",
             "10.244.12.0/26", "to", "inner")


def test_export_from_internal_to_internal(stage):
    say(stage, "inner", "10.244.12.0/26")
    wait_good(stage, "route", "10.244.12.0/26")

    fails_at(stage, "reflection", "only from or to a client", "export",
             "10.244.12.0/26", "to", "twin")


def test_export_that_a_policy_rejects(stage):
    say(stage, "inner", "10.244.12.0/26")
    wait_good(stage, "route", "10.244.12.0/26")

    fails_at(stage, "policy", "export own-blocks", "export",
             "10.244.12.0/26", "to", "outer")


def test_export_that_is_told_shows_what_goes_out(stage):
    steps = wait_good(stage, "export", "10.244.1.0/26", "to", "outer")

    assert steps["attributes"]["evidence"] == \
        "next hop 10.0.0.1, AS_PATH 64512"


# ---- neighbors


def test_neighbor_that_is_up(stage):
    link = stage.links["inner"]
    link.send(bgp.UPDATE, bgp.end_of_rib("ipv4"))

    steps = wait_good(stage, "neighbor", "inner")

    assert "AS 64512, router-id 10.0.0.3" in steps["open"]["evidence"]


def test_neighbor_of_another_as(stage):
    with bgp.Listener(stage.theirs, "10.0.0.6") as listener:
        talker = listener.accept(20)
        talker.expect(bgp.OPEN)
        talker.send(bgp.OPEN, bgp.open_body(
            65002, "10.0.0.6", 90,
            bgp.multiprotocol("ipv4") + bgp.four_octet_as(65002)))
        talker.expect(bgp.NOTIFICATION)
        talker.close()

    wait_failure(stage, "open", "peer says AS 65002, configured is 65001",
                 "neighbor", "wrong")


@pytest.mark.parametrize("name, step, evidence, result", (
    ("refusing", "connect", "connection refused", "fail"),
    ("absent", "connect", "no route to host", "fail"),
    ("nowhere", "route", "network unreachable", "fail"),
    ("waiting", "connect", "waiting for the peer to connect", "wait"),
    ("off", "enabled", "disabled in the configuration", "fail"),
    ("six", "local-address", "ipv6", "fail"),
))
def test_neighbor_that_is_down(stage, name, step, evidence, result):
    verdict = wait_failure(stage, step, evidence, "neighbor", name,
                           result=result)

    assert verdict["next"]
