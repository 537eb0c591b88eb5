# SPDX-License-Identifier: ISC
# test_tls_foreign.py - another TLS at the other end, and what is none at all
"""
The neighbor is a script that speaks BGP through Python's ssl, which is told
exactly where its records begin and end; or it is openssl(1); or it sends what
no peer should.
"""
import os
import socket
import ssl
import subprocess

import pytest

import speaker as bgp
from certs import Authority, openssl
from lab import wait_for
from node import Node

OURS, PEER = "10.0.0.1", "10.0.0.2"
PORT = 8179
AS = 65002


class Stage:
    def __init__(self, lab, more="passive"):
        self.authority = Authority(lab.folder + "/pki")
        self.authority.issue("ours", OURS)
        self.authority.issue("talker", PEER)
        self.ours, self.theirs = lab.space("ours"), lab.space("theirs")
        lab.wire(self.ours, self.theirs)
        self.ours.add("eth0", f"{OURS}/24")
        self.theirs.add("eth0", f"{PEER}/24")
        self.node = Node(self.ours, (
            "as 64512\nnode ours\nfib off\nblocks 10.244.1.0/26\n"
            f"neighbor talker {PEER} {{ remote-as {AS}; import all; "
            f"export all; connect-retry 300ms; idle-hold 300ms; {more}\n"
            f"{self.authority.settings('ours')}\n}}\n")).start()

    def context(self, server=False, name="talker", alpn=("botls",),
                version=ssl.TLSVersion.TLSv1_3):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server
                              else ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname = False
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(self.authority.ca)
        made.maximum_version = version
        if alpn:
            made.set_alpn_protocols(alpn)
        if name:
            made.load_cert_chain(self.authority.path(f"{name}.pem"),
                                 self.authority.path(f"{name}.key"))
        return made

    def dial(self, **how):
        made = bgp.Speaker.connect(self.theirs, PEER, OURS, PORT)
        made.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.socket = self.context(**how).wrap_socket(made.socket)
        return made

    def raw(self, octets, port=PORT):
        made = bgp.Speaker.connect(self.theirs, PEER, OURS, port)
        made.socket.sendall(octets)
        return made

    def reason(self):
        return self.node.neighbor("talker").get("reason", "")

    def wait_reason(self, text):
        wait_for(lambda: text in self.reason(), 10, text)

    def row(self):
        return self.node.detail(PEER)["tls"][0]

    def paths(self):
        return self.node.neighbor("talker").get("received", 0)


@pytest.fixture
def stage(lab_factory):
    with lab_factory() as lab:
        yield Stage(lab)


def update(number):
    return bgp.message(bgp.UPDATE, bgp.update_body(
        bgp.common((AS,)) + bgp.next_hop(PEER),
        [f"20.{number // 256}.{number % 256}.0/24"]))


def is_closed(speaker):
    """Whatever comes before, the end comes soon."""
    speaker.socket.settimeout(15)
    try:
        while speaker.socket.recv(4096):
            pass
    except (ConnectionResetError, ssl.SSLError):
        pass
    speaker.close()
    return True


def test_foreign_client(stage):
    talker = stage.dial()
    assert talker.socket.version() == "TLSv1.3"
    assert talker.socket.selected_alpn_protocol() == "botls"
    theirs = talker.establish(AS, PEER)
    assert theirs.type == bgp.OPEN
    talker.send_raw(update(1))
    wait_for(lambda: stage.paths() == 1)
    assert stage.row()["subject"] == "CN=talker,O=bgpd"
    talker.close()
    wait_for(lambda: stage.node.neighbor("talker")["state"] != "established")


def test_foreign_server(lab_factory):
    with lab_factory() as lab:
        stage = Stage(lab, more="")
        with bgp.Listener(stage.theirs, PEER, PORT) as listener:
            talker = listener.accept()
            talker.socket = stage.context(server=True).wrap_socket(
                talker.socket, server_side=True)
            talker.establish(AS, PEER)
            wait_for(stage.node.is_up)


def test_every_octet_is_a_record(stage):
    talker = stage.dial()
    capabilities = bgp.multiprotocol("ipv4") + bgp.four_octet_as(AS)
    stream = bgp.message(bgp.OPEN, bgp.open_body(AS, PEER, 90, capabilities))
    stream += bgp.message(bgp.KEEPALIVE) + update(1) + update(2)
    for octet in stream:
        talker.send_raw(bytes([octet]))
    wait_for(lambda: stage.node.is_up() and stage.paths() == 2)


def test_every_cut_of_two_messages(stage):
    """Each pair of UPDATEs in two records, cut one octet further on."""
    talker = stage.dial()
    talker.establish(AS, PEER, bgp.multiprotocol("ipv4"))
    size = len(update(0) + update(1))
    for cut in range(1, size):
        pair = update(2 * cut) + update(2 * cut + 1)
        talker.send_raw(pair[:cut])
        talker.send_raw(pair[cut:])
    wait_for(lambda: stage.paths() == 2 * (size - 1))


def test_nothing_is_forgotten_within_tls(stage):
    """More than a turn reads, and then silence."""
    talker = stage.dial()
    talker.establish(AS, PEER, bgp.multiprotocol("ipv4"), hold=0)
    count = 20000
    talker.send_raw(b"".join(update(n) for n in range(count)))
    wait_for(lambda: stage.paths() == count, 20)


