# SPDX-License-Identifier: ISC
# test_reasons.py - why a session is not established: every word, for real
"""
One node has a neighbor for each thing that can go wrong, each at an address
of its own on the other side of a cable, where a script plays its part.  The
last test compares the words of session_reason.c with those provoked here.
"""
import os
import re

import pytest

import speaker as bgp
from lab import wait_for
from node import TOP, Node
from rivals import Bird, Session, Side, installed

PEER_AS = 65001

# Neighbor: its address, and settings beside `remote-as 65001`.
NEIGHBORS = {
    "refusing": ("10.0.0.2", ""),
    "nowhere": ("203.0.113.1", ""),
    "absent": ("10.0.0.99", "connect-retry 10s"),
    "dropped": ("10.0.0.3", "connect-retry 3s"),
    "wrong-as": ("10.0.0.4", ""),
    "as-refuser": ("10.0.0.5", ""),
    "ceasing": ("10.0.0.6", ""),
    "closing": ("10.0.0.7", ""),
    "silent": ("10.0.0.8", "hold-time 3s"),
    "disabled": ("10.0.0.9", "disabled"),
    "passive": ("10.0.0.10", "passive"),
    "slow": ("10.0.0.11", "connect-retry 1h"),
    "garbled": ("10.0.0.12", ""),
    "holding": ("10.0.0.13", ""),
    "deaf": ("10.0.0.14", "hold-time 3s\n    send-hold 4s\n"
             "    remote-as 65014\n    export all\n    passive"),
    "feeder": ("10.0.0.15", "import all\n    passive"),
    "greedy": ("10.0.0.16", "import all\n    passive\n"
               "    max-prefix 1 disable"),
    "unfiltered": ("10.0.0.17", "passive"),
    "half-filtered": ("10.0.0.18", "passive\n    import all"),
    "bird": ("10.0.0.20", "hold-time 3s"),
    "mirror": ("10.0.0.1", ""),
    "ipv6-less": ("fd00::2", "remote-as 64512"),
}


def config():
    lines = ["as 64512", "node ours", "blocks 10.244.1.0/26"]
    for name, (address, settings) in NEIGHBORS.items():
        lines += [f"neighbor {name} {address} {{"]
        if "remote-as" not in settings:
            lines += [f"    remote-as {PEER_AS}"]
        lines += ["    idle-hold 500ms", f"    {settings}", "}"]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def stage(lab):
    ours, theirs = lab.space("ours"), lab.space("theirs")
    lab.wire(ours, theirs)
    ours.add("eth0", "10.0.0.1/24")
    theirs.add("eth0", *(f"{a}/24" for a, _ in NEIGHBORS.values()
                         if a.startswith("10.") and
                         a not in ("10.0.0.1", "10.0.0.99")))
    # What is sent to a deaf peer has to fill up soon.
    for space in (ours, theirs):
        space.sysctl("net.ipv4.tcp_wmem=4096 16384 16384",
                     "net.ipv4.tcp_rmem=4096 16384 16384")
    theirs.drop("syn", "ip daddr { 10.0.0.3, 10.0.0.11 }")
    made = {name: bgp.Listener(theirs, NEIGHBORS[name][0])
            for name in ("wrong-as", "as-refuser", "ceasing", "closing",
                         "silent", "garbled", "holding")}
    node = Node(ours, config()).start()
    node.theirs, node.listeners = theirs, made
    yield node
    for listener in made.values():
        listener.close()


def reason(node, name, word, pattern):
    """The row of a neighbor, once it has that reason."""
    row = node.neighbor(name)
    assert row["state"] != "established"
    assert row.get("reason_word") == word, row
    assert re.search(pattern, row["reason"]), row
    return row


def wait_reason(node, name, word, pattern, deadline=10):
    return wait_for(lambda: reason(node, name, word, pattern), deadline,
                    f"the reason of {name}")


def test_connection_refused(stage):
    row = wait_reason(stage, "refusing", "connect-failed",
                      "^connection refused: nothing listens there on port 179$")

    assert row["reason_age"] < 60
    assert row["attempts"] >= 1


