# SPDX-License-Identifier: ISC
# test_page.py - the page, in a real browser with real daemons behind it
"""
Four nodes and a router; the browser sits on the first one.  Pictures of the
page in both themes and on a narrow screen are kept where PAGE_PICTURES says.
"""
import os
import shutil

import pytest

import browser
import speaker as bgp
import web
from lab import wait_for
from node import Node

pytestmark = pytest.mark.skipif(browser.missing() is not None,
                                reason=str(browser.missing()))

URL = f"http://127.0.0.1:{web.PORT}/"
CONFIG = """\
as 64512
node node-{0}
blocks 10.244.{0}.0/26 fd00:10:244:{0}::/122
pools 10.244.0.0/16 fd00:10:244::/48
mesh {{
    node node-1 10.0.0.1 fd00::1
    node node-2 10.0.0.2 fd00::2
    node node-3 10.0.0.3 fd00::3
    node node-4 10.0.0.4 fd00::4
    node node-5 10.0.0.5 fd00::5
}}
neighbor "<b>tor</b>" 10.0.0.9 {{
    remote-as 65001
    import all
    export own-blocks
    passive
    description "<img src=x onerror=alert(1)>"
}}
metrics 127.0.0.1:9179
"""


class Cluster:
    def __init__(self, lab):
        lab.bridge()
        self.nodes = []
        for number in range(1, 5):
            space = lab.space(f"n{number}")
            lab.plug(space, f"10.0.0.{number}/24", f"fd00::{number}/64")
            self.nodes.append(Node(space, CONFIG.format(number)).start())
        tor = lab.space("tor")
        lab.plug(tor, "10.0.0.9/24")
        self.one = self.nodes[0]
        wait_for(lambda: self.one.is_up("node-2", "node-3", "node-4"), 20)
        self.talker = bgp.Speaker.connect(tor, "10.0.0.9", "10.0.0.1")
        self.talker.establish(65001, "10.0.0.9", bgp.multiprotocol("ipv4"), 0)
        self.announce(0)

    def announce(self, third):
        self.talker.send(bgp.UPDATE, bgp.update_body(
            bgp.common((65001,)) + bgp.next_hop("10.0.0.9"),
            [f"172.{16 + third}.{n}.0/24" for n in range(40)]))


@pytest.fixture(scope="module")
def cluster(lab):
    made = Cluster(lab)
    yield made
    made.talker.close()


@pytest.fixture(scope="module")
def page(lab, cluster):
    folder = os.path.join(lab.folder, "browser")
    os.makedirs(folder)
    made = browser.Browser(cluster.one.space, folder)
    made.width(1200)
    made.driver.get(URL)
    wait_for(lambda: made.text("#node") == "node-1", what="the page")
    yield made
    made.stop()


def rows(page):
    """{name: the row's text}"""
    return {row.split("10.0.0")[0].split("fd00::")[0]: row
            for row in page.texts("#rows tr")}


def keep(page, name):
    path = page.picture(name)
    if os.environ.get("PAGE_PICTURES"):
        shutil.copy(path, os.environ["PAGE_PICTURES"])


def test_page_comes_whole_and_asks_nobody_else(cluster):
    answer = web.get(cluster.one.space, "/")
    policy = answer.head["Content-Security-Policy"]

    assert answer.status == 200
    assert answer.head["Content-Type"] == "text/html; charset=utf-8"
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy and "http" not in policy
    for word in ("src=\"http", "href=\"http", "@import", "url("):
        assert word not in answer.text.replace(
            "http://www.w3.org/2000/svg", ""), word


def test_console_is_silent(page):
    wait_for(lambda: page.texts("#rows tr"))
    assert page.complaints() == []


def test_neighbors_stand_there_with_state_and_reason(page, cluster):
    wait_for(lambda: len(page.texts("#rows tr")) == 9)
    table = " ".join(page.texts("#rows tr"))

    assert table.count("established") == 7
    down = page.texts("#rows tr")[:2]
    assert all("node-5" in row for row in down), down
    wait_for(lambda: all("no route to host" in row
                         for row in page.texts("#rows tr")[:2]), 15)


def test_text_of_others_is_no_markup(page):
    assert page.run("return document.querySelectorAll('#rows b, img').length"
                    ) == 0
    assert any("<b>tor</b>" in row for row in page.texts("#rows tr"))


def test_picture_names_all_nodes_for_a_reader(page):
    labels = page.run("return [...document.querySelectorAll('.mesh a')]"
                      ".map((e) => e.getAttribute('aria-label'))")

    assert len(labels) == 5
    assert "node-2: established" in labels
    assert any(text.startswith("node-5: ") and "established" not in text
               for text in labels)
    assert "5 neighbors, 4 established" in page.run(
        "return document.querySelector('.mesh').getAttribute('aria-label')")


