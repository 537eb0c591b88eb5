# SPDX-License-Identifier: ISC
# test_idle.py - pods come and go, and the daemon sleeps
"""
A node with a hundred pods, of which one leaves and one comes all the time: ten
events of the kernel and more for each.  None of them is this daemon's business,
and the kernel does not wake it.  BIRD, with the settings that Calico gives it
(it looks at all interfaces and routes every two seconds), runs beside it in the
same namespace and the same seconds.

IDLE_SECONDS=60 makes it the minute of the README, with 1,000 pods.
"""
import glob
import os
import time

import pytest

from lab import Daemon, wait_for
from node import Node

SECONDS = int(os.environ.get("IDLE_SECONDS", 6))
STANDING = 100
BIRD = "/usr/sbin/bird"
CONFIG = """\
as 64512
node idle
blocks 10.244.1.0/26 fd00:10:244:1::/122
pools 10.244.0.0/16 fd00:10:244::/48
fib { audit 5m }
"""
AS_CALICO = """\
router id 10.0.0.1;
protocol device { scan time 2; }
protocol direct { ipv4; ipv6; interface -"cali*", "*"; }
protocol kernel { learn; persist; scan time 2; ipv4 { export all; }; }
protocol kernel { learn; persist; scan time 2; ipv6 { export all; }; }
"""


@pytest.fixture(scope="module")
def spaces(lab):
    node, far, pods = lab.space("node"), lab.space("far"), lab.space("pods")
    lab.wire(node, far)
    node.add("eth0", "10.0.0.1/24", "fd00::1/64")
    node.batch(line for n in range(STANDING) for line in pod_comes(pods, n))
    return node, pods


def pod_comes(pods, n):
    """As a network plugin does it; addresses from the node's own block."""
    host = n % 50 + 1
    return [f"link add cali{n} type veth peer name eth{n} netns {pods.id}",
            f"link set cali{n} up",
            f"route replace 10.244.1.{host}/32 dev cali{n} metric {n + 1}",
            f"route replace fd00:10:244:1::{host:x}/128 dev cali{n} "
            f"metric {n + 1}"]


def cpu(daemon):
    """Seconds, of all threads."""
    total = 0
    for path in glob.glob(f"/proc/{daemon.pid}/task/*/schedstat"):
        with open(path) as file:
            total += int(file.read().split()[0])
    return total / 1e9


class Bird(Daemon):
    def start(self):
        self.spawn(BIRD, "-f", "-c", self.write("bird.conf", AS_CALICO),
                   "-s", self.path("bird.ctl"))
        wait_for(lambda: os.path.exists(self.path("bird.ctl")), what="BIRD")
        return self


def churn(node, pods, seconds):
    """A pod leaves and one comes, evenly; how many did."""
    count = seconds * 1000 // 60
    begin = time.monotonic()
    for n in range(count):
        node.batch([f"link del cali{n % STANDING}"] +
                   pod_comes(pods, n % STANDING))
        wait_for(lambda: time.monotonic() - begin >= n * seconds / count,
                 seconds, "its time")
    wait_for(lambda: time.monotonic() - begin >= seconds, seconds, "the end")
    return count, time.monotonic() - begin


@pytest.mark.skipif(not os.path.exists(BIRD), reason="BIRD is not installed")
def test_pods_that_come_and_go_cost_next_to_nothing(spaces):
    node, pods = spaces
    ours = Node(node, CONFIG).start()
    bird = Bird(node, "bird").start()
    before = cpu(ours), cpu(bird)

    count, seconds = churn(node, pods, SECONDS)

    after = cpu(ours), cpu(bird)
    share = [100 * (b - a) / seconds for a, b in zip(before, after)]
    print(f"{count} pods in {seconds:.0f} s: bgpd {share[0]:.3f} % of a core, "
          f"BIRD {share[1]:.3f} %")
    assert share[0] < 1
    assert share[0] < share[1]
    assert not ours.logged("events were lost")
    bird.end()
    ours.stop()
