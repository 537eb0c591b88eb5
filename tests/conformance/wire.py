# SPDX-License-Identifier: ISC
# wire.py - octets of BGP messages from their fields, right or wrong
"""
On top of speaker.py of tests/netns, which has what a good message needs:
here is what a bad one needs too, and an UPDATE taken apart again.  Nothing
is judged; a length, a flag or a count that is given is written as it is.
"""
import ipaddress
import struct
from dataclasses import dataclass, field

from speaker import (AFI, MARKER, OPTIONAL, PARTIAL, TRANSITIVE, attribute,
                     nlri)

WELL_KNOWN = TRANSITIVE
OPT = OPTIONAL
OPT_TRANS = OPTIONAL | TRANSITIVE
EXTENDED = 0x10

(ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, ATOMIC, AGGREGATOR, COMMUNITIES,
 ORIGINATOR_ID, CLUSTER_LIST) = range(1, 11)
MP_REACH, MP_UNREACH, EXT_COMMUNITIES, AS4_PATH, AS4_AGGREGATOR = range(14, 19)
TUNNEL_ENCAP, AIGP, LARGE_COMMUNITIES, OTC = 23, 26, 32, 35
PREFIX_SID, ATTR_SET = 40, 128
FLAGS = {ORIGIN: WELL_KNOWN, AS_PATH: WELL_KNOWN, NEXT_HOP: WELL_KNOWN,
         MED: OPT, LOCAL_PREF: WELL_KNOWN, ATOMIC: WELL_KNOWN,
         AGGREGATOR: OPT_TRANS, COMMUNITIES: OPT_TRANS, ORIGINATOR_ID: OPT,
         CLUSTER_LIST: OPT, MP_REACH: OPT, MP_UNREACH: OPT,
         EXT_COMMUNITIES: OPT_TRANS, AS4_PATH: OPT_TRANS,
         AS4_AGGREGATOR: OPT_TRANS, AIGP: OPT, LARGE_COMMUNITIES: OPT_TRANS,
         OTC: OPT_TRANS}

SET, SEQUENCE, CONFED_SEQUENCE, CONFED_SET = range(1, 5)

OPEN_SIZE = 10          # octets of the body before the parameters
CAPABILITY = 2          # optional parameter type


def u8(*numbers):
    return bytes(numbers)


def u16(*numbers):
    return struct.pack(f"!{len(numbers)}H", *numbers)


def u32(*numbers):
    return struct.pack(f"!{len(numbers)}I", *numbers)


def ip(text):
    return ipaddress.ip_address(text).packed


def header(kind, length, marker=MARKER):
    return marker + struct.pack("!HB", length, kind)


def segment(kind, *numbers, count=None, octets=4):
    head = u8(kind, len(numbers) if count is None else count)
    return head + (u32(*numbers) if octets == 4 else u16(*numbers))


def attr(kind, value, flags=None, extended=False):
    """With the flags of its kind, unless told otherwise."""
    if flags is None:
        flags = FLAGS[kind]
    if extended:
        return struct.pack("!BBH", flags | EXTENDED, kind, len(value)) + value
    return attribute(flags, kind, value)


def attr_claiming(kind, length, value=b"", flags=None):
    """Its length says something else than there is."""
    return struct.pack("!BBB", FLAGS[kind] if flags is None else flags, kind,
                       length) + value


def mp_reach_value(hop, reach, afi=2, safi=1, reserved=0, hop_length=None):
    """hop and reach are octets."""
    return (struct.pack("!HBB", afi, safi,
                        len(hop) if hop_length is None else hop_length)
            + hop + u8(reserved) + reach)


def mp_unreach_value(reach, afi=2, safi=1):
    return struct.pack("!HB", afi, safi) + reach


def update(attributes=b"", reach=b"", withdrawn=b"", withdrawn_length=None,
           attributes_length=None):
    """All parts are octets; the lengths may lie."""
    if withdrawn_length is None:
        withdrawn_length = len(withdrawn)
    if attributes_length is None:
        attributes_length = len(attributes)
    return (u16(withdrawn_length) + withdrawn + u16(attributes_length)
            + attributes + reach)


def prefixes_of(octets, afi=1, ids=False):
    """
    As text, or (text, path identifier); host bits are an error, as nobody may
    send them.
    """
    found, size = [], 4 if afi == 1 else 16
    while octets:
        if ids:
            number, octets = int.from_bytes(octets[:4], "big"), octets[4:]
        length = octets[0]
        used = (length + 7) // 8
        packed = octets[1:1 + used] + bytes(size - used)
        text = str(ipaddress.ip_network((packed, length)))
        found.append((text, number) if ids else text)
        octets = octets[1 + used:]
    return found


@dataclass
class Update:
    """A message taken apart; attributes is {type: (flags, value)}."""

    attributes: dict = field(default_factory=dict)
    order: list = field(default_factory=list)
    reach: list = field(default_factory=list)
    withdrawn: list = field(default_factory=list)
    end_of_rib: str = None


def update_of(body, ids=False):
    """ids: with ADD-PATH, RFC 7911."""
    found = Update()
    cut = 2 + int.from_bytes(body[:2], "big")
    end = cut + 2 + int.from_bytes(body[cut:cut + 2], "big")
    assert end <= len(body), f"lengths of an UPDATE lie: {body.hex()}"
    found.withdrawn = prefixes_of(body[2:cut], ids=ids)
    at = cut + 2
    while at < end:
        flags, kind = body[at], body[at + 1]
        size = 2 if flags & EXTENDED else 1
        length = int.from_bytes(body[at + 2:at + 2 + size], "big")
        at += 2 + size
        assert at + length <= end, f"attribute {kind} runs over"
        assert kind not in found.attributes, f"attribute {kind} twice"
        found.attributes[kind] = flags, body[at:at + length]
        found.order.append(kind)
        at += length
    found.reach = prefixes_of(body[end:], ids=ids)
    _, value = found.attributes.get(MP_REACH, (0, b""))
    if value:
        afi = int.from_bytes(value[:2], "big")
        found.reach += prefixes_of(value[5 + value[3]:], afi, ids)
    _, value = found.attributes.get(MP_UNREACH, (0, b""))
    if value:
        found.withdrawn += prefixes_of(value[3:], value[1], ids)
    if not found.reach and not found.withdrawn:
        found.end_of_rib = "ipv6" if MP_UNREACH in found.attributes else "ipv4"
    return found


def as_path_of(value, octets=4):
    """[(type, [as ..]) ..]"""
    found = []
    while value:
        kind, count = value[0], value[1]
        numbers = value[2:2 + count * octets]
        assert len(numbers) == count * octets, f"cut AS_PATH {value.hex()}"
        found.append((kind, [int.from_bytes(numbers[i:i + octets], "big")
                             for i in range(0, len(numbers), octets)]))
        value = value[2 + count * octets:]
    return found


def path(*numbers, octets=4):
    """AS_PATH of one sequence, or empty."""
    value = segment(SEQUENCE, *numbers, octets=octets) if numbers else b""
    return attr(AS_PATH, value)


def ipv6_reach(hop, *prefixes):
    return attr(MP_REACH, mp_reach_value(ip(hop), nlri(*prefixes)))


def afi_safi(family, safi=1):
    return struct.pack("!HB", AFI[family], safi)


__all__ = [name for name in dir() if not name.startswith("_")]
assert PARTIAL == 0x20
