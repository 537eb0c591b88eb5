# SPDX-License-Identifier: ISC
# test_memory.py - bgpctl show memory against what the allocator says
"""
Whoever owns memory says how much it is; the allocator knows the sum.  What
nobody says is `other`, and must be little, both of many peers and of many
routes.
"""
import pytest

from crowd import Crowd, addresses
from lab import wait_for
from node import Node

PEERS = 300
ROUTES = 100_000
FIRST = "10.1.0.1"

CONFIG = """\
as 64512
node ours
fib off
blocks 10.244.1.0/26
group clients {
    remote-as internal
    passive
    neighbors 10.1.0.0/16 limit 1000
}
"""


def spent(node):
    rows = {row["kind"]: row["bytes"]
            for row in node.ctl("show", "memory")["memory"]}
    if rows["total"] == 0:
        pytest.skip("the allocator of the sanitizers does not tell")
    return rows


def adds_up(rows):
    assert sum(rows.values()) == 2 * rows["total"], rows
    assert rows["other"] <= rows["total"] / 10, rows
    return True


def test_memory_by_kind_adds_up_to_what_the_allocator_gave(lab_factory):
    with lab_factory() as lab:
        ours, theirs = lab.space("ours"), lab.space("theirs")
        lab.wire(ours, theirs)
        ours.add("eth0", "10.1.255.254/16")
        theirs.batch([f"addr add {address}/16 dev eth0"
                      for address in addresses(FIRST, PEERS)])
        node = Node(ours, CONFIG).start()
        assert adds_up(spent(node))

        with Crowd(theirs.id, "10.1.255.254", FIRST, PEERS) as crowd:
            assert crowd.ask("up")["up"] == PEERS
            wait_for(lambda: node.ctl("status")["established"] == PEERS)
            many_peers = spent(node)
            assert adds_up(many_peers)
            crowd.ask(f"table {ROUTES}")
            wait_for(lambda: node.ctl("status")["families"][0]["routes"]
                     == ROUTES + 1, 60)
            many_routes = spent(node)
            assert adds_up(many_routes)

        assert many_peers["sessions"] > 1000 * PEERS
        assert many_routes["paths"] > 40 * ROUTES
        assert many_routes["paths"] > many_peers["paths"]
