# SPDX-License-Identifier: ISC
# rivals.py - other BGP daemons of Debian, each with sockets of its own
"""
A rival is told who it is (Side), whom it meets (Session ..) and what it
announces, and writes its own config from that.  routes(family) gives what its
table holds, {prefix: next hop}, paths(family) all there are, {prefix: [next
hop ..]}, and is_up() whether all of its sessions are established.  Programs are called by absolute path: OpenBGPD's have the same
names as ours.
"""
import json
import os
import pwd
import re
import shutil
from dataclasses import dataclass, field

from lab import Daemon, Ended, LabError, run, wait_for


@dataclass
class Session:
    local: str              # addresses
    remote: str
    remote_as: int
    families: tuple         # "ipv4", "ipv6"
    options: str = ""       # lines in the rival's own language
    channel: str = ""       # the same, for each of its families
    plain: str = ""         # GoBGP's: lines of its neighbor itself


@dataclass
class Side:
    router_id: str
    local_as: int
    sessions: list
    announce: dict = field(default_factory=dict)    # family: [prefix ..]
    settings: str = ""      # lines of BIRD itself, or of FRR's router

    def prefixes(self):
        return [p for family in self.announce.values() for p in family]

    def internal(self, session):
        return session.remote_as == self.local_as


class Rival(Daemon):
    name = None
    recovery = ()       # how it is told at its start that it was there before

    def __init__(self, space, side, name=None):
        super().__init__(space, name or type(self).name)
        self.side = side

    def start(self, *words):
        self.write_config()
        self.launch(*words)
        wait_for(self.answers, what=f"{self.name} answering")
        self.announce()
        return self

    def announce(self):
        """For those that cannot say it in their config."""

    def routes(self, family):
        return {prefix: hops[-1]
                for prefix, hops in self.paths(family).items()}

    def answers(self):
        if not self.is_running():
            raise Ended(self)
        try:
            self.states()
        except (LabError, ValueError):
            return False
        return True

    def is_up(self):
        states = self.states()
        if len(states) != len(self.side.sessions) or \
                any(s.lower() != "established" for s in states.values()):
            raise LabError(f"{self.name}: {states}")
        return True


class Bird(Rival):
    name = "bird"
    recovery = ("-R",)

    def write_config(self):
        lines = ["log stderr all;", f"router id {self.side.router_id};",
                 "protocol device { scan time 1; }", self.side.settings]
        for family, prefixes in self.side.announce.items():
            lines += [f"protocol static {{ {family};"]
            lines += [f"  route {p} blackhole;" for p in prefixes] + ["}"]
        for number, s in enumerate(self.side.sessions):
            lines += [f"protocol bgp peer{number} {{",
                      f"  local {s.local} as {self.side.local_as};",
                      f"  neighbor {s.remote} as {s.remote_as};",
                      "  connect delay time 1; connect retry time 2;",
                      "  error wait time 1, 2;", s.options]
            lines += [f"  {f} {{ import all; "
                      f"export where source = RTS_STATIC; {s.channel} }};"
                      for f in s.families] + ["}"]
        self.write("bird.conf", "\n".join(lines) + "\n")

    def launch(self, *words):
        self.spawn("/usr/sbin/bird", "-f", "-c", self.path("bird.conf"),
                   "-s", self.path("bird.ctl"), *words)

    def birdc(self, *words):
        return run("/usr/sbin/birdc", "-s", self.path("bird.ctl"), *words)

    def states(self):
        text = self.birdc("show", "protocols")
        return {found[1]: found[2] or "down" for found in re.finditer(
            r"^(peer\d+)\s+BGP\s+\S+\s+\S+\s+\S+[ \t]*(\S*)", text, re.M)}

    def paths(self, family):
        found, prefix = {}, None
        text = self.birdc("show", "route", "table", f"master{family[-1]}",
                          "all", "where", "source", "=", "RTS_BGP")
        for line in text.splitlines():
            words = line.split()
            if re.match(r"[0-9a-f].*/", line):
                prefix = words[0]
            elif words[:1] == ["BGP.next_hop:"]:
                found.setdefault(prefix, []).append(words[1])
        return found

    def path_to(self, prefix):
        """The numbers of its path, and its next hop; None: no route."""
        try:
            text = self.birdc("show", "route", "primary", "all", "for",
                              prefix)
        except LabError:
            return None
        found = dict(re.findall(r"BGP\.(as_path|next_hop): ?(.*)", text))
        return "as_path" in found and (
            found["as_path"].strip(), found["next_hop"].split()[0])


