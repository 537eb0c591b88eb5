# SPDX-License-Identifier: ISC
# test_control_abuse.py - clients that do not behave at the control socket
"""
Whatever a client does, it gets an error record or a closed connection, and
nobody else waits: after each abuse a session is up and bgpctl has its answer
within a second.
"""
import json
import os
import socket
import time

import pytest

import speaker as bgp
from lab import wait_for
from node import Node

CONFIG = """\
as 64512
node ours
neighbor talker 10.0.0.2 {
    remote-as 65001
    import all
    hold-time 3s
    passive
}
"""


@pytest.fixture(scope="module")
def node(lab):
    ours, theirs = lab.space("ours"), lab.space("theirs")
    lab.wire(ours, theirs)
    ours.add("eth0", "10.0.0.1/24")
    theirs.add("eth0", "10.0.0.2/24")
    made = Node(ours, CONFIG).start()
    made.talker = bgp.Speaker.connect(theirs, "10.0.0.2", "10.0.0.1")
    made.talker.establish(65001, "10.0.0.2", bgp.multiprotocol("ipv4"), 0)
    for third in range(20):
        made.talker.send(bgp.UPDATE, bgp.update_body(
            bgp.common((65001,)) + bgp.next_hop("10.0.0.2"),
            [f"172.{third + 16}.{n}.0/24" for n in range(256)]))
    wait_for(lambda: made.neighbor("talker")["received"] == 20 * 256)
    yield made
    made.talker.close()


@pytest.fixture(autouse=True)
def unharmed(node):
    yield
    begin = time.monotonic()
    assert node.neighbor("talker")["state"] == "established"
    assert time.monotonic() - begin < 1


def client(node):
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.settimeout(5)
    made.connect(node.socket)
    return made


def read_all(made):
    got = b""
    try:
        while chunk := made.recv(65536):
            got += chunk
    except ConnectionResetError:
        pass
    return got


def send_all(made, octets):
    try:
        made.sendall(octets)
    except (BrokenPipeError, ConnectionResetError):
        pass


def request(command, **arguments):
    return json.dumps({"schema": 1, "command": command,
                       "arguments": arguments}).encode() + b"\n"


def error_of(octets):
    return json.loads(octets.splitlines()[-1])["error"]


BAD_LINES = {
    "not json": b"status\n",
    "unknown command": request("launch"),
    "no object": b"[1, 2, 3]\n",
    "number as command": b'{"schema":1,"command":7}\n',
    "wrong argument": request("show routes", prefix=5),
    "unknown argument": request("show routes", colour="red"),
    "empty line": b"\n",
    "zeros": b"\0" * 100 + b"\n",
    "binary": bytes(range(255, 0, -1)) + b"\n",
    "bad utf-8": b'{"schema":1,"command":"\xff\xfe"}\n',
    "later schema": b'{"schema":99,"command":"status"}\n',
    "deep": b"[" * 20000 + b"\n",
}


@pytest.mark.parametrize("kind", BAD_LINES)
def test_bad_line_gets_an_error_or_a_closed_connection(node, kind):
    with client(node) as made:
        send_all(made, BAD_LINES[kind])
        made.shutdown(socket.SHUT_WR)

        got = read_all(made)

    assert not got or error_of(got)


def test_line_of_a_mebibyte_is_cut_off(node):
    with client(node) as made:
        send_all(made, b"x" * (1 << 20))

        got = read_all(made)

    assert not got or error_of(got)


def test_half_a_line_is_no_request(node):
    with client(node) as made:
        made.sendall(request("status")[:20])
        made.shutdown(socket.SHUT_WR)

        got = read_all(made)

    assert not got or error_of(got)


def test_client_that_says_nothing_disturbs_nobody(node):
    with client(node):
        assert node.ctl("status")["established"] == 1


def test_client_that_never_reads_disturbs_nobody(node):
    """Many requests for a long table, and not one byte taken."""
    with client(node) as made:
        made.setblocking(False)
        try:
            while True:
                made.send(request("show routes"))
        except BlockingIOError:
            pass

        assert node.ctl("status")["established"] == 1
        assert len(node.routes()) == 20 * 256


def test_client_that_leaves_in_the_middle_disturbs_nobody(node):
    for _ in range(20):
        with client(node) as made:
            made.sendall(request("show routes"))
            made.recv(100)


def test_two_hundred_clients_at_once(node):
    clients = []
    for _ in range(200):
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.setblocking(False)
        try:
            made.connect(node.socket)
        except BlockingIOError:
            pass
        clients.append(made)
    for made in clients:
        made.close()

    wait_for(lambda: node.ctl("status"), what="an answer")


def test_requests_on_one_line_after_the_other_are_all_answered(node):
    with client(node) as made:
        made.sendall(request("version") * 3)
        made.shutdown(socket.SHUT_WR)

        ends = [line for line in read_all(made).splitlines()
                if json.loads(line)["record"] == "end"]

    assert len(ends) == 3


def test_request_byte_by_byte_is_answered(node):
    with client(node) as made:
        for octet in request("version"):
            made.sendall(bytes([octet]))
        made.shutdown(socket.SHUT_WR)

        assert b'"end"' in read_all(made)


def test_listing_is_complete_while_routes_change(node):
    """Each prefix that exists throughout is told exactly once."""
    with client(node) as made:
        made.sendall(request("show routes"))
        got = made.recv(1000)
        for _ in range(20):
            node.talker.send(bgp.UPDATE, bgp.update_body(
                withdraw=["10.99.0.0/16"]))
            node.talker.send(bgp.UPDATE, bgp.update_body(
                bgp.common((65001,)) + bgp.next_hop("10.0.0.2"),
                ["10.99.0.0/16"]))
        made.shutdown(socket.SHUT_WR)
        rows = [json.loads(line)
                for line in (got + read_all(made)).splitlines()]

    told = [row["prefix"] for row in rows if row["record"] == "route"
            and row["prefix"] != "10.99.0.0/16"]
    assert len(told) == len(set(told)) == 20 * 256
    assert rows[-1]["record"] == "end" and rows[-1]["complete"]
    node.talker.send(bgp.UPDATE, bgp.update_body(withdraw=["10.99.0.0/16"]))


def test_socket_is_closed_to_others(node):
    assert os.stat(node.socket).st_mode & 0o777 in (0o600, 0o660)
