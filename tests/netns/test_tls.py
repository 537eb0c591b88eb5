# SPDX-License-Identifier: ISC
# test_tls.py - sessions over TLS between own daemons
"""
Two daemons that prove to each other who they are: which connection is
encrypted, what each refusal says, what a renewed certificate does to a session
that is up.
"""
import os
import re
import shutil
import time

import pytest

import web
from certs import TRUST, Authority
from lab import wait_for
from node import Node
from watch import Capture

HOSTS = {"a": "10.0.0.1", "b": "10.0.0.2"}
OTHER = {"a": "b", "b": "a"}


class Two:
    """more: settings of the one neighbor, by node; tls: what it says there."""

    def __init__(self, lab, tls=None, more=None):
        self.authority = Authority(lab.folder + "/pki")
        self.tls, self.more = tls or {}, more or {}
        self.nodes = {}
        lab.bridge()
        for name, address in HOSTS.items():
            space = lab.space(name)
            lab.plug(space, f"{address}/24")
            self.authority.issue(name, address)
            self.nodes[name] = Node(space, self.text(name))

    def text(self, name):
        other = OTHER[name]
        tls = self.tls.get(name, self.authority.settings(name))
        return (f"as 64512\nnode {name}\nfib off\n"
                f"blocks 10.244.{ord(name) - 96}.0/26\n"
                f"neighbor {other} {HOSTS[other]} {{\n"
                f"    remote-as internal; connect-retry 500ms; "
                f"idle-hold 300ms\n    {tls}\n"
                f"    {self.more.get(name, '')}\n}}\n")

    def start(self, up=True):
        for node in self.nodes.values():
            node.start()
        if up:
            wait_for(self.is_up, 10, "both sessions")
        return self

    def is_up(self):
        return all(node.is_up() for node in self.nodes.values())

    def row(self, name):
        """What its detail says of TLS."""
        return self.nodes[name].detail(HOSTS[OTHER[name]])["tls"][0]

    def reason(self, name):
        return self.nodes[name].neighbor(OTHER[name]).get("reason", "")

    def wait_reason(self, name, text):
        wait_for(lambda: text in self.reason(name) or self.reason(name),
                 10, text)
        wait_for(lambda: text in self.reason(name), 10,
                 f"{name}: {text} ({self.reason(name)})")

    def established_count(self, name):
        return self.nodes[name].detail(
            HOSTS[OTHER[name]])["established_count"]


def test_two_nodes_are_encrypted(lab_factory):
    with lab_factory() as lab:
        two = Two(lab).start()
        wait_for(lambda: "10.244.2.0/26" in two.nodes["a"].routes())
        row = two.row("a")
        assert row["state"] == "encrypted" and row["version"] == "TLSv1.3"
        assert row["cipher"].startswith("TLS_")
        assert row["subject"] == "CN=b,O=bgpd" and row["expires_in"] > 0
        steps = {step["step"]: step for step in two.nodes["a"].ctl(
            "explain", "neighbor", "b")["steps"]}
        assert steps["tls"]["result"] == "ok"
        # Nobody listens to anybody without it.
        peer = two.nodes["b"].space.run("ss", "-Htn", "state", "established")
        assert ":8179" in peer and ":179 " not in peer


def test_metrics(lab_factory):
    with lab_factory() as lab:
        two = Two(lab, more={"b": "passive"})
        node = two.nodes["a"]
        node.configure(two.text("a") + "metrics 127.0.0.1:9179\n")
        two.start()
        text = web.get(node.space, "/metrics").text
        assert 'bgpd_tls_sessions{state="encrypted"} 1\n' in text
        assert 'bgpd_tls_sessions{state="plain"} 0\n' in text
        status = node.ctl("status")
        for word, name in (("handshakes", "handshakes"),
                           ("handshakes_failed", "handshake_failures")):
            assert f"bgpd_tls_{name}_total {status[word]}\n" in text
        expires = re.search(
            r"bgpd_tls_certificate_expiry_timestamp_seconds"
            r"\{file=\"(.*)\"\} (\S+)\n", text)
        assert expires[1] == two.authority.path("a.pem")
        left = status["certificates"][0]["expires_in"]
        assert abs(float(expires[2]) - time.time() - left) < 60


@pytest.mark.parametrize("more", (
    {"a": "passive"}, {"b": "passive"},
    {"a": "ttl-security 1", "b": "ttl-security 1"},
    {"a": "password-file {}", "b": "password-file {}"}),
    ids=("a-waits", "b-waits", "gtsm", "md5"))
def test_beside_other_settings(lab_factory, more):
    with lab_factory() as lab:
        key = os.path.join(lab.folder, "key")
        with open(key, "w", encoding="ascii") as out:
            out.write("a password\n")
        os.chmod(key, 0o600)
        two = Two(lab, more={n: text.format(key)
                             for n, text in more.items()}).start()
        assert two.row("a")["state"] == two.row("b")["state"] == "encrypted"


