# SPDX-License-Identifier: ISC
# stage.py - the daemon under test, neighbours that listen, and one that talks
"""
A Stage is one daemon in a namespace and, in another one, the addresses of
all its neighbours.  Testers are the neighbours that talk; each connection
takes the next one of them, so that no case meets the remains of another.
Watchers are always connected, one of each kind, and know what they were
told: a case is judged by what came out at the other side.

A Stage has one relation: what its testers are to the daemon.  What a case
announces is made from it by Talk, in which a right route has its fields.
"""
import collections
import contextlib
import ipaddress
import itertools
import re
import select
import socket
import time

import speaker as bgp
from dut import TESTERS, make
from lab import LabError, wait_for
from wire import (AS_PATH, COMMUNITIES, LOCAL_PREF, MP_REACH, NEXT_HOP, ORIGIN,
                  as_path_of, attr, attr_claiming, ip, ipv6_reach,
                  mp_reach_value, nlri, path, u8, u16, u32, update, update_of)

RELATIONS = ("internal", "external", "client")
OUR_AS, OUR_ID, OUR_ADDRESS, OUR_ADDRESS6 = 64512, "10.0.0.1", "10.0.0.1", \
    "fd00::1"
CLUSTER = "10.0.0.250"
TESTER_AS = 65001
FAMILIES = bgp.multiprotocol("ipv4") + bgp.multiprotocol("ipv6")
PATIENCE = 8.0

Neighbor = collections.namedtuple("Neighbor", "name kind asn address options",
                                  defaults=("",))
WATCHERS = (Neighbor("inside", "internal", OUR_AS, "10.0.0.2"),
            Neighbor("outside", "external", 65003, "10.0.0.3"),
            Neighbor("below", "client", OUR_AS, "10.0.0.4"),
            Neighbor("old", "external", 65005, "10.0.0.5"))
# Other ones that a case may connect.
SPARE = (Neighbor("spare", "external", 65006, "10.0.0.6"),
         Neighbor("rival", "external", 65007, "10.0.0.7"),
         Neighbor("twin", "internal", OUR_AS, "10.0.0.8"),
         Neighbor("ward", "client", OUR_AS, "10.0.0.9"))


def asn_of(relation):
    return TESTER_AS if relation == "external" else OUR_AS


def last_of(neighbor):
    """Its addresses of both families end alike."""
    return re.split("[.:]", neighbor.address)[-1]


class Down(AssertionError):
    """The connection ended; notification is (code, subcode, data) or None."""

    def __init__(self, notification):
        super().__init__(f"the session ended: {notification}")
        self.notification = notification


class Link(bgp.Speaker):
    """A connection that keeps a table of what it was told."""

    def __init__(self, connection):
        super().__init__(connection)
        self.routes = {}
        self.history = collections.defaultdict(list)
        self.ends = []
        self.seen = []
        self.neighbor = None
        self.ids = False        # it hears ADD-PATH: (prefix, id) for prefix

    @property
    def address(self):
        return f"10.0.0.{last_of(self.neighbor)}"

    @property
    def address6(self):
        return f"fd00::{last_of(self.neighbor)}"

    def take(self, message):
        self.seen.append(message)
        if message.type == bgp.NOTIFICATION:
            body = message.body
            raise Down((body[0], body[1], body[2:]))
        if message.type != bgp.UPDATE:
            return
        told = update_of(message.body, self.ids)
        for prefix in told.withdrawn:
            self.routes.pop(prefix, None)
            self.history[prefix].append(None)
        for prefix in told.reach:
            self.routes[prefix] = told.attributes
            self.history[prefix].append(told.attributes)
        if told.end_of_rib:
            self.ends.append(told.end_of_rib)

    def pump(self, seconds=0.0):
        """Takes what is there, waiting for at most so long for something."""
        self.take_whole()
        while select.select([self.socket], [], [], seconds)[0]:
            try:
                got = self.socket.recv(65536)
            except ConnectionResetError:
                got = b""
            if not got:
                raise Down(None)
            self.buffer += got
            self.take_whole()
            seconds = 0.0

    def take_whole(self):
        while len(self.buffer) >= 19:
            length = int.from_bytes(self.buffer[16:18], "big")
            if len(self.buffer) < length:
                return
            message = bgp.Message(self.buffer[18], self.buffer[19:length])
            self.buffer = self.buffer[length:]
            self.take(message)

    def until(self, condition, what, deadline=PATIENCE):
        end = time.monotonic() + deadline
        while not condition():
            if time.monotonic() > end:
                raise LabError(f"{what} did not come true")
            self.pump(0.02)

    def fate(self, deadline=PATIENCE):
        """How it ends: a NOTIFICATION, or None for a plain close."""
        end = time.monotonic() + deadline
        try:
            while time.monotonic() < end:
                self.pump(0.05)
        except Down as down:
            return down.notification
        raise LabError("the session is still up")


