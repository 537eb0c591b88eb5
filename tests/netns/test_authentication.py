# SPDX-License-Identifier: ISC
# test_authentication.py - passwords and hop limits, beside those who have them
"""
TCP MD5 (RFC 2385) with each rival that signs by the kernel: the same password
comes up both ways, another one does not and REASON says what may be the
matter, a password can be rotated under a session.  TTL security (RFC 5082)
beside each of them.  ExaBGP 4.2 has both, and always dials.
"""
import os

import pytest

from interop import Pair
from lab import wait_for
from node import Node
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, installed

SECRET = "correct-horse"
SIGNED = {
    "bird": (Bird, 'password "{}";'),
    "frr": (Frr, "password {}"),
    "gobgp": (Gobgp, 'auth-password = "{}"'),
    "openbgpd": (OpenBgpd, 'tcp md5sig password "{}"'),
    "exabgp": (ExaBgp, 'md5-password "{}";'),
}


def key_file(lab, text, name="key"):
    path = os.path.join(lab.folder, name)
    with open(path, "w") as file:
        file.write(text + "\n")
    os.chmod(path, 0o640)
    return path


def rivals(*names):
    return [pytest.param(*SIGNED[name], id=name, marks=pytest.mark.skipif(
        not installed(SIGNED[name][0]), reason=f"no {name}"))
        for name in names]


def pair_of(lab, rival, option, **options):
    """GoBGP and ExaBGP keep the password with what is plain of a neighbor."""
    place = {Gobgp: "plain", ExaBgp: "channel"}.get(rival, "options")
    pair = Pair(lab, rival, **options)
    for session in pair.rival.side.sessions:
        setattr(session, place, option)
    return pair


def reason(pair, name="rival-ipv4"):
    return pair.node.neighbor(name).get("reason", "")


@pytest.mark.parametrize("rival, option", rivals(*SIGNED))
def test_same_password_comes_up_in_both_families(lab_factory, rival, option):
    with lab_factory() as lab:
        key = key_file(lab, SECRET)
        pair = pair_of(lab, rival, option.format(SECRET),
                       settings=f"password-file {key}")
        # ExaBGP speaks up when an attempt has ended: somebody has to listen.
        pair.node.start()
        pair.rival.start()
        wait_for(pair.is_converged, 20, "routes both ways")


@pytest.mark.parametrize("settings", ("passive", "connect-retry 1s"))
@pytest.mark.parametrize("rival, option", rivals("bird", "frr"))
def test_either_side_may_dial(lab_factory, rival, option, settings):
    with lab_factory() as lab:
        key = key_file(lab, SECRET)
        Pair(lab, rival, options=option.format(SECRET),
             settings=f"password-file {key}; {settings}").start()


@pytest.mark.parametrize("rival, option", rivals("bird", "frr"))
def test_another_password_is_suspected(lab_factory, rival, option):
    with lab_factory() as lab:
        key = key_file(lab, SECRET)
        pair = Pair(lab, rival, options=option.format("battery-staple"),
                    settings=f"password-file {key}; connect-retry 1s")
        pair.rival.start()
        pair.node.start()

        wait_for(lambda: "without our password come in" in reason(pair), 30,
                 "the suspicion")
        assert pair.node.neighbor("rival-ipv4")["state"] != "established"
        assert pair.node.ctl("status")["signatures_wrong"] > 0


@pytest.mark.parametrize("rival, option", rivals("bird", "frr"))
def test_a_password_on_their_side_only_is_suspected(lab_factory, rival,
                                                    option):
    with lab_factory() as lab:
        pair = Pair(lab, rival, options=option.format(SECRET),
                    settings="connect-retry 1s")
        pair.rival.start()
        pair.node.start()

        wait_for(lambda: "is a password set there?" in reason(pair), 30,
                 "the suspicion")
        assert pair.node.ctl("status")["signatures_unexpected"] > 0


