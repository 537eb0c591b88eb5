# SPDX-License-Identifier: ISC
# test_cli.py - exit codes and the sentences for who stands in the way
import json
import os
import re
import shutil
import subprocess

import pytest

import speaker as bgp
from lab import wait_for
from node import BGPCTL, BGPD, Node

CONFIG = """\
as 64512
node ours
blocks 10.244.1.0/26
neighbor down 10.0.0.2 { remote-as 64512 }
"""
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534",
          "--clear-groups", "--bounding-set", "-all", "--inh-caps", "-all")


@pytest.fixture(scope="module")
def node(lab):
    space, far = lab.space("ours"), lab.space("far")
    lab.wire(space, far)
    space.add("eth0", "10.0.0.1/24", "10.0.0.3/24")
    return Node(space, CONFIG).start()


def code(node, *words):
    return node.bgpctl(*words).returncode


def test_exit_0_when_good(node):
    for words in (("status",), ("show", "neighbors"), ("version",),
                  ("show", "routes"), ("show", "fib"), ("show", "config"),
                  ("show", "addresses"), ("explain", "address", "ipv6")):
        assert code(node, *words) == 0, words


def test_exit_1_when_it_failed(node):
    node.configure("as 64512\nnonsense\n")

    done = node.bgpctl("reload")

    node.configure(CONFIG)
    assert done.returncode == 1
    assert "bgpd.conf:2:1" in done.stdout + done.stderr


def test_exit_2_on_a_wrong_line(node):
    for words in (("frobnicate",), ("show",), ("show", "nothing"),
                  ("neighbor", "down"), ("explain", "address", "ipx")):
        done = node.bgpctl(*words)
        assert done.returncode == 2, words
        assert done.stderr, words


def test_exit_2_of_an_option_is_said_in_one_voice(node):
    for words, what in ((("--frob",), "unknown option '--frob'"),
                        (("-x", "status"), "unknown option '-x'"),
                        (("status", "-s"), "option '-s' needs a value"),
                        (("--json=1",), "option '--json=1' takes no value"),
                        (("--watch", "1", "status"), "--watch=1")):
        done = subprocess.run([BGPCTL, *words], capture_output=True, text=True)
        assert done.returncode == 2, words
        assert done.stderr.startswith("bgpctl: "), words
        assert what in done.stderr, words


def test_exit_2_with_json_is_an_object_too(node):
    for words in (("-j", "frobnicate"), ("--frob", "-j")):
        done = subprocess.run([BGPCTL, *words], capture_output=True, text=True)
        answer = json.loads(done.stdout)
        assert (answer["exit"], answer["complete"]) == (2, False), words
        assert answer["error"], words


def test_versions_need_no_daemon(node):
    for program in (BGPCTL, BGPD):
        for option in ("-V", "--version"):
            done = subprocess.run([program, option], capture_output=True,
                                  text=True)
            assert done.returncode == 0
            assert re.fullmatch(r"bgp(ctl|d) \d+\.\d+\.\d+\n", done.stdout)
    both = json.loads(node.bgpctl("-j", "version").stdout)
    assert both["bgpctl"] == both["version"]


def test_help_is_no_mistake(node):
    for program in (BGPCTL, BGPD):
        for option in ("-h", "--help"):
            done = subprocess.run([program, option], capture_output=True,
                                  text=True)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith("usage: ")


def test_exit_2_says_that_a_later_word_is_not_there_yet(node):
    done = node.bgpctl("show", "events")

    assert done.returncode == 2
    assert "not available in this version" in done.stderr


def test_exit_3_when_nobody_listens(node):
    done = subprocess.run([BGPCTL, "-s", node.path("nobody.sock"), "status"],
                          capture_output=True, text=True)

    assert done.returncode == 3
    assert "nobody.sock" in done.stderr


def test_exit_4_when_there_is_no_such_thing(node):
    for words in (("show", "neighbors", "nemo"),
                  ("neighbor", "nemo", "clear")):
        done = node.bgpctl(*words)
        assert done.returncode == 4, words
        assert "nemo" in done.stderr, words


def test_exit_5_when_the_state_is_bad(node):
    done = node.bgpctl("status", "--check")

    assert done.returncode == 5


def test_exit_6_when_not_permitted(node):
    """The socket is root's alone; the folder lets anyone through."""
    done = subprocess.run([*NOBODY, BGPCTL, "-s", node.socket, "status"],
                          capture_output=True, text=True)

    assert done.returncode == 6
    assert node.socket in done.stderr


def test_words_may_be_cut_short(node):
    assert node.bgpctl("sh", "n").stdout.split("\n")[0] == \
        node.bgpctl("show", "neighbors").stdout.split("\n")[0]


