# SPDX-License-Identifier: ISC
# test_doctor.py - what is wrong with a node, and that the fix it prints mends it
"""
Each fault is made in the kernel of a namespace, `bgpctl doctor` must name it,
and the line that it prints is run in a shell, as it stands.  Then the check is
good, and in the story of the cluster that was switched to dual stack the pods
reach each other.

Not made here, for a namespace has no such setting: a neighbor table that is
too small (gc_thresh3), a kernel without IPv6, and a clock that is not kept;
tests/test_doctor.c judges them by their values.
"""
import json
import os
import re

import pytest

from cluster import Cluster
from lab import wait_for
from node import BGPCTL, FAMILIES
from test_tls import HOSTS, Two
from watch import answers


class Doctor:
    """Asks and obeys."""

    def __init__(self, node):
        self.node = node
        self.space = node.space

    def run(self, *words):
        """In the namespace: it looks at the kernel there by itself."""
        text = self.space.run(BGPCTL, "-j", "-s", self.node.socket, "doctor",
                              *words, check=False)
        return json.loads(text)

    def findings(self, check, *words):
        """[(result, evidence)] of one check."""
        return [(row["result"], row["evidence"])
                for row in self.run(check, *words)["checks"]]

    def ailing(self):
        return {row["check"] for row in self.run()["checks"]
                if row["result"] in ("warn", "fail")}

    def fixes(self, *words):
        answer = self.run(*words)
        for row in answer["remedies"]:
            assert row["why"]
        return [row["fix"] for row in answer["remedies"]]

    def obey(self, *words):
        """Each line as it stands, as an operator would paste it."""
        lines = self.fixes(*words)
        assert lines
        for line in lines:
            self.shell(line)

    def shell(self, line):
        """OpenBGPD has a bgpctl too."""
        return self.space.run("env", f"PATH={os.path.dirname(BGPCTL)}:"
                              f"{os.environ['PATH']}", "sh", "-c", line)

    def is_good(self, check):
        found = self.findings(check)
        assert all(result == "ok" for result, _ in found), found
        return True


@pytest.fixture(scope="module")
def mesh(lab):
    made = Cluster(lab).start()
    made.doctor = Doctor(made["b"].node)
    return made


@pytest.fixture
def doctor(mesh):
    """Of b; whatever a test did to it is mended in the end."""
    yield mesh.doctor
    mesh.wait_converged()


def mended(doctor, check, pattern, result="fail"):
    """The fault is named, its fix is run, and it is gone."""
    wait_for(lambda: any(found == result and re.search(pattern, text)
                         for found, text in doctor.findings(check)),
             what=f"{check}: {pattern}")
    doctor.obey(check)
    wait_for(lambda: doctor.is_good(check), what=f"{check} mended")


def test_nothing_is_wrong_with_a_good_node(doctor):
    found = doctor.run("--probe")

    bad = [row for row in found["checks"]
           if row["result"] not in ("ok", "skip")]
    assert not bad
    assert not found["remedies"]
    assert found["count"] == len(found["checks"]) >= 20
    assert doctor.findings("ping", "--probe") == [("ok", "8 hosts answer")]


@pytest.mark.parametrize("key, pattern", (
    ("net.ipv4.ip_forward", "ipv4: net.ipv4.ip_forward is 0"),
    ("net.ipv6.conf.all.forwarding", "ipv6: net.ipv6.conf.all.forwarding is 0"),
    ("net.ipv4.conf.eth0.forwarding", "ipv4: eth0 does not forward, the upl"),
    ("net.ipv4.conf.cali-pod-b1.forwarding",
     "ipv4: cali-pod-b1 does not forward, a pod's side")))
def test_forwarding_off(doctor, key, pattern):
    doctor.space.sysctl(f"{key}=0")

    mended(doctor, "forwarding", pattern)


def test_ipv6_off_on_an_uplink(mesh, doctor):
    doctor.space.sysctl("net.ipv6.conf.eth0.disable_ipv6=1")

    mended(doctor, "v6-disabled", "IPv6 is off on eth0, the uplink")
    # Its addresses went with it.
    mended(doctor, "address", "ipv6: ")


