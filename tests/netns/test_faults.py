# SPDX-License-Identifier: ISC
# test_faults.py - bad luck: no descriptors, no disk, no memory, no peace
"""
One node with a neighbor that behaves, `calm`, and others that do not.  After
each fault the calm one is still in the same session, bgpctl has its answer,
and the kernel holds exactly what it should.
"""
import itertools
import os
import re
import socket
import struct
import subprocess
import threading
import time

import pytest

import speaker as bgp
from lab import LabError, wait_for
from node import BGPD, FAMILIES, Node

# A sanitizer keeps what was freed, and memory is looked at here.
FRUGAL = {"ASAN_OPTIONS": "quarantine_size_mb=0:"
                          "thread_local_quarantine_size_kb=0"}
CONFIG = """\
as 64512
node ours
hold-time 9s
idle-hold 1s
neighbor calm 10.0.0.2 {
    remote-as 65001
    import all
    passive
}
neighbor loud 10.0.0.3 {
    remote-as 65002
    import all
    passive
}
neighbor eager 10.0.0.4 {
    remote-as 65003
    import all
    export all
    passive
}
"""
HOPS = [f"10.0.0.{n}" for n in range(2, 9)]
NUMBER = {"10.0.0.2": 65001, "10.0.0.3": 65002, "10.0.0.4": 65003}


class Talker:
    """A speaker that keeps its session up; while deaf it reads nothing."""

    def __init__(self, space, address, deaf=False):
        self.speaker = bgp.Speaker.connect(space, address, "10.0.0.1")
        if deaf:
            self.speaker.socket.setsockopt(socket.SOL_SOCKET,
                                           socket.SO_RCVBUF, 4096)
        self.speaker.establish(NUMBER[address], address,
                               bgp.multiprotocol("ipv4"), hold=9)
        self.speaker.socket.settimeout(60)
        self.address = address
        self.deaf = deaf
        self.ended = False
        self.updates = 0
        self.quiet = threading.Event()
        self.thread = threading.Thread(target=self.live, daemon=True)
        self.thread.start()

    def live(self):
        due = 0
        while not self.quiet.wait(0 if not self.deaf else 0.2):
            try:
                if time.monotonic() > due:
                    due = time.monotonic() + 1
                    self.speaker.send(bgp.KEEPALIVE)
                if not self.deaf:
                    got = self.speaker.read(0.2)
                    self.updates += got.type == bgp.UPDATE
            except TimeoutError:
                pass
            except (OSError, bgp.Closed):
                self.ended = True
                return

    def announce(self, first, count, path=(), hop=None, each=900):
        attributes = bgp.common((NUMBER[self.address], *path)) + \
            bgp.next_hop(hop or self.address)
        head = struct.pack("!HH", 0, len(attributes)) + attributes
        self.speaker.send_raw(b"".join(
            bgp.message(bgp.UPDATE, head + packed(at, min(each, left)))
            for at, left in slices(first, count, each)))

    def withdraw(self, first, count):
        self.speaker.send_raw(b"".join(
            bgp.message(bgp.UPDATE, struct.pack("!H", len(out)) + out +
                        bytes(2))
            for out in (packed(at, min(900, left))
                        for at, left in slices(first, count, 900))))

    def close(self):
        self.quiet.set()
        self.thread.join()
        self.speaker.close()


def slices(first, count, size):
    return [(first + done, count - done) for done in range(0, count, size)]


def packed(first, count):
    """As many /24 from 20.0.0.0 on, as NLRI."""
    return b"".join(
        b"\x18" + struct.pack("!I", (20 << 24) + (n << 8))[:3]
        for n in range(first, first + count))


def prefixes(first, count):
    return {f"{20 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24"
            for n in range(first, first + count)}


def knock(space, address):
    """One more connection; nobody may answer it."""
    with space:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.settimeout(3)
    made.bind((address, 0))
    made.connect(("10.0.0.1", bgp.PORT))
    return made