class Frr(Rival):
    """
    Its zebra and its bgpd: without zebra, bgpd knows no interface, and
    refuses IPv6 next hops that come with a link-local address.
    """

    name = "frr"

    def __init__(self, space, side):
        super().__init__(space, side)
        self.zebra = Daemon(space, "zebra")

    def end(self, deadline=5.0):
        status = super().end(deadline)
        self.kill()
        return status

    def kill(self):
        super().kill()
        self.zebra.kill()
        if os.path.exists(self.path("zserv.api")):
            os.unlink(self.path("zserv.api"))

    def write_config(self):
        os.makedirs("/run/frr", exist_ok=True)
        shutil.chown(self.folder, "frr", "frr")
        lines = [f"router bgp {self.side.local_as}",
                 f" bgp router-id {self.side.router_id}",
                 " no bgp ebgp-requires-policy",
                 " no bgp default ipv4-unicast",
                 " no bgp network import-check"]
        lines += [f" {line}" for line in self.side.settings.splitlines()]
        for s in self.side.sessions:
            lines += [f" neighbor {s.remote} remote-as {s.remote_as}",
                      f" neighbor {s.remote} update-source {s.local}",
                      f" neighbor {s.remote} timers connect 1"]
            lines += [f" neighbor {s.remote} {line}"
                      for line in s.options.splitlines()]
        for family in ("ipv4", "ipv6"):
            lines += [f" address-family {family} unicast"]
            lines += [f"  network {p}"
                      for p in self.side.announce.get(family, [])]
            for s in self.side.sessions:
                if family in s.families:
                    lines += [f"  neighbor {s.remote} activate"]
                    lines += [f"  neighbor {s.remote} {line}"
                              for line in s.channel.splitlines()]
                    if self.side.internal(s):
                        lines += [f"  neighbor {s.remote} next-hop-self"]
                    lines += [f"  neighbor {s.remote} {line}"
                              for line in s.channel.splitlines()]
            lines += [" exit-address-family"]
        self.write("bgpd.conf", "\n".join(lines) + "\n")

    def launch(self, *words):
        common = ["-u", "frr", "-g", "frr", "-z", self.path("zserv.api"),
                  "--vty_socket", self.folder, "-P", "0", "--log", "stdout"]
        self.zebra.spawn(
            "/usr/lib/frr/zebra", "-f", self.write("zebra.conf", ""),
            "-i", self.path("zebra.pid"), "-s", "4000000", *common)
        wait_for(lambda: os.path.exists(self.path("zserv.api")),
                 what="zebra's socket")
        self.spawn("/usr/lib/frr/bgpd", "-f", self.path("bgpd.conf"),
                   "-i", self.path("bgpd.pid"), *common)

    def vtysh(self, *commands):
        words = [word for command in commands for word in ("-c", command)]
        return run("/usr/bin/vtysh", "--vty_socket", self.folder, "-d",
                   "bgpd", *words)

    def states(self):
        shown = json.loads(self.vtysh("show bgp neighbors json"))
        return {name: n["bgpState"] for name, n in shown.items()
                if "bgpState" in n}

    def paths(self, family):
        shown = json.loads(self.vtysh(f"show bgp {family} unicast json"))
        found = {}
        for prefix, paths in shown.get("routes", {}).items():
            for path in paths:
                # Of two next hops the global one: the other is link-local.
                hops = [h["ip"] for h in path["nexthops"]
                        if h.get("scope") != "link-local"]
                if path["peerId"] != "(unspec)":
                    found.setdefault(prefix, []).append(hops[0])
        return found

    def path_to(self, prefix):
        """The numbers of its path, and its next hop; None: no route."""
        family = "ipv6" if ":" in prefix else "ipv4"
        shown = json.loads(self.vtysh(
            f"show bgp {family} unicast {prefix} json"))
        for path in shown.get("paths", []):
            return path["aspath"]["string"], path["nexthops"][0]["ip"]
        return None