def test_ipv6_off_for_links_to_come(doctor):
    doctor.space.sysctl("net.ipv6.conf.default.disable_ipv6=1")

    mended(doctor, "v6-disabled", "each link that is made from now on", "warn")


def test_router_advertisements_that_will_be_ignored(doctor):
    doctor.space.sysctl("net.ipv6.conf.eth0.accept_ra=1")
    doctor.space.ip("-6 route add default via fd00::fe dev eth0 proto ra "
                    "metric 5000")

    mended(doctor, "accept-ra", "eth0 takes its default route from router adv")
    doctor.space.ip("-6 route del default via fd00::fe dev eth0 proto ra "
                    "metric 5000")


def test_strict_reverse_path_filter_with_two_uplinks(doctor):
    space = doctor.space
    space.ip("link add more type veth peer name more2")
    space.ip("link set more2 up")
    space.ip("link set more up")
    space.ip("route add default dev more")
    space.sysctl("net.ipv4.conf.eth0.rp_filter=1")

    mended(doctor, "rp-filter", "eth0, one of 2 uplinks", "warn")
    space.sysctl("net.ipv4.conf.eth0.rp_filter=0")
    space.ip("link del more")


def test_duplicate_address(mesh, doctor):
    """c has it too; it is taken away there before the fix is run."""
    space = doctor.space
    mesh["c"].space.add("eth0", "fd00::77/64")
    space.sysctl("net.ipv6.conf.all.accept_dad=1",
                 "net.ipv6.conf.eth0.accept_dad=1")
    space.add("eth0", "fd00::77/64", dad=True)
    wait_for(lambda: "dadfailed" in space.ip("-6 addr show dev eth0"),
             what="the duplicate")

    assert any(r == "fail" and "fd00::77 on eth0: another host has it" in text
               for r, text in doctor.findings("dad"))
    mesh["c"].space.remove("eth0", "fd00::77/64")
    doctor.obey("dad")
    wait_for(lambda: doctor.is_good("dad"), what="DAD")
    space.remove("eth0", "fd00::77/64")


def test_address_that_expires(doctor):
    doctor.space.ip("-6 addr change fd00::2/64 dev eth0 valid_lft 3600 "
                    "preferred_lft 3600")

    mended(doctor, "addr-stable", "fd00::2 on eth0 expires within a day",
           "warn")


def test_pods_with_a_larger_mtu_than_the_uplink(doctor):
    doctor.space.ip("link set eth0 mtu 1400")

    mended(doctor, "mtu", "cali-pod-b1 has MTU 1500 and the uplink 1400",
           "warn")
    for device in ("eth0", "cali-pod-b1", "cali-pod-b2"):
        doctor.space.ip(f"link set {device} mtu 1500")


def test_mtu_too_small_for_ipv6(doctor):
    doctor.space.ip("link set cali-pod-b1 mtu 1000")

    mended(doctor, "mtu", "cali-pod-b1 has MTU 1000, and IPv6 needs 1280")
    doctor.space.ip("link set cali-pod-b1 mtu 1500")
    restore_pod(doctor.space)


def restore_pod(space):
    """A link whose MTU was too small lost IPv6, its addresses and routes."""
    space.add("cali-pod-b1", "fe80::1/64")
    space.ip("-6 route replace fd00:10:244:2::2 dev cali-pod-b1")


def test_forwarded_packets_are_dropped(mesh, doctor):
    doctor.space.run("nft", "add table inet wall")
    doctor.space.run("nft", "add chain inet wall FORWARD { type filter hook "
                     "forward priority 0 ; policy drop ; }")
    _, pod = mesh["b"].pods[0]
    assert not answers(pod, mesh["c"].pod_address(2, "ipv4"))

    mended(doctor, "forward-drop", "chain FORWARD of table inet wall has policy")
    for family in FAMILIES:
        assert answers(pod, mesh["c"].pod_address(2, family))
    doctor.space.run("nft", "delete table inet wall")


