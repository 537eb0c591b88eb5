# SPDX-License-Identifier: ISC
# test_http.py - where HTTP is served, what probes hear, and who misbehaves
"""
Two nodes of a mesh.  One serves at TCP, IPv4 and IPv6, and at a unix socket.
"""
import json
import os
import socket
import stat
import threading
import time

import pytest

import speaker as bgp
import web
from lab import wait_for
from node import Node

CONFIG = """\
as 64512
node {name}
blocks 10.244.{number}.0/26
pools 10.244.0.0/16
mesh {{
    node one 10.0.0.1
    node two 10.0.0.2
}}
neighbor talker 10.0.0.3 {{
    remote-as 65001
    import all
    hold-time 3s
    passive
    {disabled}
}}
{metrics}
"""
CONNECTIONS = 64


def config(number, metrics="", disabled="disabled"):
    return CONFIG.format(name=("one", "two")[number - 1], number=number,
                         metrics=metrics, disabled=disabled)


class Pair:
    def __init__(self, lab):
        lab.bridge()
        self.spaces = [lab.space(name) for name in ("one", "two", "three")]
        for number, space in enumerate(self.spaces, 1):
            lab.plug(space, f"10.0.0.{number}/24")
        self.one = Node(self.spaces[0])
        self.two = Node(self.spaces[1], config(2))
        self.path = self.one.path("metrics.sock")
        self.metrics = (f"metrics 127.0.0.1:{web.PORT} [::1]:{web.PORT} "
                        f"{self.path}")
        self.one.configure(config(1, self.metrics))

    def get(self, path, *words, **head):
        return web.get(self.spaces[0], path, *words, **head)


@pytest.fixture(scope="module")
def pair(lab):
    made = Pair(lab)
    made.one.start()
    made.two.start()
    wait_for(lambda: made.one.is_up("two"))
    return made


# Where it is served.

def test_tcp_of_both_families_and_a_unix_socket_answer(pair):
    unix = web.UnixConnection(pair.path)

    assert pair.get("/healthz").text == "alive\n"
    assert pair.get("/healthz", address="::1").text == "alive\n"
    assert web.ask(unix, "/healthz").text == "alive\n"
    assert stat.S_IMODE(os.stat(pair.path).st_mode) == 0o600


def test_records_are_those_of_the_control_socket(pair):
    def still(row):
        """Without what changes by the second."""
        return {key: value for key, value in row.items()
                if key not in ("uptime", "reason_age", "lag", "loop_held",
                               "timers_late", "memory")}

    answer = pair.get("/api/v1/neighbors")
    rows = pair.one.ctl("show", "neighbors")["neighbors"]

    assert answer.head["Content-Type"] == "application/x-ndjson"
    assert [still(row) for row in answer.records()] == [
        still({"record": "neighbor", **row}) for row in rows]
    status, = pair.get("/api/v1/status").records()
    assert status["node"] == "one" and status["ready"]


def test_reload_moves_the_port_and_leaves_sessions_alone(pair):
    flaps = pair.one.detail("10.0.0.2")["established_count"]

    pair.one.reload(config(1, "metrics 127.0.0.1:9999"))
    assert pair.get("/healthz", port=9999).status == 200
    with pytest.raises(ConnectionRefusedError):
        pair.get("/healthz")
    assert not os.path.exists(pair.path)
    pair.one.reload(config(1))
    with pytest.raises(ConnectionRefusedError):
        pair.get("/healthz", port=9999)
    pair.one.reload(config(1, pair.metrics))
    assert pair.get("/healthz").status == 200

    assert pair.one.detail("10.0.0.2")["established_count"] == flaps


def test_reload_keeps_who_is_connected_where_nothing_changed(pair):
    with pair.spaces[0]:
        kept = web.http.client.HTTPConnection("127.0.0.1", web.PORT)
        kept.connect()
    assert web.ask(kept, "/healthz").status == 200
    here = kept.sock.getsockname()

    pair.one.reload(config(1, pair.metrics + " { per-neighbor all }"))

    assert web.ask(kept, "/healthz").status == 200
    assert kept.sock.getsockname() == here
    kept.close()
    pair.one.reload(config(1, pair.metrics))


def test_address_in_use_is_named_and_tried_again(pair):
    with pair.spaces[0]:
        thief = socket.socket()
        thief.bind(("127.0.0.1", 9998))
        thief.listen()

    text = pair.one.reload(config(1, pair.metrics + " 127.0.0.1:9998"))

    assert "127.0.0.1:9998: Address already in use; trying again" in text
    assert pair.get("/healthz").status == 200
    assert pair.one.is_up("two")
    thief.close()
    wait_for(lambda: pair.one.logged(r"metrics at 127.0.0.1:9998\n"))
    assert pair.get("/healthz", port=9998).status == 200
    pair.one.reload(config(1, pair.metrics))


