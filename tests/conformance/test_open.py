# SPDX-License-Identifier: ISC
# test_open.py - the OPEN message, its parameters and capabilities
"""
RFC 4271 4.2 and 6.2, with 5492, 6286, 6793, 7607 and 9072.  A row is an OPEN
whose fields are given, or its parameters as octets, and the NOTIFICATIONs
that may refuse it; none of them means that the session comes up.
"""
import struct
from dataclasses import dataclass

import pytest

import speaker as bgp
from cases import RELATIONS
from stage import FAMILIES, asn_of
from talks import answer_to_open, check_notification
from wire import *                                          # noqa: F403

INSIDE = ("internal", "client")
OUTSIDE = ("external",)
UNSPECIFIC = ((2, (0,), None), (1, (2,), None))
OR_UP = None
MP4, MP6 = bgp.multiprotocol("ipv4"), bgp.multiprotocol("ipv6")
cap = bgp.capability


def as4(relation):
    return bgp.four_octet_as(asn_of(relation))


def one(*capabilities):
    """All of them in one parameter."""
    inner = b"".join(capabilities)
    return u8(CAPABILITY, len(inner)) + inner


def each(*capabilities):
    return b"".join(one(c) for c in capabilities)


def extended(*parameters):
    """RFC 9072: (type, octets) each."""
    inner = b"".join(struct.pack("!BH", kind, len(octets)) + octets
                     for kind, octets in parameters)
    return u8(255) + u16(len(inner)) + inner


@dataclass
class Row:
    name: str
    wanted: tuple               # of NOTIFICATIONs; OR_UP among them
    parameters: object = None   # octets, or a function of the relation
    relations: tuple = RELATIONS
    version: int = 4
    asn: object = None
    hold: int = 90
    router_id: str = None
    length: int = None          # of the parameters, if it lies

    def body(self, relation, link):
        parameters = self.parameters
        if parameters is None:
            def parameters(r):
                return one(FAMILIES, as4(r))
        if callable(parameters):
            parameters = parameters(relation)
        length = len(parameters) if self.length is None else self.length
        if parameters[:1] == u8(255) and self.length is None:
            length = 255
        return struct.pack("!BHH", self.version,
                           asn_of(relation) if self.asn is None else self.asn,
                           self.hold) + ip(self.router_id or link.address) \
            + u8(length) + parameters


def up(name, parameters=None, **more):
    return Row(name, (OR_UP,), parameters, **more)


def refused(name, subcode, parameters=None, data=None, **more):
    return Row(name, ((2, (subcode,), data),), parameters, **more)


def malformed(name, parameters, *others, **more):
    return Row(name, UNSPECIFIC + others, parameters, **more)


def tolerated(name, parameters, **more):
    """Refused as malformed, or passed over: both are right."""
    return Row(name, UNSPECIFIC + (OR_UP,), parameters, **more)


def plus(*capabilities):
    """Good ones, and these behind them in the same parameter."""
    return lambda r: one(FAMILIES, as4(r), *capabilities)


FIELDS = (
    *(refused(f"version-{v}", 1, version=v, data=u16(4))
      for v in (0, 1, 3, 5, 255)),
    refused("as-wrong", 2, lambda r: one(FAMILIES, bgp.four_octet_as(65099)),
            asn=65099),
    refused("as-wrong-without-capability", 2, one(FAMILIES), asn=65099),
    refused("as-0", 2, one(FAMILIES), asn=0),
    refused("as-0-beside-capability", 2, asn=0),
    refused("as-capability-0", 2, one(FAMILIES, bgp.four_octet_as(0))),
    refused("as-capability-different", 2,
            one(FAMILIES, bgp.four_octet_as(65099))),
    refused("as-capability-wide", 2,
            one(FAMILIES, bgp.four_octet_as(4200000001)), asn=23456),
    refused("as-trans-without-capability", 2, one(FAMILIES), asn=23456),
    up("as-trans-with-capability", asn=23456),
    refused("as-trans-in-capability", 2,
            one(FAMILIES, bgp.four_octet_as(23456)), asn=23456),
    refused("identifier-0", 3, router_id="0.0.0.0"),
    refused("identifier-is-ours", 3, router_id="10.0.0.1", relations=INSIDE),
    up("identifier-is-ours-outside", router_id="10.0.0.1", relations=OUTSIDE),
    up("identifier-is-no-address", router_id="255.255.255.255"),
    up("identifier-is-multicast", router_id="224.0.0.1"),
    up("identifier-is-1", router_id="0.0.0.1"),
    refused("hold-1", 6, hold=1),
    refused("hold-2", 6, hold=2),
    up("hold-0", hold=0),
    up("hold-3", hold=3),
    up("hold-65535", hold=65535),
)

