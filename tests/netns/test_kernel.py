# SPDX-License-Identifier: ISC
# test_kernel.py - netlink and the fib alone, against the real kernel
"""
The program kernel_conformance links the kernel side of the daemon and nothing
else.  It runs the checks of tests/kernel_checks.c, which the fake kernel passes
in `make check`, and serves as a small daemon that keeps eight routes.
"""
import os
import re
import signal
import subprocess

import pytest

from lab import Daemon, wait_for
from watch import RouteMonitor

PROGRAM = os.path.join(os.environ.get("BGPD_BUILD", "."),
                       "tests/netns/kernel_conformance")
FAMILIES = ("ipv4", "ipv6")
BLOCK = {"ipv4": "10.0.0.0/26", "ipv6": "fd10::/122"}
GATEWAY = {"ipv4": "10.201.0.2", "ipv6": "fd01::2"}
STRANGER = {"ipv4": "10.201.0.9", "ipv6": "fd01::9"}
STORM = 60000

pytestmark = pytest.mark.skipif(
    not os.access(PROGRAM, os.X_OK), reason=f"{PROGRAM} was not built")


@pytest.fixture(scope="module")
def space(lab):
    near, far = lab.space("near"), lab.space("far")
    for number in 0, 1:
        lab.wire(near, far, f"kc{number}", f"kp{number}")
    far.add("kp0", "10.201.0.2/24", "fd01::2/64")
    return near


def addresses_give(space):
    for number in 0, 1:
        space.ip(f"link set kc{number} up")
        for address in f"10.20{number + 1}.0.1/24", f"fd0{number + 1}::1/64":
            nodad = "nodad" if ":" in address else ""
            space.ip(f"addr replace {address} dev kc{number} {nodad}")


def ours(space, family):
    return {prefix: route for prefix, route
            in space.routes(family, "proto", "bgp").items()}


def flush(space):
    for family in FAMILIES:
        for protocol in "bgp", "static":
            space.flush(family, protocol)


class Holder(Daemon):
    """The small daemon."""

    def start(self):
        return self.spawn(PROGRAM, "hold")

    def says(self, words):
        lines = self.log().splitlines()
        return lines and lines[-1].startswith(words)


@pytest.fixture
def holder(space):
    addresses_give(space)
    flush(space)
    made = Holder(space, "holder").start()
    wait_for(lambda: is_whole(space), 5, "eight routes")
    yield made
    if made.is_running():
        made.kill()
    os.unlink(made.log_path)
    flush(space)


def is_whole(space):
    return all(len(ours(space, family)) == 4 and
               all(route["gateway"] == GATEWAY[family]
                   for route in ours(space, family).values())
               for family in FAMILIES)