class Gobgp(Rival):
    name = "gobgp"
    recovery = ("-r",)
    PORT = "50051"

    def write_config(self):
        lines = ["[global.config]", f"as = {self.side.local_as}",
                 f'router-id = "{self.side.router_id}"']
        for s in self.side.sessions:
            lines += ["[[neighbors]]", "[neighbors.config]",
                      f'neighbor-address = "{s.remote}"',
                      f"peer-as = {s.remote_as}", s.plain,
                      "[neighbors.timers.config]",
                      "connect-retry = 1", "idle-hold-time-after-reset = 1",
                      "[neighbors.transport.config]",
                      f'local-address = "{s.local}"', s.options]
            for family in s.families:
                lines += ["[[neighbors.afi-safis]]",
                          "[neighbors.afi-safis.config]",
                          f'afi-safi-name = "{family}-unicast"', s.channel]
        self.write("gobgpd.conf", "\n".join(lines) + "\n")

    def launch(self, *words):
        self.spawn("/usr/bin/gobgpd", "-f", self.path("gobgpd.conf"),
                   "--api-hosts", f"127.0.0.1:{self.PORT}",
                   "--pprof-disable", *words)

    def gobgp(self, *words):
        return self.space.run("/usr/bin/gobgp", "-p", self.PORT, *words)

    def announce(self):
        for family, prefixes in self.side.announce.items():
            for prefix in prefixes:
                self.gobgp("global", "rib", "-a", family, "add", prefix)

    def states(self):
        states = ("unknown", "idle", "connect", "active", "opensent",
                  "openconfirm", "established")
        shown = json.loads(self.gobgp("neighbor", "-j"))
        return {n["state"]["neighbor_address"]:
                states[n["state"].get("session_state", 0)] for n in shown}

    def paths(self, family):
        shown = json.loads(self.gobgp("global", "rib", "-a", family, "-j"))
        found = {}
        for prefix, paths in shown.items():
            for path in paths:
                for attribute in path["attrs"]:
                    if attribute["type"] in (3, 14) and "source-id" in path:
                        found.setdefault(prefix, []).append(
                            attribute["nexthop"])
        return found


class OpenBgpd(Rival):
    """The Linux build has no FIB; next hops are taken as reachable."""

    name = "openbgpd"

    def write_config(self):
        made = "/run/openbgpd"
        os.makedirs(made, exist_ok=True)
        lines = [f"AS {self.side.local_as}",
                 f"router-id {self.side.router_id}", "fib-update no",
                 f'socket "{self.path("bgpd.sock")}"']
        lines += [f"listen on {address}" for address in
                  sorted({s.local for s in self.side.sessions})]
        lines += [f"network {p}" for p in self.side.prefixes()]
        for s in self.side.sessions:
            lines += [f"neighbor {s.remote} {{",
                      f" remote-as {s.remote_as}",
                      f" local-address {s.local}", s.options]
            lines += [f" announce {word} "
                      f"{'unicast' if family in s.families else 'none'}"
                      for family, word in (("ipv4", "IPv4"),
                                           ("ipv6", "IPv6"))] + ["}"]
        lines += ["allow from any", "allow to any"]
        os.chmod(self.write("bgpd.conf", "\n".join(lines) + "\n"), 0o600)

    def launch(self, *words):
        self.spawn("/usr/sbin/bgpd", "-d", "-f", self.path("bgpd.conf"))

    def bgpctl(self, *words):
        return json.loads(run("/usr/sbin/bgpctl", "-j", "-s",
                              self.path("bgpd.sock"), *words))

    def states(self):
        return {n["remote_addr"]: n["state"]
                for n in self.bgpctl("show").get("neighbors", [])}

    def paths(self, family):
        word = {"ipv4": "inet", "ipv6": "inet6"}[family]
        found = {}
        for row in self.bgpctl("show", "rib", word).get("rib", []):
            if row["neighbor"].get("description") != "LOCAL":
                found.setdefault(row["prefix"], []).append(
                    row["exit_nexthop"])
        return found


