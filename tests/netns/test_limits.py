# SPDX-License-Identifier: ISC
# test_limits.py - rivals that send more prefixes than they may
"""
The rival announces five IPv4 prefixes where three are allowed, and two of
IPv6 over a session of its own: that one must not notice.  FRR sends our own
block back to us, which counts as received.
"""
import pytest

from interop import BLOCKS, OURS, Pair
from lab import wait_for
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, installed

FIVE = [f"192.168.{n}.0/24" for n in range(5)]
RIVALS = [pytest.param(rival, id=rival.name, marks=pytest.mark.skipif(
    not installed(rival), reason=f"no {rival.name}"))
          for rival in (Bird, Frr, Gobgp, OpenBgpd, ExaBgp)]


def limited(lab, rival, setting):
    pair = Pair(lab, rival, settings=f"    {setting}")
    pair.rival.side.announce = dict(pair.rival.side.announce, ipv4=FIVE)
    pair.rival.start()
    pair.node.start()
    return pair


def is_over(pair, word="prefix-limit"):
    row = pair.node.neighbor("rival-ipv4")
    assert row.get("reason_word") == word, row
    return row


def limits_of(pair, address):
    return pair.node.detail(address)["limits"][0]


def check_other_family(pair):
    pair.node.is_up("rival-ipv6")
    detail = pair.node.detail("fd00::2")
    assert detail["established_count"] == 1
    return True


@pytest.mark.parametrize("rival", RIVALS)
def test_excess_closes_the_session_until_the_limit_is_raised(
        lab_factory, rival):
    with lab_factory() as lab:
        pair = limited(lab, rival, "max-prefix 3 restart 60s")
        row = wait_for(lambda: is_over(pair), 20, "the limit")
        wait_for(lambda: check_other_family(pair), 20, "the other family")

        assert row["reason"] == "ipv4 prefix limit 3 exceeded"
        assert 30 < row["restart_left"] <= 60
        assert limits_of(pair, "10.0.0.2")["exceeded"] == 1
        assert pair.node.logged("ipv4 prefix limit 3 exceeded: down for 60s")
        assert not set(FIVE) & set(pair.ours.routes("ipv4"))

        pair.node.reload(pair.config(64512, 65001).replace(
            "max-prefix 3 restart 60s", "max-prefix 9 restart 60s"))
        wait_for(lambda: pair.node.is_up("rival-ipv4", "rival-ipv6"), 30,
                 "the session again")
        wait_for(lambda: set(FIVE) <= set(pair.ours.routes("ipv4")), 20,
                 "all five in the kernel")
        assert check_other_family(pair)


@pytest.mark.skipif(not installed(Bird), reason="no BIRD")
def test_restart_comes_back_by_itself_and_disable_does_not(lab_factory):
    with lab_factory() as lab:
        pair = limited(lab, Bird, "max-prefix 3 restart 3s")
        wait_for(lambda: is_over(pair), 20, "the limit")
        wait_for(lambda: limits_of(pair, "10.0.0.2")["exceeded"] >= 2, 20,
                 "another try")
        pair.node.reload(pair.config(64512, 65001).replace(
            "restart 3s", "disable"))
        wait_for(lambda: is_over(pair), 20, "the limit")
        wait_for(lambda: "restart_left" not in is_over(pair), 20, "no more")
        shown = pair.rival.birdc("show", "protocols")
        assert "maximum number of prefixes" in shown.lower(), shown

        pair.rival.side.announce["ipv4"] = FIVE[:3]
        pair.rival.write_config()
        pair.rival.birdc("configure")
        pair.node.bgpctl("neighbor", "rival-ipv4", "clear")
        wait_for(lambda: set(FIVE[:3]) <= set(pair.ours.routes("ipv4")), 30,
                 "three in the kernel")


@pytest.mark.skipif(not installed(Bird), reason="no BIRD")
def test_warn_goes_on_and_says_so(lab_factory):
    with lab_factory() as lab:
        pair = limited(lab, Bird, "max-prefix 3 warn")
        wait_for(lambda: set(FIVE) <= set(pair.ours.routes("ipv4")), 20,
                 "all five in the kernel")

        assert is_over(pair, "over-limit")["reason"] == \
            "more than max-prefix 3"
        assert pair.node.log().count("over max-prefix 3") == 1


@pytest.mark.skipif(not installed(Bird), reason="no BIRD")
def test_out_limit_leaves_out_who_comes_late(lab_factory):
    """Its own block is told, the second one is not, until there is room."""
    with lab_factory() as lab:
        pair = limited(lab, Bird, "max-prefix-out 1")
        text = pair.config(64512, 65001)
        wait_for(lambda: pair.rival.routes("ipv4") ==
                 {BLOCKS["ipv4"]: OURS["ipv4"]}, 20, "our block")
        pair.node.reload(text + "blocks 10.244.2.0/26\n")
        wait_for(lambda: is_over(pair, "out-limit"), 10, "the limit")
        assert pair.rival.routes("ipv4") == {BLOCKS["ipv4"]: OURS["ipv4"]}

        pair.node.reload(text.replace(BLOCKS["ipv4"], "10.244.2.0/26"))
        wait_for(lambda: pair.rival.routes("ipv4") ==
                 {"10.244.2.0/26": OURS["ipv4"]}, 10, "the other block")


# ---- theirs

THEIR_LIMITS = {
    "bird": (Bird, {"channel": "import limit 1 action restart;"}),
    "frr": (Frr, {"channel": "maximum-prefix 1"}),
    "gobgp": (Gobgp, {"channel": """
[neighbors.afi-safis.prefix-limit.config]
max-prefixes = 1"""}),
    "openbgpd": (OpenBgpd, {"options": "max-prefix 1"}),
}


@pytest.mark.parametrize("name", THEIR_LIMITS)
def test_limit_of_theirs_is_told_as_such(lab_factory, name):
    rival, options = THEIR_LIMITS[name]
    if not installed(rival):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        pair = Pair(lab, rival, sessions=(("ipv4", ("ipv4",)),), **options)
        pair.node.configure(pair.config(64512, 65001)
                            + "".join(f"announce 10.{n}.0.0/16\n"
                                      for n in range(5)))
        pair.rival.start()
        pair.node.start()

        def refused():
            reason = pair.node.neighbor("rival-ipv4").get("reason", "")
            assert "6/1" in reason and "maximum number of prefixes" in \
                reason, reason
            return True

        wait_for(refused, 20, "the Cease")
