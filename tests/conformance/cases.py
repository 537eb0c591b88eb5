# SPDX-License-Identifier: ISC
# cases.py - a row says what is sent and what may come of it; here it is run
"""
A Case of an UPDATE runs like this.  A new session announces a marked route
for a prefix of the case, which the watchers hear.  Then the case sends its
message for the same prefix, and two good routes behind it: when those are
told, so is whatever the case did.  The result is one of

    reset       a NOTIFICATION came and the route is gone
    withdrawn   the session lives and the route is gone
    same        the session lives and the marked route is still there
    route       the session lives and the watcher has another one

and the case names those that are right, as Outcomes.  Where the standards
leave a choice there are several.
"""
from dataclasses import dataclass
from typing import Callable

import pytest

import speaker as bgp
from lab import LabError
from stage import RELATIONS, Down, is_before


@dataclass(frozen=True)
class Outcome:
    kind: str
    code: int = None
    subcodes: tuple = ()
    data: bytes = None
    check: Callable = None
    text: str = ""

    def fits(self, result):
        kind, value = result
        if kind != self.kind:
            return False
        if kind == "reset":
            return value is not None and value[0] == self.code and \
                (not self.subcodes or value[1] in self.subcodes) and \
                self.data in (None, value[2])
        return self.check is None or self.check(value)

    def __str__(self):
        if self.kind != "reset":
            return f"{self.kind} {self.text}".strip()
        subcodes = "|".join(str(s) for s in self.subcodes) or "any"
        return f"reset {self.code}/{subcodes} {self.data or ''}".strip()


def reset(code, *subcodes, data=None):
    return Outcome("reset", code, subcodes, data)


def route(check=None, text=""):
    return Outcome("route", check=check, text=text)


def without(*kinds):
    """The route is taken and passed on, these attributes are not."""
    return Outcome("route", text=f"without {kinds}",
                   check=lambda told: not any(k in told for k in kinds))


def carrying(kind, value):
    return Outcome("route", text=f"with {kind} {value.hex()}",
                   check=lambda told: told.get(kind) == value)


WITHDRAWN = Outcome("withdrawn")
SAME = Outcome("same")
ROUTE = Outcome("route")


@dataclass(frozen=True)
class Case:
    name: str
    send: Callable          # of a Talk: the body of an UPDATE, or several
    outcomes: tuple
    relations: tuple = RELATIONS
    family: str = "ipv4"
    watcher: str = "below"
    terms: tuple = ()       # what establish() is told, as pairs


def rows(*cases):
    """For parametrize: each case with each of its relations."""
    names = [(c.name, r) for c in cases for r in c.relations]
    double = {n for n in names if names.count(n) > 1}
    assert not double, f"two cases of one name: {double}"
    return pytest.mark.parametrize("relation, case", [
        pytest.param(r, c, id=f"{r}-{c.name}")
        for r in RELATIONS for c in cases if r in c.relations])


def send_all(link, bodies):
    if isinstance(bodies, bytes):
        bodies = [bodies]
    for body in bodies:
        if body:
            link.send(bgp.UPDATE, body)


def announce_before(stage, link, talk):
    link.send(bgp.UPDATE, talk.before())
    for watcher in ("below", "outside"):
        stage.wait_told(watcher, talk.prefix, is_before)


def observe(stage, link, talk, watcher="below"):
    """What became of the prefix after all that was sent."""
    try:
        stage.settle(link)
    except Down as down:
        return "reset", down.notification
    except OSError:
        return "reset", link.fate()
    told = stage.told(watcher, talk.prefix)
    if told is None:
        return "withdrawn", None
    return ("same" if is_before(told) else "route"), told


def run(stage, case):
    with stage.session(**dict(case.terms)) as link:
        talk = stage.talk(link, case.family)
        announce_before(stage, link, talk)
        try:
            send_all(link, case.send(talk))
        except OSError:
            pass
        result = observe(stage, link, talk, case.watcher)
        if result[0] == "reset":
            stage.wait_told(case.watcher, talk.prefix, lambda told: not told)
    wanted = " or ".join(str(o) for o in case.outcomes)
    if not any(o.fits(result) for o in case.outcomes):
        raise LabError(f"{case.name}: {wanted} was expected, not {result}")
