# SPDX-License-Identifier: ISC
# speaker.py - BGP by hand: what no well-behaved daemon would send
"""
A Speaker is one TCP connection out of a space (or into it) on which a test
says exactly what it wants and reads what comes, message by message.  It does
nothing by itself, not even a keepalive.  RFC 4271 4, 4724, 4760, 5492, 6793.
"""
import ipaddress
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass

PORT = 179
MARKER = b"\xff" * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, REFRESH = range(1, 6)
NAMES = {OPEN: "OPEN", UPDATE: "UPDATE", NOTIFICATION: "NOTIFICATION",
         KEEPALIVE: "KEEPALIVE", REFRESH: "ROUTE-REFRESH"}
AFI = {"ipv4": 1, "ipv6": 2}
UNICAST = 1
AS_TRANS = 23456

# Capability codes
MULTIPROTOCOL, ROUTE_REFRESH, GRACEFUL_RESTART, FOUR_OCTET_AS = 1, 2, 64, 65

# Attribute types and flags
ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF = 1, 2, 3, 4, 5
MP_REACH, MP_UNREACH = 14, 15
OPTIONAL, TRANSITIVE, PARTIAL = 0x80, 0x40, 0x20


@dataclass
class Message:
    type: int
    body: bytes

    def __repr__(self):
        return f"{NAMES.get(self.type, self.type)} {self.body.hex()}"


class Closed(Exception):
    """The other side closed the connection."""


def message(kind, body=b""):
    return MARKER + struct.pack("!HB", 19 + len(body), kind) + body


def capability(code, value=b""):
    return bytes([code, len(value)]) + value


def multiprotocol(family):
    return capability(MULTIPROTOCOL,
                      struct.pack("!HBB", AFI[family], 0, UNICAST))


def four_octet_as(number):
    return capability(FOUR_OCTET_AS, struct.pack("!I", number))


def graceful_restart(seconds, families=(), restarting=False):
    """With the forwarding bit for the families named."""
    flags = (0x8000 if restarting else 0) | seconds
    rows = b"".join(struct.pack("!HBB", AFI[f], UNICAST, 0x80)
                    for f in families)
    return capability(GRACEFUL_RESTART, struct.pack("!H", flags) + rows)


def open_body(number, router_id, hold=90, capabilities=b"", version=4):
    """All capabilities in one parameter; number is cut to AS_TRANS."""
    parameters = b""
    if capabilities:
        parameters = bytes([2, len(capabilities)]) + capabilities
    return struct.pack("!BHH4sB", version,
                       number if number < 65536 else AS_TRANS, hold,
                       ipaddress.IPv4Address(router_id).packed,
                       len(parameters)) + parameters


def attribute(flags, kind, value):
    if len(value) > 255:
        return struct.pack("!BBH", flags | 0x10, kind, len(value)) + value
    return struct.pack("!BBB", flags, kind, len(value)) + value


def nlri(*prefixes):
    out = b""
    for text in prefixes:
        net = ipaddress.ip_network(text)
        octets = (net.prefixlen + 7) // 8
        out += bytes([net.prefixlen]) + net.network_address.packed[:octets]
    return out


def as_path(*numbers):
    """One sequence of four-octet numbers; nothing for an empty path."""
    value = b""
    if numbers:
        value = bytes([2, len(numbers)])
        value += b"".join(struct.pack("!I", n) for n in numbers)
    return attribute(TRANSITIVE, AS_PATH, value)


def common(path=(), local_pref=None):
    """ORIGIN IGP, AS_PATH and, for internal sessions, LOCAL_PREF."""
    out = attribute(TRANSITIVE, ORIGIN, b"\0") + as_path(*path)
    if local_pref is not None:
        out += attribute(TRANSITIVE, LOCAL_PREF,
                         struct.pack("!I", local_pref))
    return out


def next_hop(address):
    return attribute(TRANSITIVE, NEXT_HOP,
                     ipaddress.ip_address(address).packed)


def mp_reach(family, hop, *prefixes):
    packed = ipaddress.ip_address(hop).packed
    return attribute(OPTIONAL, MP_REACH, struct.pack(
        "!HBB", AFI[family], UNICAST, len(packed)) + packed + b"\0"
        + nlri(*prefixes))


