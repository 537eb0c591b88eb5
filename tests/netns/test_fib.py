# SPDX-License-Identifier: ISC
# test_fib.py - the kernel's table belongs to the kernel's owner
"""
Two nodes on a switch, and somebody else who changes routes by hand.  What is
ours comes back, what is not is left alone and reported, and nothing that the
kernel does silently, or too loudly, leaves the table wrong.
"""
import contextlib
import os
import re
import signal
import statistics

import pytest

import speaker as bgp
from cluster import Cluster
from lab import Daemon, wait_for
from node import FAMILIES, METRIC
from watch import RouteMonitor, event_time

STORM = 100000      # routes added and deleted again
MANY = 400          # routes of each family in one session


@pytest.fixture(scope="module")
def mesh(lab):
    made = Cluster(lab, count=2, pods=False).start()
    made.third = lab.space("third")
    lab.plug(made.third, "10.0.0.9/24", "fd00::9/64")
    return made


@pytest.fixture(autouse=True)
def settled(mesh):
    yield
    wait_for(mesh.is_converged, 20, "the table as it was")


def via(family, last=9):
    return f"10.0.0.{last}" if family == "ipv4" else f"fd00::{last}"


def held_route(mesh, family):
    """What is installed for b's block on a."""
    block = mesh["b"].block[family]
    return mesh["a"].space.routes(family).get(block)


def is_back(mesh, family):
    route = held_route(mesh, family)
    return route and route["protocol"] == "bgp" and \
        route["gateway"] == mesh["b"].address[family]


@contextlib.contextmanager
def foreign(member, prefix, family, verb="add", metric=METRIC):
    """Somebody else's route, through the third host."""
    route = f"{prefix} proto static metric {metric}"
    member.space.ip(f"route {verb} {route} via {via(family)} dev eth0")
    try:
        yield
    finally:
        member.space.ip(f"route del {route}")


@pytest.mark.parametrize("family", FAMILIES)
def test_deleted_route_is_back_within_50_ms(mesh, family):
    """By the kernel's own time stamps, in the middle of five tries."""
    a, block = mesh["a"], mesh["b"].block[family]
    monitor = RouteMonitor(a.space).start()
    delays = []

    for _ in range(5):
        mark = monitor.mark()
        a.space.ip(f"route del {block} proto bgp metric {METRIC}")
        wait_for(lambda: is_back(mesh, family), what="the route")
        deleted, added = [line for line in monitor.since(mark)
                          if block in line][:2]
        assert "Deleted" in deleted and "Deleted" not in added
        delays.append(event_time(added) - event_time(deleted))
        wait_for(a.node.is_in_sync)

    monitor.stop()
    assert statistics.median(delays) < 0.05, delays


def test_flush_of_our_protocol_is_repaired(mesh):
    a = mesh["a"]

    for family in FAMILIES:
        a.space.flush(family, "bgp")

    wait_for(lambda: mesh.has_blocks(a), what="all of ours")


def conflict(member, block):
    row = member.node.fib().get(block)
    return row if row and row["status"] == "conflict" else None


@pytest.mark.parametrize("family", FAMILIES)
def test_route_replaced_by_another_owner_is_left_and_reported(mesh, family):
    a, block = mesh["a"], mesh["b"].block[family]

    with foreign(a, block, family, "replace"):
        row = wait_for(lambda: conflict(a, block), what="the report")
        assert row["owner"] == "static"
        assert row["reason"]
        route = held_route(mesh, family)
        assert (route["gateway"], route["protocol"]) == (via(family),
                                                         "static")

    wait_for(lambda: is_back(mesh, family), what="ours, as theirs is gone")


@pytest.mark.parametrize("family", FAMILIES)
def test_conflict_is_told_in_the_log(mesh, family):
    a, block = mesh["a"], mesh["b"].block[family]

    with foreign(a, block, family, "replace"):
        wait_for(lambda: a.node.logged(rf"warn.*{re.escape(block)}.*static"),
                 5, "the warning")