def test_no_route_in_our_own_table(stage):
    wait_reason(stage, "nowhere", "no-route", "^network unreachable$")


def test_host_that_does_not_answer_arp(stage):
    wait_reason(stage, "absent", "connect-failed",
                "^no route to host: nobody answers for this address$", 20)


def test_host_that_drops_all_times_out(stage):
    wait_reason(stage, "dropped", "connect-failed",
                "^connection timed out: nobody answers there$")


def test_first_attempt_that_has_not_ended(stage):
    reason(stage, "slow", "starting", "no answer yet")


def test_peer_of_another_as_names_both(stage):
    talker = stage.listeners["wrong-as"].accept()

    talker.expect(bgp.OPEN)
    talker.send(bgp.OPEN, bgp.open_body(65099, "10.0.0.4"))

    sent = talker.expect(bgp.NOTIFICATION)
    assert sent.body[:2] == bytes([2, 2])
    wait_reason(stage, "wrong-as", "sent", "bad peer AS .*2/2.*"
                "peer says AS 65099, configured is 65001")
    talker.close()


def test_peer_that_refuses_our_as(stage):
    talker = stage.listeners["as-refuser"].accept()

    talker.expect(bgp.OPEN)
    talker.send(bgp.NOTIFICATION, bytes([2, 2]))
    talker.close()

    wait_reason(stage, "as-refuser", "received",
                "^peer refused our AS [0-9]+: received .*bad peer AS.*2/2")


def test_notification_is_decoded_with_its_text(stage):
    talker = stage.listeners["ceasing"].accept()
    talker.establish(PEER_AS, "10.0.0.6")
    text = b"back at noon\x1b[31m"

    talker.send(bgp.NOTIFICATION, bytes([6, 2, len(text)]) + text)
    talker.close()

    row = wait_reason(stage, "ceasing", "received", "received Cease: "
                      "administrative shutdown.*6/2.*back at noon")
    assert "\x1b" not in row["reason"]


def test_peer_that_hangs_up_at_once(stage):
    stage.listeners["closing"].accept().close()

    wait_reason(stage, "closing", "closed",
                "connection (reset )?.*is this node configured there")


def test_peer_that_goes_silent_is_dropped_after_the_hold_time(stage):
    talker = stage.listeners["silent"].accept()
    talker.establish(PEER_AS, "10.0.0.8")
    wait_for(lambda: stage.is_up("silent"))

    wait_reason(stage, "silent", "hold-expired",
                "^hold timer expired: nothing heard for 3s")

    got = talker.read_until(lambda m: m.type == bgp.NOTIFICATION)
    assert got[-1].body[:2] == bytes([4, 0])


def test_garbage_in_place_of_a_header(stage):
    talker = stage.listeners["garbled"].accept()

    talker.send_raw(b"SSH-2.0-OpenSSH_9.2\r\n")

    wait_reason(stage, "garbled", "sent",
                "sent message header error: connection not synchronized")
    talker.close()


def test_hold_time_of_one_second_is_refused(stage):
    talker = stage.listeners["holding"].accept()

    talker.send(bgp.OPEN, bgp.open_body(PEER_AS, "10.0.0.13", hold=1))

    wait_reason(stage, "holding", "sent", "unacceptable hold time.*2/6")
    talker.close()


@pytest.mark.parametrize("name, text", (
    ("unfiltered", "nothing is accepted or announced until import and "
     "export name filters (RFC 8212)"),
    ("half-filtered", "nothing is announced until export names a filter "
     "(RFC 8212)"),
))
def test_external_neighbor_without_filters_is_up_for_nothing(
        stage, name, text):
    address = NEIGHBORS[name][0]
    talker = bgp.Speaker.connect(stage.theirs, address, "10.0.0.1")

    talker.establish(PEER_AS, address)
    wait_for(lambda: stage.is_up(name))

    row = stage.neighbor(name)
    assert (row["reason_word"], row["reason"]) == ("no-filter", text)
    said = stage.ctl("explain", "export", "10.244.1.0/26", "to", name)
    assert "`export` names no filter" in said["verdicts"][0]["verdict"]
    talker.close()


