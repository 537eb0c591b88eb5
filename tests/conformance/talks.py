# SPDX-License-Identifier: ISC
# talks.py - a connection brought to a state, and how the daemon answers
"""
STATES are of the daemon: in OpenSent its OPEN came and ours was not sent, in
OpenConfirm ours was and our KEEPALIVE is missing.  ending() sends octets in
such a state and returns what the daemon says before it closes.
"""
import contextlib

import speaker as bgp
from lab import LabError
from stage import Down

STATES = ("opensent", "openconfirm", "established")


@contextlib.contextmanager
def in_state(stage, state, neighbor=None, **terms):
    link = stage.connect(neighbor)
    try:
        link.theirs = link.expect(bgp.OPEN).body
        if state != "opensent":
            link.send(bgp.OPEN, stage.open_body(link, **terms))
            link.expect(bgp.KEEPALIVE)
        if state == "established":
            link.send(bgp.KEEPALIVE)
        yield link
    finally:
        link.close()


def ending(stage, state, octets, **terms):
    """The NOTIFICATION as (code, subcode, data), or None for a bare close."""
    with in_state(stage, state, **terms) as link:
        with contextlib.suppress(OSError):
            link.send_raw(octets)
        return link.fate()


def answer_to_open(stage, link, octets):
    """
    None when the OPEN is accepted, and the session then works; or the
    NOTIFICATION.
    """
    link.expect(bgp.OPEN)
    link.send_raw(octets)
    try:
        link.until(lambda: any(m.type == bgp.KEEPALIVE for m in link.seen),
                   "the answer to the OPEN")
        link.send(bgp.KEEPALIVE)
        link.until(lambda: link.ends, "End-of-RIB")
    except Down as down:
        if down.notification is None:
            raise LabError("closed without a word") from None
        return down.notification
    return None


def check_notification(got, *wanted):
    """Each wanted one is (code, subcodes, data); None for any."""
    for code, subcodes, data in wanted:
        if got is not None and got[0] == code and \
                (subcodes is None or got[1] in subcodes) and \
                data in (None, got[2]):
            return
    raise LabError(f"one of {wanted} was expected, not {got}")
