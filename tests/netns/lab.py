# SPDX-License-Identifier: ISC
# lab.py - namespaces, links, addresses and pods, and what runs in them
"""
A Lab is a folder of files and a set of network namespaces whose names hold
the pid, so that two runs never meet.  What starts in it is a Daemon: its
output goes to a file, and it is stopped when the lab closes, also on an
interrupt.  Nothing outside of its namespaces and its folder is touched.

Tests wait for a condition with a deadline (wait_for) and never sleep.  Time
in here is monotonic; each process is ended by its own id.
"""
import atexit
import contextlib
import ctypes
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
PREFIX = "bgpd"
# Where watch.py makes the routes that are its marks; nobody else uses it.
MARK_TABLE = 9999
# What goes wrong only with a sanitizer, an assertion or the watchdog of libc.
ALARMS = re.compile(r"Sanitizer|runtime error:|[Aa]ssertion|stack smashing|"
                    r"double free|corrupted")


class LabError(AssertionError):
    """Something in the lab did not do its part; a condition may try again."""


class Ended(Exception):
    """A daemon ended at its start; to wait any longer is of no use."""

    def __init__(self, daemon):
        super().__init__(f"{daemon.name} ended:\n{daemon.log()[-2000:]}")


def run(*words, text=None, check=True):
    """Runs a command to its end; returns what it printed."""
    done = subprocess.run(words, input=text, text=True, errors="replace",
                          capture_output=True, timeout=120)
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(words)}: exit {done.returncode}: "
                       f"{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait_for(condition, deadline=10.0, what=""):
    """
    Asks until the answer is true, and returns it.  A failed assertion inside
    counts as no; its text is told when time is up.
    """
    until = time.monotonic() + deadline
    while True:
        try:
            last = condition()
            if last:
                return last
        except AssertionError as problem:
            last = problem
        if time.monotonic() > until:
            raise LabError(f"{what or 'this'} did not come true in "
                           f"{deadline} s; at last: {last}")
        time.sleep(0.02)


class Space:
    """A network namespace; `with space:` makes sockets inside of it."""

    def __init__(self, lab, name):
        self.lab = lab
        self.name = name
        self.id = f"{lab.tag}-{name}"
        self.outside = []
        run("ip", "netns", "add", self.id)
        # Duplicate address detection takes two seconds: only where asked for.
        self.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                    "net.ipv6.conf.all.accept_dad=0",
                    "net.ipv6.conf.default.accept_dad=0",
                    "net.ipv6.conf.default.dad_transmits=1",
                    "net.ipv4.conf.all.rp_filter=0",
                    "net.ipv4.conf.default.rp_filter=0")
        self.ip("link", "set", "lo", "up")

    def ip(self, *words, check=True):
        words = " ".join(words).split()
        return run("ip", "-n", self.id, *words, check=check)

    def ip_json(self, *words):
        return json.loads(self.ip("-j", *words) or "[]")

    def batch(self, lines):
        run("ip", "-n", self.id, "-batch", "-", text="\n".join(lines) + "\n")

    def run(self, *words, check=True):
        return run("ip", "netns", "exec", self.id, *words, check=check)

    def sysctl(self, *settings):
        self.run("sysctl", "-qw", *settings)

    def drop(self, name, incoming="", outgoing=""):
        """Drops what nftables matches by such a rule, until undrop(name)."""
        rules = {"input": incoming, "output": outgoing}
        run("ip", "netns", "exec", self.id, "nft", "-f", "-", text="\n".join(
            f"table inet {name} {{\n chain {hook} {{\n"
            f"  type filter hook {hook} priority 0\n  {rule} drop\n }}\n}}"
            for hook, rule in rules.items() if rule) + "\n")

    def undrop(self, name):
        self.run("nft", "delete", "table", "inet", name)

    def add(self, device, *addresses, dad=False):
        """Gives addresses to a device, without DAD unless asked for."""
        for address in addresses:
            nodad = "nodad" if ":" in address and not dad else ""
            self.ip(f"addr add {address} dev {device} {nodad}")

    def remove(self, device, *addresses):
        for address in addresses:
            self.ip(f"addr del {address} dev {device}")

    def routes(self, family, *words):
        """{prefix: route} of the main table, local ones left out."""
        found = self.ip_json(f"-{family[-1]} route show table main", *words)
        return {full_prefix(r["dst"], family): r for r in found}

    def flush(self, family, protocol):
        """As `ip route flush`, which some ip(8) cannot by next hop objects."""
        found = self.routes(family, "proto", protocol)
        self.batch([f"route del {prefix} proto {protocol} "
                    f"metric {route.get('metric', 0)}"
                    for prefix, route in found.items()])

    def addresses(self, device):
        shown = self.ip_json(f"addr show dev {device}")
        return {a["local"]: a for a in shown[0]["addr_info"]}

    def pids(self):
        text = run("ip", "netns", "pids", self.id, check=False)
        return [int(word) for word in text.split()]

    def __enter__(self):
        self.outside.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))
        inside = os.open(f"/run/netns/{self.id}", os.O_RDONLY)
        enter_namespace(inside)
        return self

    def __exit__(self, *_):
        enter_namespace(self.outside.pop())


