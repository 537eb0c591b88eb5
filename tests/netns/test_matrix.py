# SPDX-License-Identifier: ISC
# test_matrix.py - the table of what works beside whom, against the tests
"""
No cell of matrix.py is empty, each test that it names is there, the versions
are those installed, and docs/interop.md says the same.
"""
import os
import re
import subprocess
import sys

import pytest

from matrix import FEATURES, RIVALS, Lacks, Partly, markdown, proof_of
from node import TOP
from rivals import Bird, ExaBgp, Frr, Gobgp, OpenBgpd, installed

CELLS = [pytest.param(title, rival, id=f"{title}-{rival}")
         for title in FEATURES for rival in RIVALS]
PACKAGES = {"bird": (Bird, "bird2"), "frr": (Frr, "frr"),
            "gobgp": (Gobgp, "gobgpd"), "openbgpd": (OpenBgpd, "openbgpd"),
            "exabgp": (ExaBgp, "exabgp")}


@pytest.fixture(scope="module")
def collected():
    """The names of all tests of this folder, as pytest makes them."""
    folder = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider",
         "--collect-only", "-q", "--rootdir", folder, "."],
        cwd=folder, capture_output=True, text=True, timeout=60)
    return set(done.stdout.splitlines())


@pytest.mark.parametrize("title, rival", CELLS)
def test_cell_has_a_proof_or_a_reason(collected, title, rival):
    cell = FEATURES[title][rival]
    if isinstance(cell, (Lacks, Partly)):
        assert cell.why
    if not isinstance(cell, Lacks):
        assert proof_of(cell, rival)

    missing = [name for name in proof_of(cell, rival)
               if name not in collected]

    assert not missing


@pytest.mark.parametrize("rival", RIVALS)
def test_version_is_the_one_that_the_table_is_about(rival):
    program, package = PACKAGES[rival]
    if not installed(program):
        pytest.skip(f"no {rival}")
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package],
                          capture_output=True, text=True)
    version = RIVALS[rival][1]
    if not re.match(rf"{re.escape(version)}\b", done.stdout):
        pytest.skip(f"{package} is {done.stdout or 'of no package'}, and the "
                    f"table speaks of {version}")


def test_document_is_the_table():
    with open(os.path.join(TOP, "docs", "interop.md")) as file:
        assert file.read() == markdown(), "tests/netns/matrix.py prints it"
