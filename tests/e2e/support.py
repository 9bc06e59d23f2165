"""What the end-to-end tests share: the binary, scratch folders, servers, clients, and how to skip.

A test script is ordinary unittest:

    import support

    class Replay(support.TestCase):
        def test_something(self):
            run = self.gwtape("--version")
            self.assertEqual(run.code, 0, run.stderr)

    if __name__ == "__main__":
        support.main()

Standard library only, Python 3.9 or newer. Nothing here waits for a fixed time, binds a fixed port or
writes outside the test's own scratch folder.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

SOURCE = Path(os.environ.get("GWTAPE_SOURCE") or Path(__file__).resolve().parents[2])
BINARY = Path(os.environ.get("GWTAPE_BINARY") or SOURCE / "build" / "gwtape").resolve()
SCENARIOS = SOURCE / "scenarios"
DEBIAN_PYTHON = "/usr/bin/python3"
DEBIAN_AWS = "/usr/bin/aws"

ACCESS_KEY_ID = "AKIDEXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

# What has not come by then hangs. It measures nothing: a sanitizer on a busy machine is slow, and meson ends the rest.
HANG_SECONDS = 600


def skip(reason):
    """End this test (or, from setUpClass, this class) as skipped; the reason reaches the summary."""
    raise unittest.SkipTest(reason)


def is_whole():
    """Whether tests take all of their cases."""
    return os.environ.get("GWTAPE_SANITIZE", "none") == "none" or bool(os.environ.get("GWTAPE_LONG"))


def sample(items, every):
    """All of `items`; under a sanitizer, where each run costs ten times as much, every `every`th, unless GWTAPE_LONG is set."""
    items = list(items)
    if is_whole():
        return items
    print("sanitizer: %d of %d cases" % (len(items[::every]), len(items)))
    return items[::every]


def need(program, reason=None):
    """Path of a program on PATH, else skip."""
    path = shutil.which(program)
    return path or skip(reason or "%s is not installed" % program)


def debian_boto3():
    """Debian's own interpreter when it has boto3, else skip."""
    probe = [DEBIAN_PYTHON, "-c", "import boto3"]
    if not os.access(DEBIAN_PYTHON, os.X_OK) or subprocess.run(probe, capture_output=True).returncode:
        skip("Debian's python3-boto3 is not installed")
    return DEBIAN_PYTHON


def debian_aws():
    """Debian's own AWS CLI, else skip."""
    if not os.access(DEBIAN_AWS, os.X_OK):
        skip("Debian's awscli is not installed")
    return DEBIAN_AWS