def update_body(attributes=b"", reach=(), withdraw=()):
    withdrawn = nlri(*withdraw)
    return struct.pack("!H", len(withdrawn)) + withdrawn + \
        struct.pack("!H", len(attributes)) + attributes + nlri(*reach)


def end_of_rib(family):
    if family == "ipv4":
        return update_body()
    return update_body(attribute(OPTIONAL, MP_UNREACH, struct.pack(
        "!HB", AFI[family], UNICAST)))


def attributes_of(body):
    """{type: (flags, value)} of an UPDATE's body."""
    at = 2 + struct.unpack("!H", body[:2])[0]
    end = at + 2 + struct.unpack("!H", body[at:at + 2])[0]
    at, found = at + 2, {}
    while at < end:
        flags, kind = body[at], body[at + 1]
        form, head = ("!H", 4) if flags & 0x10 else ("!B", 3)
        length, = struct.unpack(form, body[at + 2:at + head])
        found[kind] = flags, body[at + head:at + head + length]
        at += head + length
    return found


def reach_of(body):
    """The bytes of an UPDATE's classic NLRI."""
    at = 2 + struct.unpack("!H", body[:2])[0]
    return body[at + 2 + struct.unpack("!H", body[at:at + 2])[0]:]


def capabilities_of(body):
    """[(code, value) ..] of an OPEN's body, whose parameters are short."""
    at, found = 10, []
    while at < len(body):
        kind, length = body[at], body[at + 1]
        inner, at = body[at + 2:at + 2 + length], at + 2 + length
        while kind == 2 and inner:
            found.append((inner[0], inner[2:2 + inner[1]]))
            inner = inner[2 + inner[1]:]
    return found


class Speaker:
    """May be fed by one thread while another one keeps it alive."""

    def __init__(self, connection):
        self.socket = connection
        self.buffer = b""
        self.sending = threading.Lock()

    @classmethod
    def connect(cls, space, local, remote, port=PORT, deadline=5.0):
        """From an address of the space."""
        family = socket.AF_INET6 if ":" in local else socket.AF_INET
        with space:
            made = socket.socket(family, socket.SOCK_STREAM)
        made.settimeout(deadline)
        made.bind((local, 0))
        made.connect((remote, port))
        return cls(made)

    def send(self, kind, body=b""):
        self.send_raw(message(kind, body))

    def send_raw(self, octets):
        """All of it: another's message in the midst would garble both."""
        with self.sending:
            self.socket.sendall(octets)

    def read(self, deadline=5.0):
        """The next message; Closed at the end, TimeoutError when late."""
        until = time.monotonic() + deadline
        while True:
            if len(self.buffer) >= 19:
                length, kind = struct.unpack("!HB", self.buffer[16:19])
                if len(self.buffer) >= length:
                    body = self.buffer[19:length]
                    self.buffer = self.buffer[length:]
                    return Message(kind, body)
            left = until - time.monotonic()
            if left < 0 or not select.select([self.socket], [], [], left)[0]:
                raise TimeoutError(f"no message within {deadline} s")
            try:
                got = self.socket.recv(65536)
            except ConnectionResetError:
                got = b""
            if not got:
                raise Closed
            self.buffer += got

    def expect(self, kind, deadline=5.0):
        """The next message of a kind; keepalives in between are passed."""
        while True:
            got = self.read(deadline)
            if got.type == kind:
                return got
            assert got.type == KEEPALIVE, f"{NAMES[kind]} expected: {got}"

    def read_until(self, condition, deadline=5.0):
        """All messages up to the first for which the condition holds."""
        got = []
        while not got or not condition(got[-1]):
            got.append(self.read(deadline))
        return got

    def establish(self, number, router_id, capabilities=None, hold=90):
        """Both OPENs and KEEPALIVEs; returns the other side's OPEN."""
        if capabilities is None:
            capabilities = multiprotocol("ipv4") + multiprotocol("ipv6")
        self.send(OPEN, open_body(number, router_id, hold,
                                  capabilities + four_octet_as(number)))
        theirs = self.expect(OPEN)
        self.send(KEEPALIVE)
        assert self.read().type == KEEPALIVE
        return theirs

    def close(self):
        self.socket.close()


class Listener:
    """Waits for connections at an address of a space."""

    def __init__(self, space, address, port=PORT, backlog=8):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with space:
            self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.listen(backlog)

    def accept(self, deadline=10.0):
        self.socket.settimeout(deadline)
        return Speaker(self.socket.accept()[0])

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
