"""SIGINT, SIGTERM and SIGHUP end any run within six seconds, wherever the other side hangs."""

import concurrent.futures
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import sigv4
import support

# Five are promised (DESIGN, section 8), and some for a machine that is busy.
LIMIT_SECONDS = 9

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
for number in SIGNALS:  # what was started in the background or by nohup ignores some, and gwtape leaves those ignored
    signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAQ3EGJK4RZL2M7XYZ", "AWS_SECRET_ACCESS_KEY": "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"}

SCENARIO = "about: one call\nsteps:\n  - {id: get, call: GetRestApis}\n"
WITH_FIXTURES = """about: with an API
fixtures: [rest-api, resource]
steps:
  - {id: get, call: GetResource, input: {restApiId: "${restApiId}", resourceId: "${resourceId}"}}
"""


class HangingServer:
    """Answers some requests, then hangs at a stage: accept, head, body or drip. `.hung` is set when it does."""

    def __init__(self, stage, answers=()):
        self.stage, self.answers = stage, list(answers)
        self.hung, self.closed = threading.Event(), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def read_request(self, peer):
        data = b""
        while b"\r\n\r\n" not in data:
            got = peer.recv(65536)
            if not got:
                return None
            data += got
        head, body = data.split(b"\r\n\r\n", 1)
        length = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
        while len(body) < (length or [0])[0]:
            body += peer.recv(65536)
        return head

    def serve(self, peer):
        try:
            if self.stage == "accept" and not self.answers:
                self.hung.set()
                self.closed.wait()
            while self.read_request(peer) is not None:
                if not self.answers:
                    self.hang(peer)
                    return
                status, body = self.answers.pop(0)
                peer.sendall(b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                             % (status, len(body), body))
        except OSError:
            pass

    def hang(self, peer):
        start = {"head": b"HTTP/1.1 200 OK\r\nContent-Ty",
                 "body": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
                 "drip": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"}
        peer.sendall(start.get(self.stage, b""))
        self.hung.set()
        while not self.closed.wait(0.05):
            if self.stage == "drip":
                peer.sendall(b" ")

    def close(self):
        self.closed.set()
        self.listener.close()


class Signals(support.TestCase):
    def start(self, *args, env=None, command=None):
        """Start gwtape in the background; killed with the test."""
        process = subprocess.Popen([str(a) for a in (command or [support.BINARY, *args])], env={**self.env, **KEYS, **(env or {})},
                                   cwd=self.scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def hanging(self, stage, answers=()):
        server = HangingServer(stage, answers)
        self.addCleanup(server.close)
        return server

    def assertEnds(self, process, signum, what):
        process.send_signal(signum)
        try:
            process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.fail("%s: still running %d s after %s" % (what, LIMIT_SECONDS, signal.Signals(signum).name))
        return process.returncode

    def write(self, name, text):
        path = self.scratch / "s" / (name + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def at_once(self, one, *lists):
        """Call one(...) for every combination, all at the same time: they mostly wait."""
        rows = list(itertools.product(*lists))
        with concurrent.futures.ThreadPoolExecutor(len(rows)) as pool:
            for row, done in zip(rows, [pool.submit(one, *row) for row in rows]):
                with self.subTest(row=row):
                    done.result()

    def end_record(self, stage, signum, answers=(), args=()):
        server = self.hanging(stage, answers)
        process = self.start("record", "--upstream", server.url, "--scenarios", "s", "--no-commit", *args)
        self.assertTrue(server.hung.wait(support.HANG_SECONDS))
        self.assertNotEqual(self.assertEnds(process, signum, stage), 0)

    def test_record_of_a_scenario(self):
        self.write("a/get", SCENARIO)
        self.at_once(self.end_record, ("accept", "head", "body", "drip"), SIGNALS)

    def test_record_whose_cleanup_hangs(self):
        """The API was made; neither the next call nor its removal is answered. The trace stays for the next run's sweep."""
        self.write("a/get", WITH_FIXTURES)
        answers = [(200, b'{"item":[]}'), (201, b'{"id":"abcdefghij","rootResourceId":"root000000"}')]
        self.at_once(self.end_record, ("head", "drip"), SIGNALS, [answers])
        self.assertEqual(len(list((self.scratch / "home" / ".cache" / "gwtape" / "runs").iterdir())), 6)

    def test_record_with_jobs(self):
        for name in "abcd":
            self.write("a/" + name, SCENARIO)
        self.at_once(self.end_record, ("accept", "drip"), SIGNALS, [()], [("--jobs", 4)])

    def end_proxy(self, stage, signum):
        answers = [] if stage == "accept" else [(200, b'{"item":[]}')]
        server = self.hanging(stage, answers)
        folder = self.scratch / ("%s-%d" % (stage, signum))
        process = self.start("record", "--proxy", "--name", "a/b", "--upstream", server.url, "--no-commit",
                             "--ready-file", folder / "ready", "--cassettes", folder / "c", "--scenarios", folder / "s")
        url = self.wait_for(folder / "ready", process)
        if answers:
            self.assertEqual(sigv4.send(url, "GET", "/restapis").status, 200)
        threading.Thread(target=self.call_and_forget, args=(url,), daemon=True).start()
        self.assertTrue(server.hung.wait(support.HANG_SECONDS))
        self.assertEnds(process, signum, stage)

    def test_record_by_proxy_without_a_command(self):
        """The normal end: what was answered is kept, the call under way is given up."""
        for stage in ("accept", "head", "drip"):
            for signum in SIGNALS:
                (self.scratch / ("%s-%d" % (stage, signum))).mkdir()
        self.at_once(self.end_proxy, ("accept", "head", "drip"), SIGNALS)

    def call_and_forget(self, url):
        try:
            sigv4.send(url, "GET", "/account")
        except Exception:
            pass

    def wait_for(self, ready, process):
        deadline = time.monotonic() + support.HANG_SECONDS
        while not ready.exists() and process.poll() is None and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        self.assertTrue(ready.exists(), process.poll())
        return ready.read_text().strip()

    # A command that says that it runs, and leaves for no signal that can be ignored.
    DEAF = ("import pathlib, signal, sys, time\n"
            "[signal.signal(s, signal.SIG_IGN) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]\n"
            "pathlib.Path(sys.argv[1]).write_text('x')\n"
            "time.sleep(600)\n")

    def end_deaf(self, args, signum):
        running = self.scratch / ("running-%s-%d" % (args[0], signum))
        process = self.start(*args, "--", sys.executable, self.scratch / "deaf.py", running)
        self.wait_for(running, process)
        self.assertNotEqual(self.assertEnds(process, signum, args[0]), 0)

    def test_a_command_that_ignores_signals(self):
        (self.scratch / "deaf.py").write_text(self.DEAF)
        self.record(self.scratch / "cassettes", "types/http")
        self.at_once(self.end_deaf, (["record", "--proxy", "--name", "a/b"], ["replay"]), SIGNALS)

    def end_threads(self, threads, signum):
        ready = self.scratch / ("ready-%d-%d" % (threads, signum))
        process = self.start("replay", "--threads", threads, "--ready-file", ready)
        url = self.wait_for(ready, process)
        peers = [socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) for _ in range(8)]
        for peer in peers:
            peer.sendall(b"PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        self.assertEnds(process, signum, "replay")
        for peer in peers:
            peer.close()

    def test_replay_with_threads_and_a_client_that_never_ends_its_request(self):
        self.record(self.scratch / "cassettes", "types/http")
        self.at_once(self.end_threads, (1, 4), SIGNALS)

    def end_aws(self, stage, signum):
        server = self.hanging(stage)
        process = self.start("aws", "--endpoint-url", server.url, "--region", "us-east-1", "apigateway",
                             "get-integration", "--rest-api-id", "a", "--resource-id", "b", "--http-method", "GET")
        self.assertTrue(server.hung.wait(support.HANG_SECONDS))
        self.assertNotEqual(self.assertEnds(process, signum, stage), 0)

    def test_the_aws_command(self):
        self.at_once(self.end_aws, ("accept", "head", "drip"), SIGNALS)

    def test_commands_that_read_a_file_which_never_comes(self):
        """A named pipe that nobody writes to."""
        pipe = self.scratch / "pipe.har"
        os.mkfifo(pipe)
        for args in (["import", "har", pipe], ["scrub", pipe], ["inspect", pipe]):
            for signum in SIGNALS:
                with self.subTest(args=args[0], signal=signum.name):
                    process = self.start(*args)
                    try:
                        process.wait(0.2)
                    except subprocess.TimeoutExpired:
                        self.assertEnds(process, signum, args[0])


if __name__ == "__main__":
    support.main()
