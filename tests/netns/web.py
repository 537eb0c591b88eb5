# SPDX-License-Identifier: ISC
# web.py - asks a daemon over HTTP, politely or by bare bytes
import http.client
import json
import socket

PORT = 9179


class Answer:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body
        self.text = body.decode()

    def records(self):
        """The records of a control command, without the last one."""
        rows = [json.loads(line) for line in self.text.splitlines()]
        assert rows[-1]["record"] == "end" and rows[-1]["complete"]
        return rows[:-1]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(10)
        self.sock.connect(self.path)


def ask(connection, path, method="GET", **head):
    """One request; the connection stays open if the server lets it."""
    connection.request(method, path, headers={
        name.replace("_", "-"): value for name, value in head.items()})
    got = connection.getresponse()
    return Answer(got.status, got.headers, got.read())


def get(space, path, method="GET", address="127.0.0.1", port=PORT, **head):
    with space:
        connection = http.client.HTTPConnection(address, port, timeout=10)
        connection.connect()
    try:
        return ask(connection, path, method, **head)
    finally:
        connection.close()


def bare(space, address="127.0.0.1", port=PORT, timeout=10):
    """A connected socket."""
    with space:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.settimeout(timeout)
        made.connect((address, port))
    return made


def read_all(made):
    got = b""
    try:
        while chunk := made.recv(65536):
            got += chunk
    except ConnectionResetError:
        pass
    return got
