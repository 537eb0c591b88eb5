# SPDX-License-Identifier: ISC
# interop.py - our daemon and a rival on a cable, routes both ways
"""
A Pair joins the two and says who announces what; the checks are the same for
every rival: the exact prefix and next hop in the rival's table, in ours, and
in the kernel, for each family.
"""
import pytest

from lab import wait_for
from node import FAMILIES, METRIC, Node
from rivals import Session, Side, installed

OURS = {"ipv4": "10.0.0.1", "ipv6": "fd00::1"}
THEIRS = {"ipv4": "10.0.0.2", "ipv6": "fd00::2"}
BLOCKS = {"ipv4": "10.244.1.0/26", "ipv6": "fd00:10:244:1::/122"}
NETWORKS = {"ipv4": ["192.168.9.0/24", "192.168.16.0/20"],
            "ipv6": ["2001:db8:9::/48", "2001:db8:a000::/36"]}
BOTH = FAMILIES

# The sessions of pairs that are about something else than families.
OVER_IPV6 = (("ipv6", BOTH),)
ONE = (("ipv4", ("ipv4",)),)
NAME = "rival-ipv4"
NETWORK = NETWORKS["ipv4"][0]


class Pair:
    """
    sessions: for each session the family of its addresses and the families
    that it carries.  options and channel are the rival's, of a session and
    of each of its families; settings are ours, of each neighbor.
    """

    def __init__(self, lab, rival, local_as=64512, remote_as=65001,
                 sessions=(("ipv4", ("ipv4",)), ("ipv6", ("ipv6",))),
                 options="", channel="", settings=""):
        self.ours, self.theirs = lab.space("ours"), lab.space("theirs")
        lab.wire(self.ours, self.theirs)
        self.ours.add("eth0", "10.0.0.1/24", "fd00::1/64")
        self.theirs.add("eth0", "10.0.0.2/24", "fd00::2/64")
        self.sessions, self.settings = sessions, settings
        self.node = Node(self.ours, self.config(local_as, remote_as))
        self.rival = rival(self.theirs, Side(
            THEIRS["ipv4"], remote_as,
            [Session(THEIRS[over], OURS[over], local_as, families, options,
                     channel)
             for over, families in sessions], NETWORKS))

    def config(self, local_as, remote_as):
        lines = [f"as {local_as}", "node ours",
                 f"blocks {BLOCKS['ipv4']} {BLOCKS['ipv6']}"]
        for over, families in self.sessions:
            lines += [f"neighbor rival-{over} {THEIRS[over]} {{",
                      f"    remote-as {remote_as}",
                      f"    families {' '.join(families)}",
                      "    import all", "    export own-blocks",
                      "    idle-hold 1s", self.settings, "}"]
        return "\n".join(lines) + "\n"

    def start(self):
        self.rival.start()
        self.node.start()
        wait_for(self.is_converged, 20, "routes both ways")
        return self

    def is_converged(self):
        self.node.is_up()
        self.rival.is_up()
        for family in FAMILIES:
            self.check_theirs(family)
            self.check_ours(family)
            self.check_kernel(family)
        return self.node.is_in_sync()

    def check_theirs(self, family):
        """What the rival holds is our block, from our address."""
        assert self.rival.routes(family) == {BLOCKS[family]: OURS[family]}

    def check_ours(self, family):
        found = self.node.routes(family)
        paths = {p: path["next_hop"] for p, path in found.items()
                 if p != BLOCKS[family]}
        assert paths == {p: THEIRS[family] for p in NETWORKS[family]}
        assert BLOCKS[family] in found

    def check_kernel(self, family):
        routes = self.ours.routes(family)
        for prefix in NETWORKS[family]:
            route = routes.get(prefix)
            assert route, f"{prefix} is not in the kernel"
            assert (route["gateway"], route["dev"], route["protocol"],
                    route["metric"]) == (THEIRS[family], "eth0", "bgp",
                                         METRIC)

    def check_gone(self):
        """All that came from the rival is withdrawn."""
        for family in FAMILIES:
            assert list(self.node.routes(family)) == [BLOCKS[family]]
            assert self.node.installed(family) == \
                {BLOCKS[family]: "blackhole"}
        return True


def needs(rival):
    """A mark for a test that is about this one."""
    return pytest.mark.skipif(not installed(rival),
                              reason=f"no {rival.__name__}")


def up(pair):
    pair.rival.start()
    pair.node.start()
    wait_for(lambda: pair.node.is_up() and pair.rival.is_up(), 20,
             "the session")
    return pair


def capability(pair, name, over="ipv4"):
    """(sent, received, used) of a session."""
    for row in pair.node.detail(THEIRS[over])["capabilities"]:
        if row["capability"] == name:
            return row["sent"], row["received"], row["used"]
    return False, False, False


def counted(pair, message, way, over="ipv4"):
    return next(row[way] for row in pair.node.detail(THEIRS[over])["messages"]
                if row["message"] == message)


def learned(pair, prefix=NETWORK):
    """The path of theirs, or None."""
    return pair.node.routes().get(prefix)
