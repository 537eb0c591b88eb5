# SPDX-License-Identifier: ISC
# test_wire.py - the very bytes, on a real connection
"""
A script is the neighbor: what our OPEN and UPDATEs say octet by octet, and
what becomes of messages that no good daemon would send.
"""
import struct

import pytest

import speaker as bgp
from lab import wait_for
from node import Node

CONFIG = """\
as 64512
node ours
blocks 10.244.1.0/26 fd00:10:244:1::/122
group inside {
    remote-as 64512
    families ipv4 ipv6
    passive
    neighbor first 10.0.0.2
    neighbor second 10.0.0.3
}
neighbor outside 10.0.0.4 {
    remote-as 4200000001
    import all
    export all
    passive
}
neighbor old 10.0.0.5 {
    remote-as 65005
    import all
    export all
    passive
}
"""
BOTH = bgp.multiprotocol("ipv4") + bgp.multiprotocol("ipv6")


@pytest.fixture(scope="module")
def stage(lab):
    ours, theirs = lab.space("ours"), lab.space("theirs")
    lab.wire(ours, theirs)
    ours.add("eth0", "10.0.0.1/24", "fd00::1/64")
    theirs.add("eth0", "fd00::2/64", *(f"10.0.0.{n}/24"
                                       for n in range(2, 6)))
    node = Node(ours, CONFIG).start()
    node.theirs = theirs
    return node


@pytest.fixture
def connect(stage):
    made = []

    def connect(last):
        made.append(bgp.Speaker.connect(stage.theirs, f"10.0.0.{last}",
                                        "10.0.0.1"))
        return made[-1]

    yield connect
    for talker in made:
        talker.close()
    wait_for(lambda: not any(row["state"] == "established"
                             for row in stage.neighbors()))


def updates(talker, count):
    """That many UPDATEs that are no End-of-RIB, as dicts of attributes."""
    got = []
    while len(got) < count:
        body = talker.expect(bgp.UPDATE).body
        if body not in (bgp.end_of_rib("ipv4"), bgp.end_of_rib("ipv6")):
            got.append((bgp.attributes_of(body), bgp.reach_of(body)))
    return got


def test_open_says_who_we_are(connect):
    talker = connect(2)

    talker.send(bgp.OPEN, bgp.open_body(64512, "10.0.0.2"))

    body = talker.expect(bgp.OPEN).body
    version, number, hold, router_id = struct.unpack("!BHH4s", body[:9])
    assert (version, number, hold) == (4, 64512, 90)
    assert router_id == bytes([10, 0, 0, 1])
    capabilities = bgp.capabilities_of(body)
    assert (bgp.MULTIPROTOCOL, bytes([0, 1, 0, 1])) in capabilities
    assert (bgp.MULTIPROTOCOL, bytes([0, 2, 0, 1])) in capabilities
    assert (bgp.ROUTE_REFRESH, b"") in capabilities
    assert (bgp.FOUR_OCTET_AS, struct.pack("!I", 64512)) in capabilities
    restart, = [value for code, value in capabilities
                if code == bgp.GRACEFUL_RESTART]
    assert struct.unpack("!H", restart[:2])[0] & 0xfff == 120


def test_own_blocks_are_announced_with_these_attributes(connect):
    talker = connect(2)
    talker.establish(64512, "10.0.0.2", BOTH)

    told = {}
    for attributes, reach in updates(talker, 2):
        told["ipv6" if bgp.MP_REACH in attributes else "ipv4"] = \
            attributes, reach

    for attributes, _ in told.values():
        assert attributes[bgp.ORIGIN] == (bgp.TRANSITIVE, b"\0")
        assert attributes[bgp.AS_PATH] == (bgp.TRANSITIVE, b"")
        assert attributes[bgp.LOCAL_PREF] == (bgp.TRANSITIVE,
                                              struct.pack("!I", 100))
    attributes, reach = told["ipv4"]
    assert attributes[bgp.NEXT_HOP] == (bgp.TRANSITIVE,
                                        bytes([10, 0, 0, 1]))
    assert reach == bgp.nlri("10.244.1.0/26")
    attributes, reach = told["ipv6"]
    flags, value = attributes[bgp.MP_REACH]
    assert flags == bgp.OPTIONAL
    assert value[:3] == bytes([0, 2, 1])        # AFI, SAFI
    assert value[4:20].hex() == "fd00" + "0" * 27 + "1"
    assert value.endswith(b"\0" + bgp.nlri("fd00:10:244:1::/122"))
    assert reach == b""


def test_end_of_rib_comes_for_each_family(connect):
    talker = connect(2)
    talker.establish(64512, "10.0.0.2", BOTH + bgp.graceful_restart(60))
    ends = {bgp.end_of_rib("ipv4"), bgp.end_of_rib("ipv6")}

    while ends:
        ends.discard(talker.expect(bgp.UPDATE).body)