PARAMETERS = (
    up("no-parameters", b""),
    up("empty-parameter", u8(CAPABILITY, 0)),
    up("many-parameters", lambda r: each(MP4, MP6, as4(r),
                                         cap(bgp.ROUTE_REFRESH))),
    up("only-ipv6", lambda r: one(MP6, as4(r))),
    up("only-ipv4", lambda r: one(MP4, as4(r))),
    *(refused(f"parameter-type-{t}", 4, u8(t, 2, 0, 0))
      for t in (0, 1, 3, 4, 100, 254)),
    refused("parameter-type-unknown-behind-good", 4,
            lambda r: one(FAMILIES, as4(r)) + u8(77, 1, 0)),
    malformed("parameter-overrun", u8(CAPABILITY, 50) + MP4),
    malformed("parameter-overrun-second",
              lambda r: one(FAMILIES, as4(r)) + u8(CAPABILITY, 9, 0)),
    malformed("one-octet-left", lambda r: one(FAMILIES, as4(r)) + u8(2)),
    malformed("only-one-octet", u8(2)),
    malformed("total-too-long", one(MP4), length=100),
    malformed("total-too-short", one(MP4), length=2),
    malformed("total-0-with-parameters", one(MP4), length=0),
    malformed("total-without-parameters", b"", length=8),
    malformed("option-length-255-and-nothing", b"", length=255),
    malformed("option-length-255-and-one-octet", u8(255), length=255),
    malformed("option-length-255-and-two-octets", u8(255, 0), length=255),
    malformed("parameter-255-cut", u8(255, 0, 1), length=255),
    malformed("parameter-255-in-short-form", u8(255, 1), (2, (4,), None),
              length=2),
    malformed("capability-overrun", one(MP4)[:2] + u8(1, 9, 0, 1, 0, 1)),
    malformed("capability-length-255", u8(CAPABILITY, 4, 1, 255, 0, 1)),
    malformed("capability-code-alone", u8(CAPABILITY, 1, 1)),
    malformed("capability-code-left-over",
              lambda r: u8(CAPABILITY, 7) + MP4 + u8(65)),
    malformed("parameter-shorter-than-its-content",
              lambda r: u8(CAPABILITY, 3) + MP4),
)

EXTENDED_FORM = (
    up("extended", lambda r: extended((2, FAMILIES + as4(r)))),
    up("extended-each", lambda r: extended((2, MP4), (2, MP6), (2, as4(r)))),
    up("extended-length-ignored", lambda r: extended((2, FAMILIES + as4(r))),
       length=7),
    up("extended-long", lambda r: extended(
        (2, FAMILIES + as4(r) + b"".join(cap(200 + n % 50, bytes(40))
                                         for n in range(20))))),
    up("extended-very-long", lambda r: extended(
        *((2, cap(201, bytes(250))) for _ in range(15)),
        (2, FAMILIES + as4(r)))),
    up("extended-empty", u8(255, 0, 0)),
    malformed("extended-total-too-long", u8(255, 0, 99) + u8(2, 0, 6) + MP4),
    malformed("extended-total-too-short",
              u8(255, 0, 4) + u8(2, 0, 6) + MP4),
    malformed("extended-parameter-overrun",
              u8(255, 0, 9) + u8(2, 0, 99) + MP4),
    malformed("extended-parameter-cut", u8(255, 0, 2) + u8(2, 0)),
    malformed("extended-capability-overrun",
              u8(255, 0, 7) + u8(2, 0, 4) + u8(1, 9, 0, 1)),
    Row("extended-parameter-type-9", ((2, (4,), None),),
        u8(255, 0, 4) + u8(9, 0, 1, 0)),
    Row("extended-parameter-type-255-again", ((2, None, None),),
        u8(255, 0, 4) + u8(255, 0, 1, 0)),
)