def test_port_that_a_filter_closes(doctor):
    doctor.space.drop("closed", incoming="tcp dport 179 tcp flags syn")

    found = doctor.findings("port-179")
    assert {r for r, _ in found} == {"fail"}
    assert all("a packet filter drops it" in text for _, text in found)
    # The fix shows the rule: whose it is, an operator must know.
    assert any("tcp dport 179" in doctor.shell(line)
               for line in doctor.fixes("port-179"))
    doctor.space.undrop("closed")
    assert doctor.is_good("port-179")


def test_route_of_somebody_else_in_the_way(mesh, doctor):
    for family, gateway in (("ipv4", "10.0.0.1"), ("ipv6", "fd00::1")):
        doctor.space.ip(f"-{family[-1]} route add {mesh['c'].block[family]} "
                        f"via {gateway} metric 5 proto static")

    mended(doctor, "fib-conflict", "10.244.3.0/26: beaten by a route of "
           "protocol static, metric 5")


def test_rule_that_leads_away(doctor):
    doctor.space.ip("rule add to 10.244.0.0/16 lookup 77 priority 500")

    mended(doctor, "fib-conflict", "rule 500 sends 10.244.0.0/16 to table 77",
           "warn")


def test_routes_that_bird_left(doctor):
    doctor.space.ip("route add 10.250.1.0/26 via 10.0.0.1 proto bird")
    doctor.space.ip("-6 route add fd00:250::/64 via fd00::1 proto bird")

    mended(doctor, "fib-conflict", "routes of BIRD: 1", "warn")


def test_host_without_a_link_address(mesh, doctor):
    doctor.space.ip("route add 10.251.0.0/24 via 10.0.0.99")
    answers(doctor.space, "10.0.0.99")

    mended(doctor, "neigh", "10.0.0.99 on eth0 answers no question")
    doctor.space.ip("route del 10.251.0.0/24")


def test_blocks_that_make_no_sense(mesh, doctor):
    node = mesh["b"].node
    node.bgpctl("block", "add", "192.0.2.0/26")
    node.bgpctl("block", "add", "10.0.0.128/26")

    found = doctor.findings("block-sanity")
    assert ("fail", "block 192.0.2.0/26 is in no pool: other nodes take only "
            "what is") in found
    assert any("block 10.0.0.128/26 overlaps the subnet of 10.0.0.2/24" in text
               for _, text in found)
    node.bgpctl("block", "remove", "192.0.2.0/26")
    node.bgpctl("block", "remove", "10.0.0.128/26")
    assert doctor.is_good("block-sanity")


def test_descriptors_running_out(mesh, doctor):
    (_, text), = doctor.findings("limits")
    used = int(re.search(r"bgpd has (\d+) descriptors", text)[1])
    limit = used + 2
    doctor.space.run("prlimit", "--pid", str(mesh["b"].node.pid),
                     f"--nofile={limit}:")

    mended(doctor, "limits", f"descriptors of at most {limit}", "warn")


def test_one_family_without_a_session(mesh, doctor):
    doctor.space.drop("half", incoming="ip6 saddr fd00::3 tcp dport 179",
                      outgoing="ip6 daddr fd00::3 tcp dport 179")
    mesh["b"].node.bgpctl("neighbor", "fd00::3", "clear")

    wait_for(lambda: any(r == "fail" and
                         "node-c: no session for ipv6" in text
                         for r, text in doctor.findings("dual-stack")),
             what="the finding")
    doctor.space.undrop("half")


def test_daemon_that_is_down_is_a_finding_beside_others(mesh, doctor):
    """What the kernel alone tells is told."""
    node = mesh["b"].node
    node.kill()
    doctor.space.sysctl("net.ipv6.conf.all.forwarding=0")
    try:
        ailing = doctor.ailing()
        assert {"daemon", "forwarding"} <= ailing
        skipped = {row["check"] for row in doctor.run()["checks"]
                   if row["result"] == "skip"}
        assert {"address", "dual-stack", "fib-drift"} <= skipped
        doctor.obey("forwarding")
    finally:
        node.start()


