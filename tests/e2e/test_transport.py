"""TLS, the CONNECT proxy and the guard, seen from clients: what verifies, what is answered, what is refused."""

import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request

import sigv4
import support
import tape

SCENARIO = "types/mock"
AWS_HOST = "apigateway.eu-west-1.amazonaws.com"

# A client as people write it: no endpoint, no proxy, no certificate is named.
UNMODIFIED = """
import json, sys
import boto3

calls = json.load(open(sys.argv[1]))
client = boto3.client("apigateway")
print("endpoint", client.meta.endpoint_url)
for call in calls:
    name = {"PutIntegration": "put_integration", "GetIntegration": "get_integration"}[call["operation"]]
    print(call["id"], getattr(client, name)(**call["input"])["type"])
"""

OTHER_SERVICE = """
import boto3
from botocore.config import Config

boto3.client("sts", config=Config(retries={"max_attempts": 0})).get_caller_identity()
"""

CONNECT_CALL = re.compile(r"(connect|sendto|sendmsg|sendmmsg)\(.*sa_family=(AF_INET6?)")
LOOPBACK = re.compile(r'inet_addr\("127\.[0-9.]+"\)|inet_pton\(AF_INET6, "(::1|::ffff:127\.[0-9.]+)"|"::1"')


def strict_context(authority):
    context = ssl.create_default_context(cafile=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def outward(trace):
    """Lines of a strace log in which a packet or a connection leaves for an address that is not loopback."""
    return [line for line in trace.splitlines() if CONNECT_CALL.search(line) and not LOOPBACK.search(line)]


class Transport(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", SCENARIO)
        self.calls = tape.calls(tape.load(self.cassettes, SCENARIO))
        self.authority = self.scratch / "home" / ".cache" / "gwtape" / "ca.pem"

    def replay(self, *args, **kwargs):
        return self.serve("replay", "--cassettes", self.cassettes, *args, **kwargs)

    def run_under(self, *command, options=(), env=None, prefix=()):
        args = [*prefix, support.BINARY, "replay", "--cassettes", self.cassettes, *options, "--", *command]
        return support.run(args, {**self.env, **(env or {})}, self.scratch)

    def client(self, text, name="client.py"):
        path = self.scratch / name
        path.write_text(text, encoding="utf-8")
        (self.scratch / "calls.json").write_text(json.dumps(self.calls), encoding="utf-8")
        return [support.debian_boto3(), path, self.scratch / "calls.json"]


def proxy_of(server):
    """host, port of the proxy, as a person reads them."""
    line = server.said("proxy on ")
    return urllib.parse.urlsplit(line.split()[2]).netloc.split(":")


def signed(call, host, scheme="https"):
    """(method, path, body, headers) of a call to an API Gateway host."""
    method, path, body = sigv4.http_request(call)
    return method, path, body, sigv4.signed_headers("%s://%s" % (scheme, host), method, path, body)


class Tls(Transport):
    def test_loopback_names_verify_strictly(self):
        server = self.replay("--tls")
        self.assertTrue(server.url.startswith("https://127.0.0.1:"), server.url)
        port = urllib.parse.urlsplit(server.url).port
        for name in ("127.0.0.1", "localhost"):
            connection = http.client.HTTPSConnection(name, port, context=strict_context(self.authority), timeout=support.HANG_SECONDS)
            connection.request("GET", "/_gwtape/health")
            self.assertEqual(connection.getresponse().status, 200, name)
            connection.close()
        with self.assertRaises(ssl.SSLError):
            http.client.HTTPSConnection("127.0.0.1", port, timeout=support.HANG_SECONDS).request("GET", "/")
        done = server.stop()
        self.assertIn("CA certificate: %s\n" % self.authority, done.stderr)

    def test_the_authority_is_outside_the_project_and_kept(self):
        self.replay("--tls").stop()
        before = support.snapshot(self.authority.parent)
        self.assertEqual({name: self.authority.with_name(name).stat().st_mode & 0o777 for name in before},
                         {"ca-key.pem": 0o600, "ca.lock": 0o600, "ca.pem": self.authority.stat().st_mode & 0o777})
        self.assertEqual(self.authority.parent.stat().st_mode & 0o777, 0o700)
        self.replay("--tls", "--proxy").stop()
        self.assertEqual(support.snapshot(self.authority.parent), before)
        self.assertEqual(sorted(p.name for p in self.cassettes.rglob("*") if "ca" in p.suffix), [])

    def test_a_home_that_cannot_be_used_is_no_obstacle(self):
        blocked = self.scratch / "file"
        blocked.write_text("in the way")
        leftovers = set(os.listdir("/tmp"))
        done = self.run_under(sys.executable, "-c", "import os; print(os.path.exists(os.environ['AWS_CA_BUNDLE']))",
                              env={"XDG_CACHE_HOME": str(blocked)})
        self.assertEqual(done.stdout, "True\n", done)
        self.assertIn("for this run only", done.stderr)
        self.assertEqual([n for n in set(os.listdir("/tmp")) - leftovers if n.startswith("gwtape-ca-")], [])

    def test_clients_are_told_of_the_authority(self):
        names = ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_ENDPOINT_URL"]
        show = "import os; print(*[os.environ.get(n) for n in %r])" % names
        for options in (["--tls"], ["--tls", "--no-guard"]):
            values = self.run_under(sys.executable, "-c", show, options=options).stdout.split()
            self.assertEqual(values[:4], [str(self.authority)] * 4)
            self.assertTrue(values[4].startswith("https://127.0.0.1:"), values)
        self.assertEqual(self.run_under(sys.executable, "-c", show, options=["--no-guard"]).stdout.split()[:4],
                         ["None"] * 4)

    def assert_driver_replays(self, name):
        from test_clients import CLIENTS, DRIVE, need_client
        need_client(name)
        given, answers = self.scratch / "calls.json", self.scratch / "answers.json"
        given.write_text(json.dumps(self.calls), encoding="utf-8")
        done = self.run_under(sys.executable, DRIVE, CLIENTS / name, given, answers, options=["--tls"])
        self.assertExit(done, 0)
        self.assertIn("ok: %d requests, %d matched" % (len(self.calls), len(self.calls)), done.stderr)

    def test_boto3_over_tls(self):
        self.assert_driver_replays("boto3-debian")

    def test_awscli_over_tls(self):
        self.assert_driver_replays("awscli-debian")

    def test_javascript_over_tls(self):
        self.assert_driver_replays("js-v3")

    def test_go_over_tls(self):
        self.assert_driver_replays("go-v1-debian")
        self.assert_driver_replays("go-v2-debian")

    def test_curl_verifies(self):
        curl = support.need("curl")
        done = self.run_under("sh", "-c", '%s -sS "$GWTAPE_ENDPOINT/_gwtape/health"' % curl, options=["--tls"])
        self.assertEqual(json.loads(done.stdout)["status"], "ok", done)


class Proxy(Transport):
    def setUp(self):
        super().setUp()
        self.server = self.replay("--proxy")
        self.proxy = proxy_of(self.server)

    def tunnel(self, host, port=443):
        connection = http.client.HTTPSConnection(*self.proxy, context=strict_context(self.authority), timeout=support.HANG_SECONDS)
        connection.set_tunnel(host, port)
        return connection

    def test_a_tunnel_to_api_gateway_ends_here(self):
        partitions = [AWS_HOST, "apigateway.cn-north-1.amazonaws.com.cn", "apigateway.us-iso-east-1.c2s.ic.gov",
                      "APIGateway-fips.us-gov-west-1.amazonaws.com", "apigateway.us-east-1.api.aws"]
        for host in partitions:
            connection = self.tunnel(host)
            for call in self.calls:
                method, path, body, headers = signed(call, host)
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                self.assertEqual((answer.status // 100, answer.headers["x-gwtape-verdict"]), (2, "MATCH"), host)
            connection.close()
        self.assertExit(self.server.stop(), 0)

    def test_plain_requests_to_api_gateway_are_answered(self):
        for call in self.calls:
            method, path, body, headers = signed(call, AWS_HOST, "http")
            connection = http.client.HTTPConnection(*self.proxy, timeout=support.HANG_SECONDS)
            connection.request(method, "http://" + AWS_HOST + path, body, headers)
            answer = connection.getresponse()
            self.assertEqual(answer.headers["x-gwtape-verdict"], "MATCH", answer.read())
            connection.close()

    def test_every_other_host_is_refused_and_counted(self):
        refused = ["sts.amazonaws.com:443", AWS_HOST + ":80", "apigateway:443", "xapigateway.us-east-1.amazonaws.com:443",
                   "apigateway.:443", "127.0.0.1:1", "[::1]:443", "example.com:443", "example.com:443"]
        for target in refused:
            connection = http.client.HTTPConnection(*self.proxy, timeout=support.HANG_SECONDS)
            connection.request("CONNECT", target)
            answer = connection.getresponse()
            message = json.loads(answer.read())["message"]
            self.assertEqual(answer.status, 403, target)
            self.assertIn(target, message)
            connection.close()
        connection = http.client.HTTPConnection(*self.proxy, timeout=support.HANG_SECONDS)
        connection.request("GET", "http://169.254.169.254/latest/meta-data/")
        self.assertEqual(connection.getresponse().status, 403)
        connection.close()
        done = self.server.stop()
        self.assertExit(done, 5)
        for line in ("guard: refused 1 connection to sts.amazonaws.com:443\n",
                     "guard: refused 2 connections to example.com:443\n",
                     "guard: refused 1 connection to 169.254.169.254\n"):
            self.assertIn(line, done.stderr)

    def test_the_proxy_may_have_a_place_of_its_own_and_programs_are_told(self):
        server = self.replay("--proxy", "--proxy-listen", "127.0.0.2:0")
        with urllib.request.urlopen(server.url + "/_gwtape/health", timeout=support.HANG_SECONDS) as answer:
            health = json.load(answer)
        self.assertRegex(health["proxy"], r"\Ahttp://127\.0\.0\.2:\d+\Z")
        self.proxy = urllib.parse.urlsplit(health["proxy"]).netloc.split(":")
        self.assertEqual(proxy_of(server), self.proxy)
        connection = http.client.HTTPSConnection(*self.proxy, context=ssl.create_default_context(cafile=health["caCertificate"]),
                                                 timeout=support.HANG_SECONDS)
        connection.set_tunnel(AWS_HOST, 443)
        connection.request("GET", "/restapis")
        self.assertEqual(connection.getresponse().status, 422)
        connection.close()
        self.assertExit(self.gwtape("replay", "--cassettes", self.cassettes, "--proxy-listen", "127.0.0.1:0"), 2)

    def test_the_proxy_is_not_the_endpoint(self):
        connection = http.client.HTTPConnection(*self.proxy, timeout=support.HANG_SECONDS)
        connection.request("GET", "/_gwtape/health")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 403)
        self.assertIn("HTTPS_PROXY", json.loads(answer.read())["message"])
        connection.close()


class Guard(Transport):
    def test_an_unmodified_boto3_is_answered_by_us(self):
        done = self.run_under(*self.client(UNMODIFIED))
        self.assertExit(done, 0)
        self.assertIn("endpoint https://apigateway.us-east-1.amazonaws.com\n", done.stdout)
        self.assertIn("put MOCK\nget MOCK\n", done.stdout)
        self.assertIn("ok: 2 requests, 2 matched", done.stderr)
        self.assertNotIn("guard: refused", done.stderr)

    def test_another_service_is_refused_and_the_exit_code_is_the_clients(self):
        both = UNMODIFIED + "\nimport subprocess\nsys.exit(subprocess.run([sys.executable, sys.argv[2]]).returncode)\n"
        other = self.client(OTHER_SERVICE, "other.py")[1]
        done = self.run_under(*self.client(both), other)
        self.assertExit(done, 1)
        self.assertIn("ProxyConnectionError", done.stderr)
        self.assertIn("guard: refused 1 connection to sts.", done.stderr)
        self.assertIn("2 matched", done.stderr)
        self.assertIn("0 broken", done.stderr)

    def test_no_guard_leaves_proxies_alone(self):
        names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]
        show = "import os; print(*[os.environ.get(n) for n in %r])" % names
        done = self.run_under(sys.executable, "-c", show, options=["--no-guard"], env={"HTTPS_PROXY": "http://p:1"})
        self.assertEqual(done.stdout.split()[1:], ["None"] * 3)
        guarded = self.run_under(sys.executable, "-c", show).stdout.split()
        self.assertEqual(len(set(guarded)), 1)
        self.assertTrue(guarded[0].startswith("http://127.0.0.1:"), guarded)

    def test_no_packet_leaves_this_machine(self):
        strace = support.need("strace")
        log = self.scratch / "strace.log"
        probe = support.run([strace, "-f", "-o", log, "true"], self.env, self.scratch)
        if probe.code:
            support.skip("strace may not trace here")
        command = "%s %s %s; %s %s" % (*self.client(UNMODIFIED), *self.client(OTHER_SERVICE, "other.py")[:2])
        trace = [strace, "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", log]
        done = self.run_under("sh", "-c", command, prefix=trace)
        self.assertIn("2 matched", done.stderr, done)
        self.assertIn("guard: refused", done.stderr)
        text = log.read_text(encoding="utf-8", errors="replace")
        self.assertGreater(len(CONNECT_CALL.findall(text)), 1, "the trace shows no connection at all")
        self.assertEqual(outward(text), [])

    def test_the_trace_would_show_a_packet(self):
        samples = ['7 connect(5, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16) = 0',
                   '7 connect(5, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), '
                   'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 ENETUNREACH']
        self.assertEqual(outward("\n".join(samples)), samples)
        loopback = ['7 connect(5, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
                    '7 connect(5, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = -1 ENOENT']
        self.assertEqual(outward("\n".join(loopback)), [])

    def test_it_works_where_there_is_no_network(self):
        unshare = support.need("unshare")
        ip = support.need("ip")
        namespace = [unshare, "--net", "--map-root-user", "sh", "-c", '%s link set lo up && exec "$@"' % ip, "sh"]
        if support.run([*namespace, "true"], self.env, self.scratch).code:
            support.skip("no network namespace can be made here")
        done = self.run_under(*self.client(UNMODIFIED), prefix=namespace)
        self.assertExit(done, 0)
        self.assertIn("ok: 2 requests, 2 matched", done.stderr)

    def test_the_authority_is_made_once(self):
        """What makes the second start cheap: no key is made and no file is written again."""
        def files():
            return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
                    for path in self.authority.parent.iterdir()}

        self.assertExit(self.run_under("true"), 5)
        first = files()
        self.assertLessEqual({"ca.pem", "ca-key.pem"}, set(first))
        for _ in range(3):
            self.assertExit(self.run_under("true"), 5)
        self.assertEqual(files(), first)


class Admin(Transport):
    def health(self, url):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=support.HANG_SECONDS)
        connection.request("GET", "/_gwtape/health")
        status = connection.getresponse().status
        connection.close()
        return status

    def test_a_listener_of_its_own(self):
        server = self.replay("--admin", "127.0.0.1:0")
        line = server.said("admin API on ")
        self.assertEqual(self.health(line.split()[3]), 200)
        self.assertEqual(self.health(server.url), 422)

    def test_an_address_that_others_reach_has_none_unless_asked(self):
        server = self.replay("--listen", "0.0.0.0:0")
        self.assertEqual(self.health(server.url.replace("0.0.0.0", "127.0.0.1")), 422)
        server = self.replay("--listen", "0.0.0.0:0", "--admin", "0.0.0.0:0")
        line = server.said("admin API on ")
        self.assertEqual(self.health(line.split()[3].replace("0.0.0.0", "127.0.0.1")), 200)


if __name__ == "__main__":
    support.main()
