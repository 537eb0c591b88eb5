# SPDX-License-Identifier: ISC
# dut.py - who is tested: our daemon, or another one to test the tests
"""
make() gives a daemon that knows the neighbours.  CONFORMANCE_DUT=bird puts
BIRD there, which shows whether a case asks for what others do as well.
"""
import os

from lab import Daemon, run, wait_for
from node import Node

NAME = os.environ.get("CONFORMANCE_DUT", "bgpd")
# BIRD lets a neighbour rest for a second after an error.
TESTERS = {"bgpd": 12, "bird": 180}[NAME]
COMMON = """\
as 64512
node ours
router-id 10.0.0.1
cluster-id 10.0.0.250
"""
BIRD = """\
log stderr all;
router id 10.0.0.1;
protocol device { scan time 1; }
protocol direct { ipv4; ipv6; }
template bgp common {
    local 10.0.0.1 as 64512;
    error wait time 1, 1;
    error forget time 1;
    passive on;
    ipv4 { import all; export where source = RTS_BGP; };
    ipv6 { import all; export where source = RTS_BGP; };
}
"""


def ours(space, neighbors, settings):
    lines = [COMMON]
    # Sets in paths are part of many cases; that they are refused is one of
    # test_path_settings.py.
    for word, usual in (("idle-hold", "0s"), ("fib", "off"),
                        ("reject-as-set", "off")):
        if word not in settings:
            lines.append(f"{word} {usual}\n")
    lines.append(f"{settings}\n")
    for n in neighbors:
        lines.append(f"neighbor {n.name} {n.address} {{\n"
                     f"remote-as {n.asn}; families ipv4 ipv6\n")
        if "port" not in n.options:
            lines.append("passive\n")
        for word in ("import", "export"):
            if word not in n.options:
                lines.append(f"{word} all\n")
        lines.append({"client": "reflector-client\n"}.get(n.kind, ""))
        lines.append(f"{n.options}\n}}\n")
    return Node(space, "".join(lines))


class Bird(Daemon):
    def __init__(self, space, neighbors, settings):
        super().__init__(space, "bird")
        lines = [BIRD]
        for n in neighbors:
            lines.append(f"protocol bgp {n.name} from common {{\n"
                         f"neighbor {n.address} as {n.asn};\n")
            if n.kind == "client":
                lines.append("rr client; rr cluster id 10.0.0.250;\n")
            for option in n.options.split(";"):
                word, *values = option.split()[:2] or [""]
                if word == "hold-time":
                    lines.append(f"hold time {values[0][:-1]};\n")
                if word == "port":
                    lines.append(f"neighbor port {values[0]}; passive off;\n")
                    lines.append("connect delay time 1;\n")
            lines.append("}\n")
        self.write("bird.conf", "".join(lines))

    def start(self):
        self.spawn("/usr/sbin/bird", "-f", "-c", self.path("bird.conf"),
                   "-s", self.path("bird.ctl"))
        wait_for(lambda: run("/usr/sbin/birdc", "-s", self.path("bird.ctl"),
                             "show", "status"), what="bird answering")
        return self


def make(space, neighbors, settings=""):
    """Each line of settings and options is of our language."""
    return {"bird": Bird, "bgpd": ours}[NAME](space, neighbors, settings)
