#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# matrix.py - what our daemon and each rival can do together, and its proof
"""
A cell is the names of tests, as pytest calls them, or the reason why there is
nothing to test: what the rival lacks, in the version that is named above it.
test_matrix.py holds the table against the tests that there are, and against
docs/interop.md, which is printed by

    tests/netns/matrix.py >docs/interop.md

In a test's name {} stands for the rival's.
"""
from dataclasses import dataclass

RIVALS = {
    "bird": ("BIRD", "2.0.12"),
    "frr": ("FRR", "8.4.4"),
    "gobgp": ("GoBGP", "3.10.0"),
    "openbgpd": ("OpenBGPD", "7.7"),
    "exabgp": ("ExaBGP", "4.2.21"),
}


@dataclass
class Lacks:
    """Why not; tests where the lack itself can be seen."""
    why: str
    seen: tuple = ()


@dataclass
class Partly:
    """Proven by tests, with something that an operator should know."""
    why: str
    tests: tuple


MESSAGE = "test_rival_messages.py::"
CAPABILITY = "test_rival_capabilities.py::"
USED = CAPABILITY + "test_what_both_announce_is_used[{}]"
REFRESH = CAPABILITY + "test_refresh_both_ways[{}]"
CHAIN = "test_rival_chain.py::"
RESTART = "test_rival_restart.py::"
SIGNED = "test_authentication.py::test_same_password_comes_up_in_both_families"
NO_TABLE = "it has no table: it says what it is told to, and writes down " \
    "what it hears"


def row(title, common=(), **cells):
    """common: the tests of those rivals whose cell is not named."""
    return title, {name: cells.get(name, common) for name in RIVALS}


def both(test, *values):
    return tuple(f"{test}[{value}]" for value in values)


