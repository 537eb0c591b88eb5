# SPDX-License-Identifier: ISC
# test_messages.py - headers, and messages that come in the wrong state
"""
RFC 4271 6.1 and 8.2.2, RFC 6608.  Each header fault runs in each state, for
the header is judged before the type; what the relation is has no part in it,
yet one state runs with all three.
"""
import pytest

import speaker as bgp
from cases import RELATIONS
from talks import STATES, check_notification, ending, in_state
from wire import *                                          # noqa: F403

KEEPALIVE = bgp.message(bgp.KEEPALIVE)


def marker(position, value):
    octets = bytearray(MARKER)
    octets[position] = value
    return bytes(octets)


def length_data(length):
    return 1, (2,), u16(length)


BAD_TYPE = {kind: (1, (3,), u8(kind)) for kind in (0, 6, 7, 100, 128, 255)}
REFRESH_BODY = afi_safi("ipv4")[:2] + u8(0, 1)

# name: octets, and the NOTIFICATIONs that may answer
HEADERS = {
    "marker-zero": (header(bgp.KEEPALIVE, 19, bytes(16)), (1, (1,), b"")),
    "marker-first-octet": (header(bgp.KEEPALIVE, 19, marker(0, 0xfe)),
                           (1, (1,), b"")),
    "marker-middle-octet": (header(bgp.KEEPALIVE, 19, marker(7, 0)),
                            (1, (1,), b"")),
    "marker-last-octet": (header(bgp.KEEPALIVE, 19, marker(15, 0x7f)),
                          (1, (1,), b"")),
    "length-0": (header(bgp.KEEPALIVE, 0), length_data(0)),
    "length-1": (header(bgp.KEEPALIVE, 1), length_data(1)),
    "length-18": (header(bgp.KEEPALIVE, 18), length_data(18)),
    "length-4097": (header(bgp.UPDATE, 4097) + bytes(100),
                    length_data(4097)),
    "length-65535": (header(bgp.UPDATE, 65535) + bytes(100),
                     length_data(65535)),
    "keepalive-20": (header(bgp.KEEPALIVE, 20) + u8(0), length_data(20)),
    "keepalive-4096": (header(bgp.KEEPALIVE, 4096) + bytes(4077),
                       length_data(4096)),
    "open-28": (header(bgp.OPEN, 28) + bytes(9), length_data(28)),
    "open-19": (header(bgp.OPEN, 19), length_data(19)),
    "open-4097": (header(bgp.OPEN, 4097) + bytes(100), length_data(4097)),
    "update-22": (header(bgp.UPDATE, 22) + bytes(3), length_data(22)),
    "update-19": (header(bgp.UPDATE, 19), length_data(19)),
    "refresh-22": (header(bgp.REFRESH, 22) + bytes(3), length_data(22),
                   (7, (1,), None)),
    "refresh-24": (header(bgp.REFRESH, 24) + REFRESH_BODY + u8(0),
                   length_data(24), (7, (1,), None)),
    "refresh-with-orf": (header(bgp.REFRESH, 31) + REFRESH_BODY
                         + u8(1, 64, 0, 5) + bytes(4), length_data(31),
                         (7, (1,), None)),
    **{f"type-{kind}": (header(kind, 19), wanted)
       for kind, wanted in BAD_TYPE.items()},
    "type-0-long": (header(0, 4096) + bytes(200), (1, (3,), u8(0))),
}


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("relation, state", [
    *((r, "established") for r in RELATIONS),
    ("external", "opensent"), ("internal", "openconfirm")])
def test_bad_header(stage, relation, state, name):
    octets, *wanted = HEADERS[name]

    check_notification(ending(stage, state, octets), *wanted)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("length", (19, 20))
@pytest.mark.parametrize("state", STATES)
def test_short_notification_ends_it(stage, relation, state, length):
    octets = header(bgp.NOTIFICATION, length) + bytes(length - 19)

    got = ending(stage, state, octets)

    assert got is None or got[:2] == (1, 2)


UPDATE = bgp.message(bgp.UPDATE, update())
BAD_UPDATE = bgp.message(bgp.UPDATE, update(withdrawn_length=99))
REFRESH = bgp.message(bgp.REFRESH, REFRESH_BODY)
OPEN = bgp.message(bgp.OPEN, bgp.open_body(65001, "10.0.0.99"))
BAD_OPEN = bgp.message(bgp.OPEN, bgp.open_body(65001, "10.0.0.99", version=3))

