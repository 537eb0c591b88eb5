# SPDX-License-Identifier: ISC
# test_completion.py - the shells, asked what may stand next
"""
Each shell reads the script that bgpctl prints for it; then bash and fish are
asked as they ask themselves when somebody presses Tab, zsh reads it only.
"""
import os
import shutil
import subprocess

import pytest

from node import BGPCTL, Node

CONFIG = """\
as 64512
node a
neighbor tor-1 10.0.0.254 { remote-as 65001; passive }
neighbor tor-2 10.0.0.253 { remote-as 65001; passive }
"""
LINES = (
    ("sh", {"show"}),
    ("show ne", {"neighbors", "nexthops"}),
    ("-j show bf", {"bfd"}),
    ("explain export 10.0.0.0/8 ", {"to"}),
    ("neighbor tor-", {"tor-1", "tor-2"}),
    ("neighbor tor-1 re", {"refresh"}),
    ("status --", {"--check"}),
    ("nonsense ", set()),
    ("completion ", {"bash", "zsh", "fish"}),
)
needs = {shell: pytest.mark.skipif(not shutil.which(shell),
                                   reason=f"no {shell}")
         for shell in ("bash", "zsh", "fish")}


@pytest.fixture(scope="module")
def node(lab):
    return Node(lab.space("a"), CONFIG).start()


def shell(node, name, script):
    """Runs it with bgpctl in PATH, which asks this node."""
    folder = os.path.join(node.folder, "bin")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "bgpctl")
    with open(path, "w") as file:
        file.write(f"#!/bin/sh\nif [ \"$1\" = __complete ]; then shift; "
                   f"exec {BGPCTL} __complete -s {node.socket} \"$@\"; fi\n"
                   f"exec {BGPCTL} -s {node.socket} \"$@\"\n")
    os.chmod(path, 0o755)
    return subprocess.run(
        [name, "-c", script], capture_output=True, text=True, timeout=60,
        check=True, env={"PATH": f"{folder}:{os.environ['PATH']}",
                         "HOME": node.folder, "TERM": "dumb"}).stdout.split()


@needs["bash"]
@pytest.mark.parametrize("line, expected", LINES)
def test_bash_completes(node, line, expected):
    words = ["bgpctl"] + line.split(" ")
    found = shell(node, "bash", "compopt() { :; }\n"
                  'eval "$(bgpctl completion bash)"\n'
                  f"COMP_WORDS=({' '.join(repr(word) for word in words)})\n"
                  f"COMP_CWORD={len(words) - 1}\n_bgpctl\n"
                  'printf "%s\\n" "${COMPREPLY[@]}"')
    assert set(found) == expected


@needs["fish"]
@pytest.mark.parametrize("line, expected", LINES)
def test_fish_completes(node, line, expected):
    found = shell(node, "fish", "bgpctl completion fish | source\n"
                  f"complete -C 'bgpctl {line}'")
    assert set(found) == expected


@needs["zsh"]
def test_zsh_reads_it(node):
    found = shell(node, "zsh", "autoload -U compinit\ncompinit -u -D\n"
                  'eval "$(bgpctl completion zsh)"\n'
                  'echo $_comps[bgpctl]')
    assert found == ["_bgpctl"]