class ExaBgp(Rival):
    """Says what it is told to, and writes down what it hears."""

    name = "exabgp"

    def write_config(self):
        commands = self.write("commands", "")
        script = self.write("talk", "#!/bin/sh\n"
                            f"tail -n +1 -f --pid=$$ {commands} &\n"
                            f"exec cat >{self.path('heard')}\n")
        lines = ["process heard {", f"  run /bin/sh {script};",
                 "  encoder json;", "}"]
        for s in self.side.sessions:
            lines += [f"neighbor {s.remote} {{", f"  local-address {s.local};",
                      f"  router-id {self.side.router_id};",
                      f"  local-as {self.side.local_as};",
                      f"  peer-as {s.remote_as};", s.channel, "  family {"]
            lines += [f"    {f} unicast;" for f in s.families]
            lines += ["  }", "  api {", "    processes [ heard ];",
                      "    neighbor-changes;",
                      "    receive { parsed; update; }", "  }", "  static {"]
            lines += [f"    route {p} next-hop {s.local} {s.options};"
                      for family in s.families
                      for p in self.side.announce.get(family, [])]
            lines += ["  }", "}"]
        self.write("exabgp.conf", "\n".join(lines) + "\n")

    def launch(self, *words):
        self.spawn("/usr/sbin/exabgp", self.path("exabgp.conf"), environment={
            "exabgp.daemon.user": "root", "exabgp.api.cli": "false",
            "exabgp.api.ack": "false", "exabgp.cache.attributes": "false",
            "exabgp.tcp.once": "false"})

    def tell(self, command):
        with open(self.path("commands"), "a") as file:
            file.write(command + "\n")

    def heard(self):
        if not os.path.exists(self.path("heard")):
            return []
        with open(self.path("heard")) as file:
            return [json.loads(line) for line in file if line.endswith("}\n")]

    def states(self):
        states = {}
        for line in self.heard():
            if line["type"] == "state":
                states[line["neighbor"]["address"]["peer"]] = \
                    {"up": "established"}.get(line["neighbor"]["state"],
                                              "idle")
        if not states:
            raise LabError("exabgp has said nothing yet")
        return states

    def paths(self, family):
        found = {}
        for line in self.heard():
            update = line["neighbor"].get("message", {}).get("update", {})
            for hop, rows in update.get("announce", {}).get(
                    f"{family} unicast", {}).items():
                # A link-local next hop is a second entry, told behind.
                if not hop.startswith("fe80"):
                    found.update({self.key(row): hop for row in rows})
            for row in update.get("withdraw", {}).get(
                    f"{family} unicast", []):
                found.pop(self.key(row), None)
        paths = {}
        for (prefix, _), hop in found.items():
            paths.setdefault(prefix, []).append(hop)
        return paths

    def attributes(self, family, prefix):
        """Those with which a prefix was announced last, in its own words."""
        found = None
        for line in self.heard():
            update = line["neighbor"].get("message", {}).get("update", {})
            for rows in update.get("announce", {}).get(
                    f"{family} unicast", {}).values():
                if prefix in (row["nlri"] for row in rows):
                    found = update["attribute"]
        return found

    @staticmethod
    def key(row):
        """The prefix, and with ADD-PATH its identifier."""
        return row["nlri"], row.get("path-information")


def installed(rival):
    """Is the program there?  The user may be part of the package."""
    paths = {Bird: "/usr/sbin/bird", Frr: "/usr/lib/frr/bgpd",
             Gobgp: "/usr/bin/gobgpd", OpenBgpd: "/usr/sbin/bgpd",
             ExaBgp: "/usr/sbin/exabgp"}
    users = {Frr: "frr", OpenBgpd: "_openbgpd"}
    try:
        pwd.getpwnam(users.get(rival, "root"))
    except KeyError:
        return False
    return os.access(paths[rival], os.X_OK)
