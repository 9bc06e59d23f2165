"""Hold tests to recorded scenarios: a plugin of pytest.

    @pytest.mark.gwtape("shop/deploy")
    def test_deploy():
        deploy()

One `gwtape replay` serves a run, a session of its own each marked test: in its environment the AWS endpoint is that
session's, with dummy credentials. After the test the contract is asserted: every call of the named scenarios (or groups)
as recorded, and none left out. The first breach is the test's message, also where the code under test swallows its
exception. The fixture `gwtape_endpoint` is the endpoint, for clients that are told it.

Options: --gwtape-cassettes DIR (`cassettes`), also as `gwtape_cassettes` in the ini file. The program is `gwtape` on
PATH, else the one that came with this package.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

REMOVED = ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")


class Replay:
    """A running replayer; sessions are opened and verified through its admin API."""

    def __init__(self, cassettes):
        self.folder = Path(tempfile.mkdtemp(prefix="pytest-gwtape-"))
        ready = self.folder / "ready"
        self.log = open(self.folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([program(), "replay", "--cassettes", cassettes, "--session-by", "path", "--ready-file",
                                         str(ready)], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 30
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.log.seek(0)
                raise pytest.UsageError("gwtape replay did not start: %s" % self.stop(self.log.read()).strip())
            time.sleep(0.01)
        self.endpoint = ready.read_text().strip()

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request("%s/_gwtape/sessions%s" % (self.endpoint, path), data or b"", method="POST")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def stop(self, said=""):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return said


def program():
    beside = Path(__file__).resolve().parent / "gwtape_bin" / "bin" / "gwtape"
    found = shutil.which("gwtape") or (str(beside) if beside.exists() else None)
    if not found:
        raise pytest.UsageError("pytest-gwtape: no 'gwtape' on PATH")
    return found


def pytest_addoption(parser):
    parser.addoption("--gwtape-cassettes", metavar="DIR", help="cassettes to hold marked tests to (cassettes)")
    parser.addini("gwtape_cassettes", "cassettes to hold marked tests to", default="cassettes")


def pytest_configure(config):
    config.addinivalue_line("markers", "gwtape(scenario, ...): hold the test to recorded scenarios or groups")
    config._gwtape = None


def pytest_unconfigure(config):
    if getattr(config, "_gwtape", None):
        config._gwtape.stop()


def open_session(item, names):
    config = item.config
    if not names:
        raise pytest.UsageError("%s: @pytest.mark.gwtape names no scenario" % item.nodeid)
    if not config._gwtape:
        folder = config.getoption("--gwtape-cassettes") or config.getini("gwtape_cassettes")
        config._gwtape = Replay(str(Path(config.rootpath) / folder))
    status, answer = config._gwtape.ask("", {"id": item.nodeid, "scenarios": list(names)})
    if status != 201:
        pytest.fail("gwtape: %s" % answer.get("message"), pytrace=False)
    endpoint = "%s/session/%s" % (config._gwtape.endpoint, urllib.parse.quote(item.nodeid, safe=""))
    item._gwtape = endpoint
    item._gwtape_before = {name: os.environ.get(name) for name in (*environment(endpoint), *REMOVED)}
    for name in REMOVED:
        os.environ.pop(name, None)
    os.environ.update(environment(endpoint))


def environment(endpoint):
    return {"GWTAPE_ENDPOINT": endpoint, "AWS_ENDPOINT_URL": endpoint, "AWS_ENDPOINT_URL_API_GATEWAY": endpoint,
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    mark = item.get_closest_marker("gwtape")
    if mark:
        open_session(item, mark.args)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    outcome = yield
    if not hasattr(item, "_gwtape"):
        return
    status, report = item.config._gwtape.ask("/%s/verify" % urllib.parse.quote(item.nodeid, safe=""))
    if status == 200 or (outcome.excinfo and outcome.excinfo[0] is pytest.skip.Exception):
        return
    broken = [row["text"] for row in report.get("journal", {}).get("entries", []) if not row["ok"] and "text" in row]
    left = ", ".join("%(scenario)s#%(interaction)s" % row for row in report.get("unused", []))
    # What the test itself raised is a consequence, unless no call was at fault.
    if broken or not outcome.excinfo:
        pytest.fail(broken[0] if broken else "gwtape: %s (not called: %s)" % (report.get("message"), left), pytrace=False)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    for name, value in getattr(item, "_gwtape_before", {}).items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.fixture
def gwtape_endpoint(request):
    """The endpoint of this test's session."""
    if not hasattr(request.node, "_gwtape"):
        raise pytest.UsageError("gwtape_endpoint needs @pytest.mark.gwtape(\"SCENARIO\")")
    return request.node._gwtape
