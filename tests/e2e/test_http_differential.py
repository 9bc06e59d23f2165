"""Our HTTP parser beside Node.js's (llhttp) and nginx, over generated requests.

Every way in which they differ is a row of docs/http-policy.md; one that is not there fails. GWTAPE_HTTP_CASES and
GWTAPE_HTTP_SEED make other and more requests.
"""

import collections
import os
import random
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import support

CASES = int(os.environ.get("GWTAPE_HTTP_CASES", "20000"))
NGINX_CASES = max(2000, CASES // 10)
SEED = int(os.environ.get("GWTAPE_HTTP_SEED", "1"))
POLICY = support.SOURCE / "docs" / "http-policy.md"
NODE = support.SOURCE / "tests" / "e2e" / "js" / "http_parser.cjs"
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS")
TOKEN = "!#$%&'*+-.^_`|~abcXYZ019"


class Request:
    """One request in its parts; a kind of fault changes one part."""

    def __init__(self, r):
        self.r = r
        self.method = r.choice(METHODS)
        self.gap = self.gap2 = " "
        self.target = "/" + "/".join(r.choice(("a", "restapis", "a%20b", "x.y", "~", "")) for _ in range(r.randrange(4)))
        self.target += r.choice(("", "?a=1", "?a=b&c=%2F", "?"))
        self.version, self.eol, self.end = "HTTP/1.1", "\r\n", "\r\n"
        self.host = ["Host: 127.0.0.1"]
        self.headers = ["X-%s: %s" % ("".join(r.choice(TOKEN) for _ in range(r.randrange(1, 6))).replace("_", "-"), r.choice(("v", "", "a b", "\t v \t", "a,b")))
                        for _ in range(r.randrange(4))]
        self.framing, self.body = [], ""
        if self.method in ("PUT", "POST", "PATCH"):
            getattr(self, r.choice(("with_length", "with_chunks")))()

    def with_length(self):
        self.body = "".join(self.r.choice("ab{}\n") for _ in range(self.r.randrange(20)))
        self.framing = ["Content-Length: %d" % len(self.body)]

    def with_chunks(self, size="%x", extension="", data_end="\r\n", trailer="", line_end="\r\n"):
        self.method = "PUT"
        self.framing = ["Transfer-Encoding: chunked"]
        self.body = ""
        for _ in range(self.r.randrange(1, 3)):
            data = "d" * self.r.randrange(1, 20)
            self.body += size % len(data) + extension + line_end + data + data_end
        self.body += "0" + line_end + trailer + "\r\n"

    def header(self, line):
        self.headers.insert(self.r.randrange(len(self.headers) + 1), line)

    def bytes(self):
        lines = [self.method + self.gap + self.target + self.gap2 + self.version] if self.version else [self.method + self.gap + self.target]
        return (self.eol.join(lines + self.host + self.headers + self.framing) + self.eol + self.end + self.body).encode("latin-1")


def put(**parts):
    def change(q):
        for name, value in parts.items():
            setattr(q, name, value(q) if callable(value) else value)
    return change


def framing(*lines, body="abc"):
    return put(method="PUT", framing=list(lines), body=body)


def line(*texts):
    return lambda q: q.header(q.r.choice(texts))


def chunks(**how):
    return lambda q: q.with_chunks(**how)


# name: what is done to a request that is right. The name is that of docs/http-policy.md.
FAULTS = {
    "right": lambda q: None,
    "unknown method": put(method=lambda q: q.r.choice(("FOO", "Get", "X-Y", "PURGE!"))),
    "long method": put(method="A" * 40),
    "not a token as method": put(method=lambda q: q.r.choice(("G@T", "(GET)", "GE\x01T", "G\xe9T"))),
    "two blanks in the request line": put(gap=lambda q: q.r.choice(("  ", " \t"))),
    "a tab in the request line": put(gap2="\t"),
    "blank after the version": put(version="HTTP/1.1 "),
    "no version": put(version="", headers=[], framing=[], body="", method="GET"),
    "HTTP/1.0": put(version="HTTP/1.0", method="GET", framing=[], body=""),
    "other version": put(version=lambda q: q.r.choice(("HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3.1"))),
    "malformed version": put(version=lambda q: q.r.choice(("http/1.1", "HTTP/1", "HTTP/1.1x", "HTTP/11", "HTTPS/1.1", "HTTP/ 1.1"))),
    "chunked in HTTP/1.0": lambda q: (q.with_chunks(), setattr(q, "version", "HTTP/1.0")),
    "absolute target": put(target="http://127.0.0.1/a?b", method="GET", framing=[], body=""),
    "relative target": put(target=lambda q: q.r.choice(("a/b", "?a", "..", "%2f"))),
    "asterisk": put(target="*", method=lambda q: q.r.choice(("GET", "OPTIONS")), framing=[], body=""),
    "fragment in the target": put(target="/a#b"),
    "control byte in the target": put(target=lambda q: q.r.choice(("/a\x01", "/\x7f", "/a\x00b", "/a\tb"))),
    "byte from 0x80 in the target": put(target="/\xc3\xa9"),
    "odd character in the target": put(target=lambda q: q.r.choice(('/a"b', "/a<b>", "/a{b}", "/a|b", "/a\\b", "/a^b", "/a`b"))),
    "no Host": put(host=[]),
    "two Hosts": put(host=["Host: 127.0.0.1", "Host: 127.0.0.1"]),
    "malformed Host": put(host=lambda q: [q.r.choice(("Host: a b", "Host: a/b", "Host: a@b", "Host: a:b:c"))]),
    "empty Host": put(host=["Host:"]),
    "blank before a colon": line("X-A : v", "X-A\t: v"),
    "blank before Content-Length's colon": framing("Content-Length : 3"),
    "not a token as name": line("X(A): v", "X A: v", "X\x01: v", "X\xe9: v", ": v", "X[]: v"),
    "no colon": line("X-A", "just text"),
    "folded line": line("X-A: a\r\n b", "X-A: a\r\n\tb"),
    "folded Content-Length": framing("Content-Length:\r\n 3"),
    "blank before the first header": put(host=[" Host: 127.0.0.1"]),
    "NUL in a value": line("X-A: a\x00b"),
    "control byte in a value": line("X-A: a\x01b", "X-A: \x7f", "X-A: \x1b["),
    "bytes from 0x80 in a value": line("X-A: \xff\xfe"),
    "bare CR in a value": line("X-A: a\rb"),
    "bare LF": put(eol="\n", end="\n"),
    "bare LF after the head": put(end="\n"),
    "CR CR LF": put(eol="\r\r\n"),
    "name with an underscore": line("X_A: v"),
    "two Content-Lengths that are equal": framing("Content-Length: 3", "Content-Length: 3"),
    "two Content-Lengths": framing("Content-Length: 3", "Content-Length: 2"),
    "list as Content-Length": framing("Content-Length: 3, 3"),
    "malformed Content-Length": lambda q: framing("Content-Length: " + q.r.choice(("+3", "-3", "0x3", "3 ;", "3a", "", "3 3", "1e1")))(q),
    "zeros before Content-Length": framing("Content-Length: 0003"),
    "huge Content-Length": framing("Content-Length: 99999999999999999999999", body=""),
    "Content-Length and Transfer-Encoding": lambda q: (q.with_chunks(), q.framing.insert(q.r.randrange(2), "Content-Length: 3")),
    "other Transfer-Encoding": lambda q: (q.with_chunks(), setattr(q, "framing", ["Transfer-Encoding: " + q.r.choice(
        ("gzip", "identity", "gzip, chunked", "chunked, gzip", "chunked, chunked", "xchunked", "\"chunked\"", "chunked;a=b", ""))])),
    "two Transfer-Encodings": lambda q: (q.with_chunks(), q.framing.append("Transfer-Encoding: " + q.r.choice(("chunked", "identity")))),
    "case of chunked": lambda q: (q.with_chunks(), setattr(q, "framing", ["transfer-ENCODING: ChUnKeD"])),
    "blank after chunked": lambda q: (q.with_chunks(), setattr(q, "framing", ["Transfer-Encoding: chunked" + q.r.choice((" ", "\t"))])),
    "name like Transfer-Encoding": lambda q: q.header(q.r.choice(("Transfer_Encoding: chunked", "TransferEncoding: chunked", "Content_Length: 9"))),
    "chunk extension": chunks(extension=";a=b"),
    "chunk extension with a quoted string": chunks(extension=';a="b;c"'),
    "malformed chunk extension": chunks(extension=";\x01="),
    "blank after a chunk's size": chunks(extension=" "),
    "malformed chunk size": lambda q: q.with_chunks(size=q.r.choice(("0x%x", "+%x", "-%x", " %x", "%xg", "_%x"))),
    "huge chunk size": chunks(size="fffffffffffffffff%x"),
    "zeros before a chunk's size": chunks(size="000%x"),
    "chunk data without its end": chunks(data_end=""),
    "bare LF after a chunk's size": chunks(line_end="\n"),
    "bare LF after a chunk's data": chunks(data_end="\n"),
    "trailer": chunks(trailer="X-T: v\r\n"),
    "Content-Length as a trailer": chunks(trailer="Content-Length: 3\r\n"),
    "malformed trailer": chunks(trailer="X T\r\n"),
    "long header": lambda q: q.header("X-L: " + "a" * q.r.choice((7000, 70000))),
    "long target": put(target=lambda q: "/" + "a" * q.r.choice((7000, 20000))),
    "many headers": lambda q: q.headers.extend("X-%d: v" % i for i in range(150)),
    "other expectation": line("Expect: 200-ok"),
    "empty line before": lambda q: setattr(q, "method", "\r\n" + q.method),
    "cut short": None,  # below
    "pipelined": None,
    "pipelined after a fault": None,
}


def make(count, seed):
    """[(name, bytes)]: each name as often as another."""
    r, names, made = random.Random(seed), sorted(FAULTS), []
    for i in range(count):
        name, q = names[i % len(names)], Request(r)
        if name == "cut short":
            whole = q.bytes()
            made.append((name, whole[:r.randrange(1, len(whole))]))
        elif name == "pipelined":
            made.append((name, b"".join(Request(r).bytes() for _ in range(r.randrange(2, 5)))))
        elif name == "pipelined after a fault":
            q.header("X(A): v")
            made.append((name, Request(r).bytes() + q.bytes() + Request(r).bytes()))
        else:
            FAULTS[name](q)
            made.append((name, q.bytes()))
    return made


def framed(cases):
    return b"".join(len(data).to_bytes(4, "big") + data for _, data in cases)


def outcome(text):
    """([request…], "end", "more" or "refused")"""
    *requests, end = text.split(";")
    return requests, end if end in ("end", "more") else "refused"


def answers(program, cases):
    done = subprocess.run(program, input=framed(cases), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    lines = done.stdout.decode().split("\n")[:-1]
    assert done.returncode == 0 and len(lines) == len(cases), (program, done.returncode, len(lines), done.stderr[-500:])
    return [outcome(text) for text in lines]


def difference(ours, theirs):
    """"" where both read the same; else how they differ."""
    if ours == theirs:
        return ""
    if ours[1] == "refused" and theirs[0][:len(ours[0])] == ours[0]:
        return "we refuse"
    if theirs[1] == "refused" and ours[0][:len(theirs[0])] == theirs[0]:
        return "they refuse"
    return "read differently"


def policy():
    """{(peer, name): the way they may differ} of the table."""
    rows = re.findall(r"^\| (node|nginx) \| ([^|]+) \| (we refuse|they refuse|read differently) \| [^|]+ \|$",
                      POLICY.read_text(encoding="utf-8"), re.M)
    return {(peer, name.strip(), way) for peer, name, way in rows}


class Differential(support.TestCase):
    def check(self, peer, cases, ours, theirs, other_release=False):
        found = collections.defaultdict(list)
        for (name, data), mine, other in zip(cases, ours, theirs):
            way = difference(mine, other)
            if way:
                found[(peer, name, way)].append((data[:300], mine, other))
        wanted = {row for row in policy() if row[0] == peer}
        new = sorted(set(found) - wanted)
        if other_release:
            print("%s is another release than the table is of; not in it: %s" % (peer, new), file=sys.stderr)
            new = [row for row in new if row[2] == "read differently"]
        self.assertEqual(new, [], "not in docs/http-policy.md; the first of each:\n%s" % "\n".join(
            "%s: %s" % (row, found[row][0]) for row in new))
        same = sorted(wanted - set(found))
        if same and not other_release:
            print("in docs/http-policy.md, but this %s does not differ: %s" % (peer, same), file=sys.stderr)
        return sum(len(rows) for rows in found.values())

    def ours(self, cases):
        return answers([os.environ["GWTAPE_H1_READ"]], cases)

    def test_right_requests_are_read_by_us_as_they_were_made(self):
        cases = [case for case in make(CASES, SEED) if case[0] == "right"]
        self.assertGreater(len(cases), CASES // len(FAULTS) - 1)
        for (_, data), (requests, end) in zip(cases, self.ours(cases)):
            method, target, _ = data.split(b" ", 2)
            self.assertEqual((len(requests), end), (1, "end"), data)
            self.assertEqual(requests[0].split(" ")[:2], ["x" + method.hex(), "x" + target.hex()])

    def test_node_reads_the_same_but_for_the_policy(self):
        node = support.need("node", "Node.js is not installed")
        cases = make(CASES, SEED)
        differ = self.check("node", cases, self.ours(cases), answers([node, "--no-deprecation", str(NODE)], cases),
                            other_release=self.major(node) not in (20, 22))
        print("node: %d requests, %d read differently, each by a row of the policy" % (len(cases), differ), file=sys.stderr)

    def test_nginx_reads_the_same_but_for_the_policy(self):
        nginx = support.need("nginx", "nginx is not installed")
        port = self.start(nginx)
        cases = make(NGINX_CASES, SEED)
        with ThreadPoolExecutor(8) as pool:
            theirs = list(pool.map(lambda case: self.ask(port, case[1]), cases))
        # It says neither the body nor the authority of an absolute target.
        ours = [([" ".join(r.split(" ")[:2]).replace(b"http://127.0.0.1".hex(), "") for r in requests], end)
                for requests, end in self.ours(cases)]
        differ = self.check("nginx", cases, ours, theirs)
        print("nginx: %d requests, %d read differently, each by a row of the policy" % (len(cases), differ), file=sys.stderr)

    @staticmethod
    def major(node):
        said = subprocess.run([node, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return int(said.lstrip("v").split(".")[0])

    def start(self, nginx):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder = self.scratch / "nginx"
        folder.mkdir()
        temp = "".join("%s_temp_path %s/%s; " % (n, folder, n) for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            "daemon off; pid %s/pid; error_log %s/error.log crit; worker_processes 1; events {}\n"
            "http { access_log off; %s client_max_body_size 10m; lingering_close always; keepalive_requests 100; default_type text/plain;\n"
            "server { listen 127.0.0.1:%d; add_header X-Read \"$request_method $request_uri\"; location / { return 200; } } }\n"
            % (folder, folder, temp, port), encoding="utf-8")
        process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        for _ in range(200):
            if process.poll() is not None:
                self.fail("nginx does not start: %s" % process.stderr.read())
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.05)
        self.fail("nginx does not listen")

    def ask(self, port, data):
        """Each 200 is a request that was read; a refusal is 4xx or 5xx; what is waited for gets no answer."""
        got, reset = b"", False
        with socket.create_connection(("127.0.0.1", port), timeout=support.HANG_SECONDS) as peer:
            try:
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
                while part := peer.recv(65536):
                    got += part
            except OSError:  # closed after a refusal, with bytes of ours unread
                reset = not got
        statuses = re.findall(rb"HTTP/1\.1 (\d+)", got)
        read = [said.partition(b" ") for said in re.findall(rb"\r\nX-Read: ([^\r\n]*)", got)]
        requests = ["x%s x%s" % (method.hex(), target.hex()) for method, _, target in read]
        refused = reset or any(status[:1] in (b"4", b"5") for status in statuses)
        return requests, "refused" if refused else "end" if requests else "more"


if __name__ == "__main__":
    sys.exit(support.main())