def test_much_goes_out_to_who_reads_late(lab_factory):
    """A full socket cuts records; what was taken comes in its order."""
    with lab_factory() as lab:
        stage = Stage(lab)
        stage.node.reload(open(stage.node.config).read() + "".join(
            f"announce 30.{n // 256}.{n % 256}.0/24 community 64512:{n}\n"
            for n in range(30000)))
        talker = stage.dial()
        talker.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        talker.establish(AS, PEER, bgp.multiprotocol("ipv4"), hold=0)
        wait_for(lambda: stage.node.neighbor("talker")["sent"] >= 30000)
        seen = set()
        while len(seen) < 30000:
            got = talker.read(10)
            if got.type == bgp.UPDATE:
                seen.add(got.body)
        assert stage.node.is_up()


@pytest.mark.parametrize("how, sentence", (
    ({"version": ssl.TLSVersion.TLSv1_2}, "TLS: the peer has no TLS 1.3"),
    ({"alpn": ("h2",)}, "does not say that its TLS is for BGP"),
    ({"alpn": ()}, "does not say that its TLS is for BGP"),
    ({"name": None}, "TLS: the peer showed no certificate")),
    ids=("old", "other-alpn", "no-alpn", "no-certificate"))
def test_refused_client(stage, how, sentence):
    try:
        talker = stage.dial(**how)
        assert is_closed(talker)
    except (ssl.SSLError, ConnectionResetError):
        pass
    stage.wait_reason(sentence)
    assert stage.row()["failed"] == 1


def test_expired_client(stage):
    stage.authority.issue("talker", PEER, days=-1)
    assert is_closed(stage.dial())
    stage.wait_reason("TLS: the peer's certificate has expired on 20")


def test_certificates_without_end(stage):
    """More than a peer may show: nothing grows, it is refused."""
    chain = stage.authority.path("talker.pem")
    with open(chain, encoding="ascii") as file:
        text = file.read()
    with open(chain, "a", encoding="ascii") as file:
        file.write(open(stage.authority.ca, encoding="ascii").read() * 90)
        file.write(text)
    try:
        is_closed(stage.dial())
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError):
        pass
    stage.wait_reason("TLS: the encryption failed: excessive message size")


@pytest.mark.parametrize("octets, sentence", (
    (bgp.message(bgp.KEEPALIVE), "TLS: the peer speaks plain BGP"),
    (b"GET / HTTP/1.0\r\n\r\n", "TLS: what answers there is no TLS"),
    (os.urandom(300).replace(b"\x16", b"\x17").replace(b"\xff", b"\xfe"),
     "TLS: what answers there is no TLS"),
    (b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", "TLS: "),
    (b"\x16\x03\x01\xff\xff" + bytes(70000), "TLS: ")),
    ids=("bgp", "http", "random", "short-hello", "long-record"))
def test_what_is_no_tls(stage, octets, sentence):
    assert is_closed(stage.raw(octets))
    stage.wait_reason(sentence)
    stage.dial().establish(AS, PEER)


def test_half_a_handshake_is_given_up(stage):
    """After ten seconds; who comes meanwhile gets in."""
    waiting = stage.raw(b"\x16\x03\x01\x02\x00\x01")
    talker = stage.dial()
    talker.establish(AS, PEER)
    assert is_closed(waiting)
    assert stage.node.is_up()
    talker.close()


def test_tls_on_the_plain_port(stage):
    stage.node.reload(open(stage.node.config).read().replace(
        " }\n}", " preferred }\n}"))
    made = bgp.Speaker.connect(stage.theirs, PEER, OURS)
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        stage.context().wrap_socket(made.socket)
    stage.wait_reason("connection not synchronized (1/1): the peer speaks "
                      "TLS, which has a port of its own (8179)")


def test_openssl_client_and_new_keys(stage):
    """s_client takes K at the start of a line as: change the keys."""
    done = subprocess.run(
        ["ip", "netns", "exec", stage.theirs.id, "openssl", "s_client",
         "-connect", f"{OURS}:{PORT}", "-alpn", "botls", "-tls1_3",
         "-CAfile", stage.authority.ca, "-verify_return_error",
         "-cert", stage.authority.path("talker.pem"),
         "-key", stage.authority.path("talker.key")],
        input="K\nk\nK\n", text=True, errors="replace",
        capture_output=True, timeout=20, check=False)
    assert "Verify return code: 0 (ok)" in done.stdout
    assert "ALPN protocol: botls" in done.stdout
    assert "KEYUPDATE" in done.stderr
    stage.dial().establish(AS, PEER)


def test_openssl_server(lab_factory):
    """s_server decrypts; behind it a peer that has said all in advance."""
    with lab_factory() as lab:
        stage = Stage(lab, more="")
        capabilities = bgp.multiprotocol("ipv4") + bgp.four_octet_as(AS)
        server = subprocess.Popen(
            ["ip", "netns", "exec", stage.theirs.id, "openssl", "s_server",
             "-quiet", "-accept", f"{PEER}:{PORT}", "-alpn", "botls",
             "-tls1_3", "-CAfile", stage.authority.ca, "-Verify", "3",
             "-verify_return_error",
             "-cert", stage.authority.path("talker.pem"),
             "-key", stage.authority.path("talker.key")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        try:
            server.stdin.write(bgp.message(bgp.OPEN, bgp.open_body(
                AS, PEER, 0, capabilities)))
            server.stdin.write(bgp.message(bgp.KEEPALIVE) + update(1))
            server.stdin.flush()
            wait_for(lambda: stage.node.is_up() and stage.paths() == 1)
            assert stage.row()["subject"] == "CN=talker,O=bgpd"
            assert server.stdout.read(19)[:16] == bgp.MARKER
        finally:
            server.kill()
            server.communicate()


def test_certificate_says_what_it_is_for(stage):
    """certs.py is used by people: it has to be right."""
    text = openssl("x509", "-in", stage.authority.path("ours.pem"),
                   "-noout", "-text")
    assert "DNS:ours" in text and f"IP Address:{OURS}" in text
    assert "URI:spiffe://cluster.local/node/ours" in text