def test_check_of_the_config_points_out_whom_it_shows_itself(pair):
    for endpoint, words in (("0.0.0.0:9179", "any address"),
                            ("[::]:9179", "any address"),
                            ("198.51.100.1:9179", "public address"),
                            ("[2001:db8::1]:9179", "public address"),
                            ("10.1.2.3:9179", None), ("[fd00::1]:9179", None),
                            ("127.0.0.1:9179", None), ("/run/x", None)):
        pair.one.write("checked.conf", config(1, f"metrics {endpoint}"))
        done = pair.one.bgpctl("check", pair.one.path("checked.conf"))
        text = done.stdout + done.stderr

        assert done.returncode == 0, text
        assert (words in text) if words else "warning" not in text, text


# What probes hear.

def test_ready_when_all_is_well(pair):
    wait_for(lambda: pair.get("/readyz").status == 200)

    assert pair.get("/readyz").text == "ready\n"
    rows = pair.get("/readyz?verbose").records()
    assert {(row["check"], row.get("family")) for row in rows} == {
        ("config", None), ("drain", None), ("kernel", "ipv4"),
        ("address", "ipv4"), ("routes", "ipv4"), ("neighbors", "ipv4")}
    assert all(row["ready"] for row in rows)
    assert pair.one.ctl("status", "--check")["ready"]


def test_not_ready_without_any_neighbor_and_in_words(pair):
    pair.two.end()
    answer = wait_for(lambda: (a := pair.get("/readyz")).status == 503 and a)

    assert answer.text.startswith(
        "not ready: ipv4: none of 1 session is established; two: ")
    verbose = pair.get("/readyz?verbose")
    assert verbose.status == 503
    row, = [row for row in verbose.records() if not row["ready"]]
    assert row["check"] == "neighbors" and "two: " in row["reason"]
    assert pair.get("/healthz").status == 200
    status = pair.one.ctl("status", "--check", code=5)
    assert not status["ready"] and "two: " in status["not_ready"]

    pair.two.start()
    wait_for(lambda: pair.get("/readyz").status == 200)


def test_at_the_start_all_neighbors_are_waited_for(pair):
    pair.two.end()
    pair.one.restart()

    answer = pair.get("/readyz")
    assert answer.status == 503 and "none of 1" in answer.text
    pair.two.start()
    wait_for(lambda: pair.get("/readyz").status == 200)


def test_not_ready_without_an_address_of_one_family(pair):
    pair.one.reload(config(1, pair.metrics + "\naddress ipv6 within "
                              "fd99::/16\nblocks fd00:10:244:1::/122"))
    answer = pair.get("/readyz")

    assert answer.status == 503
    assert "ipv6: " in answer.text and "ipv4: " not in answer.text
    pair.one.reload(config(1, pair.metrics))
    assert pair.get("/readyz").status == 200


def test_a_drained_node_is_not_ready(pair):
    pair.one.ctl("drain")
    try:
        assert "drained" in pair.get("/readyz").text
    finally:
        pair.one.ctl("drain", "--undo")
    assert pair.get("/readyz").status == 200


# Who misbehaves.

def bare(pair):
    return web.bare(pair.spaces[0])


def answer_to(pair, octets):
    made = bare(pair)
    try:
        made.sendall(octets)
    except (BrokenPipeError, ConnectionResetError):
        pass
    got = web.read_all(made)
    made.close()
    return got


def test_unknown_path_is_told_which_there_are(pair):
    answer = pair.get("/nothing")

    assert answer.status == 404 and "/readyz\n" in answer.text
    for path in ("/healthz/", "/HEALTHZ", "/%68ealthz", "/../etc/passwd",
                 "//healthz", "/api/v1/", "/api/v1/config"):
        assert pair.get(path).status == 404, path


def test_methods_that_change_things_are_refused(pair):
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
        assert pair.get("/healthz", method).status in (405, 501), method
    assert pair.get("/healthz", "HEAD").body == b""


def test_nonsense_is_refused_and_closed(pair):
    for octets in (b"\r\n\r\n", b"BREW / HTTP/1.1\r\n\r\n",
                   b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                   b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
                   b"GET /healthz HTTP/1.1\r\nno colon\r\n\r\n"):
        made = bare(pair)
        made.sendall(octets)
        got = made.recv(65536)
        made.close()
        assert not got.startswith(b"HTTP/1.1 200"), (octets, got)


def test_oversized_requests_are_refused(pair):
    for octets in (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
                   b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
                   b"GET / HTTP/1.1\r\nX: " + b"y" * 1000000 + b"\r\n\r\n"):
        got = answer_to(pair, octets)
        assert not got.startswith(b"HTTP/1.1 200"), got[:100]
    assert pair.get("/healthz").status == 200


