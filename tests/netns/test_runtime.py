# SPDX-License-Identifier: ISC
# test_runtime.py - commands that stay: drain, disable, block
"""
BIRD and FRR hear a node drain: their routes get the community, then go, then
come back, over sessions that stay up.  What was commanded survives a kill; a
disk that takes nothing, or gives back rubbish, costs no route.
"""
import json
import os

import pytest

from cluster import Cluster
from interop import BLOCKS, NETWORKS, Pair
from lab import run, wait_for
from node import FAMILIES
from rivals import Bird, Frr, installed
from watch import RouteMonitor, Traffic, assert_no_loss

STATE = "drain-time 5s\n"

RIVALS = {"bird-external": (Bird, {}),
          "bird-internal": (Bird, {"remote_as": 64512}),
          "frr-external": (Frr, {})}


def is_marked(rival, prefix):
    """Does the rival's route of ours carry GRACEFUL_SHUTDOWN?"""
    if isinstance(rival, Bird):
        return "(65535,0)" in rival.birdc("show", "route", prefix, "all")
    family = "ipv6" if ":" in prefix else "ipv4"
    shown = json.loads(rival.vtysh(f"show bgp {family} unicast {prefix} json"))
    return any("gracefulShutdown" in path.get("community", {}).get("list", [])
               or "65535:0" in path.get("community", {}).get("string", "")
               or "graceful-shutdown" in
               path.get("community", {}).get("string", "")
               for path in shown.get("paths", []))


def are_marked(rival):
    return all(is_marked(rival, prefix) for prefix in BLOCKS.values())


def know_nothing_of_us(rival):
    return all(rival.routes(family) == {} for family in FAMILIES)


def with_state(pair):
    with open(pair.node.config) as file:
        pair.node.configure(STATE + file.read())
    return pair.start()


@pytest.fixture(scope="module", params=RIVALS)
def pair(request, lab_factory):
    rival, kind = RIVALS[request.param]
    if not installed(rival):
        pytest.skip(f"no {rival.name}")
    with lab_factory() as lab:
        yield with_state(Pair(lab, rival, **kind))


def runtime_file(node):
    with open(node.path("state/runtime.json")) as file:
        return json.load(file)


# ---- drain


def test_drain_is_heard_as_a_warning_then_as_a_withdrawal(pair):
    answer = pair.node.ctl("drain")["results"][0]

    assert answer["changed"] and answer["saved"]
    assert 4 < answer["withdrawn_in"] <= 5
    wait_for(lambda: are_marked(pair.rival), 4, "the community")
    for family in FAMILIES:
        pair.check_theirs(family)
    wait_for(lambda: know_nothing_of_us(pair.rival), 10, "the withdrawal")
    assert pair.node.is_up() and pair.rival.is_up()
    for family in FAMILIES:
        pair.check_ours(family)
        pair.check_kernel(family)
    assert pair.node.ctl("status")["drain"] == "drained"

    pair.node.ctl("drain", "--undo")

    wait_for(pair.is_converged, what="our blocks again")
    assert not any(is_marked(pair.rival, p) for p in BLOCKS.values())
    assert not os.path.exists(pair.node.path("state/runtime.json"))


def test_drain_marks_the_lowest_preference_inside(pair):
    if pair.rival.side.local_as != 64512 or not isinstance(pair.rival, Bird):
        pytest.skip("LOCAL_PREF is not told outside")
    pair.node.ctl("drain")

    wait_for(lambda: all(
        "BGP.local_pref: 0\n" in pair.rival.birdc("show", "route", p, "all")
        for p in BLOCKS.values()), 4, "LOCAL_PREF 0")
    pair.node.ctl("drain", "--undo")
    wait_for(pair.is_converged, what="our blocks again")


def test_drained_daemon_that_is_killed_comes_back_drained(pair):
    pair.node.ctl("drain")
    wait_for(lambda: know_nothing_of_us(pair.rival), 10, "the withdrawal")
    assert runtime_file(pair.node)["drain"] == "drained"

    pair.node.kill()
    pair.node.start()

    wait_for(lambda: pair.node.is_up() and pair.rival.is_up(), 20,
             "the sessions")
    assert pair.node.logged("warn.*this node is drained")
    assert know_nothing_of_us(pair.rival)
    again = pair.node.ctl("drain")["results"][0]
    assert not again["changed"]
    assert "drained already" in again["text"]
    pair.node.ctl("drain", "--undo")
    wait_for(pair.is_converged, what="our blocks again")


# ---- disable


