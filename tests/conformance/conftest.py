# SPDX-License-Identifier: ISC
# conftest.py - one stage for each relation, made when first asked for
"""
The fixtures of tests/netns are not these: here a daemon lives for the whole
run and meets all cases of its relation, as a real one would.  A daemon that
ended, or a sanitizer that spoke, fails the case that found it so.
"""
import os
import signal
import sys

import pytest

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "netns"))

import lab as lab_module                                    # noqa: E402
from stage import Stage                                     # noqa: E402


def pytest_configure(config):
    """An end by a signal takes the way of Ctrl-C, which cleans up."""
    def interrupt(number, frame):
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


class Stages:
    def __init__(self, lab):
        self.lab = lab
        self.made = {}

    def get(self, relation):
        if relation not in self.made:
            self.made[relation] = None      # not tried again when it fails
            self.made[relation] = Stage(self.lab, relation)
        assert self.made[relation], "its stage could not be set up"
        return self.made[relation]


@pytest.fixture(scope="session")
def big_lab():
    with lab_module.Lab() as made:
        yield made
        complaints = made.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def stages(big_lab):
    yield Stages(big_lab)


@pytest.fixture
def stage(stages, relation):
    """Of the case's relation; what a case before broke is mended."""
    found = stages.get(relation)
    found.mend()
    yield found
    if not found.daemon.is_running():
        pytest.fail("the daemon has ended")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    found = item.funcargs.get("stage")
    if report.failed and found is not None:
        report.sections.append(("log", found.daemon.log()[-2000:]))
