# SPDX-License-Identifier: ISC
# crowd.py - many clients of one daemon, played by tests/bench/crowd
"""
The program takes orders on its standard input, one line each, and answers
each with a line of JSON; crowd.c has the list.
"""
import ipaddress
import json
import os
import subprocess

from lab import LabError
from node import BUILD

PROGRAM = os.path.join(BUILD, "tests", "bench", "crowd")


def addresses(first, count):
    return [str(ipaddress.ip_address(first) + i) for i in range(count)]


class Crowd:
    """Clients at consecutive addresses, which the space has to have."""

    def __init__(self, space_id, daemon, first, count, bfd=False):
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", space_id, PROGRAM]
            + ["-b"] * bfd + [daemon, first, str(count)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def order(self, words):
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise LabError(f"crowd ended: {self.process.wait()}")
        return json.loads(line)

    def ask(self, words):
        self.order(words)
        return self.answer()