def test_more_prefixes_than_allowed(stage):
    talker = bgp.Speaker.connect(stage.theirs, "10.0.0.16", "10.0.0.1")
    talker.establish(PEER_AS, "10.0.0.16")
    talker.send(bgp.UPDATE, bgp.update_body(
        bgp.common((PEER_AS,)) + bgp.next_hop("10.0.0.16"),
        ["172.21.0.0/24", "172.21.1.0/24"]))

    wait_reason(stage, "greedy", "prefix-limit",
                "^ipv4 prefix limit 1 exceeded$")
    talker.close()


def test_no_local_address_of_the_family(stage):
    wait_reason(stage, "ipv6-less", "no-local-address", "(?i)ipv6 address")


def test_neighbor_at_our_own_address(stage):
    wait_reason(stage, "mirror", "own-address", "one of this node")


def test_disabled_in_the_config(stage):
    row = wait_reason(stage, "disabled", "admin", "disabled in the config")

    assert row["state"] == "idle"


def test_passive_waits_for_the_peer(stage):
    row = wait_reason(stage, "passive", "passive", "waiting for the peer")

    assert row["state"] == "active"


def test_peer_that_does_not_read_is_dropped_after_the_send_hold_time(stage):
    """Keepalives come from it, but it takes nothing (RFC 9687)."""
    feeder = bgp.Speaker.connect(stage.theirs, "10.0.0.15", "10.0.0.1")
    feeder.establish(PEER_AS, "10.0.0.15")
    deaf = bgp.Speaker.connect(stage.theirs, "10.0.0.14", "10.0.0.1")
    deaf.establish(65014, "10.0.0.14")
    for third in range(200):
        # A path of its own for each, so that they do not share messages.
        feeder.send(bgp.UPDATE, bgp.update_body(
            bgp.common((PEER_AS, *range(1000 + third, 1200 + third))) +
            bgp.next_hop("10.0.0.15"), [f"172.20.{third}.0/24"]))

    def keeps_alive():
        deaf.send(bgp.KEEPALIVE)
        return reason(stage, "deaf", "send-hold-expired",
                      "peer took nothing for 4s")

    wait_for(keeps_alive, 20, "the end of the deaf peer's session")
    assert stage.is_up("feeder")
    feeder.close()
    deaf.close()


@pytest.mark.skipif(not installed(Bird), reason="no BIRD")
def test_cable_that_carries_nothing_ends_in_a_hold_expiry(stage):
    """Both ends think that they are well: nothing is sent, nothing comes."""
    theirs = stage.theirs
    bird = Bird(theirs, Side("10.0.0.20", PEER_AS, [
        Session("10.0.0.20", "10.0.0.1", 64512, ("ipv4",),
                "strict bind yes;")])).start()
    wait_for(lambda: stage.is_up("bird"), what="the session with BIRD")

    theirs.drop("cut", "ip daddr 10.0.0.20", "ip saddr 10.0.0.20")

    wait_reason(stage, "bird", "hold-expired", "nothing heard for 3s")
    theirs.undrop("cut")
    wait_for(lambda: stage.is_up("bird"), 20, "the session again")
    bird.kill()


def test_every_neighbor_down_has_a_reason(stage):
    for row in stage.neighbors():
        if row["state"] != "established":
            assert row["reason"], row


PROVOKED = {"connect-failed", "no-route", "starting", "sent", "received",
            "closed", "hold-expired", "no-local-address", "own-address", "admin",
            "passive", "prefix-limit", "send-hold-expired"}
# none: established, everywhere here; collision: two connections that cross
# need a clock that a test owns, see tests/sim; host-silent: a switch without
# power, see test_host_dead.py; not-found: see test_unnumbered.py; bfd-down:
# see test_bfd.py; tls: see test_tls.py.
ELSEWHERE = {"none", "collision", "host-silent", "not-found", "bfd-down", "tls"}


def test_every_reason_of_the_code_is_provoked():
    path = os.path.join(TOP, "bgpd", "session", "session_reason.c")
    with open(path) as file:
        words = set(re.findall(r'\[REASON_\w+\] = \{ "([a-z-]+)"',
                               file.read()))

    assert words == PROVOKED | ELSEWHERE