CAPABILITIES = (
    up("refresh", plus(cap(2))),
    up("refresh-old-code", plus(cap(128))),
    up("unknown", plus(cap(200, b"what"))),
    up("unknown-empty", plus(cap(201))),
    up("unknown-longest", plus(cap(202, bytes(200)))),
    up("code-0", plus(cap(0))),
    up("code-255", plus(cap(255, u8(1)))),
    up("unknown-first", lambda r: one(cap(222, b"x"), FAMILIES, as4(r))),
    up("duplicates", lambda r: one(FAMILIES, FAMILIES, as4(r), as4(r),
                                   cap(2), cap(2))),
    up("duplicates-each-parameter",
       lambda r: each(MP4, MP4, MP6, MP6, as4(r), as4(r))),
    up("family-unknown", plus(cap(1, u16(25) + u8(0, 70)))),
    up("family-vpn", plus(cap(1, u16(1) + u8(0, 128)))),
    up("family-flowspec", plus(cap(1, u16(1) + u8(0, 133)))),
    up("family-0", plus(cap(1, bytes(4)))),
    up("family-reserved-octet", lambda r: one(
        cap(1, u16(1) + u8(99, 1)), as4(r))),
    Row("family-none-in-common", ((2, (7,), None), OR_UP), lambda r: one(
        cap(1, u16(25) + u8(0, 70)), as4(r))),
    *(tolerated(f"multiprotocol-length-{n}", plus(cap(1, bytes(n))))
      for n in (0, 1, 3, 5, 8)),
    *(malformed(f"as4-length-{n}",
                lambda r, n=n: one(FAMILIES, cap(65, bytes(n))), (2, (2,),
                                                                  None))
      for n in (0, 1, 2, 3, 5, 8)),
    malformed("as4-length-0-before-another",
              lambda r: one(FAMILIES, cap(65), cap(2), cap(70))),
    *(tolerated(f"restart-length-{n}", plus(cap(64, bytes(n))))
      for n in (0, 1, 3, 4, 5, 7)),
    up("restart-without-families", plus(cap(64, u16(120)))),
    up("restart-unknown-family", plus(cap(64, u16(120, 99) + u8(1, 0x80)))),
    up("restart-twice", plus(cap(64, u16(120)), cap(64, u16(60)))),
    up("restart-all-flags", plus(cap(64, u16(0xffff)
                                     + afi_safi("ipv4") + u8(0xff)))),
    *(tolerated(f"add-path-length-{n}", plus(cap(69, bytes(n))))
      for n in (1, 2, 3, 5)),
    *(up(f"add-path-value-{v}", plus(cap(69, afi_safi("ipv4") + u8(v))))
      for v in (0, 4, 255)),
    *(tolerated(f"extended-next-hop-length-{n}", plus(cap(5, bytes(n))))
      for n in (1, 5, 7)),
    up("extended-next-hop-unknown", plus(cap(5, u16(9, 9, 9)))),
    *(tolerated(f"role-length-{n}", plus(cap(9, bytes(n)))) for n in (0, 2)),
    *(tolerated(f"extended-message-length-{n}", plus(cap(6, bytes(n))))
      for n in (1, 4)),
    *(tolerated(f"refresh-length-{n}", plus(cap(2, bytes(n))))
      for n in (1, 4)),
    tolerated("enhanced-refresh-length-1", plus(cap(70, u8(0)))),
    *(tolerated(f"long-lived-length-{n}", plus(cap(71, bytes(n))))
      for n in (1, 6, 8)),
    up("software-version", plus(cap(75, u8(4) + b"test"))),
    up("software-version-empty", plus(cap(75))),
    up("software-version-overrun", plus(cap(75, u8(200) + b"x"))),
    up("fqdn", plus(cap(73, u8(4) + b"host" + u8(3) + b"dom"))),
    up("fqdn-empty", plus(cap(73))),
    up("fqdn-overrun", plus(cap(73, u8(255) + b"host"))),
    up("fqdn-domain-overrun", plus(cap(73, u8(1) + b"h" + u8(255)))),
    up("fqdn-control-letters", plus(cap(73, u8(4) + u8(0, 10, 27, 0xff)
                                        + u8(0)))),
)

ROWS = FIELDS + PARAMETERS + EXTENDED_FORM + CAPABILITIES


@pytest.mark.parametrize("relation, row", [
    pytest.param(r, row, id=f"{r}-{row.name}")
    for r in RELATIONS for row in ROWS if r in row.relations])
def test_open(stage, relation, row):
    link = stage.connect()
    try:
        octets = bgp.message(bgp.OPEN, row.body(relation, link))
        got = answer_to_open(stage, link, octets)
    finally:
        link.close()

    if got is None:
        assert OR_UP in row.wanted, f"accepted, not {row.wanted}"
    else:
        check_notification(got, *(w for w in row.wanted if w))


@pytest.mark.parametrize("relation", RELATIONS)
def test_our_open(stage, relation):
    """What it says, and in which form (RFC 4271 4.2, 5492, 6793)."""
    with stage.session() as link:
        body = link.theirs

    version, number, hold = struct.unpack("!BHH", body[:5])
    assert (version, number, hold, body[5:9]) == (4, 64512, 90,
                                                  ip("10.0.0.1"))
    assert body[9] == len(body) - 10
    found = bgp.capabilities_of(body)
    assert (65, u32(64512)) in found
    assert (1, u16(1) + u8(0, 1)) in found
    assert (1, u16(2) + u8(0, 1)) in found
    assert (2, b"") in found


@pytest.mark.parametrize("relation", RELATIONS)
def test_without_capabilities_only_ipv4_is_spoken(stage, relation):
    with stage.session(four=False, capabilities=b"") as link:
        talk = stage.talk(link, "ipv6")
        link.send(bgp.UPDATE, talk.route({AS_PATH: path(
            talk.asn, octets=2)}))
        plain = stage.talk(link)
        plain.octets = 2
        link.send(bgp.UPDATE, plain.route())

        stage.wait_told("below", plain.prefix, beside=link)
        assert stage.told("below", talk.prefix) is None
