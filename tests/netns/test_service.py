# SPDX-License-Identifier: ISC
# test_service.py - what a service manager hears, and its file
"""
The manager is played by a socket, since none runs in here: sd_notify(3) over
a path and over an abstract name.  The unit itself is judged by systemd's own
checkers.
"""
import os
import re
import shutil
import signal
import socket
import subprocess

import pytest

from lab import wait_for
from node import BGPD, Node

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CONFIG = "as 64512\nnode a\nblocks 10.244.1.0/26\nrouter-id 1.1.1.1\n"


class Manager:
    """Hears the datagrams of one daemon; an abstract name is its space's."""

    def __init__(self, space, abstract):
        path = os.path.join(space.lab.folder, "notify")
        self.name = "@" + path if abstract else path
        with space:
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + path if abstract else path)
        self.socket.setblocking(False)
        self.heard = []

    def hear(self):
        while True:
            try:
                self.heard.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return self.heard

    def wait(self, word, count=1):
        wait_for(lambda: sum(text.startswith(word) for text in self.hear())
                 >= count, 10, word)


@pytest.mark.parametrize("abstract", (False, True), ids=("path", "abstract"))
def test_manager_hears_start_life_reload_and_end(lab_factory, abstract):
    with lab_factory() as lab:
        space = lab.space("a")
        manager = Manager(space, abstract)
        node = Node(space, CONFIG)
        node.spawn(BGPD, "-f", node.config, "-s", node.socket, environment={
            "NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "200000"})

        manager.wait("READY=1")
        assert node.ctl("status")["synced"]
        manager.wait("STATUS=0 of 0 sessions established")
        manager.wait("WATCHDOG=1", 3)
        node.signal(signal.SIGHUP)
        manager.wait("RELOADING=1\nMONOTONIC_USEC=")
        manager.wait("READY=1", 2)
        node.signal(signal.SIGSTOP)
        manager.hear()
        beats = len(manager.heard)
        node.signal(signal.SIGCONT)
        wait_for(lambda: len(manager.hear()) > beats, 10, "a beat")
        node.end()
        manager.wait("STOPPING=1")


def test_odd_socket_name_is_said_and_costs_nothing(lab_factory):
    with lab_factory() as lab:
        node = Node(lab.space("a"), CONFIG)
        node.spawn(BGPD, "-f", node.config, "-s", node.socket,
                   environment={"NOTIFY_SOCKET": "nowhere"})
        wait_for(node.is_ready, what="answering")
        assert node.logged("nothing can be told to NOTIFY_SOCKET 'nowhere'")


def unit(folder):
    """The unit as `make install` would write it."""
    with open(os.path.join(TOP, "etc", "systemd", "bgpd.service.in")) as file:
        text = file.read()
    path = os.path.join(folder, "bgpd.service")
    with open(path, "w") as file:
        file.write(text.replace("@sbindir@", os.path.dirname(BGPD))
                   .replace("@sysconfdir@", "/etc"))
    return path


needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"),
                                   reason="no systemd-analyze")


@needs_systemd
def test_unit_is_exposed_little(tmp_path):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", unit(tmp_path)],
        capture_output=True, text=True, check=True)
    level = re.search(r"Overall exposure level for bgpd.service: ([\d.]+)",
                      done.stdout)
    assert float(level[1]) <= 2.0, done.stdout


@needs_systemd
def test_unit_has_no_findings(tmp_path):
    path = unit(tmp_path)
    with open(path) as file:
        text = re.sub(r"^Exec(\w+)=\S+/(bgp\w+)", r"Exec\1=/bin/true",
                      file.read(), flags=re.M)
    with open(path, "w") as file:
        file.write(re.sub("^Documentation=.*\n", "", text, flags=re.M))
    done = subprocess.run(["systemd-analyze", "verify", path],
                          capture_output=True, text=True)
    about = [line for line in done.stderr.splitlines()
             if "bgpd.service" in line]
    assert not about and done.returncode == 0, done.stderr
