"""Recording while things go wrong: kills, Ctrl-C, faults of the upstream, TLS that is not AWS's."""

import http.server
import json
import os
import random
import signal
import socket
import ssl
import subprocess
import threading
import time

import sigv4
import support
import tape

KILLS = int(os.environ.get("GWTAPE_KILLS", "12"))  # GWTAPE_KILLS=200 for the long run
GROUPS = ("types",)


def names():
    return sorted(str(p.relative_to(support.SCENARIOS).with_suffix("")) for g in GROUPS
                  for p in (support.SCENARIOS / g).rglob("*.yaml"))


class Recorded(support.TestCase):
    def credentials(self):
        return {"AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY}

    def words(self, url, folder, *args):
        return ["record", *GROUPS, "--upstream", url, "--scenarios", support.SCENARIOS, "--cassettes", folder, *args]

    def apis(self, url):
        return sigv4.send(url, "GET", "/restapis").json()["item"]

    def assert_sound(self, folder):
        self.assertEqual(self.git("fsck", "--strict", "--no-dangling", cwd=folder).stdout, "")
        self.assertEqual(self.git("status", "--porcelain", cwd=folder).stdout, "")
        left = [p for p in folder.rglob("*") if p.name.endswith(".lock") or ".tmp." in p.name or p.name.startswith("gwtape-")]
        self.assertEqual(left, [])


class Killed(Recorded):
    def test_kill_9_at_any_moment_leaves_nothing_that_stops_the_next_run(self):
        server = self.serve("sandbox")
        folder = self.scratch / "cassettes"
        env = {**self.env, **self.credentials()}
        command = [str(w) for w in [support.BINARY, *self.words(server.url, folder, "--mode", "all", "--jobs", "3")]]
        whole = self.gwtape(*self.words(server.url, self.scratch / "whole", "--no-commit"), env=self.credentials())
        self.assertExit(whole, 0)
        expected = {n: (self.scratch / "whole" / (n + ".json")).read_bytes() for n in names()}
        span = 0.25
        for _ in range(KILLS):
            started = time.monotonic()
            process = subprocess.Popen(command, env=env, cwd=self.scratch, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(random.random() * span)
                span = (span + time.monotonic() - started) / 2
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for name in tape.names(folder) if folder.exists() else []:
                self.assertEqual((folder / (name + ".json")).read_bytes(), expected[name], name)
        done = self.gwtape(*self.words(server.url, folder), env=self.credentials())
        self.assertExit(done, 0)
        self.assertEqual(tape.names(folder), names())
        self.assert_sound(folder)
        self.assertEqual(self.apis(server.url), [])

    def test_ctrl_c_cleans_up_and_keeps_what_is_whole(self):
        slow = self.scratch / "faults.json"
        slow.write_text(json.dumps({"faults": [{"times": "always", "delayMs": 20}]}))
        server = self.serve("sandbox", "--fault", slow)
        folder = self.scratch / "cassettes"
        process = subprocess.Popen([str(w) for w in [support.BINARY, *self.words(server.url, folder)]],
                                   env={**self.env, **self.credentials()}, cwd=self.scratch, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        process.stderr.readline()  # the first scenario is done
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=support.HANG_SECONDS)
        self.assertEqual(process.returncode, 5, out + err)
        self.assertIn("interrupted", err)
        self.assertTrue(0 < len(tape.names(folder)) < len(names()))
        self.assert_sound(folder)
        self.assertEqual(self.apis(server.url), [])


class Faulty(Recorded):
    """`sandbox --fault`: recorded right after retries, or refused with exit 4 and the cassette unchanged."""

    def record_with(self, faults, folder, *args):
        script = self.scratch / "faults.json"
        script.write_text(json.dumps({"faults": faults}))
        server = self.serve("sandbox", "--fault", script)
        return self.gwtape("record", "types/http", "--upstream", server.url, "--scenarios", support.SCENARIOS,
                           "--cassettes", folder, "--no-commit", *args, env=self.credentials())

    def interactions(self, folder):
        return tape.load(folder, "types/http")["interactions"]

    def test_faults_that_pass(self):
        reference = self.scratch / "reference"
        self.assertExit(self.record_with([], reference), 0)
        call = {"operation": "PutIntegration"}
        rows = {
            "429": [{"call": call, "times": 2, "answer": {"status": 429, "error": "TooManyRequestsException"}}],
            "500": [{"call": call, "times": 2, "answer": {"status": 500}}],
            "503 with Retry-After": [{"call": call, "answer": {"status": 503, "headers": [["Retry-After", "1"]]}}],
            "reset": [{"call": call, "times": 2, "break": "reset"}],
            "truncated": [{"call": call, "times": 2, "break": "truncate"}],
            "wrong length": [{"call": call, "break": "wrong-length"}],
            "slow": [{"call": call, "delayMs": 300}],
            "fixtures": [{"call": {"method": "POST"}, "times": 2, "answer": {"status": 429}}],
        }
        for label, faults in rows.items():
            with self.subTest(label):
                folder = self.scratch / label.replace(" ", "-")
                self.assertExit(self.record_with(faults, folder), 0)
                self.assertEqual(self.interactions(folder), self.interactions(reference))

    def test_faults_that_stay(self):
        folder = self.scratch / "cassettes"
        self.assertExit(self.record_with([], folder), 0)
        before = support.snapshot(folder)
        call = {"operation": "GetIntegration"}
        rows = {
            "500": [{"call": call, "times": "always", "answer": {"status": 500}}],
            "reset": [{"call": call, "times": "always", "break": "reset"}],
            "truncated": [{"call": call, "times": "always", "break": "truncate"}],
            "not JSON": [{"call": call, "times": "always", "answer": {"status": 200, "text": "{\"type\": "}}],
        }
        for label, faults in rows.items():
            with self.subTest(label):
                self.assertExit(self.record_with(faults, folder, "--mode", "all"), 4)
                self.assertEqual(support.snapshot(folder), before)


class StandIn(http.server.BaseHTTPRequestHandler):
    """Stands for AWS behind TLS: keeps what it was asked, lets the sandbox answer."""

    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.server_name(), dict(self.headers)))
        answer = sigv4.send(self.server.upstream, self.command, self.path, body)
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "connection", "x-gwtape", "x-gwtape-evidence"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def server_name(self):
        return getattr(self.connection, "asked_for", None)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = pass_on

    def log_message(self, *args):
        pass


