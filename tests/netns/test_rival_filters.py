# SPDX-License-Identifier: ISC
# test_rival_filters.py - filters of one's own, with a rival at each side
"""
A rival in the west and one in the east, our daemon between them with filters
to both sides: what they change is read in the eastern one's table, and what a
reload of them does must reach it without a reset of a session and without a
ROUTE-REFRESH.
"""
import pytest

from lab import LabError, wait_for
from rivals import Bird
from test_rival_paths import BLOCK, NETWORK, OURS, RIVALS, WEST, Line

IN = "accept set pref 200 community add 64512:7"
OUT = """
accept source local
accept source neighbor west session neighbor east set med 99 prepend 64998 2 \
community add 64512:1:5
"""


class Filtered(Line):
    def config(self, to_west=IN, to_east=OUT):
        return (f"as {OURS}\nnode ours\nblocks {BLOCK}\n"
                f"filter in {{\n{to_west or IN}\n}}\n"
                f"filter out {{\n{to_east or OUT}\n}}\n"
                "idle-hold 100ms\nconnect-retry 200ms\n"
                f"neighbor west 10.0.1.2 {{ remote-as {self.asns[0]}\n"
                "import in; export none }\n"
                f"neighbor east 10.0.2.2 {{ remote-as {self.asns[1]}\n"
                "import none; export out }\n")

    def seen(self):
        """What the east says of the network, as it says it to people."""
        if isinstance(self.east, Bird):
            return self.east.birdc("show", "route", "for", NETWORK, "all")
        return self.east.vtysh(f"show bgp ipv4 unicast {NETWORK}")

    def wait_seen(self, *words):
        def holds():
            text = self.seen()
            missing = [w for w in words if w not in text]
            if missing:
                raise LabError(f"{missing} not in {text}")
            return True

        wait_for(holds, 20, f"{words} in the east")

    def hits(self):
        rows = self.node.ctl("show", "filters")["filters"]
        return {(row["name"], row["rule"]): row["hits"] for row in rows}

    def assert_undisturbed(self):
        for address in ("10.0.1.2", "10.0.2.2"):
            detail = self.node.detail(address)
            assert detail["established_count"] == 1, address
            sent = {m["message"]: m["sent"] for m in detail["messages"]}
            assert sent.get("route-refresh", 0) == 0, sent


@pytest.fixture
def line(rival, lab_factory):
    with lab_factory() as lab:
        yield Filtered(lab, rival)


each_rival = pytest.mark.parametrize("rival", RIVALS)


@each_rival
def test_changes_reach_the_other_side(line):
    line.start(OUT)

    line.wait_path(f"{OURS} 64998 64998 {WEST}")
    if isinstance(line.east, Bird):
        line.wait_seen("BGP.med: 99", "(64512,7)", "(64512, 1, 5)")
    else:
        line.wait_seen("metric 99", "64512:7", "64512:1:5")
    route = line.node.routes()[NETWORK]
    assert route["local_pref"] == 200
    assert (route["filter"], route["rule"]) == ("in", 1)
    assert route["place"].endswith(":5"), route["place"]


@each_rival
def test_reload_of_export_withdraws_and_tells_again(line):
    line.start(OUT)
    line.wait_path(f"{OURS} 64998 64998 {WEST}")

    line.set(to_east=f"reject {NETWORK}\naccept")
    wait_for(lambda: not line.east.path_to(NETWORK), 20, "a withdrawal")
    assert line.east.path_to(BLOCK)
    line.set(to_east="accept")

    line.wait_path(f"{OURS} {WEST}")
    line.assert_undisturbed()


@each_rival
def test_reload_of_import_judges_again(line):
    line.start(OUT)
    line.wait_path(f"{OURS} 64998 64998 {WEST}")
    assert line.hits()["in", 1] == 1

    line.set(to_west=f"reject {NETWORK}\naccept")
    wait_for(lambda: not line.east.path_to(NETWORK), 20, "a withdrawal")
    assert line.hits()["in", 1] == 1, "the new rule has held once"
    found = line.node.ctl("show", "routes", NETWORK)["routes"][0]
    assert found["status"].startswith("filtered:import in rule 1"), found
    line.set()

    line.wait_path(f"{OURS} 64998 64998 {WEST}")
    line.assert_undisturbed()
