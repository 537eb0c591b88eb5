# SPDX-License-Identifier: ISC
# test_prometheus.py - metrics as promtool and a real Prometheus take them
"""
A node of a mesh of two with a talker beside it that announces routes.  What
it tells is judged by promtool, scraped by Prometheus, and asked for by the
rules and by the board that stand in etc/.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import time
import urllib.parse

import pytest

import speaker as bgp
import web
from lab import Daemon, wait_for
from node import TOP, Node

PROMTOOL, PROMETHEUS = shutil.which("promtool"), shutil.which("prometheus")
RULES = os.path.join(TOP, "etc", "prometheus", "bgpd.rules.yml")
BOARDS = glob.glob(os.path.join(TOP, "etc", "grafana", "*.json"))
OPEN = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"

pytestmark = pytest.mark.skipif(
    not (PROMTOOL and PROMETHEUS), reason="prometheus is not installed")

CONFIG = """\
as 64512
node node-{0}
blocks 10.244.{0}.0/26 fd00:10:244:{0}::/122
pools 10.244.0.0/16 fd00:10:244::/48
mesh {{
    node node-1 10.0.0.1 fd00::1
    node node-2 10.0.0.2 fd00::2
    node node-9 10.0.0.9
}}
neighbor "odd \\"name\\"" 10.0.0.3 {{
    remote-as 65001
    import all
    max-prefix 1000 warn
    passive
}}
metrics 0.0.0.0:9179 {{ per-neighbor {1} }}
"""


@pytest.fixture(scope="module")
def pair(lab):
    lab.bridge()
    spaces = [lab.space(name) for name in ("one", "two", "three")]
    for number, space in enumerate(spaces, 1):
        lab.plug(space, f"10.0.0.{number}/24", f"fd00::{number}/64")
    one, two = (Node(space, CONFIG.format(number, "down")).start()
                for number, space in enumerate(spaces[:2], 1))
    wait_for(lambda: one.is_up("node-2"), 20)
    one.talker = bgp.Speaker.connect(spaces[2], "10.0.0.3", "10.0.0.1")
    one.talker.establish(65001, "10.0.0.3", bgp.multiprotocol("ipv4"), 0)
    one.talker.send(bgp.UPDATE, bgp.update_body(
        bgp.common((65001,)) + bgp.next_hop("10.0.0.3"),
        [f"172.16.{n}.0/24" for n in range(100)]))
    wait_for(lambda: len(one.installed("ipv4")) >= 101)
    yield one, two
    one.talker.close()


def scrape(node, **head):
    return web.get(node.space, "/metrics", **head)


SAMPLE = re.compile(r'(\w+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)",?')


def samples(text):
    """{(name, frozenset of labels): value}"""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = SAMPLE.match(line).groups()
        key = name, frozenset(LABEL.findall(labels or ""))
        assert key not in found, f"{line} stands there twice"
        found[key] = float(value)
    return found


def value(text, name, **labels):
    return samples(text)[name, frozenset(labels.items())]


def test_promtool_has_nothing_to_complain_about(pair):
    for mode in ("down", "all", "off"):
        pair[0].reload(CONFIG.format(1, mode))
        text = scrape(pair[0]).text
        done = subprocess.run([PROMTOOL, "check", "metrics"], input=text,
                              text=True, capture_output=True)
        assert (done.returncode, done.stdout + done.stderr) == (0, ""), mode
    pair[0].reload(CONFIG.format(1, "down"))


def test_manual_knows_every_metric(pair):
    with open(os.path.join(TOP, "man", "bgpd-metrics.7")) as file:
        known = set(re.findall(r"^\.It Cm (\w+)", file.read(), re.M))
    pair[0].reload(CONFIG.format(1, "all"))
    told = set(re.findall(r"^# TYPE (\w+)", scrape(pair[0]).text, re.M))
    pair[0].reload(CONFIG.format(1, "down"))

    assert told - known == set()
    # Only with BFD, with a limit, and with TLS.
    assert known - told <= {"bgpd_bfd_up", "bgpd_memory_limit_bytes",
                            "bgpd_tls_certificate_expiry_timestamp_seconds"}


def test_form_is_what_accept_asks_for(pair):
    plain, new = scrape(pair[0]), scrape(pair[0], Accept=OPEN)

    assert "version=0.0.4" in plain.head["Content-Type"]
    assert "openmetrics-text; version=1.0.0" in new.head["Content-Type"]
    assert new.text.endswith("# EOF\n") and "# EOF" not in plain.text
    assert "# TYPE bgpd_fib_operations counter\n" in new.text
    assert "# TYPE bgpd_fib_operations_total counter\n" in plain.text
    names = [{name for name, _ in samples(text.text)} for text in (plain, new)]
    assert names[0] == names[1]


def test_values_are_those_of_bgpctl(pair):
    text = scrape(pair[0]).text
    status = pair[0].ctl("status")
    family = status["families"][0]

    assert value(text, "bgpd_routes", family="ipv4",
                 kind="best") == family["routes"]
    assert value(text, "bgpd_fib_routes", family="ipv4",
                 status="in-sync") == family["fib_in_sync"]
    assert value(text, "bgpd_neighbors", type="mesh", state="established") == 2
    assert value(text, "bgpd_neighbor_prefixes", neighbor='odd \\"name\\"',
                 address="10.0.0.3", family="ipv4", stage="received") == 100
    assert value(text, "bgpd_ready", family="ipv6", check="neighbors") == 1
    assert value(text, "bgpd_convergence_seconds_count", family="ipv4") > 0
    assert value(text, "bgpd_event_loop_lag_seconds_count") > 0
    assert value(text, "process_resident_memory_bytes") > 1e6


def test_of_the_mesh_only_those_down_have_their_own(pair):
    text = scrape(pair[0]).text

    assert value(text, "bgpd_neighbor_up", neighbor="node-9",
                 address="10.0.0.9") == 0
    assert value(text, "bgpd_neighbor_up", neighbor='odd \\"name\\"',
                 address="10.0.0.3") == 1
    assert 'neighbor="node-2"' not in text
    reasons = [dict(labels) for (name, labels) in samples(text)
               if name == "bgpd_neighbor_down_reason"]
    assert [row["neighbor"] for row in reasons] == ["node-9"]
    pair[0].reload(CONFIG.format(1, "all"))
    assert 'neighbor="node-2"' in scrape(pair[0]).text
    pair[0].reload(CONFIG.format(1, "off"))
    assert "bgpd_neighbor_up" not in scrape(pair[0]).text
    pair[0].reload(CONFIG.format(1, "down"))


def test_convergence_is_plausible(pair):
    """100 routes that were read at once: of each some are followed."""
    text = scrape(pair[0]).text
    count = value(text, "bgpd_convergence_seconds_count", family="ipv4")
    total = value(text, "bgpd_convergence_seconds_sum", family="ipv4")

    assert 0 < total / count < 2


# A real Prometheus.

@pytest.fixture(scope="module")
def prometheus(pair):
    space = pair[0].space
    daemon = Daemon(space, "prometheus")
    rules = daemon.write("bgpd.rules.yml", open(RULES).read().replace(
        "for: 5m", "for: 0s").replace("for: 1m", "for: 0s"))
    daemon.write("prometheus.yml", json.dumps({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [rules],
        "scrape_configs": [{"job_name": "bgpd", "static_configs": [
            {"targets": ["127.0.0.1:9179"]}]}]}))
    daemon.spawn(PROMETHEUS, "--config.file", daemon.path("prometheus.yml"),
                 "--storage.tsdb.path", daemon.path("data"),
                 "--web.listen-address", "127.0.0.1:9090")
    daemon.expected_end = True

    def ask(query):
        answer = web.get(space, "/api/v1/query?query=" +
                         urllib.parse.quote(query), port=9090)
        got = json.loads(answer.text)
        assert got["status"] == "success", (query, got)
        return got["data"]["result"]

    def ready():
        try:
            return web.get(space, "/-/ready", port=9090).status == 200
        except OSError:
            return False

    wait_for(ready, 30, "Prometheus")
    wait_for(lambda: ask("count_over_time(up[1m]) >= 3"), 30, "three scrapes")
    daemon.ask = ask
    yield daemon
    daemon.stop()


def test_prometheus_scrapes_it_well(prometheus):
    row, = prometheus.ask("up")

    assert row["value"][1] == "1"
    text = web.get(prometheus.space, "/api/v1/targets", port=9090).text
    target, = json.loads(text)["data"]["activeTargets"]
    assert target["lastError"] == ""


def test_rules_are_well_formed():
    done = subprocess.run([PROMTOOL, "check", "rules", RULES], text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules_fire_when_they_should():
    path = os.path.join(TOP, "etc", "prometheus", "bgpd.rules.test.yml")
    done = subprocess.run([PROMTOOL, "test", "rules", path], text=True,
                          capture_output=True, cwd=os.path.dirname(path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_rule_fires_for_the_node_that_is_not_there(prometheus):
    """node-9 of the mesh does not exist."""
    def firing():
        return {row["metric"]["alertname"] for row in prometheus.ask(
            'ALERTS{alertstate="firing"}')}

    wait_for(lambda: "BgpNeighborDown" in firing(), 20)
    assert "BgpFibFailed" not in firing()


def expressions(board):
    """The queries of all panels."""
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


@pytest.mark.parametrize("path", BOARDS or ["none"])
def test_each_panel_of_the_board_has_an_answer(prometheus, path):
    with open(path) as file:
        board = json.load(file)
    found = list(expressions(board))

    assert len(found) > 8
    for title, query in found:
        for name, text in (("$node", ".*"), ("$__rate_interval", "10s"),
                           ("$__range", "1m")):
            query = query.replace(name, text)
        try:
            wait_for(lambda: prometheus.ask(query), 10, query)
        except AssertionError as problem:
            pytest.fail(f"panel {title}: {problem}")


# Many neighbors.

MANY = 3000


def test_scrape_of_thousands_of_neighbors_does_not_hold_the_loop(pair):
    lines = "\n".join(f"    node n{i} 10.9.{i // 250}.{i % 250 + 1}"
                      for i in range(MANY))
    pair[0].reload(CONFIG.format(1, "all").replace(
        "    node node-9", lines + "\n    node node-9"))
    wait_for(lambda: pair[0].ctl("status")["sessions"] > MANY)
    before = {row["of"]: row for row in pair[0].ctl("status")["lag"]}

    begin = time.monotonic()
    answer = scrape(pair[0], Accept=OPEN)
    taken = time.monotonic() - begin
    held = held_buckets(answer.text)
    later = held_buckets(scrape(pair[0], Accept=OPEN).text)

    assert answer.text.endswith("# EOF\n")
    assert answer.text.count("\nbgpd_neighbor_up{") > MANY
    slow = sum(count - held.get(bound, 0) for bound, count in later.items()
               if bound > 0.05)
    print(f"{len(answer.body)} bytes of {MANY} neighbors in {taken:.3f} s; "
          f"callbacks above 50 ms: {slow}; worst before {before}")
    assert slow == 0


def test_who_hangs_up_in_the_middle_leaves_nothing(pair):
    """The answer is far longer than what sockets hold."""
    def held():
        return len(os.listdir(f"/proc/{pair[0].pid}/fd"))

    before = held()
    for _ in range(20):
        made = web.bare(pair[0].space)
        made.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert made.recv(1000).startswith(b"HTTP/1.1 200")
        made.close()
    wait_for(lambda: held() <= before, what="all connections closed")
    # This one, and Prometheus' own.
    assert value(scrape(pair[0]).text, "bgpd_http_connections") <= 2
    pair[0].reload(CONFIG.format(1, "down"))


def held_buckets(text):
    """{bound: callbacks in just that bucket}"""
    rows = sorted((float(dict(labels)["le"]), count) for (name, labels), count
                  in samples(text).items()
                  if name == "bgpd_event_loop_held_seconds_bucket")
    return {bound: count - (rows[i - 1][1] if i else 0)
            for i, (bound, count) in enumerate(rows)}