SPARE = {"ipv4": "10.244.9.0/26", "ipv6": "fd00:10:244:9::/122"}


@contextlib.contextmanager
def spare_block(mesh, family):
    """b has one more block."""
    b = mesh["b"]
    b.node.write("conf.d/extra.conf", f"blocks {SPARE[family]}\n")
    b.node.reload()
    try:
        yield
    finally:
        mesh.write([b])
        b.node.reload()


@pytest.mark.parametrize("family", FAMILIES)
def test_foreign_route_that_was_first_is_left_until_removed(mesh, family):
    a, b, block = mesh["a"], mesh["b"], SPARE[family]
    theirs = foreign(a, block, family)
    theirs.__enter__()

    with spare_block(mesh, family):
        wait_for(lambda: conflict(a, block), what="the report")
        route = a.space.routes(family)[block]
        assert (route["gateway"], route["protocol"]) == (via(family),
                                                         "static")
        theirs.__exit__(None, None, None)

        wait_for(lambda: a.node.installed(family).get(block) ==
                 b.address[family], what="our route")

    wait_for(lambda: block not in a.space.routes(family), what="its end")


@pytest.mark.parametrize("family", FAMILIES)
def test_foreign_route_stays_when_ours_is_withdrawn(mesh, family):
    a, block = mesh["a"], SPARE[family]

    with foreign(a, block, family):
        with spare_block(mesh, family):
            wait_for(lambda: conflict(a, block), what="the report")

        wait_for(lambda: block not in a.node.fib(), what="the withdrawal")
        assert a.space.routes(family)[block]["protocol"] == "static"


@pytest.mark.parametrize("family", FAMILIES)
def test_foreign_route_of_another_metric_is_no_conflict(mesh, family):
    a, block = mesh["a"], mesh["b"].block[family]

    with foreign(a, block, family, metric=77):
        with spare_block(mesh, family):
            wait_for(lambda: SPARE[family] in a.node.installed(family))
        assert not conflict(a, block)


def is_shadowed(member, block):
    row = member.node.fib().get(block, {})
    return row.get("status") == "shadowed" and "metric 77" in row["reason"]


@pytest.mark.parametrize("family", FAMILIES)
def test_route_that_is_beaten_is_said_to_be(mesh, family):
    """Whichever came first, theirs or ours."""
    a, blocks = mesh["a"], (mesh["b"].block[family], SPARE[family])

    with foreign(a, blocks[0], family, metric=77), \
            foreign(a, blocks[1], family, metric=77), \
            spare_block(mesh, family):
        for block in blocks:
            wait_for(lambda: is_shadowed(a, block), what="the word for it")
            wait_for(lambda: f"{family}: 2 routes are beaten" in " ".join(
                a.node.ctl("status")["problems"]), what="the problem")

    wait_for(lambda: not a.node.ctl("status").get("problems"),
             what="a good status")


def test_interface_flap_brings_all_routes_back(mesh):
    a = mesh["a"]

    a.space.ip("link set eth0 down")
    a.space.ip("link set eth0 up")
    a.space.add("eth0", f"{a.address['ipv6']}/64")

    wait_for(mesh.is_converged, 30, "the mesh after the flap")


def test_ipv4_routes_lost_with_the_link_are_known_as_lost(mesh):
    """The kernel says nothing of them; the daemon must not believe in them."""
    a, block = mesh["a"], mesh["b"].block["ipv4"]

    a.space.ip("link set eth0 down")

    assert block not in a.space.routes("ipv4")
    wait_for(lambda: a.node.fib().get(block, {}).get("status") != "in-sync",
             what="the loss")
    a.space.ip("link set eth0 up")
    a.space.add("eth0", f"{a.address['ipv6']}/64")
    wait_for(mesh.is_converged, 30, "the mesh again")


def test_lost_ipv4_address_takes_the_routes_and_brings_them_back(mesh):
    """Its next hop has no subnet any more; the kernel keeps such routes."""
    a = mesh["a"]
    a.space.remove("eth0", "10.0.0.1/24")
    wait_for(lambda: mesh["b"].block["ipv4"] not in a.space.routes("ipv4"),
             what="the end of the route")

    a.space.add("eth0", "10.0.0.1/24")

    wait_for(lambda: is_back(mesh, "ipv4"), 20, "the route")


