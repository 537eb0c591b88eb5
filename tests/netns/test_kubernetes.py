# SPDX-License-Identifier: ISC
# test_kubernetes.py - the manifests, read by kubectl
"""
kubectl wants to be told by a server which kinds there are before it looks at
any; one that knows three of them is played here, on the loopback interface.
"""
import http.server
import json
import os
import shutil
import subprocess
import threading

import pytest

from node import BGPD

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FOLDER = os.path.join(TOP, "etc", "kubernetes")
KINDS = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
        {"name": "apps", "versions": [
            {"groupVersion": "apps/v1", "version": "v1"}],
         "preferredVersion": {"groupVersion": "apps/v1", "version": "v1"}}]},
    "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
        {"name": "configmaps", "namespaced": True, "kind": "ConfigMap",
         "verbs": ["create"]},
        {"name": "serviceaccounts", "namespaced": True,
         "kind": "ServiceAccount", "verbs": ["create"]}]},
    "/apis/apps/v1": {"kind": "APIResourceList", "groupVersion": "apps/v1",
                      "resources": [
                          {"name": "daemonsets", "namespaced": True,
                           "kind": "DaemonSet", "verbs": ["create"]}]},
}

pytestmark = pytest.mark.skipif(not shutil.which("kubectl"),
                                reason="no kubectl")


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = KINDS.get(self.path.split("?")[0])
        body = json.dumps(known or {}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    home = tmp_path_factory.mktemp("home")

    def run(*words):
        return subprocess.run(
            ["kubectl", "--server", f"http://127.0.0.1:{server.server_port}",
             *words], capture_output=True, text=True, timeout=60, check=True,
            env={"PATH": os.environ["PATH"], "HOME": str(home)}).stdout

    yield run
    server.shutdown()
    thread.join()
    server.server_close()


def created(kubectl):
    listed = kubectl("create", "--dry-run=client", "--validate=false", "-o",
                     "json", "-k", FOLDER)
    decoder, found, at = json.JSONDecoder(), {}, 0
    while at < len(listed.rstrip()):
        item, at = decoder.raw_decode(listed, at)
        at += len(listed[at:]) - len(listed[at:].lstrip())
        for each in item.get("items", [item]):
            found[each["kind"]] = each
    return found


def test_all_kinds_are_made_in_one_namespace(kubectl):
    found = created(kubectl)
    assert set(found) == {"ConfigMap", "ServiceAccount", "DaemonSet"}
    assert {item["metadata"]["namespace"] for item in found.values()} == {
        "kube-system"}


def test_container_may_do_little(kubectl):
    pod = created(kubectl)["DaemonSet"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    security = container["securityContext"]
    assert security["capabilities"] == {
        "drop": ["ALL"], "add": ["NET_ADMIN", "NET_BIND_SERVICE"]}
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert "privileged" not in security
    assert {mount["name"] for mount in container["volumeMounts"]} == {
        volume["name"] for volume in pod["volumes"]}
    # The generated name, which changes with the text, is the one mounted.
    names = {volume["name"]: volume for volume in pod["volumes"]}
    assert names["config"]["configMap"]["name"].startswith("bgpd-")


def test_its_config_is_good_and_serves_what_the_probes_ask(kubectl, tmp_path):
    found = created(kubectl)
    text = found["ConfigMap"]["data"]["bgpd.conf"]
    path = tmp_path / "bgpd.conf"
    path.write_text(text + "\nnode node-a\n")
    done = subprocess.run([BGPD, "-n", "-f", str(path)], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    (container,) = found["DaemonSet"]["spec"]["template"]["spec"][
        "containers"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        asked = container[probe]["httpGet"]
        assert f"metrics {asked['host']}:{asked['port']}" in text
        assert asked["path"] in ("/healthz", "/readyz")
