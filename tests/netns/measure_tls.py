#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# measure_tls.py - what TLS costs, beside the same without
"""
    measure_tls.py sessions [N]     N sessions between two daemons: how long
                                    until all are up, how much memory one takes
    measure_tls.py reflect [N]      N routes of one daemon through a reflector
                                    to four others
    measure_tls.py flood [N]        N connections that say nothing, or half a
                                    handshake: what a session is delayed by

Both ways in one run: plain, then TLS.  Needs root and BGPD_BUILD.
"""
import os
import subprocess
import sys
import time

from certs import Authority
from lab import Lab, wait_for
from node import Node


def address(side, n):
    return f"10.{side}.{n // 250}.{n % 250 + 1}"


def memory(node):
    """Private bytes of the daemon."""
    with open(f"/proc/{node.pid}/smaps_rollup", encoding="ascii") as file:
        rows = dict(line.split(":", 1) for line in file if ":" in line[:20])
    return sum(int(rows[name].split()[0]) * 1024
               for name in ("Private_Clean", "Private_Dirty"))


def processor(node):
    with open(f"/proc/{node.pid}/stat", encoding="ascii") as file:
        words = file.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def established(node):
    return node.ctl("status")["established"]


def sides_make(lab, authority, count, tls):
    lab.bridge()
    nodes = []
    for side in (1, 2):
        space = lab.space(f"side-{side}")
        lab.plug(space, f"{address(side, 0)}/8")
        space.batch([f"address add {address(side, n)}/32 dev eth0"
                     for n in range(1, count)])
        authority.issue(f"side-{side}")
        lines = ["as 64512", f"node side-{side}", "fib off",
                 f"router-id 10.255.0.{side}", "connect-retry 1h"]
        if tls:
            lines.append(authority.settings(
                f"side-{side}", f"identity side-{3 - side}"))
        for n in range(count):
            lines.append(
                f"neighbor n{n} {address(3 - side, n)} {{ remote-as internal; "
                f"source {address(side, n)}"
                f"{'; passive' if side == 1 else ''} }}")
        nodes.append(Node(space, "\n".join(lines) + "\n"))
    return nodes


def sessions(count):
    for tls in (False, True):
        with Lab() as lab:
            nodes = sides_make(lab, Authority(lab.folder + "/pki"), count, tls)
            nodes[0].start()
            before = memory(nodes[0])
            begin = time.monotonic()
            nodes[1].start(ready=False)
            wait_for(lambda: established(nodes[0]) == count, 60)
            took = time.monotonic() - begin
            time.sleep(3)           # until buffers are given back
            each = (memory(nodes[0]) - before) / count
            print(f"{'tls' if tls else 'plain'}: {count} sessions up in "
                  f"{took:.2f} s, {each / 1024:.1f} KiB each, cpu "
                  f"{processor(nodes[0]):.2f} and {processor(nodes[1]):.2f} s",
                  flush=True)
            begin = time.monotonic()
            nodes[1].end()
            nodes[1].start(ready=False)
            wait_for(lambda: established(nodes[0]) == count, 60)
            print(f"    again in {time.monotonic() - begin:.2f} s")


def reflect(count):
    names = ("speaker", "reflector", "c1", "c2", "c3", "c4")
    for tls in (False, True):
        with Lab() as lab:
            authority = Authority(lab.folder + "/pki")
            lab.bridge()
            nodes = {}
            for n, name in enumerate(names):
                space = lab.space(name)
                lab.plug(space, f"10.0.0.{n + 1}/24")
                authority.issue(name, f"10.0.0.{n + 1}")
                text = (f"as 64512\nnode {name}\nfib off\n"
                        f"{authority.settings(name) if tls else ''}\n")
                if name == "reflector":
                    text += "cluster-id 10.0.0.2\n" + "".join(
                        f"neighbor {other} 10.0.0.{m + 1} {{ remote-as "
                        f"internal; reflector-client; passive }}\n"
                        for m, other in enumerate(names) if other != name)
                else:
                    text += ("neighbor reflector 10.0.0.2 "
                             "{ remote-as internal; connect-retry 300ms }\n")
                if name == "speaker":
                    text += "".join(
                        f"announce {20 + n // 65536}.{n // 256 % 256}."
                        f"{n % 256}.0/24 community 64512:{n % 1000}\n"
                        for n in range(count))
                nodes[name] = Node(space, text).start(ready=False)
            for name in names[1:]:
                wait_for(lambda: nodes[name].is_ready(), 30)
            reflector = nodes["reflector"]
            wait_for(lambda: established(reflector) == 5, 60)
            wait_for(lambda: sent(reflector) >= 4 * count, 120)
            reflector.bgpctl("neighbor", "speaker", "disable")
            wait_for(lambda: sent(reflector) == 0, 60)
            used = processor(reflector)
            begin = time.monotonic()
            reflector.bgpctl("neighbor", "speaker", "enable")
            wait_for(lambda: all(held(nodes[n]) >= count
                                 for n in names[2:]), 120)
            took = time.monotonic() - begin
            print(f"{'tls' if tls else 'plain'}: {count} routes to four in "
                  f"{took:.2f} s, reflector's cpu "
                  f"{processor(reflector) - used:.2f} s", flush=True)


def sent(node):
    return sum(row.get("sent", 0) for row in node.neighbors())


def held(node):
    return sum(row["routes"] for row in node.ctl("status")["families"])


FLOOD = """
import socket, sys, time
hello = bytes.fromhex("160301020001000100")
made, count = [], 0
while True:
    s = socket.socket()
    s.bind((sys.argv[1 + count % (len(sys.argv) - 1)], 0))
    s.setblocking(False)
    s.connect_ex(("10.1.0.1", 8179))
    made.append(s)
    count += 1
    if len(made) > 400:
        try:
            made[-200].send(hello)
        except OSError:
            pass
        made.pop(0).close()
"""


def flood(count):
    """From the addresses of all neighbors but the one that is measured."""
    with Lab() as lab:
        nodes = sides_make(lab, Authority(lab.folder + "/pki"), 50, True)
        nodes[0].start()
        nodes[1].start(ready=False)
        wait_for(lambda: established(nodes[0]) == 50, 30)
        sources = [address(2, n) for n in range(50) if n != 7]
        for busy in (False, True):
            if busy:
                flooder = subprocess.Popen(
                    ["ip", "netns", "exec", nodes[1].space.id,
                     "/usr/bin/python3", "-c", FLOOD, *sources])
                time.sleep(1)
            times = []
            for _ in range(count):
                begin = time.monotonic()
                nodes[1].bgpctl("neighbor", "n7", "clear")
                wait_for(lambda: nodes[0].neighbor("n7")["state"]
                         == "established", 20)
                times.append(time.monotonic() - begin)
            status = nodes[0].ctl("status")
            print(f"{'flooded' if busy else 'quiet'}: a session is up again "
                  f"after {sorted(times)[count // 2] * 1000:.0f} ms, at most "
                  f"{max(times) * 1000:.0f}; {status['established']} of 50 "
                  f"up; {status.get('handshakes')} handshakes", flush=True)
        flooder.kill()
        flooder.wait()


def main():
    verbs = {"sessions": (sessions, 500), "reflect": (reflect, 200000),
             "flood": (flood, 20)}
    if len(sys.argv) < 2 or sys.argv[1] not in verbs:
        sys.exit(__doc__.strip())
    run, usual = verbs[sys.argv[1]]
    run(int(sys.argv[2]) if len(sys.argv) > 2 else usual)


if __name__ == "__main__":
    main()