WRONG = {
    "keepalive": ("opensent", KEEPALIVE, (5, (1,), None)),
    "update": ("opensent", UPDATE, (5, (1,), None)),
    "bad-update": ("opensent", BAD_UPDATE, (5, (1,), None)),
    "refresh": ("opensent", REFRESH, (5, (1,), None)),
    "update-in-openconfirm": ("openconfirm", UPDATE, (5, (2,), None)),
    "bad-update-in-openconfirm": ("openconfirm", BAD_UPDATE,
                                  (5, (2,), None)),
    "refresh-in-openconfirm": ("openconfirm", REFRESH, (5, (2,), None)),
    "open-in-openconfirm": ("openconfirm", OPEN, (5, (2,), None),
                            (6, (7,), None)),
    "open-in-established": ("established", OPEN, (5, (3,), None),
                            (6, (7,), None)),
    "bad-open-in-established": ("established", BAD_OPEN, (5, (3,), None),
                                (6, (7,), None), (2, None, None)),
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", WRONG)
def test_message_in_the_wrong_state(stage, relation, name):
    state, octets, *wanted = WRONG[name]

    check_notification(ending(stage, state, octets), *wanted)


NOTIFICATIONS = {
    "cease": u8(6, 2), "cease-unknown-subcode": u8(6, 99),
    "unknown-code": u8(77, 1), "code-0": u8(0, 0), "hold": u8(4, 0),
    "open-error": u8(2, 2), "with-data": u8(3, 1) + bytes(4000),
    "shutdown-text": u8(6, 2, 5) + b"hello",
    "shutdown-text-255": u8(6, 2, 255) + b"x" * 255,
    "shutdown-text-overrun": u8(6, 2, 200) + b"short",
    "shutdown-text-bad-utf8": u8(6, 4, 4) + u8(0xff, 0xfe, 0, 10),
    "shutdown-text-129": u8(6, 2, 129) + b"y" * 129,
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("name", NOTIFICATIONS)
def test_notification_is_never_answered(stage, relation, name):
    octets = bgp.message(bgp.NOTIFICATION, NOTIFICATIONS[name])

    assert ending(stage, "established", octets) is None


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("state", ("opensent", "openconfirm"))
def test_notification_before_established(stage, relation, state):
    octets = bgp.message(bgp.NOTIFICATION, u8(6, 2))

    assert ending(stage, state, octets) is None


@pytest.mark.parametrize("relation", RELATIONS)
def test_close_flushes_routes(stage, relation):
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())
        stage.wait_told("below", talk.prefix)

    stage.wait_told("below", talk.prefix, lambda told: not told)


@pytest.mark.parametrize("relation", RELATIONS)
def test_notification_flushes_routes(stage, relation):
    with stage.session() as link:
        talk = stage.talk(link)
        link.send(bgp.UPDATE, talk.route())
        stage.wait_told("below", talk.prefix)

        link.send(bgp.NOTIFICATION, u8(6, 4))

        stage.wait_told("below", talk.prefix, lambda told: not told)


@pytest.mark.parametrize("relation", RELATIONS)
def test_messages_split_and_joined_are_the_same(stage, relation):
    """TCP is a stream: octet by octet, and many in one segment."""
    with stage.session() as link:
        talks = [stage.talk(link) for _ in range(50)]
        whole = b"".join(bgp.message(bgp.UPDATE, t.route()) for t in talks)
        for at in range(0, 200):
            link.send_raw(whole[at:at + 1])
        link.send_raw(whole[200:])

        for talk in talks:
            stage.wait_told("below", talk.prefix, beside=link)


@pytest.mark.parametrize("relation", RELATIONS)
def test_connection_again_after_each_error(stage, relation):
    neighbor = stage.testers[0]
    for _ in range(5):
        with in_state(stage, "established", neighbor) as link:
            link.send_raw(header(77, 19))
            check_notification(link.fate(), (1, (3,), None))


@pytest.mark.parametrize("relation", RELATIONS)
def test_largest_message_is_taken(stage, relation):
    """4096 octets exactly: an opaque attribute fills it up."""
    with stage.session() as link:
        talk = stage.talk(link)
        size = 4096 - 19 - len(talk.route()) - 4
        body = talk.route({200: attr(200, bytes(size), OPT_TRANS)})
        assert len(body) + 19 == 4096

        link.send(bgp.UPDATE, body)

        stage.settle(link)
