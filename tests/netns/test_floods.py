# SPDX-License-Identifier: ISC
# test_floods.py - neighbors that ask for much work with few octets
"""
One neighbor has many routes and then says something cheap, thousands of
times: the daemon goes on answering, which is how its loop is seen to turn,
and a neighbor that did nothing keeps its session.
"""
import struct
import time

import pytest

import speaker as bgp
from lab import wait_for
from node import Node

CONFIG = """\
as 64512
node ours
fib off
group inside {
    remote-as internal
    passive
    neighbor loud 10.0.0.2
    neighbor quiet 10.0.0.3 { hold-time 3s }
}
"""
ROUTES = 60000
ATTRIBUTES = bgp.common((), 100) + bgp.next_hop("10.0.0.2")
ENHANCED = bgp.multiprotocol("ipv4") + \
    bgp.capability(bgp.ROUTE_REFRESH) + bgp.capability(70)
REQUEST, BEGIN, END = range(3)


def refresh(subtype):
    return bgp.message(bgp.REFRESH, struct.pack("!HBB", 1, subtype, 1))


def update(prefixes):
    """The prefixes as they stand on the wire."""
    return bgp.message(bgp.UPDATE, struct.pack("!HH", 0, len(ATTRIBUTES))
                       + ATTRIBUTES + prefixes)


def prefixes(begin, end):
    return b"".join(struct.pack("!BI", 24, (20 << 16 | n) << 8)[:4]
                    for n in range(begin, end))


@pytest.fixture(scope="module")
def node(lab):
    ours, theirs = lab.space("ours"), lab.space("theirs")
    lab.wire(ours, theirs)
    ours.add("eth0", "10.0.0.1/24")
    theirs.add("eth0", "10.0.0.2/24", "10.0.0.3/24")
    made = Node(ours, CONFIG).start()
    made.loud, made.quiet = (
        bgp.Speaker.connect(theirs, address, "10.0.0.1")
        for address in ("10.0.0.2", "10.0.0.3"))
    made.quiet.establish(64512, "10.0.0.3", ENHANCED)
    made.loud.establish(64512, "10.0.0.2", ENHANCED)
    made.loud.socket.settimeout(30)
    made.loud.send_raw(b"".join(
        update(prefixes(n, n + 600)) for n in range(0, ROUTES, 600)))
    wait_for(lambda: made.neighbor("loud")["received"] == ROUTES)
    yield made
    made.loud.close()
    made.quiet.close()


FLOODS = {
    "begin": refresh(BEGIN),
    "begin and one route": refresh(BEGIN) + update(prefixes(0, 1)),
    "request": refresh(REQUEST),
    "end": refresh(END),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_loop_turns_while_a_neighbor_floods(node, kind):
    node.loud.send_raw(FLOODS[kind] * 8000)
    begin = time.monotonic()
    node.quiet.send(bgp.KEEPALIVE)

    def all_is_heard():
        return node.neighbor("quiet")["state"] == "established" and \
            unread(node) == 0
    wait_for(all_is_heard, 30)

    assert time.monotonic() - begin < 1
    assert node.neighbor("loud")["state"] == "established"


def unread(node):
    """Octets of the loud one that its kernel has still to deliver."""
    rows = node.space.run("ss", "-tnH", "sport", "=", "179", "dst",
                          "10.0.0.2").split()
    return int(rows[1])


def test_what_was_marked_goes_at_the_end(node):
    """All the same: what a refresh has not said again is swept."""
    node.loud.send_raw(refresh(BEGIN) + update(prefixes(0, 600))
                       + refresh(BEGIN) + update(prefixes(300, 900))
                       + refresh(END))

    wait_for(lambda: node.neighbor("loud")["received"] == 600, 10)