def two_nodes(lab, settings, other=None):
    """Two of ours on a cable, each with its key."""
    spaces = [lab.space(name) for name in ("a", "b")]
    lab.wire(*spaces)
    nodes = []
    for number, space in enumerate(spaces):
        space.add("eth0", f"10.0.0.{number + 1}/24")
        nodes.append(Node(space, "\n".join((
            "as 64512", f"node {space.name[-1]}",
            f"neighbor peer 10.0.0.{2 - number} {{ remote-as internal",
            "    connect-retry 1s", "    idle-hold 1s",
            f"    {(settings, other or settings)[number]}", "}")) + "\n"))
    return nodes


def test_rotation_keeps_the_session(lab_factory):
    with lab_factory() as lab:
        keys = [key_file(lab, SECRET, name) for name in ("a.key", "b.key")]
        nodes = two_nodes(lab, *(f"password-file {key}" for key in keys))
        for node in nodes:
            node.start()
        for node in nodes:
            wait_for(node.is_up, 20, "the session")
        before = [node.neighbor("peer")["uptime"] for node in nodes]

        for node, key in zip(nodes, keys):
            key_file(lab, "battery-staple", os.path.basename(key))
            assert "password changed" in node.reload()
        # It speaks with the new one: a refresh is asked for and answered.
        nodes[0].ctl("neighbor", "peer", "refresh")
        wait_for(lambda: [m for m in nodes[1].detail("10.0.0.1")["messages"]
                          if m["message"] == "route-refresh" and
                          m["received"]], 20, "a message that is signed anew")

        for node, uptime in zip(nodes, before):
            assert node.neighbor("peer")["state"] == "established"
            assert node.neighbor("peer")["uptime"] >= uptime


def test_ttl_security_takes_only_who_is_near(lab_factory):
    with lab_factory() as lab:
        nodes = two_nodes(lab, "ttl-security 1")
        for node in nodes:
            node.start()
        for node in nodes:
            wait_for(node.is_up, 20, "the session")


def test_ttl_security_on_one_side_only_gets_nowhere(lab_factory):
    with lab_factory() as lab:
        nodes = two_nodes(lab, "ttl-security 1", "hold-time 3s")
        for node in nodes:
            node.start()

        def held():
            reasons = [n.neighbor("peer").get("reason", "") for n in nodes]
            return any("hold timer expired" in reason or
                       "timed out" in reason for reason in reasons)
        wait_for(held, 30, "a reason")
        assert all(n.neighbor("peer")["state"] != "established"
                   for n in nodes)


NEAR = {
    "bird": (Bird, {"options": "ttl security on;"}),
    "frr": (Frr, {"options": "ttl-security hops 1"}),
    "gobgp": (Gobgp, {"options": """
[neighbors.ttl-security.config]
enabled = true
ttl-min = 255"""}),
    "openbgpd": (OpenBgpd, {"options": "ttl-security yes"}),
    "exabgp": (ExaBgp, {"channel": "incoming-ttl 255; outgoing-ttl 255;"}),
}


@pytest.mark.parametrize("name", NEAR)
def test_ttl_security_beside_rivals(lab_factory, name):
    rival, options = NEAR[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        Pair(lab, rival, settings="ttl-security 1", **options).start()


def test_thousands_of_one_password_are_one_rule(lab_factory):
    """Neighbors that are not there cost nothing; the real one comes up."""
    with lab_factory() as lab:
        key = key_file(lab, SECRET)
        many = "\n".join(
            f"neighbor n{i} 10.1.{i // 250}.{i % 250 + 1} "
            f"{{ remote-as internal; password-file {key}; disabled }}"
            for i in range(5000))
        pair = Pair(lab, Bird, options=f'password "{SECRET}";',
                    settings=f"password-file {key}")
        with open(pair.node.config, "a") as file:
            file.write(many + "\n")
        pair.rival.start()
        pair.node.start()
        wait_for(pair.rival.is_up, 20, "the sessions")
        assert "no room in the kernel" not in pair.node.log()