def test_check_finds_what_is_wrong(node):
    node.write("bad.conf", "as 64512\nneighbor x 10.0.0.2 {\n"
               "    remote-is 65001\n}\nhold-time soon\n")

    done = subprocess.run([BGPD, "-n", "-f", node.path("bad.conf")],
                          capture_output=True, text=True)

    assert done.returncode == 1
    found = re.findall(r"bad\.conf:(\d+):(\d+): error: ", done.stderr)
    assert ("3", "5") in found and ("5", "11") in found, done.stderr
    assert "remote-as" in done.stderr           # did you mean
    assert re.search(r"^ *\| *\^~+", done.stderr, re.M)


def test_check_of_a_good_config_is_one_line(node):
    done = subprocess.run([BGPD, "-n", "-f", node.config],
                          capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{node.config}: good: node ours, 1 neighbor\n"


def test_check_warns_of_an_external_neighbor_without_filter(node):
    """RFC 8212: nothing is exchanged, and -n says so."""
    node.write("open.conf", CONFIG + "neighbor tor 10.0.0.7 { remote-as 1 }\n")

    done = subprocess.run([BGPD, "-n", "-f", node.path("open.conf")],
                          capture_output=True, text=True)

    assert done.returncode == 0
    assert re.search(r"open\.conf:5:\d+: warning: .*", done.stderr)


def test_bgpctl_check_is_the_daemons_own(node):
    node.write("bad.conf", "as none\n")

    done = node.bgpctl("check", node.path("bad.conf"))

    assert done.returncode == 1
    assert "bad.conf:1:4: error: " in done.stderr


def test_bgpctl_check_with_json_is_an_object(node):
    node.write("bad.conf", "as none\n")

    done = node.bgpctl("-j", "check", node.path("bad.conf"))
    good = json.loads(node.bgpctl("-j", "check", node.config).stdout)

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["good"]) == (1, False)
    assert "bad.conf:1:4: error: " in answer["output"][0]
    assert good["good"] is True


def test_first_line_of_the_log_says_who_it_is(node):
    assert re.search(r"info: bgpd [0-9.]+: node ours, AS 64512, "
                     r"1 neighbor, 1 session$", node.log().split("\n")[0])


def test_change_of_the_log_level_is_logged(node):
    """Whichever way it goes: the line passes under the wider level."""
    for level, before in (("error", "info"), ("info", "error")):
        assert code(node, "log", level) == 0
        assert node.logged(f"info: log: level {level}, was {before}, by the "
                           "control socket")


def test_status_names_the_config_by_its_whole_path(node):
    status = json.loads(node.bgpctl("-j", "status").stdout)

    assert status["config"] == os.path.abspath(node.config)


def test_later_words_are_refused_at_start(node):
    node.write("later.conf", CONFIG + "mrt /tmp/bgpd.mrt\n")

    done = subprocess.run([BGPD, "-f", node.path("later.conf"), "-s",
                           node.path("later.sock")], capture_output=True,
                          text=True, timeout=60)

    assert done.returncode == 1
    assert "later.conf:5:1" in done.stderr
    assert "not available in this version" in done.stderr


def test_without_capabilities_a_sentence_names_them(node):
    folder = node.path("public")
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o777)
    shutil.copy(node.config, os.path.join(folder, "bgpd.conf"))

    done = subprocess.run(
        ["ip", "netns", "exec", node.space.id, *NOBODY, BGPD, "-f",
         f"{folder}/bgpd.conf", "-s", f"{folder}/s"],
        capture_output=True, text=True)

    assert done.returncode == 1
    assert "CAP_NET_ADMIN" in done.stderr


def test_missing_config_is_named(node):
    done = subprocess.run([BGPD, "-f", node.path("nothing.conf"), "-s",
                           node.path("x.sock")], capture_output=True,
                          text=True)

    assert done.returncode == 1
    assert "nothing.conf" in done.stderr


def test_address_in_use_is_named_and_tried_again(node):
    node.end()
    listens = "listen 10.0.0.1\nlisten 10.0.0.3\n"
    with bgp.Listener(node.space, "10.0.0.1"):
        node.configure(CONFIG + listens)
        node.start()

        assert node.logged(r"error.*10\.0\.0\.1 port 179: Address already "
                           r"in use")
        assert node.logged(r"listening on 10\.0\.0\.3 port 179")

    wait_for(lambda: node.logged(r"listening on 10\.0\.0\.1 port 179"),
             what="the second try")
    node.end()
    node.configure(CONFIG)
    node.start()


def test_second_daemon_on_the_same_socket_is_refused(node):
    done = subprocess.run(
        ["ip", "netns", "exec", node.space.id, BGPD, "-f", node.config, "-s",
         node.socket], capture_output=True, text=True, timeout=20)

    assert done.returncode == 1
    assert node.socket in done.stderr
    assert code(node, "status") == 0


def test_socket_is_removed_at_the_end_and_made_again(node):
    node.end()
    assert not os.path.exists(node.socket)

    node.start()

    assert code(node, "status") == 0


def test_socket_of_a_killed_daemon_is_taken_over(node):
    node.kill()
    assert os.path.exists(node.socket)

    node.start()

    assert code(node, "status") == 0