def test_pipelined_requests_are_answered_in_order(pair):
    made = bare(pair)
    made.sendall(b"GET /healthz HTTP/1.1\r\nHost: one\r\n\r\n"
                 b"GET /readyz HTTP/1.1\r\nHost: one\r\n\r\n"
                 b"GET /api/v1/status HTTP/1.1\r\nHost: one\r\n"
                 b"Connection: close\r\n\r\n")
    text = web.read_all(made).decode()
    made.close()

    assert text.count("HTTP/1.1 200") == 3
    assert text.index("alive") < text.index("ready") < text.index('"status"')


def test_a_name_that_was_made_to_mean_loopback_is_refused(pair):
    for name in ("evil.example", "evil.example:9179", "127.0.0.1.evil.example",
                 "localhost.evil.example", ""):
        for path in ("/", "/metrics", "/api/v1/neighbors", "/nothing"):
            answer = pair.get(path, Host=name)
            assert answer.status == 421, (name, path)
            assert "10.0.0" not in answer.text
    for target in (b"//localhost/metrics", b"http://localhost/metrics"):
        got = answer_to(pair, b"GET " + target + b" HTTP/1.1\r\n"
                        b"Host: evil.example\r\nConnection: close\r\n\r\n")
        assert b" 421 " in got.splitlines()[0], target
    for name in ("localhost:9179", "127.0.0.1", "[::1]:9179", "ONE:9179"):
        assert pair.get("/healthz", Host=name).status == 200, name
    unix = web.UnixConnection(pair.path)
    assert web.ask(unix, "/healthz", Host="any.example").status == 200


def test_http_1_0_gets_its_answer_and_the_end(pair):
    got = answer_to(pair, b"GET /api/v1/status HTTP/1.0\r\n\r\n")

    head, body = got.split(b"\r\n\r\n", 1)
    assert b"200" in head.splitlines()[0] and b"chunked" not in head
    assert json.loads(body.splitlines()[0])["record"] == "status"


def test_a_slow_client_has_its_time(pair):
    made = bare(pair)
    begin = time.monotonic()
    made.settimeout(0.5)
    for octet in b"GET /healthz HTTP/1.1\r\n" + b"x" * 100:
        try:
            made.send(bytes([octet]))
            if made.recv(1) == b"":
                break
        except TimeoutError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            break
    else:
        pytest.fail("it was never hung up on")
    made.close()

    assert time.monotonic() - begin < 15


def descriptors(node):
    return len(os.listdir(f"/proc/{node.process.pid}/fd"))


def test_500_connections_are_bounded_and_bgp_goes_on(pair):
    """The talker's keepalives come each second; none may be late."""
    three = pair.spaces[2]
    pair.one.reload(config(1, pair.metrics, disabled=""))
    talker = bgp.Speaker.connect(three, "10.0.0.3", "10.0.0.1")
    talker.establish(65001, "10.0.0.3", bgp.multiprotocol("ipv4"), 3)
    came, done = [], threading.Event()

    def listen():
        while not done.is_set():
            try:
                got = talker.read(0.1)
            except TimeoutError:
                continue
            if got.type == bgp.KEEPALIVE:
                came.append(time.monotonic())
                talker.send(bgp.KEEPALIVE)

    before = descriptors(pair.one)
    listener = threading.Thread(target=listen)
    listener.start()
    crowd = []
    try:
        for _ in range(500):
            with pair.spaces[0]:
                made = socket.socket()
                made.setblocking(False)
                made.connect_ex(("127.0.0.1", web.PORT))
            crowd.append(made)
        for made in crowd[:CONNECTIONS]:
            try:
                made.send(b"GET /api/v1/neighbors HTTP/1.1\r\nHost: one\r\n\r\n")
            except OSError:
                pass
        until = time.monotonic() + 5
        most = 0
        while time.monotonic() < until:
            most = max(most, descriptors(pair.one))
            assert pair.one.ctl("status")["synced"]
        assert most <= before + CONNECTIONS + 2
        # Somebody polite has his turn: idle ones lose their places.
        begin = time.monotonic()
        assert pair.get("/healthz").status == 200
        assert time.monotonic() - begin < 60
    finally:
        done.set()
        listener.join()
        for made in crowd:
            made.close()
    gaps = [b - a for a, b in zip(came, came[1:])]
    print(f"keepalives: {len(gaps)} gaps, worst {max(gaps):.3f} s; "
          f"descriptors: {before} before, {most} at most")
    assert gaps and max(gaps) < 1.6
    assert pair.one.detail("10.0.0.3")["state"] == "established"
    talker.close()
    wait_for(lambda: descriptors(pair.one) <= before, 10)
