#!/usr/bin/env python3
"""What recording costs beside the upstream's own time, and what --jobs is worth, to a run and to the proxy.

The upstream is `gwtape sandbox` with a delay on every answer. Time a call of `gwtape record` (fixtures, proofs,
files and all, without the commit) is set beside curl making as many signed calls on one connection. Ratios are
printed, never asserted on: machines are noisy. The proxy's client makes calls on ten threads; its time straight to the
upstream is what the proxy's is set beside.

    tests/bench/record.py GWTAPE [DELAY_MS] [ROUNDS]

Needs curl.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import sigv4  # noqa: E402
import support  # noqa: E402

GROUPS = ("types", "options", "lifecycle")


def serve(binary, scratch, env, delay):
    faults, ready = scratch / "faults.json", scratch / "ready"
    faults.write_text(json.dumps({"faults": [{"times": "always", "delayMs": delay}]}))
    process = subprocess.Popen([binary, "sandbox", "--fault", faults, "--ready-file", ready], env=env, stderr=subprocess.DEVNULL)
    while not ready.exists():
        time.sleep(0.01)
    return process, ready.read_text().strip()


def record(binary, scratch, env, url, jobs):
    folder = scratch / "cassettes"
    shutil.rmtree(folder, ignore_errors=True)
    started = time.monotonic()
    done = subprocess.run([binary, "record", *GROUPS, "--upstream", url, "--scenarios", support.SCENARIOS, "--cassettes", folder,
                           "--no-commit", "--json", "--jobs", str(jobs)], env=env, capture_output=True, text=True)
    elapsed = time.monotonic() - started
    if done.returncode not in (0, 1):
        sys.exit("record failed: %s" % done.stderr)
    return elapsed / json.loads(done.stdout)["summary"]["calls"]


def curl(scratch, url, count):
    config = scratch / "curl.conf"
    parts = []
    for _ in range(count):
        headers = sigv4.signed_headers(url, "GET", "/restapis", b"")
        parts.append("\n".join(['url = "%s/restapis"' % url, 'output = "/dev/null"', "silent",
                                *('header = "%s: %s"' % h for h in headers.items() if h[0] != "Host")]))
    config.write_text("\nnext\n".join(parts) + "\n")
    started = time.monotonic()
    subprocess.run(["curl", "-q", "-K", config], check=True)
    return (time.monotonic() - started) / count


PARALLEL = """
import json, os, sys, threading
sys.path.insert(0, %r)
import sigv4
def call(method, path, body=None):
    return sigv4.send(os.environ["GWTAPE_ENDPOINT"], method, path, b"" if body is None else json.dumps(body).encode()).json()
api = call("POST", "/restapis", {"name": "x"})
base = "/restapis/%%s/resources/" %% api["id"]
def one(n):
    method = base + call("POST", base + api["rootResourceId"], {"pathPart": "p%%d" %% n})["id"] + "/methods/GET"
    call("PUT", method, {"authorizationType": "NONE"})
    call("PUT", method + "/integration", {"type": "HTTP", "httpMethod": "GET", "uri": "http://example.com/%%d" %% n})
    call("GET", method + "/integration")
threads = [threading.Thread(target=one, args=(n,)) for n in range(10)]
[t.start() for t in threads]
[t.join() for t in threads]
""" % str(Path(__file__).resolve().parents[1] / "e2e")


def proxied(binary, scratch, env, url, jobs):
    """Seconds of the parallel client, through the proxy or (no jobs) straight to the upstream."""
    client = [sys.executable, "-c", PARALLEL]
    through = [binary, "record", "--proxy", "--name", "a/b", "--upstream", url, "--scenarios", scratch / "s", "--cassettes",
               scratch / "c", "--no-commit", "--jobs", str(jobs), "--"]
    started = time.monotonic()
    subprocess.run(through + client if jobs else client, env={**env, "GWTAPE_ENDPOINT": url}, check=True, capture_output=True)
    return time.monotonic() - started


def main():
    binary, delay = str(Path(sys.argv[1]).resolve()), int(sys.argv[2]) if len(sys.argv) > 2 else 50
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        env = support.clean_env(scratch, AWS_ACCESS_KEY_ID=support.ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY=support.SECRET_KEY)
        server, url = serve(binary, scratch, env, delay)
        rows = {"curl": [], "record": [], "record --jobs 8": []}
        clients = {"straight": 0, "--proxy": 16, "--proxy --jobs 1": 1}
        proxies = {name: [] for name in clients}
        for _ in range(rounds):
            rows["curl"].append(curl(scratch, url, 100))
            rows["record"].append(record(binary, scratch, env, url, 1))
            rows["record --jobs 8"].append(record(binary, scratch, env, url, 8))
            for name, jobs in clients.items():
                proxies[name].append(proxied(binary, scratch, env, url, jobs))
        server.terminate()
        server.wait()
    median = {name: statistics.median(times) * 1000 for name, times in rows.items()}
    for name, ms in median.items():
        print("%-16s %8.2f ms a call, %5.2f of curl's" % (name, ms, ms / median["curl"]))
    for name, times in proxies.items():
        print("%-16s %8.2f s for 41 calls on ten threads" % (name, statistics.median(times)))
    print("--jobs 8 is %.1f times as fast as --jobs 1" % (median["record"] / median["record --jobs 8"]))


if __name__ == "__main__":
    main()