def clean_env(home, **extra):
    """An environment in which no setting of the person running the tests counts."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "GWTAPE_", "GIT_", "BOTO"))}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        env.pop(name, None)
        env.pop(name.lower(), None)
    env.update(HOME=str(home), XDG_CACHE_HOME=str(home) + "/.cache", XDG_CONFIG_HOME=str(home) + "/.config",
               GIT_CONFIG_NOSYSTEM="1", LC_ALL="C.UTF-8", TZ="UTC", PYTHONDONTWRITEBYTECODE="1")
    env.update({k: str(v) for k, v in extra.items() if v is not None})
    return env


class Run:
    """A finished program: exit code, stdout and stderr as text."""

    def __init__(self, args, code, stdout, stderr):
        self.args, self.code, self.stdout, self.stderr = args, code, stdout, stderr

    def __str__(self):
        shown = " ".join(str(a) for a in self.args)
        return "%s\nexit code %s\n--- stdout\n%s--- stderr\n%s" % (shown, self.code, self.stdout, self.stderr)


def run(args, env, cwd=None, stdin=None, timeout=HANG_SECONDS):
    args = [str(a) for a in args]
    if isinstance(stdin, str):
        stdin = stdin.encode()
    source = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    done = subprocess.run(args, env=env, cwd=cwd, capture_output=True, timeout=timeout, **source)
    return Run(args, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


class Server:
    """A running `gwtape replay` or `gwtape sandbox`; .url once its --ready-file is there."""

    def __init__(self, args, env, cwd, ready_file):
        self.args = [str(BINARY), *[str(a) for a in args], "--ready-file", str(ready_file)]
        self.ready_file = Path(ready_file)
        self.process = subprocess.Popen(self.args, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._parts = {"stdout": [], "stderr": []}
        self._readers = [threading.Thread(target=self._collect, args=(n,), daemon=True) for n in self._parts]
        for reader in self._readers:
            reader.start()
        self.url = self._wait_ready()

    def _collect(self, name):
        for line in getattr(self.process, name):
            self._parts[name].append(line.decode("utf-8", "replace"))

    def _wait_ready(self):
        deadline = time.monotonic() + HANG_SECONDS
        while not self.ready_file.exists():
            try:
                self.process.wait(0.02)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
                self.process.kill()
            raise AssertionError("server was never ready: %s" % self._finish())
        return self.ready_file.read_text().rstrip("\n")

    def said(self, start):
        """The first line on stderr that begins so; it may be on its way."""
        deadline = time.monotonic() + HANG_SECONDS
        while time.monotonic() < deadline:
            for line in list(self._parts["stderr"]):
                if line.startswith(start):
                    return line
            threading.Event().wait(0.01)
        raise AssertionError("no line began with %r: %s" % (start, "".join(self._parts["stderr"])))

    def _finish(self):
        code = self.process.wait(HANG_SECONDS)
        for reader in self._readers:
            reader.join(HANG_SECONDS)
        for name in self._parts:
            getattr(self.process, name).close()
        return Run(self.args, code, "".join(self._parts["stdout"]), "".join(self._parts["stderr"]))

    def stop(self, signum=signal.SIGTERM):
        """Ask it to end; its Run. Again: the same Run."""
        if not hasattr(self, "ended"):
            if self.process.poll() is None:
                self.process.send_signal(signum)
            try:
                self.ended = self._finish()
            finally:
                self.process.kill()
        return self.ended


class TestCase(unittest.TestCase):
    """Gives each test a private scratch folder (self.scratch) and an environment (self.env)."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gwtape-e2e-")
        self.addCleanup(folder.cleanup)
        self.scratch = Path(folder.name).resolve()
        (self.scratch / "home").mkdir()
        self.env = clean_env(self.scratch / "home")

    def gwtape(self, *args, env=None, cwd=None, stdin=None, timeout=HANG_SECONDS):
        """Run gwtape to its end. `env` adds to the clean environment; None as a value removes."""
        merged = {**self.env, **(env or {})}
        merged = {k: str(v) for k, v in merged.items() if v is not None}
        return run([BINARY, *args], merged, cwd or self.scratch, stdin, timeout)

    def serve(self, *args, env=None, cwd=None):
        """Start `gwtape ARGS` as a server; stopped when the test ends."""
        ready = self.scratch / ("ready-%d" % len(list(self.scratch.glob("ready-*"))))
        server = Server(args, {**self.env, **(env or {})}, cwd or self.scratch, ready)
        self.addCleanup(server.stop)
        return server

    def serve_moto(self):
        """The URL of a moto_server of this test's own; without one the test is skipped."""
        program = need("moto_server", "moto_server is not on PATH")
        process = subprocess.Popen([program, "-H", "127.0.0.1", "-p", "0"], env=clean_env(self.scratch / "home"),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        for line in process.stdout:
            found = re.search(r"Running on (http://127\.0\.0\.1:\d+)", line)
            if found:
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return found.group(1)
        return skip("moto_server ended before it listened")

    def record(self, cassettes, *args, scenarios=SCENARIOS):
        """Record from the built-in sandbox; the run must succeed."""
        done = self.gwtape("record", "--upstream", "sandbox", "--scenarios", scenarios, "--cassettes", cassettes, *args)
        self.assertEqual(done.code, 0, done)
        return done

    def git(self, *args, cwd, ok=True):
        done = run(["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *args], self.env, cwd)
        if ok:
            self.assertEqual(done.code, 0, done)
        return done

    def assertExit(self, done, code):
        self.assertEqual(done.code, code, done)


def read_json(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def snapshot(folder):
    """{relative path: bytes} of every file below a folder, .git included."""
    folder = Path(folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class _Result(unittest.TextTestResult):
    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        name = test.id() if isinstance(test, TestCase) else str(test)
        self.stream.writeln("SKIPPED: %s (%s)" % (name.replace("__main__.", Path(sys.argv[0]).stem + "."), reason))


def main():
    """Run the calling script's tests: exit 0, 1, or 77 when every one was skipped."""
    if not BINARY.exists():
        sys.exit("%s is not built" % BINARY)
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    wanted = sys.argv[1:]
    if wanted:
        suite = unittest.defaultTestLoader.loadTestsFromNames(wanted, sys.modules["__main__"])
    result = unittest.TextTestRunner(verbosity=2, resultclass=_Result).run(suite)
    if not result.wasSuccessful():
        sys.exit(1)
    ran = result.testsRun - len([t for t, _ in result.skipped if isinstance(t, TestCase)])
    sys.exit(0 if ran > 0 else 77)