def resident(node):
    """MiB of memory."""
    with open(f"/proc/{node.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def descriptors(node):
    return len(os.listdir(f"/proc/{node.pid}/fd"))


def kernel(node):
    """The prefixes of our protocol that the kernel has."""
    text = node.space.ip("-4 route show proto bgp")
    return {line.split()[0] for line in text.splitlines()}


@pytest.fixture(scope="module")
def spaces(lab):
    ours, theirs = lab.space("ours"), lab.space("theirs")
    lab.wire(ours, theirs)
    ours.add("eth0", "10.0.0.1/24")
    theirs.add("eth0", *(f"{hop}/24" for hop in HOPS))
    return ours, theirs


class Stage:
    """What one test starts, and how it ends."""

    count = itertools.count(1)

    def __init__(self, ours, theirs):
        self.ours, self.theirs = ours, theirs
        self.nodes, self.talkers = [], []

    def node(self, config=CONFIG, shell="{}"):
        """A daemon; the shell's words around {} are its surroundings."""
        node = Node(self.ours, config, name=f"bgpd-{next(Stage.count)}")
        self.nodes.append(node)
        node.spawn("bash", "-c", shell.format(
            f"exec {BGPD} -f {node.config} -s {node.socket}"),
            environment=FRUGAL)
        wait_for(node.is_ready, what="the daemon's answer")
        return node

    def talker(self, address, deaf=False):
        def established():
            try:
                return Talker(self.theirs, address, deaf)
            except (OSError, bgp.Closed) as problem:
                raise LabError(repr(problem))

        self.talkers.append(wait_for(established, what="a session"))
        return self.talkers[-1]

    def close(self):
        for talker in self.talkers:
            talker.close()
        for node in self.nodes:
            node.stop()
        self.ours.flush("ipv4", "bgp")


@pytest.fixture
def stage(spaces):
    made = Stage(*spaces)
    yield made
    made.close()


# The log.

CLOSED = {"stderr": "{} 2>&-", "all three": "{} 0<&- 1>&- 2>&-"}


@pytest.mark.parametrize("which", CLOSED)
def test_closed_descriptor_is_not_taken_for_the_log(stage, which):
    node = stage.node(shell=CLOSED[which])

    assert os.readlink(f"/proc/{node.pid}/fd/2") == "/dev/null"
    assert not stage.talker("10.0.0.2").ended


GONE = {"reader that left before the first line": "{} 2> >(exec true)",
        "reader that leaves soon": "{} 2> >(exec sleep 0.1)",
        "full disk": "{} 2>/dev/full",
        "reader that never reads": "mkfifo f; exec 3<>f; {} 2>f"}


@pytest.mark.parametrize("how", GONE)
def test_log_that_takes_nothing_stops_nobody(stage, how):
    node = stage.node("log debug\n" + CONFIG, shell=GONE[how])
    calm = stage.talker("10.0.0.2")

    calm.announce(0, 500)
    for n in range(300):
        knock(stage.theirs, "10.0.0.3").close()

    wait_for(lambda: kernel(node) == prefixes(0, 500))
    assert not calm.ended


# Descriptors and connections.

def test_without_descriptors_sessions_live_and_the_rest_waits(stage):
    node = stage.node(shell="ulimit -n 24; {}")
    calm = stage.talker("10.0.0.2")

    knocks = []
    for n in range(100):
        with stage.theirs:
            made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setblocking(False)
        made.bind(("10.0.0.3", 0))
        made.connect_ex(("10.0.0.1", bgp.PORT))
        knocks.append(made)
    wait_for(lambda: descriptors(node) == 24)
    calm.announce(0, 100)
    wait_for(lambda: kernel(node) == prefixes(0, 100))
    for made in knocks:
        made.close()

    wait_for(lambda: node.neighbor("calm")["state"] == "established", 25)
    assert not calm.ended
    assert node.log().count("Too many open files") < 5


def test_flood_from_a_neighbor_fills_neither_log_nor_table(stage):
    node = stage.node()
    calm = stage.talker("10.0.0.2")
    before = descriptors(node)
    lines = len(node.log().splitlines())

    for n in range(1000):
        knock(stage.theirs, "10.0.0.3").close()
    for n in range(300):
        made = knock(stage.theirs, "10.0.0.3")
        made.sendall(bgp.message(bgp.OPEN, bgp.open_body(
            65002, "10.0.0.3", 90, bgp.multiprotocol("ipv4") +
            bgp.four_octet_as(65002))) + bgp.message(bgp.KEEPALIVE))
        made.close()

    wait_for(lambda: descriptors(node) == before)
    assert len(node.log().splitlines()) - lines < 30
    assert not calm.ended


def test_flood_beside_a_session_leaves_it_alone(stage):
    node = stage.node()
    calm = stage.talker("10.0.0.2")

    for n in range(1000):
        knock(stage.theirs, "10.0.0.2").close()

    assert node.neighbor("calm")["state"] == "established"
    assert not calm.ended


# Memory.

def test_memory_limit_costs_only_the_loud_one_its_session(stage):
    node = stage.node("memory limit 8M\n" + CONFIG)
    calm, loud = stage.talker("10.0.0.2"), stage.talker("10.0.0.3")

    try:
        loud.announce(0, 300000)
    except OSError:
        pass
    wait_for(lambda: loud.ended)
    calm.announce(0, 100)

    wait_for(lambda: kernel(node) == prefixes(0, 100))
    assert "(6/8)" in node.neighbor("loud")["reason"]
    assert not calm.ended
    assert resident(node) < 24


def test_memory_of_routes_that_went_serves_the_next(stage):
    """With the sessions kept: nobody has more than half of all paths."""
    node = stage.node("fib off\nmemory limit 8M\n" +
                      CONFIG.replace("export all", "export none"))
    three = [stage.talker(hop) for hop in HOPS[:3]]
    calm = three[0]

    for first in range(0, 60000, 1000):
        for one in three:
            one.announce(first, 1000)
    wait_for(lambda: node.logged("memory limit reached"))
    for one in three:
        one.withdraw(0, 60000)
    wait_for(lambda: node.ctl("status")["families"][0]["paths"] == 0)
    calm.announce(0, 40000)

    wait_for(lambda: node.neighbor("calm")["received"] == 40000)
    assert not [one.address for one in three if one.ended]


def test_neighbor_that_does_not_read_costs_no_memory(stage):
    node = stage.node("fib off\n" + CONFIG)
    calm, eager = stage.talker("10.0.0.2"), stage.talker("10.0.0.4", deaf=True)

    calm.announce(0, 50000)
    wait_for(lambda: node.neighbor("calm")["received"] == 50000)
    before = resident(node)
    for n in range(20):
        calm.announce(0, 50000, path=(n + 1,))
    calm.announce(50000, 1)
    wait_for(lambda: node.neighbor("calm")["received"] == 50001, 30)

    assert resident(node) - before < 4
    assert not calm.ended and not eager.ended


def test_reloads_while_routes_flow_leak_nothing(stage):
    node = stage.node("fib off\n" + CONFIG)
    calm, eager = stage.talker("10.0.0.2"), stage.talker("10.0.0.4")
    sizes = []

    for n in range(60):
        calm.announce(0, 5000, path=(n + 1,))
        node.reload("fib off\n" + CONFIG +
                    f"neighbor guest 10.0.0.{5 + n % 3} {{\n"
                    f"    remote-as {65009 + n % 2}\n    export none\n"
                    "    import all\n    passive\n}\n"
                    f"blocks 10.244.{n}.0/26\n")
        sizes.append(resident(node))

    assert max(sizes[30:]) - max(sizes[:30]) < 1
    assert not calm.ended and not eager.ended


# Changes.

def test_last_of_ten_thousand_flaps_wins(stage):
    node = stage.node()
    calm, eager = stage.talker("10.0.0.2"), stage.talker("10.0.0.4")
    before = resident(node)

    for n in range(5000):
        calm.withdraw(0, 1)
        calm.announce(0, 1, path=(n + 1,))
    calm.withdraw(1, 1)
    calm.announce(0, 1, path=(70000,))

    wait_for(lambda: "70000" in str(node.routes().get("20.0.0.0/24")))
    wait_for(lambda: kernel(node) == prefixes(0, 1))
    assert eager.updates < 2000
    assert resident(node) - before < 2


def test_killed_while_installing_the_next_has_it_exact(stage):
    node = stage.node()
    calm = stage.talker("10.0.0.2")

    calm.announce(0, 50000)
    wait_for(lambda: len(kernel(node)) > 3000)
    node.kill()
    calm.close()
    node = stage.node()
    calm = stage.talker("10.0.0.2")
    calm.announce(2000, 20000)
    calm.speaker.send(bgp.UPDATE, bgp.end_of_rib("ipv4"))

    wait_for(lambda: kernel(node) == prefixes(2000, 20000), 20)
    assert node.is_in_sync()


def test_address_that_comes_and_goes_leaves_all_as_it_was(stage):
    node = stage.node()
    calm = stage.talker("10.0.0.2")
    calm.announce(0, 500)
    wait_for(lambda: kernel(node) == prefixes(0, 500))

    for n in range(50):
        stage.ours.remove("eth0", "10.0.0.1/24")
        stage.ours.add("eth0", "10.0.0.1/24")

    wait_for(lambda: kernel(node) == prefixes(0, 500))
    wait_for(node.is_in_sync)
    assert not calm.ended


def test_interface_that_is_removed_takes_its_own_and_no_more(lab, stage):
    lab.wire(stage.ours, stage.theirs, "eth1", "eth1")
    stage.ours.add("eth1", "10.1.0.1/24")
    stage.theirs.add("eth1", "10.1.0.2/24")
    node = stage.node(CONFIG + "address ipv4 interface eth0\n")
    calm, loud = stage.talker("10.0.0.2"), stage.talker("10.0.0.3")
    calm.announce(0, 300)
    loud.announce(1000, 300, hop="10.1.0.2")
    wait_for(lambda: kernel(node) == prefixes(0, 300) | prefixes(1000, 300))

    stage.ours.ip("link del eth1")

    wait_for(lambda: kernel(node) == prefixes(0, 300))
    wait_for(lambda: set(node.fib()) == prefixes(0, 300))
    assert not calm.ended and not loud.ended


# Many of them.

HUGE = {
    "10,000 neighbors": (
        f"neighbor n{n} 10.{n >> 8}.{n & 255}.1 {{ remote-as internal }}\n"
        for n in range(10000)),
    "mesh of 10,000": itertools.chain(
        ["mesh {\n node ours 10.200.0.1\n"],
        (f" node n{n} 10.{n >> 8}.{n & 255}.1 fd00::{n:x}:1\n"
         for n in range(10000)), ["}\n"]),
    "100,000 prefixes": (f"announce {prefix}\n"
                         for prefix in sorted(prefixes(0, 100000))),
    "100,000 errors": itertools.repeat("blok 10.0.0.0/26\n", 100000),
}


@pytest.mark.parametrize("kind", HUGE)
def test_huge_config_is_judged_within_two_seconds(lab, kind):
    path = os.path.join(lab.folder, "huge.conf")
    with open(path, "w") as file:
        file.write("as 64512\nnode ours\n" + "".join(HUGE[kind]))
    begin = time.monotonic()

    done = subprocess.run([BGPD, "-n", "-f", path], capture_output=True)

    assert time.monotonic() - begin < 2
    assert done.returncode == (1 if kind == "100,000 errors" else 0)


SIZE = 20


def test_mesh_that_starts_in_one_second_is_up_soon(lab_factory):
    """
    The kernel has one table of link-layer neighbors for all namespaces, and
    a mesh of fifty fills it; permanent entries are not counted.
    """
    text = "as 64512\nmesh {\n" + "".join(
        f"    node m{n} 10.0.0.{n} fd00::{n}\n"
        for n in range(1, SIZE + 1)) + "}\n"
    with lab_factory() as lab:
        lab.bridge()
        nodes = {}
        for n in range(1, SIZE + 1):
            space = lab.space(f"m{n}")
            lab.plug(space, f"10.0.0.{n}/16", f"fd00::{n}/64")
            nodes[n] = Node(space, f"{text}node m{n}\n"
                            f"blocks 10.244.{n}.0/26 fd00:10:244:{n}::/122\n")
        macs = {n: node.space.ip_json("link show eth0")[0]["address"]
                for n, node in nodes.items()}
        for n, node in nodes.items():
            node.space.batch(
                [f"neigh replace {address} lladdr {mac} dev eth0 nud permanent"
                 for m, mac in macs.items() if m != n
                 for address in (f"10.0.0.{m}", f"fd00::{m}")])

        for node in nodes.values():
            node.start(ready=False)

        wait_for(lambda: all(node.is_up() for node in nodes.values()), 30)
        for node in nodes.values():
            for family in FAMILIES:
                wait_for(lambda: len(node.installed(family)) == SIZE)