class Tunnel(threading.Thread):
    """An HTTPS proxy that leads every host to one port, and remembers the hosts."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.to, self.hosts = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            more = client.recv(4096)
            if not more:
                return
            head += more
        self.hosts.append(head.split()[1].decode())
        server = socket.create_connection(("127.0.0.1", self.to))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        for one, other in ((client, server), (server, client)):
            threading.Thread(target=self.pump, args=(one, other), daemon=True).start()

    @staticmethod
    def pump(one, other):
        try:
            while True:
                data = one.recv(65536)
                if not data:
                    break
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def stop(self):
        self.listener.close()


class Tls(Recorded):
    HOST = "apigateway.eu-central-1.amazonaws.com"

    def setUp(self):
        super().setUp()
        openssl = support.need("openssl")
        self.ca, self.key = self.scratch / "ca.pem", self.scratch / "key.pem"
        support.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test CA", "-keyout",
                     self.key, "-out", self.ca, "-addext", "subjectAltName=DNS:" + self.HOST], self.env, self.scratch)
        sandbox = self.serve("sandbox", "--no-verify-signature")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
        server.daemon_threads = True
        server.upstream, server.seen = sandbox.url, []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, self.key)
        context.sni_callback = lambda sock, name, ctx: setattr(sock, "asked_for", name)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *args: None  # a client that refuses the certificate hangs up
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        self.tunnel = Tunnel(server.server_port)
        self.tunnel.start()
        self.addCleanup(self.tunnel.stop)
        self.seen = server.seen

    def record_aws(self, **env):
        proxy = "http://127.0.0.1:%d" % self.tunnel.port
        env = {"AWS_ACCESS_KEY_ID": "AKIAQ3EGJK4RZL2M7XYZ", "AWS_SECRET_ACCESS_KEY": "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",
               "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjEJ3a", "HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, **env}
        return self.gwtape("record", "types/mock", "--upstream", "aws", "--region", "eu-central-1", "--scenarios",
                           support.SCENARIOS, "--cassettes", self.scratch / "cassettes", "--no-commit", env=env)

    def test_the_right_host_scope_and_token_and_nothing_else(self):
        self.assertExit(self.record_aws(AWS_CA_BUNDLE=self.ca), 0)
        self.assertEqual(set(self.tunnel.hosts), {self.HOST + ":443"})
        for name, headers in self.seen:
            self.assertEqual((name, headers["Host"]), (self.HOST, self.HOST))
            self.assertEqual(headers["X-Amz-Security-Token"], "IQoJb3JpZ2luX2VjEJ3a")
            self.assertRegex(headers["Authorization"], r"Credential=AKIAQ3EGJK4RZL2M7XYZ/\d{8}/eu-central-1/apigateway/aws4_request, "
                                                       r"SignedHeaders=[a-z;-]*host;x-amz-date;x-amz-security-token, ")
        cassette = tape.load(self.scratch / "cassettes", "types/mock")
        self.assertEqual((cassette["provenance"]["upstream"], cassette["provenance"]["endpoint"]), ("aws", "https://" + self.HOST))
        self.assertEqual({i["response"]["evidence"]["class"] for i in cassette["interactions"]}, {"aws-live"})

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        done = self.record_aws()
        self.assertExit(done, 4)
        self.assertIn("certificate", done.stderr)
        self.assertEqual(self.seen, [])


if __name__ == "__main__":
    support.main()