def test_contract_is_kept(space):
    addresses_give(space)
    done = subprocess.run(["ip", "netns", "exec", space.id, PROGRAM],
                          capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr


def test_800_routes_take_few_sendmsg(space):
    """Of each family; with the requests of the dump and a question at start."""
    addresses_give(space)
    done = subprocess.run(
        ["ip", "netns", "exec", space.id, "strace", "-f", "-o", "/dev/stdout",
         "-e", "trace=sendmsg,sendto,sendmmsg", PROGRAM, "add", "800"],
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
    sent = re.findall(r"(?:sendmsg|sendto|sendmmsg)\(", done.stdout)
    assert re.search(r"ipv4 add 800 .* 800 in sync, 0 failed", done.stdout)
    assert re.search(r"ipv6 add 800 .* 800 in sync, 0 failed", done.stdout)
    assert 0 < len(sent) <= 20
    assert len(ours(space, "ipv4")) == len(ours(space, "ipv6")) == 800
    flush(space)


def test_800_routes_are_not_heard_again(space):
    """The kernel's filter keeps what we did ourselves from the monitor."""
    addresses_give(space)
    done = subprocess.run(
        ["ip", "netns", "exec", space.id, "strace", "-f", "-o", "/dev/stdout",
         "-e", "trace=recvfrom,recvmsg", PROGRAM, "add", "800"],
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
    heard = re.findall(r"recv\w+\(.* = \d+$", done.stdout, re.MULTILINE)
    assert re.search(r"ipv6 add 800 .* 800 in sync, 0 failed", done.stdout)
    assert 0 < len(heard) <= 60
    flush(space)


def test_without_the_capability_it_says_so(space):
    done = subprocess.run(
        ["ip", "netns", "exec", space.id, "setpriv",
         "--bounding-set=-net_admin", PROGRAM, "hold"],
        capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert "Operation not permitted" in done.stderr


@pytest.mark.parametrize("family", FAMILIES)
def test_deleted_route_comes_back(space, holder, family):
    space.ip(f"route del {BLOCK[family]} proto bgp")
    wait_for(lambda: is_whole(space), 2, "the route again")
    wait_for(lambda: "repaired" in holder.log(), 2)


def test_flushed_routes_come_back(space, holder):
    for family in FAMILIES:
        space.flush(family, "bgp")
    wait_for(lambda: is_whole(space), 5, "all routes again")


def objects(space):
    """{id: object} of ours."""
    return {o["id"]: o for o in space.ip_json("nexthop show proto 186")}


def test_routes_name_one_object_of_each_family(space, holder):
    """And an object goes when nobody names it any more."""
    for family in FAMILIES:
        ids = {route["nhid"] for route in ours(space, family).values()}
        assert len(ids) == 1 and ids <= set(objects(space))
    assert len(objects(space)) == 2


def test_deleted_objects_come_back_with_their_routes(space, holder):
    before = objects(space)
    space.ip("nexthop flush proto 186")
    wait_for(lambda: is_whole(space), 5, "all routes again")
    wait_for(lambda: len(objects(space)) == 2, 5, "their objects")
    assert not set(before) & set(objects(space))


def test_carrier_lost_takes_objects_and_brings_them_back(space, lab, holder):
    far = lab.spaces["far"]
    far.ip("link set kp0 down")
    wait_for(lambda: not ours(space, "ipv4") and not ours(space, "ipv6"), 5)
    assert objects(space) == {}
    wait_for(lambda: holder.says("in-sync 0 0 conflict 0 0 failed 4 4"), 5)
    far.ip("link set kp0 up")
    wait_for(lambda: is_whole(space), 5, "all routes again")


def test_foreign_object_of_an_id_of_ours_is_left_alone(space):
    addresses_give(space)
    flush(space)
    space.ip("nexthop flush")
    for number in 179000000, 179500000:
        space.ip(f"nexthop add id {number} dev kc0 proto static")
    holder = Holder(space, "third").start()
    wait_for(lambda: is_whole(space), 5, "eight routes")
    for family in FAMILIES:
        for route in ours(space, family).values():
            assert route["nhid"] not in (179000000, 179500000)
    holder.kill()
    left = space.ip_json("nexthop show proto 4")
    assert {o["id"] for o in left} == {179000000, 179500000}
    flush(space)
    space.ip("nexthop flush")


@pytest.mark.parametrize("family", FAMILIES)
def test_replaced_route_is_left_to_its_new_owner(space, holder, family):
    space.ip(f"route replace {BLOCK[family]} via {STRANGER[family]} "
             "proto static metric 1024")
    conflict = "1 0" if family == "ipv4" else "0 1"
    wait_for(lambda: f" conflict {conflict} " in holder.log(), 5)
    route = space.routes(family)[BLOCK[family]]
    assert route["protocol"] == "static"
    space.ip(f"route del {BLOCK[family]} proto static")
    wait_for(lambda: is_whole(space), 5, "our own again")


def test_foreign_route_before_ours_is_left_alone(space):
    addresses_give(space)
    flush(space)
    for family in FAMILIES:
        space.ip(f"route add {BLOCK[family]} via {STRANGER[family]} "
                 "proto static metric 1024")
    holder = Holder(space, "second").start()
    wait_for(lambda: holder.says("in-sync 3 3 conflict 1 1 failed 0 0"), 5)
    for family in FAMILIES:
        assert space.routes(family)[BLOCK[family]]["protocol"] == "static"
    holder.kill()
    flush(space)


def test_link_flap_brings_all_routes_back(space, holder):
    space.ip("link set kc0 down")
    wait_for(lambda: holder.says("in-sync 0 0 conflict 0 0 failed 4 4"), 5)
    assert not ours(space, "ipv4") and not ours(space, "ipv6")
    addresses_give(space)
    wait_for(lambda: is_whole(space), 5, "all routes again")


def test_link_flap_unseen_brings_all_routes_back(space, holder):
    holder.signal(signal.SIGSTOP)
    space.ip("link set kc0 down")
    addresses_give(space)
    assert not ours(space, "ipv4")
    holder.signal(signal.SIGCONT)
    wait_for(lambda: is_whole(space), 5, "all routes again")


def test_address_lost_leaves_routes_by_objects(space, holder):
    space.ip("addr del 10.201.0.1/24 dev kc0")
    addresses_give(space)
    wait_for(lambda: is_whole(space), 5, "all routes")


def test_address_lost_takes_ipv4_routes_which_come_back(space, monkeypatch):
    monkeypatch.setenv("HOLD_INLINE", "1")
    addresses_give(space)
    flush(space)
    holder = Holder(space, "inline").start()
    wait_for(lambda: is_whole(space), 5, "eight routes")
    assert not any("nhid" in r for r in ours(space, "ipv4").values())
    space.ip("addr del 10.201.0.1/24 dev kc0")
    wait_for(lambda: not ours(space, "ipv4"), 5)
    addresses_give(space)
    wait_for(lambda: is_whole(space), 5, "all routes again")
    holder.kill()
    flush(space)


def test_overrun_leads_to_the_truth(space, holder):
    """Stopped, so that the socket overflows, while a route goes unseen."""
    holder.signal(signal.SIGSTOP)
    space.batch([f"route replace {('blackhole', 'unreachable')[n % 2]} "
                 "172.16.0.1 metric 7" for n in range(STORM)] +
                ["route del 172.16.0.1 metric 7"])
    space.ip(f"route del {BLOCK['ipv4']} proto bgp")
    space.ip(f"route del {BLOCK['ipv6']} proto bgp")
    holder.signal(signal.SIGCONT)
    wait_for(lambda: is_whole(space), 10, "all routes again")


@pytest.mark.parametrize("before, after",
                         (("", ""), ("1", ""), ("", "1"), ("1", "1")))
def test_killed_daemon_leaves_its_routes_and_the_next_touches_none(
        space, monkeypatch, before, after):
    """By objects or inline, whatever the one before did."""
    addresses_give(space)
    flush(space)
    monkeypatch.setenv("HOLD_INLINE", before)
    holder = Holder(space, "before").start()
    wait_for(lambda: is_whole(space), 5, "eight routes")
    monkeypatch.setenv("HOLD_INLINE", after)
    holder.kill()
    assert is_whole(space)
    monitor = RouteMonitor(space).start()
    mark = monitor.mark()
    again = Holder(space, "again").start()
    wait_for(lambda: again.says("in-sync 4 4"), 5)
    monitor.assert_silent_since(mark)
    again.kill()
    monitor.end()
    flush(space)
    space.ip("nexthop flush")