def test_session_is_resumed_after_a_reset(lab_factory):
    with lab_factory() as lab:
        two = Two(lab, more={"b": "passive"}).start()
        assert not two.row("a")["resumed"]
        two.nodes["a"].bgpctl("neighbor", "b", "clear")
        wait_for(lambda: two.established_count("a") == 2 and two.is_up())
        assert two.row("a")["resumed"] and two.row("b")["resumed"]
        assert two.row("b")["subject"] == "CN=a,O=bgpd"
        # The new ticket is as good.
        two.nodes["a"].bgpctl("neighbor", "b", "clear")
        wait_for(lambda: two.established_count("a") == 3 and two.is_up())
        assert two.row("a")["resumed"] and two.row("b")["resumed"]


@pytest.mark.parametrize("names, identity, sentence", (
    ("DNS:c", "", "for dns:c, not b or 10.0.0.2"),
    (f"URI:{TRUST}c", f"identity {TRUST}%n",
     f"for uri:{TRUST}c, not {TRUST}b"),
    ("", "", "for nobody, not b")), ids=("dns", "spiffe", "none"))
def test_certificate_of_another_is_refused(lab_factory, names, identity,
                                           sentence):
    with lab_factory() as lab:
        two = Two(lab, more={"b": "passive"})
        two.authority.issue("b", names=[names] if names else [])
        two.tls["a"] = two.authority.settings("a", identity)
        two.nodes["a"].configure(two.text("a"))
        two.start(up=False)
        two.wait_reason("a", "TLS: the peer's certificate is another's")
        assert sentence in two.reason("a")
        two.wait_reason("b", "TLS: the peer refused us")
        assert "not the one that it expects" in two.reason("b")


@pytest.mark.parametrize("pattern", (
    TRUST + "%n", "%a", "*", "%n"), ids=("spiffe", "ip", "any", "name"))
def test_identity_takes_the_right_one(lab_factory, pattern):
    with lab_factory() as lab:
        two = Two(lab)
        two.tls["a"] = two.authority.settings("a", f'identity "{pattern}"')
        two.nodes["a"].configure(two.text("a"))
        two.start()


def test_other_ca_is_refused(lab_factory):
    with lab_factory() as lab:
        two = Two(lab, more={"b": "passive"})
        other = Authority(lab.folder + "/other")
        other.issue("b", HOSTS["b"])
        two.tls["b"] = other.settings("b").replace(
            other.ca, two.authority.ca)
        two.nodes["b"].configure(two.text("b"))
        two.start(up=False)
        two.wait_reason("a", "signed by nobody in our `ca` (CN=b,O=bgpd)")
        two.wait_reason("b", "it does not trust the CA of our certificate")
        verdict = two.nodes["a"].bgpctl("explain", "neighbor", "b")
        assert "do both nodes have the CA" in verdict.stdout


def test_revoked_certificate_is_refused(lab_factory):
    with lab_factory() as lab:
        two = Two(lab, more={"b": "passive"})
        crl = two.authority.revoke()
        two.tls["a"] = two.authority.settings("a", f"crl {crl}")
        two.nodes["a"].configure(two.text("a"))
        two.start()
        # The file changes; the session stays, the next one is refused.
        two.authority.revoke(two.authority.path("b.pem"))
        wait_for(lambda: two.nodes["a"].logged(r"tls: .*a\.pem changed"))
        assert two.is_up()
        two.nodes["a"].bgpctl("neighbor", "b", "clear")
        two.wait_reason("a", "the peer's certificate is revoked")


def test_peer_without_tls(lab_factory):
    """Required: never.  Preferred: plain, and said."""
    with lab_factory() as lab:
        two = Two(lab, tls={"b": ""})
        two.start(up=False)
        two.wait_reason("a", "TLS: connection refused")
        wait_for(lambda: two.row("a")["plain_refused"] > 0)
        assert two.nodes["a"].logged("without TLS, which is required")
        two.tls["a"] = two.authority.settings("a", "preferred")
        two.nodes["a"].reload(two.text("a"))
        wait_for(two.is_up)
        assert two.row("a")["state"] == "plain"
        assert two.reason("a").startswith("not encrypted: ")
        # The other side follows, and both are.
        two.tls["b"] = two.authority.settings("b", "preferred")
        two.nodes["b"].reload(two.text("b"))
        wait_for(lambda: two.is_up()
                 and two.row("a")["state"] == "encrypted")
        assert two.reason("a") == ""


def test_certificate_is_renewed_without_a_reset(lab_factory):
    with lab_factory() as lab:
        two = Two(lab).start()
        two.authority.issue("a", HOSTS["a"], days=5)
        wait_for(lambda: two.nodes["a"].logged(r"tls: .*a\.pem changed"))
        assert two.nodes["a"].logged("it should be renewed")
        assert two.established_count("a") == 1 and two.is_up()
        status = two.nodes["a"].ctl("status")
        assert status["certificates"][0]["loads"] == 2
        assert "a.pem expires in " in status["problems"][0]
        # The next connection shows the new one.
        two.nodes["a"].bgpctl("neighbor", "b", "clear")
        wait_for(lambda: two.is_up()
                 and two.row("b")["expires_in"] < 6 * 86400)


