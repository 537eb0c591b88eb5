# SPDX-License-Identifier: ISC
# node.py - our own daemon in a space, and bgpctl's answers as dicts
"""
A Node has a config, a control socket and a log.  What it is asked comes back
as bgpctl -j gives it; the helpers at the end pick the rows that most tests
look at.  BGPD_BUILD names the build folder.
"""
import json
import os
import re
import signal
import subprocess

from lab import Daemon, Ended, LabError, wait_for

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("BGPD_BUILD", os.path.join(TOP, "build", "plain"))
BGPD = os.path.join(BUILD, "bgpd", "bgpd")
BGPCTL = os.path.join(BUILD, "bgpctl", "bgpctl")

FAMILIES = ("ipv4", "ipv6")
METRIC = 1024


class Node(Daemon):
    def __init__(self, space, config="", name="bgpd"):
        super().__init__(space, name)
        self.socket = self.path("bgpd.sock")
        self.config = self.path("bgpd.conf")
        self.marks = 0
        self.configure(config)

    def configure(self, text):
        """What it keeps is its own: all spaces share one /var/lib."""
        if "state-directory" not in text:
            text += f"\nstate-directory {self.path('state')}\n"
        self.write("bgpd.conf", text)

    def start(self, ready=True):
        self.marks = len(self.log())
        self.spawn(BGPD, "-f", self.config, "-s", self.socket)
        if ready:
            wait_for(self.is_ready, what=f"{self.space.name} answering")
        return self

    def is_ready(self):
        """Answers, and has read what the kernel holds."""
        if not self.is_running():
            raise Ended(self)
        return self.ctl("status")["synced"]

    def restart(self):
        self.end()
        return self.start()

    def stop(self):
        """At the end of the lab: it ends well, and without leaks."""
        if self.is_running():
            status = self.end()
            if status not in (0, None):
                self.complaints.append(
                    f"bgpd in {self.space.name} ended with {status}")

    def reload(self, text=None):
        """By SIGHUP; returns the text logged since, once all is done."""
        before = len(self.log())
        counted = self.reloads()
        if text is not None:
            self.configure(text)
        self.signal(signal.SIGHUP)
        wait_for(lambda: self.reloads() > counted, what="the reload")
        return self.log()[before:]

    def reloads(self):
        status = self.ctl("status")
        return status["reloads"] + status["reloads_refused"]

    def bgpctl(self, *words):
        """A finished process with bgpctl's text."""
        return subprocess.run([BGPCTL, "-s", self.socket, *words],
                              capture_output=True, text=True, timeout=60)

    def ctl(self, *words, code=0):
        """What bgpctl -j says; code is the exit status expected."""
        done = self.bgpctl("-j", *words)
        if done.returncode != code:
            raise LabError(f"bgpctl {' '.join(words)} in {self.space.name}: "
                           f"exit {done.returncode}, not {code}: "
                           f"{done.stderr or done.stdout}")
        return json.loads(done.stdout)

    def logged(self, pattern, since=None):
        """The match of a pattern in the log since the start, or None."""
        text = self.log()[self.marks if since is None else since:]
        return re.search(pattern, text)

    # What most tests ask.

    def neighbors(self):
        return self.ctl("show", "neighbors")["neighbors"]

    def neighbor(self, name, family=None):
        """The one row; by name or by address, and by family if given."""
        rows = [row for row in self.neighbors()
                if name in (row["name"], row["address"])
                and family in (None, row.get("family"))]
        if len(rows) != 1:
            raise LabError(f"{len(rows)} rows of neighbor {name}: {rows}")
        return rows[0]

    def detail(self, address):
        rows = [row for row in
                self.ctl("show", "neighbors", "detail")["neighbors"]
                if row["address"] == address]
        if len(rows) != 1:
            raise LabError(f"{len(rows)} neighbors of address {address}")
        return rows[0]

    def updates_sent(self):
        """{address: UPDATE messages told to it}."""
        return {row["address"]: count["sent"]
                for row in self.ctl("show", "neighbors", "detail")["neighbors"]
                for count in row["messages"] if count["message"] == "update"}

    def is_up(self, *names):
        """All sessions of the neighbors (or all there are) are established."""
        rows = [row for row in self.neighbors()
                if not names or row["name"] in names]
        down = [f"{row['name']} {row['address']} {row['state']} "
                f"{row.get('reason')}"
                for row in rows if row["state"] != "established"]
        if down or not rows:
            raise LabError(f"{self.space.name}: {down or 'no neighbors'}")
        return True

    def routes(self, family=None):
        """{prefix: best path}."""
        return {row["prefix"]: row for row in self.ctl("show", "routes")
                ["routes"] if family in (None, row["family"])}

    def fib(self):
        return {row["prefix"]: row
                for row in self.ctl("show", "fib")["fib"]}

    def is_in_sync(self):
        """Everything wanted is in the kernel, and nothing is left over."""
        off = {row["prefix"]: row["status"] for row in self.fib().values()
               if row["status"] != "in-sync"}
        if off:
            raise LabError(f"fib of {self.space.name}: {off}")
        return True

    def addresses(self, family):
        """{address: (verdict, reason)} of explain address."""
        answer = self.ctl("explain", "address", family)
        return {row["address"].split("/")[0]:
                (row["verdict"], row.get("reason", row["verdict"]))
                for row in answer["addresses"]}

    def reason_of(self, family, address):
        """Why an address is the node's or is not; None: no candidate."""
        return self.addresses(family).get(address, (None, None))[1]

    def installed(self, family):
        """{prefix: gateway, or the type of the route} of our protocol."""
        return {prefix: route.get("gateway") or route.get("type")
                for prefix, route in self.space.routes(family).items()
                if route.get("protocol") == "bgp"}
