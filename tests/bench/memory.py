#!/usr/bin/env python3
"""Memory of a replay over many requests, in each mode: it must not grow with their number.

    tests/bench/memory.py [--binary build/gwtape] [--requests 100000]

Prints the resident memory after a tenth of the requests and after all of them. Requests are signed once and sent again
and again, many on the way at a time.
"""

import argparse
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
os.environ.setdefault("GWTAPE_SOURCE", str(ROOT))
import sigv4  # noqa: E402
import tape  # noqa: E402

SCENARIO = "types/mock"
BATCH = 200
MODES = {
    "right requests": ([], "right"),
    "--backdrop sandbox": (["--backdrop", "sandbox"], "backdrop"),
    "--backdrop sandbox --ids issued": (["--backdrop", "sandbox", "--ids", "issued"], "backdrop"),
    "--session-by header, 100 sessions": (["--session-by", "header"], "sessions"),
    "--order none": (["--order", "none"], "right"),
}


def raw(url, method, path, body, **signing):
    headers = sigv4.signed_headers(url, method, path, body, **signing)
    lines = ["%s %s HTTP/1.1" % (method, path), *("%s: %s" % pair for pair in headers.items())]
    if body:
        lines.append("Content-Length: %d" % len(body))
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def requests_of(url, kind):
    calls = [sigv4.http_request(call) for call in tape.calls(tape.load(ROOT / "cassettes", SCENARIO))]
    if kind == "sessions":
        return [raw(url, *calls[0], extra={"x-gwtape-session": "s%d" % i}.items()) for i in range(100)]
    if kind == "backdrop":
        return [raw(url, "GET", "/restapis", b""), raw(url, "GET", "/account", b"")]
    return [raw(url, *call) for call in calls]


def exchange(connection, data, count):
    connection.sendall(data)
    seen, tail = 0, b""
    while seen < count:
        chunk = connection.recv(1 << 20)
        if not chunk:
            raise SystemExit("the replay closed the connection")
        text = tail + chunk
        seen += text.count(b"HTTP/1.1 ")
        tail = text[-8:] if not text.endswith(b"HTTP/1.1 ") else b""


def rss(pid):
    for line in pathlib.Path("/proc/%d/status" % pid).read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(binary, name, options, kind, total):
    with tempfile.TemporaryDirectory(prefix="gwtape-bench-") as folder:
        ready = pathlib.Path(folder) / "ready"
        process = subprocess.Popen([binary, "replay", "--cassettes", str(ROOT / "cassettes"), "--scenario", SCENARIO,
                                    "--allow-unused", "--ready-file", str(ready), *options],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={"PATH": os.environ["PATH"], "HOME": folder})
        while not ready.exists():
            if process.poll() is not None:
                raise SystemExit("the replay ended with %d" % process.returncode)
            time.sleep(0.01)
        url = ready.read_text().strip()
        items = requests_of(url, kind)
        parts = urllib.parse.urlsplit(url)
        early = 0.0
        with socket.create_connection((parts.hostname, parts.port), timeout=300) as connection:
            for sent in range(0, total, BATCH):
                exchange(connection, b"".join(items[(sent + i) % len(items)] for i in range(BATCH)), BATCH)
                if early == 0.0 and sent + BATCH >= total // 10:
                    early = rss(process.pid)
            late = rss(process.pid)
        process.terminate()
        process.wait(60)
    print("%-36s %8d requests  %7.1f MiB after a tenth  %7.1f MiB after all  %+6.2f" % (name, total, early, late, late - early),
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=str(ROOT / "build" / "gwtape"))
    parser.add_argument("--requests", type=int, default=100000)
    options = parser.parse_args()
    for name, (flags, kind) in MODES.items():
        measure(options.binary, name, flags, kind, options.requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
