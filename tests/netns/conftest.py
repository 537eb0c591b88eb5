# SPDX-License-Identifier: ISC
# conftest.py - pytest's side of the lab: one for a module, told on failure
"""
The fixture `lab` is one empty Lab for a module, `lab_factory` makes one in a
`with` statement; a module's own fixture fills it.  A test that fails shows
the tails of all logs; a daemon that ended by itself, or a sanitizer that
spoke, fails the module at its end.
"""
import contextlib
import signal
import sys

import pytest

import lab as lab_module

LABS = []


def pytest_configure(config):
    """An end by a signal takes the way of Ctrl-C, which cleans up."""
    def interrupt(number, frame):
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    lab_module.sweep()


@contextlib.contextmanager
def open_lab():
    made = lab_module.Lab()
    LABS.append(made)
    try:
        yield made
    except Exception:
        print(made.report(), file=sys.stderr)
        raise
    finally:
        LABS.remove(made)
        report = made.report()
        complaints = made.close()
        if complaints:
            print(report, file=sys.stderr)
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="module")
def lab_factory():
    return open_lab


@pytest.fixture(scope="module")
def lab():
    with open_lab() as made:
        yield made


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for made in LABS:
            report.sections.append(("the lab", made.report()))