def test_old_speaker_gets_as_trans_and_the_whole_path_beside_it(connect):
    """RFC 6793 4.2.2: AS 4200000001 is 23456 in the two-octet AS_PATH."""
    outside, old = connect(4), connect(5)
    outside.establish(4200000001, "10.0.0.4", bgp.multiprotocol("ipv4"))
    outside.send(bgp.UPDATE, bgp.update_body(
        bgp.common((4200000001,)) + bgp.next_hop("10.0.0.4"),
        ["172.16.4.0/24"]))
    old.send(bgp.OPEN, bgp.open_body(65005, "10.0.0.5"))
    old.expect(bgp.OPEN)
    old.send(bgp.KEEPALIVE)

    while True:
        (attributes, reach), = updates(old, 1)
        if reach == bgp.nlri("172.16.4.0/24"):
            break

    assert attributes[bgp.AS_PATH][1] == struct.pack("!BBHH", 2, 2, 64512,
                                                     bgp.AS_TRANS)
    assert attributes[17] == (bgp.OPTIONAL | bgp.TRANSITIVE, struct.pack(
        "!BBII", 2, 2, 64512, 4200000001))


def test_unknown_transitive_attribute_is_passed_on_as_partial(connect):
    outside, inside = connect(4), connect(2)
    inside.establish(64512, "10.0.0.2", BOTH)
    outside.establish(4200000001, "10.0.0.4", bgp.multiprotocol("ipv4"))
    odd = bytes(range(40))

    outside.send(bgp.UPDATE, bgp.update_body(
        bgp.common((4200000001,)) + bgp.next_hop("10.0.0.4") +
        bgp.attribute(bgp.OPTIONAL | bgp.TRANSITIVE, 99, odd) +
        bgp.attribute(bgp.OPTIONAL, 98, odd), ["172.16.5.0/24"]))

    attributes, = [a for a, reach in updates(inside, 3)
                   if reach == bgp.nlri("172.16.5.0/24")]
    assert attributes[99] == (bgp.OPTIONAL | bgp.TRANSITIVE | bgp.PARTIAL,
                              odd)
    assert 98 not in attributes


def test_bad_origin_withdraws_the_route_and_keeps_the_session(stage, connect):
    """RFC 7606 7.1"""
    outside = connect(4)
    outside.establish(4200000001, "10.0.0.4", bgp.multiprotocol("ipv4"))
    good = bgp.common((4200000001,)) + bgp.next_hop("10.0.0.4")
    outside.send(bgp.UPDATE, bgp.update_body(good, ["172.16.6.0/24"]))
    wait_for(lambda: "172.16.6.0/24" in stage.routes("ipv4"))

    bad = good.replace(bytes([0x40, 1, 1, 0]), bytes([0x40, 1, 1, 7]))
    outside.send(bgp.UPDATE, bgp.update_body(bad, ["172.16.6.0/24"]))

    wait_for(lambda: "172.16.6.0/24" not in stage.routes("ipv4"))
    row = stage.detail("10.0.0.4")
    assert row["state"] == "established"
    assert row["treated_as_withdraw"] == 1
    assert "ORIGIN" in row["last_error"]


def test_internal_routes_are_not_told_to_internal_neighbors(connect):
    first, second = connect(2), connect(3)
    second.establish(64512, "10.0.0.3", BOTH)
    first.establish(64512, "10.0.0.2", BOTH)
    first.send(bgp.UPDATE, bgp.update_body(
        bgp.common((), 100) + bgp.next_hop("10.0.0.2"), ["172.16.7.0/24"]))
    # What comes behind it, from us, shows that it has been dealt with.
    outside = connect(4)
    outside.establish(4200000001, "10.0.0.4", bgp.multiprotocol("ipv4"))
    outside.send(bgp.UPDATE, bgp.update_body(
        bgp.common((4200000001,)) + bgp.next_hop("10.0.0.4"),
        ["172.16.8.0/24"]))

    told = [reach for _, reach in updates(second, 3)]

    assert bgp.nlri("172.16.8.0/24") in told
    assert bgp.nlri("172.16.7.0/24") not in told


def test_connection_from_a_stranger_is_closed_without_a_word(stage):
    stage.theirs.add("eth0", "10.0.0.66/24")
    talker = bgp.Speaker.connect(stage.theirs, "10.0.0.66", "10.0.0.1")

    with pytest.raises(bgp.Closed):
        talker.read()


def test_thousand_strangers_disturb_nobody(stage, connect):
    inside = connect(2)
    inside.establish(64512, "10.0.0.2", BOTH)
    log = len(stage.log())

    for _ in range(1000):
        bgp.Speaker.connect(stage.theirs, "10.0.0.66", "10.0.0.1").close()

    assert stage.neighbor("first", "ipv4")["state"] == "established"
    assert len(stage.log()) - log < 10000


def test_last_of_two_sessions_of_a_restarting_peer_is_kept(stage, connect):
    """RFC 4724 5: it had announced restart, so the new connection replaces."""
    capabilities = BOTH + bgp.graceful_restart(60, ("ipv4", "ipv6"))
    old = connect(2)
    old.establish(64512, "10.0.0.2", capabilities)
    wait_for(lambda: stage.neighbor("first", "ipv4")["state"] ==
             "established")

    new = connect(2)
    new.establish(64512, "10.0.0.2", capabilities)

    with pytest.raises(bgp.Closed):
        while True:
            old.read()
    assert stage.neighbor("first", "ipv4")["state"] == "established"