def test_blocks_stand_by_their_owner(page):
    wait_for(lambda: len(page.texts("#owners > li")) == 4)
    owners = {text.split("10.244")[0].strip(): text
              for text in page.texts("#owners > li")}

    assert "10.244.1.0/26" in owners["node-1 this node"]
    assert "fd00:10:244:3::/122" in owners["node-3"]
    assert "in-sync" in owners["node-3"]


def test_fib_says_what_the_kernel_has(page, cluster):
    wait_for(lambda: "in sync" in (page.text("#fib") or ""))
    family = cluster.one.ctl("status")["families"][0]

    assert page.texts("#fib b")[0] == str(family["fib_in_sync"])


def test_line_of_updates_moves(page, cluster):
    def line():
        label = page.run(
            "const row = [...document.querySelectorAll('#rows tr')].find("
            "(e) => e.textContent.includes('<b>tor</b>'));"
            "const svg = row && row.querySelector('.spark');"
            "return svg ? svg.getAttribute('aria-label') : ''")
        return label if label and not label.startswith("0 ") else None

    wait_for(lambda: page.texts(".spark"), 10)
    for third in range(1, 6):
        cluster.announce(third)
    wait_for(line, 10)


def test_keyboard_reaches_everything(page):
    order = page.run("""
        return [...document.querySelectorAll(
            'a[href], button, input, [tabindex="0"]')]
            .filter((e) => !e.closest('[hidden]'))
            .map((e) => [e.tagName.toLowerCase(), (e.getAttribute('aria-label')
                || e.labels && e.labels[0] && e.labels[0].textContent
                || e.textContent).trim()])""")

    assert all(label for _, label in order), order
    assert {"button", "input", "a"} <= {tag for tag, _ in order}
    page.run("document.querySelector('.mesh a').focus()")
    assert page.run("return document.activeElement.closest('.mesh') !== null")


def test_filter_narrows_the_table(page):
    box = page.driver.find_element("id", "filter")
    box.send_keys("node-3")
    wait_for(lambda: len(page.texts("#rows tr")) == 2)
    box.clear()
    box.send_keys(" ")
    wait_for(lambda: len(page.texts("#rows tr")) == 9)


def contrast(page):
    """Text that is too pale: [(text, ratio)], by WCAG's formula."""
    return page.run("""
        const part = (c) => { c /= 255;
            return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
        const light = ([r, g, b]) =>
            .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
        const colour = (text) => text.match(/[\\d.]+/g).map(Number);
        const behind = (e) => { for (; e; e = e.parentElement) {
            const c = colour(getComputedStyle(e).backgroundColor);
            if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
        const found = [];
        for (const e of document.querySelectorAll('body *')) {
            if (e.closest('svg, script, [hidden], .hidden, .skip')) continue;
            if (![...e.childNodes].some((n) => n.nodeType === 3 &&
                n.textContent.trim())) continue;
            const a = light(colour(getComputedStyle(e).color));
            const b = light(behind(e));
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < 4.5) found.push([e.textContent.slice(0, 40), ratio]);
        }
        return found;""")


def wider(page, width):
    """What sticks out at the right."""
    return page.run("""
        return [...document.querySelectorAll('body *')]
            .filter((e) => !e.closest('.hidden, .skip, thead, svg') &&
                e.getBoundingClientRect().right > arguments[0])
            .map((e) => [e.tagName, e.className, e.textContent.slice(0, 30),
                e.getBoundingClientRect().right]);""", width)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 400])
def test_page_can_be_read(page, theme, width):
    page.theme(theme)
    page.width(width)
    wait_for(lambda: page.run("return document.querySelector('.mesh')"
                              ".viewBox.baseVal.width") ==
             (640 if width > 480 else 380))
    wait_for(lambda: page.texts(".spark"))

    keep(page, f"page-{theme}-{width}.png")
    assert contrast(page) == []
    assert wider(page, width) == []
    assert page.run("return document.documentElement.scrollWidth") <= width
    page.width(1200)


def test_a_node_that_dies_is_told(page, cluster):
    cluster.nodes[2].kill()
    wait_for(lambda: "node-3 is down" in (page.text("#news") or ""), 30)
    wait_for(lambda: any("node-3" in row and "established" not in row
                         for row in page.texts("#rows tr")))
    assert "session" in page.text("#trouble ul")
    cluster.nodes[2].start()
    wait_for(lambda: "node-3 is established" in (page.text("#news") or ""), 40)


def test_a_daemon_that_is_gone_is_told(page, cluster):
    cluster.one.end()
    wait_for(lambda: "does not answer" in (page.text("#lost") or "") and
             page.run("return !document.getElementById('lost').hidden"), 20)
    cluster.one.start()
    wait_for(lambda: page.run(
        "return document.getElementById('lost').hidden"), 20)
