# SPDX-License-Identifier: ISC
# test_link_local.py - sessions over link-local addresses, and no other
"""
A router on a cable, as in a fabric that is numbered by nobody: neither side
has a global IPv6 address, both families pass the one session, IPv4 behind an
IPv6 next hop (RFC 8950).  RFC 2545 wants a global address first and has no
word for this.  BIRD writes :: and its link-local one, FRR its link-local one
twice, we write it once; all understand each other, and the kernel goes by it.
"""
import pytest

from interop import BLOCKS, FAMILIES, NETWORKS
from lab import wait_for
from node import Node
from rivals import Bird, Frr, Session, Side, installed

CONFIG = f"""\
as 64512
node ours
router-id 10.0.0.1
blocks {BLOCKS['ipv4']} {BLOCKS['ipv6']}
neighbor rival fe80::2%eth0 {{
    remote-as REMOTE
    families ipv4 ipv6
    import all
    export all
    idle-hold 1s
}}
"""
BIRD = 'interface "eth0"; capabilities on;'
CHANNEL = "extended next hop on;"
FRR = "interface eth0\ncapability extended-nexthop"


def rival_of(name, space, remote_as):
    if name == "bird":
        direct = "direct;" if remote_as == 64512 else ""
        session = Session("fe80::2", "fe80::1", 64512, FAMILIES,
                          BIRD + direct, CHANNEL)
        return Bird(space, Side("10.0.0.2", remote_as, [session], NETWORKS))
    session = Session("eth0", "fe80::1", 64512, FAMILIES, FRR)
    return Frr(space, Side("10.0.0.2", remote_as, [session], NETWORKS))


@pytest.fixture(scope="module", params=[
    (name, kind) for name in ("bird", "frr")
    for kind in ("external", "internal")], ids="-".join)
def pair(request, lab_factory):
    name, kind = request.param
    if not installed({"bird": Bird, "frr": Frr}[name]):
        pytest.skip(f"no {name}")
    with lab_factory() as lab:
        ours, theirs = lab.space("ours"), lab.space("theirs")
        lab.wire(ours, theirs)
        for number, space in enumerate((ours, theirs), 1):
            space.sysctl("net.ipv6.conf.eth0.addr_gen_mode=1")
            space.ip("addr flush dev eth0")
            space.add("eth0", f"fe80::{number}/64")
        remote_as = 65001 if kind == "external" else 64512
        node = Node(ours, CONFIG.replace("REMOTE", str(remote_as))).start()
        rival = rival_of(name, theirs, remote_as).start()
        wait_for(lambda: node.is_up("rival"), 30, "the session")
        yield node, rival


@pytest.mark.parametrize("family", FAMILIES)
def test_their_networks_lead_over_the_link(pair, family):
    node, _ = pair

    def routes():
        found = node.space.routes(family)
        for network in NETWORKS[family]:
            route = found[network] if network in found else {}
            via = route.get("via", {}).get("host") or route.get("gateway")
            assert (via, route.get("dev")) == ("fe80::2", "eth0"), route
        return True

    wait_for(routes, 20, "their networks")


@pytest.mark.parametrize("family", FAMILIES)
def test_our_block_is_in_their_table(pair, family):
    node, rival = pair
    wait_for(lambda: BLOCKS[family] in rival.routes(family), 20, "our block")
    assert node.neighbor("rival", family)["sent"] == 1
    assert "reason" not in node.neighbor("rival", family)