def enter_namespace(descriptor):
    failed = LIBC.setns(descriptor, CLONE_NEWNET)
    os.close(descriptor)
    if failed:
        raise OSError(ctypes.get_errno(), "setns")


def full_prefix(text, family):
    """As bgpctl writes it: ip leaves the length of a host away."""
    if text == "default":
        return "0.0.0.0/0" if family == "ipv4" else "::/0"
    if "/" in text:
        return text
    return text + ("/32" if family == "ipv4" else "/128")


@contextlib.contextmanager
def uninterrupted():
    """A second Ctrl-C must not leave half of a lab behind."""
    before = {number: signal.signal(number, signal.SIG_IGN)
              for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Daemon:
    """A process in a space; it is in the foreground and logs to a file."""

    def __init__(self, space, name):
        self.space = space
        self.name = name
        self.folder = os.path.join(space.lab.folder, f"{space.name}-{name}")
        os.makedirs(self.folder, exist_ok=True)
        os.chmod(self.folder, 0o755)
        self.log_path = os.path.join(self.folder, f"{name}.log")
        self.process = None
        self.expected_end = True
        self.complaints = []
        space.lab.daemons.append(self)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        """Replaces the file in one step, as an operator's tool would."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new", "w") as file:
            file.write(text)
        os.rename(path + ".new", path)
        return path

    def spawn(self, *words, environment=()):
        assert not self.is_running(), f"{self.name} runs already"
        with open(self.log_path, "a") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.space.id, *words], stdout=log,
                stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder,
                env={**os.environ, **dict(environment)},
                start_new_session=True)
        self.expected_end = False
        return self

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """Like the out-of-memory killer, and its children with it."""
        self.expected_end = True
        if self.is_running():
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()

    def end(self, deadline=5.0):
        """Asks it to end; returns its exit status."""
        self.expected_end = True
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            self.complaints.append(f"{self.name} did not end on SIGTERM")
            return None

    def log(self):
        if not os.path.exists(self.log_path):
            return ""
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def check(self):
        """What is wrong with it, as text lines."""
        found = list(self.complaints)
        if not self.expected_end and not self.is_running():
            found.append(f"{self.name} in {self.space.name} ended by itself "
                         f"({self.process.returncode})")
        found += [f"{self.name} in {self.space.name}: {line}"
                  for line in self.log().splitlines() if ALARMS.search(line)]
        return found

    def stop(self):
        """At the end of the lab."""
        if self.is_running():
            self.kill()


class Lab:
    """Close it, or use it in a `with` statement."""

    count = itertools.count(1)

    def __init__(self, tag=None):
        self.tag = tag or f"{PREFIX}{os.getpid()}-{next(Lab.count)}"
        # Not pytest's tmp_path: rivals drop privileges, and it is 0700.
        self.folder = tempfile.mkdtemp(prefix=f"{self.tag}-")
        os.chmod(self.folder, 0o755)
        self.spaces = {}
        self.daemons = []
        self.bridges = {}
        self.closed = False
        atexit.register(self.close)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def space(self, name):
        self.spaces[name] = None        # known, should making it be cut short
        self.spaces[name] = Space(self, name)
        return self.spaces[name]

    def bridge(self, name="wire"):
        """A switch in a space of its own."""
        space = self.bridges[name] = self.space(name)
        space.batch(["link add br0 type bridge mcast_snooping 0",
                     "link set br0 up"])
        return space

    def plug(self, space, *addresses, device="eth0", bridge="wire", dad=False):
        """Joins a space to a bridge."""
        switch = self.bridges[bridge]
        self.wire(switch, space, f"p-{space.name}"[:15], device)
        switch.ip(f"link set p-{space.name[:13]} master br0")
        space.add(device, *addresses, dad=dad)

    def wire(self, left, right, left_device="eth0", right_device="eth0"):
        """Joins two spaces by a cable."""
        run(*(f"ip link add {left_device} netns {left.id} type veth peer "
              f"name {right_device} netns {right.id}").split())
        left.ip(f"link set {left_device} up")
        right.ip(f"link set {right_device} up")

    def pod(self, node, name, *addresses):
        """
        A space behind a veth of the node, as container networks do it: host
        addresses, gateways that are the same for every pod.
        """
        pod = self.space(name)
        device = f"cali-{name}"[:15]
        self.wire(node, pod, device, "eth0")
        node.add(device, "169.254.1.1/32", "fe80::1/64")
        pod.batch(["route add 169.254.1.1 dev eth0 scope link",
                   "route add default via 169.254.1.1 dev eth0",
                   "route add ::/0 via fe80::1 dev eth0"])
        for address in addresses:
            pod.add("eth0", address)
            node.ip(f"route add {address.split('/')[0]} dev {device}")
        return pod

    def close(self):
        """Ends and removes everything; returns what was found wrong."""
        if self.closed:
            return []
        self.closed = True
        atexit.unregister(self.close)
        with uninterrupted():
            return self.remove()

    def remove(self):
        found = []
        for daemon in reversed(self.daemons):
            daemon.stop()
            found += daemon.check()
        for name in self.spaces:
            remove_namespace(f"{self.tag}-{name}")
        shutil.rmtree(self.folder, ignore_errors=True)
        return found

    def keep(self):
        """Leaves everything standing at the end of this process."""
        self.closed = True
        atexit.unregister(self.close)

    def report(self, lines=40):
        """The tails of all logs, for whom a test has failed."""
        text = []
        for daemon in self.daemons:
            state = "runs" if daemon.is_running() else "does not run"
            text.append(f"---- {daemon.space.name}: {daemon.name} {state}")
            text += [line for line in daemon.log().splitlines()
                     if f"table {MARK_TABLE}" not in line][-lines:]
        return "\n".join(text)


def remove_namespace(name):
    """With what still runs inside: children of daemons, say."""
    for word in run("ip", "netns", "pids", name, check=False).split():
        try:
            os.kill(int(word), signal.SIGKILL)
        except ProcessLookupError:
            pass
    run("ip", "netns", "del", name, check=False)


def leftovers(names, prefix):
    """Those of the names whose process, told by the name, has ended."""
    found = ((name, re.match(rf"{prefix}(\d+)-", name)) for name in names)
    return [name for name, match in found
            if match and not os.path.exists(f"/proc/{match[1]}")]


def sweep(prefix=PREFIX):
    """Removes what a run that was killed outright, or kept, has left."""
    listed = run("ip", "netns", "list").splitlines()
    spaces = leftovers([line.split()[0] for line in listed], prefix)
    for name in spaces:
        remove_namespace(name)
    folder = tempfile.gettempdir()
    for name in leftovers(os.listdir(folder), prefix):
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
    return spaces