def test_expired_certificate_ends_the_session_if_told(lab_factory):
    """By default it stays; the one that is told lets only the new one in."""
    with lab_factory() as lab:
        two = Two(lab, more={"b": "passive"})
        two.tls["a"] = two.authority.settings("a", "expiry close")
        two.nodes["a"].configure(two.text("a"))
        two.authority.issue("b", HOSTS["b"], seconds=6)
        two.start()
        assert two.row("a")["expires_in"] <= 6
        wait_for(lambda: "your certificate has expired" in two.reason("b"))
        assert two.nodes["a"].logged(
            r"sent Cease: .*your certificate has expired")
        two.wait_reason("a", "TLS: the peer's certificate has expired on 20")
        two.authority.issue("b", HOSTS["b"])
        wait_for(two.is_up)
        assert two.row("a")["expires_in"] > 86400


def test_renewed_in_time_it_comes_back_at_once(lab_factory):
    with lab_factory() as lab:
        two = Two(lab, more={"b": "passive"})
        two.tls["a"] = two.authority.settings("a", "expiry close")
        two.nodes["a"].configure(two.text("a"))
        two.authority.issue("b", HOSTS["b"], seconds=6)
        two.start()
        failed = two.row("a")["failed"]
        two.authority.issue("b", HOSTS["b"])
        wait_for(lambda: two.nodes["b"].logged(r"tls: .*b\.pem changed"))
        assert two.established_count("a") == 1
        wait_for(lambda: two.established_count("a") == 2 and two.is_up())
        assert two.row("a")["expires_in"] > 86400
        assert two.row("a")["failed"] == failed


def test_kubernetes_turns_a_link(lab_factory):
    with lab_factory() as lab:
        two = Two(lab)
        mount = os.path.join(lab.folder, "mount")
        for version in ("v1", "v2"):
            folder = os.path.join(mount, version)
            os.makedirs(folder)
            two.authority.issue("a", HOSTS["a"])
            for file in ("ca.pem", "a.pem", "a.key"):
                shutil.copy2(two.authority.path(file), folder)
        os.symlink("v1", f"{mount}/..data")
        for file in ("ca.pem", "a.pem", "a.key"):
            os.symlink(f"..data/{file}", f"{mount}/{file}")
        two.tls["a"] = (f"tls {{ ca {mount}/ca.pem; certificate "
                        f"{mount}/a.pem; key {mount}/a.key }}")
        two.nodes["a"].configure(two.text("a"))
        two.start()
        os.symlink("v2", f"{mount}/..new")
        os.rename(f"{mount}/..new", f"{mount}/..data")
        wait_for(lambda: two.nodes["a"].logged(r"tls: .*a\.pem changed"))
        assert two.is_up() and two.established_count("a") == 1


@pytest.mark.parametrize("file, spoil, sentence", (
    ("a.pem", "garbage", "no certificate in"),
    ("a.key", "garbage", "there is no private key in it"),
    ("a.key", "other", "it is not the certificate's key"),
    ("a.key", "mode", "all users can read or write it"),
    ("ca.pem", "half", "no ca in"),
    ("a.pem", "gone", "No such file or directory"),
    ("a.pem", "expired", "it expired on")))
def test_bad_file_is_an_error_at_its_place(lab_factory, file, spoil, sentence):
    with lab_factory() as lab:
        two = Two(lab).start()
        node, path = two.nodes["a"], two.authority.path(file)
        before = open(path, encoding="ascii").read()
        if spoil == "mode":
            os.chmod(path, 0o644)
        elif spoil == "gone":
            os.rename(path, path + ".old")
        elif spoil == "other":
            shutil.copy(two.authority.path("b.key"), path)
        elif spoil == "expired":
            two.authority.issue("a", HOSTS["a"], days=-1)
        else:
            with open(path, "w", encoding="ascii") as out:
                out.write("garbage\n" if spoil == "garbage"
                          else before[:len(before) // 2])
        log = node.reload(two.text("a") + "# changed\n")
        assert sentence in log and "reload refused" in log
        assert f"{node.config}:7:" in log
        # The watch comes to the same, and changes nothing.
        wait_for(lambda: file in str(node.ctl("status").get("problems")))
        assert two.is_up() and two.established_count("a") == 1


def test_no_marker_crosses_the_wire(lab_factory):
    with lab_factory() as lab:
        two = Two(lab, more={"b": "passive"})
        capture = Capture(two.nodes["b"].space).start()
        two.start()
        # Plain, it is full of them.
        for node in two.nodes.values():
            node.reload(open(node.config, encoding="ascii").read().replace(
                "tls {", "tls off {"))
        wait_for(lambda: two.is_up() and capture.markers(179)[1] > 4)
        capture.end()
        segments, marked = capture.markers(8179)
        assert segments > 8 and marked == 0
