# SPDX-License-Identifier: ISC
# test_restarting.py - the daemon itself restarts: RFC 4724 4.1
"""
Killed and started again it finds its routes in the kernel, says so in its
OPENs and speaks last: first it hears what its neighbours have, up to their
End-of-RIBs.  One start serves all the tests, for it takes some seconds to
give up on those neighbours that do not come.
"""
import struct

import pytest

import speaker as bgp
from dut import NAME
from lab import wait_for
from stage import FAMILIES, Stage
from wire import *                                          # noqa: F403

pytestmark = pytest.mark.skipif(NAME != "bgpd", reason="looks at its FIB")

BOTH = ("ipv4", "ipv6")
RESTART = {"capabilities": FAMILIES + bgp.graceful_restart(60, BOTH)}
TELLER, LISTENER = "tester10", "spare"


class Restarted:
    """Two neighbours with graceful restart, before and after a kill."""

    def __init__(self, lab):
        self.stage = stage = Stage(lab, "internal", "r-internal",
                                   settings="fib { keep-on-exit 1m }")
        teller = stage.establish(stage.by_name(TELLER), **RESTART)
        self.talks = [stage.talk(teller, family) for family in BOTH]
        for talk in self.talks:
            teller.send(bgp.UPDATE, talk.route())
        wait_for(lambda: self.installed() == {t.prefix for t in self.talks})
        stage.daemon.kill()
        teller.close()
        stage.daemon.start()

        self.listener = stage.establish(stage.by_name(LISTENER), **RESTART)
        self.teller = stage.establish(stage.by_name(TELLER), **RESTART)
        for talk in self.talks:
            self.teller.send(bgp.UPDATE, talk.route())
        self.listener.pump(0.3)
        self.early = list(self.listener.ends), dict(self.listener.routes)
        for link in (self.teller, self.listener):
            for family in BOTH:
                link.send(bgp.UPDATE, bgp.end_of_rib(family))
        self.listener.until(lambda: len(self.listener.ends) == 2,
                            "both End-of-RIBs", 12)

    def installed(self):
        return {prefix for family in BOTH
                for prefix in self.stage.daemon.installed(family)}


@pytest.fixture(scope="module")
def restarted(big_lab):
    return Restarted(big_lab)


def restart_of(link):
    value, = (value for code, value in bgp.capabilities_of(link.theirs)
              if code == bgp.GRACEFUL_RESTART)
    return value


def test_open_says_that_it_has_restarted(restarted):
    head, = struct.unpack("!H", restart_of(restarted.teller)[:2])

    assert head & 0x8000


def test_open_says_that_forwarding_was_kept(restarted):
    value = restart_of(restarted.teller)

    rows = {value[at:at + 4] for at in range(2, len(value), 4)}
    assert rows == {afi_safi(family) + u8(0x80) for family in BOTH}


def test_nothing_is_told_before_all_is_heard(restarted):
    assert restarted.early == ([], {})


def test_end_of_rib_comes_behind_the_routes(restarted):
    for talk in restarted.talks:
        assert talk.prefix in restarted.listener.routes


def test_kernel_routes_are_those_from_before(restarted):
    assert restarted.installed() == {t.prefix for t in restarted.talks}


def test_later_open_says_no_restart(restarted):
    stage = restarted.stage
    link = stage.establish(stage.by_name("rival"), **RESTART)

    head, = struct.unpack("!H", restart_of(link)[:2])
    link.close()
    assert head & 0x8000 == 0