def test_disable_is_final_and_survives_a_kill(pair):
    name = "rival-ipv4"
    pair.node.ctl("neighbor", name, "disable")

    wait_for(lambda: pair.rival.routes("ipv4") == {}, 3,
             "the end of our IPv4 block")
    pair.check_theirs("ipv6")
    assert pair.node.neighbor(name)["reason"] == "disabled by bgpctl"
    assert not set(NETWORKS["ipv4"]) & set(pair.node.installed("ipv4"))

    pair.node.kill()
    pair.node.start()
    wait_for(lambda: pair.node.is_up("rival-ipv6"), 20, "the other session")
    assert pair.node.neighbor(name)["reason"] == "disabled by bgpctl"
    assert pair.node.neighbor(name)["state"] == "idle"
    assert pair.rival.routes("ipv4") == {}

    # Leaving as a restart would is for the others only.
    assert pair.node.end() == 0
    assert pair.rival.routes("ipv4") == {}
    pair.node.start()
    pair.node.ctl("neighbor", name, "enable")
    wait_for(pair.is_converged, 20, "all again")


# ---- blocks


def test_block_comes_and_goes(pair):
    block = "10.244.77.0/26"
    pair.node.ctl("block", "add", block)

    wait_for(lambda: block in pair.rival.routes("ipv4"), what="the block")
    wait_for(lambda: pair.node.installed("ipv4").get(block) == "blackhole",
             what="the block in the kernel")
    pair.node.reload()
    assert block in pair.rival.routes("ipv4")
    pair.node.ctl("block", "remove", block)
    wait_for(lambda: block not in pair.rival.routes("ipv4"),
             what="its withdrawal")
    wait_for(lambda: block not in pair.node.installed("ipv4"),
             what="a kernel without it")


# ---- traffic


@pytest.fixture(scope="module")
def mesh(lab):
    made = Cluster(lab)
    made.extra = STATE
    made.write()
    return made.start()


def test_traffic_flows_while_a_node_warns(mesh):
    """No other way to its pods: nobody loses a packet, no kernel a route."""
    a, b = mesh["a"], mesh["b"]
    _, pod = a.pods[0]
    monitor = RouteMonitor(a.space).start()
    streams = [Traffic(pod, b.pod_address(2, f)).start() for f in FAMILIES]
    mark = monitor.mark()
    b.node.ctl("drain")

    wait_for(lambda: all(
        a.node.routes(f)[b.block[f]]["local_pref"] == 0 for f in FAMILIES), 4,
             "LOCAL_PREF 0")
    before = len(streams[0].received())
    wait_for(lambda: len(streams[0].received()) > before + 50, 4, "pings")
    assert b.node.ctl("status")["drain"] == "draining"
    b.node.ctl("drain", "--undo")
    wait_for(mesh.is_converged, what="the mesh as ever")

    monitor.assert_silent_since(mark)
    for stream in streams:
        assert_no_loss(stream, 50)


# ---- the disk


def inside(node, script):
    """In the mount namespace of the daemon, which is its own."""
    run("nsenter", "-t", str(node.pid), "-m", "sh", "-ec", script)


@pytest.mark.parametrize("disk, why", [
    ("mount -t tmpfs -o ro tmpfs {0}", "Read-only file system"),
    ("mount -t tmpfs -o size=4k tmpfs {0}; head -c 4096 /dev/zero >{0}/full",
     "No space left on device"),
], ids=["read-only", "full"])
def test_disk_that_takes_nothing_is_said_and_costs_nothing(mesh, disk, why):
    node, other = mesh["c"].node, mesh["a"].node
    block = mesh["c"].block["ipv4"]
    os.makedirs(node.path("state"), exist_ok=True)
    inside(node, disk.format(node.path("state")))
    since = len(node.log())

    answer = node.ctl("drain")["results"][0]

    assert answer["changed"] and not answer["saved"]
    assert why in answer["unsaved"]
    wait_for(lambda: block not in other.routes("ipv4"), 10, "the withdrawal")
    assert why in node.ctl("status")["unsaved"]
    said = [line for line in node.log()[since:].splitlines()
            if "does not survive a restart" in line]
    assert len(said) == 1 and why in said[0]
    node.restart()
    wait_for(mesh.is_converged, 20, "a node that has forgotten")


def test_corrupt_file_is_set_aside_and_named(mesh):
    node = mesh["c"].node
    assert node.end() == 0
    node.write("state/runtime.json", '{"schema": 1,\n "drain": drained}\n')

    node.start()

    wait_for(mesh.is_converged, 20, "the mesh as ever")
    assert node.logged(r"error.*state/runtime\.json:2:\d+: ")
    assert os.path.exists(node.path("state/runtime.json.bad"))
    assert not os.path.exists(node.path("state/runtime.json"))