class Stage:
    def __init__(self, lab, relation, name=None, extra=(), settings=""):
        tag = name or relation
        self.relation = relation
        self.ours, self.theirs = lab.space(f"{tag}-o"), lab.space(f"{tag}-t")
        # With equal indexes at both ends the kernel does not notice at once
        # that the wire is up, and drops packets for seconds.
        self.theirs.ip("link add spacer type bridge")
        lab.wire(self.ours, self.theirs)
        self.ours.add("eth0", f"{OUR_ADDRESS}/24", f"{OUR_ADDRESS6}/64")
        self.testers = [Neighbor(f"tester{n}", relation, asn_of(relation),
                                 f"10.0.0.{n}")
                        for n in range(10, 10 + TESTERS)]
        self.neighbors = [*WATCHERS, *SPARE, *self.testers, *extra]
        used = {last_of(n) for n in self.neighbors}
        self.theirs.batch(
            [f"addr add 10.0.0.{last}/24 dev eth0" for last in used]
            + [f"addr add fd00::{last}/64 dev eth0 nodad" for last in used])
        self.daemon = make(self.ours, self.neighbors, settings)
        self.turn = itertools.cycle(self.testers)
        self.number = itertools.count(1)
        self.watchers = {}
        self.daemon.start()
        self.watch()

    def by_name(self, name):
        return next(n for n in self.neighbors if n.name == name)

    def connect(self, neighbor=None):
        """A connection of the next tester, with nothing said yet."""
        neighbor = neighbor or next(self.turn)
        remote = OUR_ADDRESS6 if ":" in neighbor.address else OUR_ADDRESS
        link = Link.connect(self.theirs, neighbor.address, remote)
        link.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.neighbor = neighbor
        return link

    def open_body(self, link, hold=0, capabilities=FAMILIES, four=True,
                  asn=None, router_id=None, version=4):
        asn = asn or link.neighbor.asn
        if four:
            capabilities += bgp.four_octet_as(asn)
        return bgp.open_body(asn, router_id or link.address, hold,
                             capabilities, version)

    @contextlib.contextmanager
    def session(self, neighbor=None, **terms):
        """An established one, which is closed at the end."""
        link = self.establish(neighbor, **terms)
        try:
            yield link
        finally:
            link.close()

    def establish(self, neighbor=None, **terms):
        link = self.connect(neighbor)
        link.send(bgp.OPEN, self.open_body(link, **terms))
        link.theirs = link.expect(bgp.OPEN).body
        link.send(bgp.KEEPALIVE)
        link.expect(bgp.KEEPALIVE)
        return link

    def watch(self):
        for neighbor in WATCHERS:
            if neighbor.name not in self.watchers:
                wide = neighbor.name != "old"
                self.watchers[neighbor.name] = wait_for(
                    lambda: self.try_watch(neighbor, wide), what="a watcher")

    def try_watch(self, neighbor, wide):
        try:
            return self.establish(neighbor, four=wide)
        except (OSError, bgp.Closed) as problem:
            raise LabError(f"{neighbor.name}: {problem}") from problem

    def told(self, watcher, prefix):
        """Attributes as {type: value}, or None."""
        link = self.watchers[watcher]
        link.pump()
        route = link.routes.get(prefix)
        return route and {kind: value for kind, (_, value) in route.items()}

    def told_flags(self, watcher, prefix):
        link = self.watchers[watcher]
        return {kind: flags
                for kind, (flags, _) in link.routes[prefix].items()}

    def wait_told(self, watcher, prefix, condition=bool, deadline=PATIENCE,
                  beside=None):
        """
        Until the condition holds for what the watcher was told; the session
        that talks, when given beside, must live.
        """
        link = self.watchers[watcher]
        last = []

        def holds():
            last[:] = [self.told(watcher, prefix)]
            if beside:
                beside.pump()
            return condition(last[0])

        try:
            link.until(holds, f"{prefix} at {watcher}", deadline)
        except LabError as problem:
            raise LabError(f"{problem}: {last}") from None
        return last[0]

    def settle(self, link):
        """
        All that was sent has been seen and told.  A route sent now is told
        by then; a second one, that nothing was packed behind the first.
        """
        for _ in range(2):
            talk = self.talk(link)
            link.send(bgp.UPDATE, talk.route())
            for watcher in ("outside", "below"):
                self.wait_told(watcher, talk.prefix, beside=link)

    def talk(self, link, family="ipv4"):
        return Talk(self.relation, link, next(self.number), family)

    def mend(self):
        """After a case that went wrong: the daemon and watchers are back."""
        if not self.daemon.is_running():
            self.daemon.start()
        for name, link in list(self.watchers.items()):
            try:
                link.pump()
            except (Down, AssertionError):
                link.close()
                del self.watchers[name]
        self.watch()