FEATURES = dict((
    row("IPv4 and IPv6 routes, internal and external",
        tuple(f"test_{{}}.py::{fact}[{kind}-{family}]"
              for fact in ("test_their_table_has_our_block",
                           "test_our_table_has_their_networks",
                           "test_kernel_has_their_networks")
              for kind in ("external", "internal")
              for family in ("ipv4", "ipv6"))),
    row("AS numbers of four octets (RFC 6793)",
        both(CHAIN + "test_path_of_four_octet_ases_passes",
             "{}-out", "{}-in"),
        exabgp=(CHAIN + "test_exabgp_and_paths_of_four_octet_ases",)),
    row("route refresh that we ask for (RFC 2918)", (REFRESH,),
        openbgpd=Lacks("it answers no request: \"AID not negotiated\", "
                       "whatever was", (REFRESH,))),
    row("route refresh that they ask for", (REFRESH,),
        gobgp=Lacks("it keeps what it has heard, and asks nobody"),),
    row("enhanced route refresh (RFC 7313)", (REFRESH,),
        gobgp=Lacks("it does not announce it", (USED,)),
        openbgpd=Partly("off by default; only that it asks for works",
                        (REFRESH,)),
        exabgp=Lacks("it announces it, and ends the session when asked: "
                     "\"capability enhanced-route-refresh off\"",
                     (USED, REFRESH))),
    row("graceful restart, ours: kill and orderly end (RFC 4724)",
        both(RESTART + "test_our_restart_loses_no_route_there",
             "kill-{}", "end-{}"),
        exabgp=Lacks(NO_TABLE)),
    row("graceful restart, theirs: kill and orderly end",
        both(RESTART + "test_their_restart_loses_no_route_here",
             "kill-{}", "end-{}"),
        openbgpd=Lacks("it asks for nothing to be kept", both(
            RESTART + "test_nothing_is_kept_of_who_does_not_ask_for_it",
            "kill-{}", "end-{}"))),
    row("restart over a NOTIFICATION (RFC 8538)",
        (CAPABILITY + "test_notification_of_theirs_keeps_their_routes[{}]",),
        bird=Lacks("it does not know the N bit"),
        gobgp=(RESTART + "test_their_restart_loses_no_route_here[end-{}]",),
        openbgpd=Lacks("it asks for nothing to be kept"),
        exabgp=Lacks("it does not know the N bit")),
    row("long-lived restart, theirs (RFC 9494)",
        (RESTART + "test_route_of_a_dead_rival_is_a_last_resort[{}]",),
        openbgpd=Lacks("it does not announce it", (USED,)),
        exabgp=Lacks("it does not announce it", (USED,))),
    row("long-lived restart, ours",
        (RESTART + "test_our_route_is_a_last_resort_there[{}]",),
        openbgpd=Lacks("it does not announce it", (USED,)),
        exabgp=Lacks("it does not announce it", (USED,))),
    row("ADD-PATH, we send (RFC 7911)",
        both("test_add_path.py::test_paths_of_ours_come_and_go",
             "{}-ipv4", "{}-ipv6")),
    row("ADD-PATH, they send",
        both("test_add_path.py::test_paths_of_theirs_come_and_go",
             "{}-ipv4", "{}-ipv6"),
        exabgp=("test_add_path.py::test_identifiers_of_theirs_are_shown",)),
    row("role (RFC 9234)",
        (CAPABILITY + "test_counterparts_meet[{}]",
         CAPABILITY + "test_two_providers_refuse_each_other[{}]"),
        gobgp=Lacks("it does not announce it", (USED,)),
        exabgp=Lacks("it does not announce it", (USED,))),
    row("OTC on routes of a provider",
        (CAPABILITY + "test_route_of_a_provider_goes_down_only[{}]",),
        gobgp=Lacks("without a role there is no mark"),
        exabgp=Lacks("without a role there is no mark")),
    row("IPv4 over IPv6 next hops (RFC 8950)",
        (CAPABILITY + "test_ipv4_goes_over_ipv6[{}]",),
        openbgpd=Lacks("it does not announce it", (USED,))),
    row("an OPEN longer than 255 octets, theirs: ours is shorter (RFC 9072)",
        bird=(MESSAGE + "test_open_of_many_capabilities_is_read",),
        frr=Partly("its OPEN is read; told to use this form always "
                   "(extended-optional-parameters) it refuses ours, which "
                   "is short", (
                       MESSAGE + "test_open_in_the_long_form_is_read",)),
        gobgp=Lacks("it knows the short form only"),
        openbgpd=Lacks("all that it can announce stays below 255 octets"),
        exabgp=Lacks("it knows the short form only")),
    row("extended messages, we send (RFC 8654)",
        (MESSAGE + "test_attributes_beyond_4096_octets_go_out[{}-True]",),
        gobgp=Lacks("it does not announce it", (USED,)),
        openbgpd=Lacks("it does not announce it", (USED,))),
    row("extended messages, they send",
        (MESSAGE + "test_attributes_beyond_4096_octets_come_in[{}-True]",),
        gobgp=Lacks("it does not announce it", (USED,)),
        openbgpd=Lacks("it does not announce it", (USED,))),
    row("communities of all three kinds, through both, out and in",
        both(CHAIN + "test_communities_of_all_kinds_pass_unchanged",
             "{}-out", "{}-in"),
        exabgp=(CHAIN + "test_exabgp_hears_communities_of_all_kinds",
                CHAIN + "test_communities_of_exabgp_pass_unchanged")),
    row("no-export of theirs, obeyed here",
        both(CHAIN + "test_no_export_is_kept_and_obeyed", "{}-in"),
        exabgp=(CHAIN + "test_no_export_of_exabgp_is_obeyed",)),
    row("no-export of ours, obeyed there",
        both(CHAIN + "test_no_export_is_kept_and_obeyed", "{}-out"),
        gobgp=Lacks("it tells everybody: a policy has to stop it",
                    both(CHAIN + "test_no_export_is_kept_and_obeyed",
                         "{}-out")),
        exabgp=Lacks(NO_TABLE)),
    row("graceful shutdown, theirs (RFC 8326)",
        (CHAIN + "test_graceful_shutdown_of_theirs_is_last_choice_here[{}]",),
        exabgp=(CHAIN + "test_graceful_shutdown_of_exabgp_is_last_choice_here",
                )),
    row("graceful shutdown, ours: drain",
        (CHAIN + "test_drain_of_ours_is_heard_behind_them[{}]",),
        exabgp=(CHAIN + "test_drain_of_ours_is_heard_by_exabgp",)),
    row("we reflect (RFC 4456)",
        both(CHAIN + "test_route_passes_two_reflectors", "{}-ours-first"),
        exabgp=(CHAIN + "test_exabgp_hears_what_we_reflect",)),
    row("they reflect",
        both(CHAIN + "test_route_passes_two_reflectors", "{}-theirs-first"),
        gobgp=Partly("we have to be its client: it adds ORIGINATOR_ID and "
                     "CLUSTER_LIST for clients only", both(
                         CHAIN + "test_route_passes_two_reflectors",
                         "{}-theirs-first")),
        exabgp=Lacks(NO_TABLE)),
    row("ORIGINATOR_ID decides beside a reflector",
        both(CHAIN + "test_originator_decides_beside_a_direct_path",
             "{}-low", "{}-high"),
        exabgp=both(CHAIN + "test_originator_told_by_exabgp_decides",
                    "low", "high")),
    row("TCP MD5 (RFC 2385)", (SIGNED + "[{}]",)),
    row("TTL security (RFC 5082)",
        ("test_authentication.py::test_ttl_security_beside_rivals[{}]",)),
    row("limit of prefixes, ours: Cease 6/1 (RFC 4486)",
        ("test_limits.py::"
         "test_excess_closes_the_session_until_the_limit_is_raised[{}]",)),
    row("limit of prefixes, theirs",
        ("test_limits.py::test_limit_of_theirs_is_told_as_such[{}]",),
        exabgp=Lacks("it has none")),
))


def proof_of(cell, rival):
    """The names of a cell's tests."""
    if isinstance(cell, Lacks):
        names = cell.seen
    elif isinstance(cell, Partly):
        names = cell.tests
    else:
        names = cell
    return [name.replace("{}", rival) for name in names]


HEAD = """\
# Beside other daemons

What `bgpd` and the daemons of Debian 12 can do together.  **yes**: a test in
`tests/netns` does it with both programs, in namespaces.  **no**: the other one
lacks it.  The numbers lead to the reasons and remarks below the table; where
*(seen)* stands, a test sees that it is so.

This text is printed by `tests/netns/matrix.py`, which names the tests.
"""


def markdown():
    notes = {}

    def mark(why, seen):
        text = why + (" *(seen)*" if seen else "")
        return notes.setdefault(text, len(notes) + 1)

    def word(cell):
        if isinstance(cell, Lacks):
            return f"no [{mark(cell.why, cell.seen)}]"
        if isinstance(cell, Partly):
            return f"yes [{mark(cell.why, ())}]"
        return "yes"

    titles = [f"{name} {version}" for name, version in RIVALS.values()]
    lines = [HEAD, "| | " + " | ".join(titles) + " |",
             "|---" * (len(titles) + 1) + "|"]
    for title, cells in FEATURES.items():
        words = [word(cells[name]) for name in RIVALS]
        lines.append(f"| {title} | " + " | ".join(words) + " |")
    lines.append("")
    lines += [f"{number}. {text}" for text, number in notes.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
