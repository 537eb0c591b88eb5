# SPDX-License-Identifier: ISC
# watch.py - what the kernel says about routes, and whether traffic flows
"""
RouteMonitor is `ip monitor` with marks: a mark is a route of its own in a
table that nobody uses, so everything that the kernel said before it has been
read when the mark is seen.  Traffic is ping at a steady pace; what counts is
the sequence numbers that never came back.  Capture is tcpdump, and finds the
marker of BGP in what it caught.
"""
import itertools
import re
import signal
import struct
from datetime import datetime

from lab import MARK_TABLE, Daemon, LabError, wait_for


class RouteMonitor(Daemon):
    count = itertools.count(1)      # no two marks are the same

    def __init__(self, space):
        super().__init__(space, f"monitor-{next(self.count)}")

    def start(self):
        self.spawn("ip", "-o", "-ts", "monitor", "route", "nexthop")
        wait_for(self.mark_is_seen, what="ip monitor")
        return self

    def mark_is_seen(self):
        """The first one may come before the monitor listens."""
        self.mark(wait=False)
        return f"table {MARK_TABLE}" in self.log()

    def mark(self, wait=True):
        number = next(self.count)
        mark = f"198.18.{number // 256}.{number % 256}"
        route = f"blackhole {mark} table {MARK_TABLE}"
        self.space.ip(f"route add {route}")
        self.space.ip(f"route del {route}")
        if wait:
            wait_for(lambda: self.position(mark) is not None,
                     what="the mark of ip monitor")
        return mark

    def position(self, mark):
        """The line of the mark's deletion."""
        for number, line in enumerate(self.log().splitlines()):
            if "Deleted" in line and f" {mark} " in line:
                return number
        return None

    def since(self, mark):
        """The lines after a mark, without marks."""
        self.mark()
        lines = self.log().splitlines()[self.position(mark) + 1:]
        return [line for line in lines
                if line.strip() and f"table {MARK_TABLE}" not in line]

    def assert_silent_since(self, mark):
        events = self.since(mark)
        assert not events, f"{self.space.name}: the kernel said {events}"


def event_time(line):
    """The time of a line of `ip -ts monitor`, in seconds."""
    found = re.match(r"\[([^]]+)\]", line)
    if not found:
        raise LabError(f"no time stamp: {line}")
    return datetime.fromisoformat(found[1]).timestamp()


class Traffic(Daemon):
    """Ping at an interval from one space to an address."""

    def __init__(self, space, target, interval=0.01):
        super().__init__(space, f"ping-{target.replace(':', '_')}")
        self.target = target
        self.interval = interval

    def start(self):
        self.spawn("ping", "-n", "-i", str(self.interval), self.target)
        wait_for(lambda: self.received(), what=f"ping to {self.target}")
        return self

    def received(self):
        """Sequence numbers of the replies."""
        return [int(n) for n in re.findall(r"icmp_seq=(\d+) ttl", self.log())]

    def finish(self):
        """(sent, lost); a reply that was on its way at the end is not lost."""
        self.expected_end = True
        self.signal(signal.SIGINT)
        self.process.wait(5)
        sent = int(re.search(r"(\d+) packets transmitted", self.log())[1])
        lost = sorted(set(range(1, sent + 1)) - set(self.received()))
        if lost == [sent]:
            lost = []
        return sent, lost


def assert_no_loss(traffic, least):
    sent, lost = traffic.finish()
    assert not lost, f"{len(lost)} of {sent} pings to {traffic.target} were " \
                     f"lost: {lost[:20]}"
    assert sent >= least, f"only {sent} pings"


def answers(space, address):
    """One ping; true when its reply came within a second."""
    return "1 received" in space.run("ping", "-n", "-c", "1", "-W", "1",
                                     address, check=False)


class Capture(Daemon):
    """TCP on a device, whole packets."""

    MARKER = b"\xff" * 16

    def __init__(self, space, device="eth0"):
        super().__init__(space, "capture")
        self.device = device
        self.file = self.path("capture.pcap")

    def start(self):
        self.spawn("tcpdump", "-i", self.device, "-U", "-s", "0", "-Z",
                   "root", "-w", self.file, "tcp")
        wait_for(lambda: "listening on" in self.log(), what="tcpdump")
        return self

    def segments(self):
        """[(ports, bytes behind the link's header) ..]"""
        with open(self.file, "rb") as file:
            text = file.read()
        order = "<" if text[:4] in (b"\xd4\xc3\xb2\xa1",
                                    b"\x4d\x3c\xb2\xa1") else ">"
        at, found = 24, []
        while at + 16 <= len(text):
            size, = struct.unpack(order + "I", text[at + 8:at + 12])
            packet = text[at + 16 + 14:at + 16 + size]
            head = 40 if packet[0] >> 4 == 6 else (packet[0] & 15) * 4
            found.append((struct.unpack("!HH", packet[head:head + 4]),
                          packet))
            at += 16 + size
        return found

    def markers(self, port):
        """(segments of a port, those with a marker)"""
        mine = [packet for ports, packet in self.segments() if port in ports]
        return len(mine), sum(self.MARKER in packet for packet in mine)