def test_link_with_a_name_that_is_no_text(doctor):
    """Bytes that are no UTF-8, and what a shell would run."""
    name = b"x\xff';reboot;'"
    doctor.space.run("ip", "link", "add", name, "type", "veth", "peer",
                     "name", "odd")
    doctor.space.run("ip", "link", "set", name, "up", "mtu", "1000")
    doctor.space.run("ip", "route", "add", "10.244.2.9/32", "dev", name)

    (_, text), = doctor.findings("mtu")
    assert "has MTU 1000" in text
    (fix,) = doctor.fixes("mtu")
    assert fix == r"ip link set dev 'x?'\'';reboot;'\''' mtu 1280"
    doctor.space.ip("link del odd")


def test_command_line(mesh, doctor):
    done = mesh["b"].node.bgpctl("doctor", "forwardin")
    assert done.returncode == 2
    assert "no check 'forwardin'" in done.stderr
    assert "v6-route-limit" in done.stderr


def test_certificate_that_ends_soon(lab_factory):
    """The new one is put there and taken by the daemon itself."""
    with lab_factory() as lab:
        two = Two(lab)
        two.authority.issue("a", HOSTS["a"], days=3)
        two.start()
        doctor = Doctor(two.nodes["a"])
        (result, text), = doctor.findings("certificates")
        assert result == "warn" and re.search("a.pem ends in [23] days", text)
        assert "issuer" in "".join(doctor.shell(line) for line in
                                   doctor.fixes("certificates"))

        two.authority.issue("a", HOSTS["a"])
        two.nodes["a"].reload()

        wait_for(lambda: doctor.is_good("certificates"), what="the new one")


# ---- the story ------------------------------------------------------------

class Switched(Cluster):
    """Nodes with IPv4 alone, as before the cluster became dual stack."""

    def is_half_way(self):
        """IPv4 works, whatever IPv6 does."""
        for member in self.members:
            rows = [row for row in member.node.neighbors()
                    if "." in row["address"]]
            assert all(row["state"] == "established" for row in rows)
            assert len(member.node.installed("ipv4")) == len(self.members)
        return True


def test_story_of_the_cluster_that_became_dual_stack(lab_factory):
    """
    Both nodes lost their IPv6 addresses but for fe80::, and forward none; the
    config wants IPv6.  The doctor is obeyed until it has nothing to say.
    """
    with lab_factory() as lab:
        cluster = Switched(lab, 2)
        for member in cluster.members:
            member.space.remove("eth0", f"{member.address['ipv6']}/64")
            member.space.sysctl("net.ipv6.conf.all.forwarding=0")
            member.node.start()
        wait_for(cluster.is_half_way, 20, "IPv4")
        (_, pod), far = cluster["a"].pods[0], cluster["b"]
        assert answers(pod, far.pod_address(2, "ipv4"))
        assert not answers(pod, far.pod_address(2, "ipv6"))

        for member in cluster.members:
            doctor = Doctor(member.node)
            found = doctor.run()
            told = {(row["check"], row["evidence"])
                    for row in found["checks"] if row["result"] == "fail"}
            assert ("forwarding", "ipv6: net.ipv6.conf.all.forwarding is 0") \
                in told
            assert any(check == "address" and "ipv6: " in text
                       for check, text in told), told
            assert any(check == "dual-stack" and
                       member.block["ipv6"] in text for check, text in told)
            for row in found["remedies"]:
                if row["check"] in ("forwarding", "address"):
                    doctor.shell(row["fix"])

        wait_for(lambda: answers(pod, far.pod_address(2, "ipv6")), 20,
                 "the pods to reach each other")
        cluster.wait_converged()
        for member in cluster.members:
            doctor = Doctor(member.node)
            wait_for(lambda: not doctor.ailing(), what="nothing left to say")
            assert doctor.findings("ping", "--probe")[0][0] == "ok"