class Talk:
    """What one case says: a prefix of its own, and right attributes."""

    def __init__(self, relation, link, number, family="ipv4", octets=4):
        self.relation = relation
        self.link = link
        self.family = family
        self.octets = octets
        self.asn = asn_of(relation)
        high, low = divmod(number, 256)
        self.prefix4 = f"172.{16 + high}.{low}.0/24"
        self.prefix6 = str(ipaddress.ip_network(
            f"fd00:{100 + high}:{low}::/48"))
        self.prefix = self.prefix4 if family == "ipv4" else self.prefix6
        self.hop, self.hop6 = link.address, link.address6

    @property
    def nlri(self):
        return nlri(self.prefix)

    def attributes(self):
        """{type: octets} in the order of types."""
        external = self.relation == "external"
        found = {ORIGIN: attr(ORIGIN, u8(0)),
                 AS_PATH: path(self.asn if external else 65100, 65200,
                               octets=self.octets)}
        if self.family == "ipv4":
            found[NEXT_HOP] = attr(NEXT_HOP, ip(self.hop))
        if not external:
            found[LOCAL_PREF] = attr(LOCAL_PREF, u32(100))
        if self.family == "ipv6":
            found[MP_REACH] = ipv6_reach(self.hop6, self.prefix6)
        return found

    def route(self, changes=(), reach=None, **parts):
        """A right UPDATE but for the changes, {type: octets or None}."""
        found = {**self.attributes(), **dict(changes)}
        octets = b"".join(found[k] for k in sorted(found) if found[k])
        if reach is None:
            reach = self.nlri if self.family == "ipv4" else b""
        return update(octets, reach, **parts)

    def before(self):
        """The route that a case replaces or loses: it has a mark."""
        return self.route({COMMUNITIES: attr(COMMUNITIES, MARK)})


MARK = u16(64999, 9)


def is_before(told):
    return bool(told) and told.get(COMMUNITIES) == MARK


__all__ = [name for name in dir() if not name.startswith("_")]
