#!/usr/bin/env python3
"""What the worst requests cost: time, memory, size of answer and report row, and what another client waits meanwhile.

    tests/bench/breach.py [--binary build/gwtape] [--rounds 3]

Each body is sent, signed, to a replay of all shipped cassettes on one core; none of them is right. Beside it another
client asks one small thing after the other (whose CPU time is counted too). Limits are those of DESIGN, section 9: 250 ms, 64 MiB, 64 KiB and 64 KiB.
"""

import argparse
import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
os.environ.setdefault("GWTAPE_SOURCE", str(ROOT))
import sigv4  # noqa: E402

MIB = 1024 * 1024
PATH = "/restapis/abcdefghij/resources/klmnop/methods/GET/integration"
LIMITS = {"ms": 250, "mib": 64, "answer": 64 * 1024, "row": 64 * 1024}


def fill(size, begin, item, end, join=","):
    """`begin` item0,item1,... `end` of about `size` bytes; item is a function of its number."""
    parts, length, i = [], len(begin) + len(end), 0
    while True:
        part = item(i)
        length += len(part) + len(join)
        if length > size:
            return (begin + join.join(parts) + end).encode()
        parts.append(part)
        i += 1


def deep(size):
    """Many arrays that are 500 deep."""
    one = "[" * 500 + "]" * 500
    return fill(size, '{"type":"MOCK","requestTemplates":[', lambda i: one, "]}")


def long_place(size):
    """A deep place whose names are long, with many members at its end."""
    half = size // 2
    names = "".join('{"%s":' % ("n" * (half // 400)) for _ in range(400))
    return fill(size, names + "{", lambda i: '"%d":1' % i, "}" + "}" * 400)


BODIES = {
    "wide object": lambda n: fill(n, '{"type":"MOCK",', lambda i: '"%d":1' % i, "}"),
    "wide object, names sorted the other way": lambda n: fill(n, "{", lambda i: '"%07d":1' % (9999999 - i), "}"),
    "wide object that fits every shape": lambda n: fill(
        n, '{"type":"AWS","uri":"arn:aws:apigateway:us-east-1:lambda:path/x","credentials":"arn:aws:iam::123456789012:role/x",'
           '"connectionId":"a","cacheNamespace":"b","httpMethod":"POST",', lambda i: '"%d":1' % i, "}"),
    "wide map inside": lambda n: fill(n, '{"type":"MOCK","requestTemplates":{', lambda i: '"%d":"x"' % i, "}}"),
    "array of numbers": lambda n: fill(n, '{"type":"MOCK","cacheKeyParameters":[', lambda i: "1", "]}"),
    "array of empty arrays": lambda n: fill(n, '{"type":"MOCK","cacheKeyParameters":[', lambda i: "[]", "]}"),
    "deep arrays": deep,
    "long names, deep": long_place,
    "one long string": lambda n: fill(n, '{"type":"MOCK","uri":"', lambda i: "x" * 1000, '"}', ""),
    "a string of quotes": lambda n: fill(n, '{"type":"MOCK","uri":"', lambda i: '\\"' * 500, '"}', ""),
    "a string of controls": lambda n: fill(n, '{"type":"MOCK","uri":"', lambda i: "\\u0001" * 200, '"}', ""),
    "one long number": lambda n: fill(n, '{"timeoutInMillis":1', lambda i: "7" * 1000, "}", ""),
    "a number with a long exponent": lambda n: fill(n, '{"timeoutInMillis":1e', lambda i: "9" * 1000, "}", ""),
    "white space": lambda n: fill(n, '{"type":"MOCK"', lambda i: " " * 1000, "}", ""),
    "not JSON, late": lambda n: fill(n, "[", lambda i: "1", ",]"),
    "not JSON at all": lambda n: b"x" * n,
    "not UTF-8": lambda n: b"\xff" * n,
    "text that hides credentials": lambda n: fill(n, '{"uri":"', lambda i: "X-Amz-Signature=a&", '"}', ""),
}


class Replay:
    """A replay of the shipped cassettes on one core."""

    def __init__(self, binary, folder):
        self.report = folder / "report.json"
        ready = folder / "ready"
        env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        args = [binary, "replay", "--cassettes", str(ROOT / "cassettes"), "--allow-unused",
                "--report", "json:%s" % self.report, "--ready-file", str(ready)]
        if os.access("/usr/bin/taskset", os.X_OK):
            args = ["taskset", "-c", "0", *args]
        self.process = subprocess.Popen(args, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not ready.exists():
            if self.process.poll() is not None:
                raise SystemExit("the replay ended with %d" % self.process.returncode)
            time.sleep(0.01)
        self.url = ready.read_text().strip()

    def status(self, name):
        for line in pathlib.Path("/proc/%d/status" % self.process.pid).read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
        return 0.0

    def cpu(self):
        """CPU time of its first thread, in seconds: what is left of the wall time is other programs'."""
        return int(pathlib.Path("/proc/%d/schedstat" % self.process.pid).read_text().split()[0]) / 1e9

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        return json.loads(self.report.read_text())


class Other(threading.Thread):
    """Another client: small requests one after the other; the longest that one took."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.worst, self.count, self.ended = url, 0.0, 0, False

    def run(self):
        place = urllib.parse.urlsplit(self.url).netloc
        connection = http.client.HTTPConnection(place, timeout=60)
        while not self.ended:
            began = time.perf_counter()
            connection.request("GET", "/_gwtape/health")
            connection.getresponse().read()
            self.worst = max(self.worst, time.perf_counter() - began)
            self.count += 1
        connection.close()


def send(url, body, headers):
    began = time.perf_counter()
    answer = sigv4.send(url, "PUT", PATH, body, headers)
    took = time.perf_counter() - began
    return took, answer


def measure(binary, name, body, rounds):
    with tempfile.TemporaryDirectory(prefix="gwtape-bench-") as folder:
        replay = Replay(binary, pathlib.Path(folder))
        other = Other(replay.url)
        other.start()
        times, cpus, answer = [], [], None
        for _ in range(rounds):
            headers = sigv4.signed_headers(replay.url, "PUT", PATH, body)
            before = replay.cpu()
            took, answer = send(replay.url, body, headers)
            times.append(took * 1000)
            cpus.append((replay.cpu() - before) * 1000)
        other.ended = True
        other.join(60)
        peak = replay.status("VmHWM")
        rows = [row for row in replay.stop()["requests"] if not row["ok"]]
    row = max(len(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()) for row in rows)
    result = {"ms": min(cpus), "mib": peak, "answer": len(answer.body), "row": row}
    over = [key for key, limit in LIMITS.items() if result[key] > limit]
    print("%-42s %6.2f MiB  %7.1f ms  %7.1f ms  %6.1f MiB  %6d  %6d  %7.1f ms  %s%s" % (
        name, len(body) / MIB, result["ms"], min(times), peak, result["answer"], row, other.worst * 1000,
        rows[0]["verdict"], "  OVER: " + ", ".join(over) if over else ""), flush=True)
    return not over


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=str(ROOT / "build" / "gwtape"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    print("%-42s %10s  %10s  %10s  %10s  %6s  %6s  %10s  verdict" % (
        "body", "size", "CPU", "answered", "peak", "answer", "row", "other waits"))
    good = True
    for size in (MIB - 8, 10 * MIB - 8):
        for name, make in BODIES.items():
            if options.only in name:
                good &= measure(options.binary, name, make(size), options.rounds)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