def test_overrun_of_netlink_leaves_no_wrong_route(mesh):
    """
    The daemon stands still while the kernel says 200,000 things of the main
    table, and some of its routes are changed in between; then it looks again.
    """
    a, b = mesh["a"], mesh["b"]
    a.node.signal(signal.SIGSTOP)
    route = "192.168.{}.{}/32 dev lo"
    storm = [f"route {verb} " + route.format(n // 250 % 200, n % 250)
             + f" metric {n // 50000 + 1}"
             for verb in ("add", "del") for n in range(STORM)]

    a.space.batch(storm[:STORM])
    for family in FAMILIES:
        a.space.ip(f"route del {b.block[family]} proto bgp")
        a.space.ip(f"route del {a.block[family]} proto bgp")
    a.space.batch(storm[STORM:])
    a.node.signal(signal.SIGCONT)

    wait_for(lambda: mesh.has_blocks(a) and a.node.is_in_sync(), 30,
             "the repair")
    assert a.node.is_up()
    assert a.node.logged("events were lost")


def test_storm_in_another_table_is_not_heard(mesh):
    """The monitor's filter drops what nobody asked for."""
    a = mesh["a"]
    before = a.node.log().count("events were lost")
    a.node.signal(signal.SIGSTOP)

    a.space.batch([f"route replace {('blackhole', 'unreachable')[n % 2]} "
                   "192.168.1.1 table 4242" for n in range(STORM // 2)])
    a.node.signal(signal.SIGCONT)

    wait_for(lambda: a.node.ctl("status"), what="its answer")
    a.space.ip("route flush table 4242")
    assert a.node.log().count("events were lost") == before


@contextlib.contextmanager
def restarted_with(member, text):
    """With no routes from before, and with these statements."""
    member.node.end()
    for family in FAMILIES:
        member.space.flush(family, "bgp")
    member.node.write("conf.d/extra.conf", text)
    member.node.start()
    try:
        yield
    finally:
        member.node.write("conf.d/extra.conf", "")
        member.node.restart()


def test_own_table_metric_and_protocol_are_used(mesh):
    a, b = mesh["a"], mesh["b"]

    with restarted_with(a, "fib { table 77; metric 55; protocol 212 }\n"):
        for family in FAMILIES:
            wait_for(lambda: own_route(a, family, b.block[family]) ==
                     (b.address[family], "212", 55),
                     what="the route in table 77")
            assert a.node.installed(family) == {}


def own_route(member, family, block):
    for row in member.space.ip_json(f"-{family[-1]} route show table 77"):
        if row["dst"] == block:
            return row["gateway"], row["protocol"], row["metric"]
    return None


def test_end_without_keeping_flushes_all_of_ours(mesh):
    a = mesh["a"]

    with restarted_with(a, "fib { keep-on-exit off }\n"):
        wait_for(mesh.is_converged, 20, "the mesh")
        with foreign(a, SPARE["ipv4"], "ipv4"):
            assert a.node.end() == 0

            for family in FAMILIES:
                assert a.node.installed(family) == {}
            assert SPARE["ipv4"] in a.space.routes("ipv4")
        a.node.start()


# Many routes at once, from a speaker on the third host.

@pytest.fixture
def talker(mesh):
    a = mesh["a"]
    a.node.write("conf.d/extra.conf",
                 "neighbor third 10.0.0.9 {\n    remote-as 65009\n"
                 "    families ipv4 ipv6\n    import all\n    passive\n}\n")
    a.node.reload()
    with_families = bgp.multiprotocol("ipv4") + bgp.multiprotocol("ipv6")
    made = bgp.Speaker.connect(mesh.third, "10.0.0.9", "10.0.0.1")
    made.establish(65009, "10.0.0.9", with_families)
    yield made
    made.close()
    a.node.write("conf.d/extra.conf", "")
    a.node.reload()


def many(family):
    if family == "ipv4":
        return [f"172.16.{n // 4}.{n % 4 * 64}/26" for n in range(MANY)]
    return [f"2001:db8:1:{n + 1:x}::/64" for n in range(MANY)]


def send_many(talker):
    """Each family in one UPDATE."""
    talker.send(bgp.UPDATE, bgp.update_body(
        bgp.common((65009,)) + bgp.next_hop("10.0.0.9"), many("ipv4")))
    talker.send(bgp.UPDATE, bgp.update_body(
        bgp.mp_reach("ipv6", "fd00::9", *many("ipv6")) +
        bgp.common((65009,))))


def has_many(member):
    for family in FAMILIES:
        found = member.space.routes(family)
        missing = [p for p in many(family) if p not in found]
        assert not missing, f"{len(missing)} {family} routes are missing"
    return True


def test_many_routes_take_few_system_calls(mesh, talker):
    a = mesh["a"]
    trace = os.path.join(mesh.lab.folder, "strace")
    tracer = Daemon(a.space, "strace")
    tracer.spawn("strace", "-f", "-yy", "-e", "trace=sendmsg,sendto,sendmmsg",
                 "-o", trace, "-p", str(a.node.pid))
    wait_for(lambda: "attached" in tracer.log(), what="strace")

    send_many(talker)

    wait_for(lambda: has_many(a), what=f"{2 * MANY} routes")
    tracer.end()
    with open(trace) as file:
        calls = [line for line in file if "NETLINK" in line]
    assert 0 < len(calls) <= 20, f"{len(calls)} calls"


def test_many_routes_go_when_their_neighbor_does(mesh, talker):
    a = mesh["a"]
    send_many(talker)
    wait_for(lambda: has_many(a), what=f"{2 * MANY} routes")

    talker.send(bgp.NOTIFICATION, bytes([6, 2]))
    talker.close()

    wait_for(lambda: mesh.has_blocks(a), what="their end")


def test_replaced_next_hop_is_one_step(mesh, talker):
    """No moment without a route: the kernel tells of no deletion."""
    a = mesh["a"]
    mesh.third.add("eth0", "10.0.0.10/24")
    talker.send(bgp.UPDATE, bgp.update_body(
        bgp.common((65009,)) + bgp.next_hop("10.0.0.9"), ["172.30.0.0/16"]))
    wait_for(lambda: a.node.installed("ipv4").get("172.30.0.0/16") ==
             "10.0.0.9", what="the route")
    monitor = RouteMonitor(a.space).start()
    mark = monitor.mark()

    talker.send(bgp.UPDATE, bgp.update_body(
        bgp.common((65009,)) + bgp.next_hop("10.0.0.10"), ["172.30.0.0/16"]))

    wait_for(lambda: a.node.installed("ipv4").get("172.30.0.0/16") ==
             "10.0.0.10", what="the other next hop")
    events = [e for e in monitor.since(mark) if "172.30.0.0/16" in e]
    assert len(events) == 1 and "Deleted" not in events[0], events
    monitor.stop()


def test_route_through_a_next_hop_that_is_nowhere_waits(mesh, talker):
    a = mesh["a"]
    talker.send(bgp.UPDATE, bgp.update_body(
        bgp.common((65009,)) + bgp.next_hop("10.55.0.1"), ["172.31.0.0/16"]))
    wait_for(lambda: "172.31.0.0/16" in all_routes(a), what="the path")
    assert "172.31.0.0/16" not in a.space.routes("ipv4")

    a.space.ip(f"route add 10.55.0.0/24 via {via('ipv4')}")

    wait_for(lambda: a.node.installed("ipv4").get("172.31.0.0/16") ==
             "10.0.0.9", what="the route")
    a.space.ip("route del 10.55.0.0/24")
    wait_for(lambda: "172.31.0.0/16" not in a.space.routes("ipv4"),
             what="its end")


def all_routes(member):
    return {row["prefix"] for row in
            member.node.ctl("show", "routes", "all")["routes"]}
