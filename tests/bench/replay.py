#!/usr/bin/env python3
"""Requests a second and CPU a request of `gwtape replay`, beside nginx and a bare epoll loop answering a constant.

Every request is a signed PutIntegration; gwtape proves the signature and asserts the contract on each. A second row
is the bare loop with the proof of the signature and nothing else: the least that can be asked. Two loads: one request
that repeats, and requests of which each has a cassette of its own (never seen before: more of them than the cache
keeps). Servers run on core 0, the load on core 1. Runs alternate; medians and ratios are printed, never asserted on.

    tests/bench/replay.py BUILD/gwtape [SECONDS] [ROUNDS]

Needs nginx and wrk (Debian: nginx-light, wrk), and BUILD/tests/bench/bare_server.
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

NEW = 4000
ON_CORE_0 = ["taskset", "-c", "0"]
BODY = {"type": "HTTP", "httpMethod": "GET", "uri": "https://example.com/pets", "timeoutInMillis": 29000,
        "requestTemplates": {"application/json": "{\"statusCode\": 200, \"note\": \"%s\"}" % ("x" * 200)}}
SCENARIO = """about: bench %(n)d
fixtures: [rest-api, resource, method]
steps:
  - id: put
    call: PutIntegration
    input:
      restApiId: "${restApiId}"
      resourceId: "${resourceId}"
      httpMethod: GET
      type: HTTP
      integrationHttpMethod: GET
      uri: https://example.com/pets/%(n)d
      timeoutInMillis: 29000
      requestTemplates:
        application/json: |
          {"statusCode": 200, "note": "%(filler)s"}
    expect: {status: 201}
"""

LUA = """
local requests = {}
for line in io.lines("%s") do
  local path, body, date, auth = line:match("^(.-)\\t(.-)\\t(.-)\\t(.-)$")
  requests[#requests + 1] = wrk.format("PUT", path, {["Host"] = "%s", ["Accept"] = "application/json",
    ["Content-Type"] = "application/json", ["X-Amz-Date"] = date, ["Authorization"] = auth,
    ["User-Agent"] = "bench/1.0 lang/lua os/linux md/wrk"}, body)
end
local at = 0
request = function()
  at = at %% #requests + 1
  return requests[at]
end
"""


def cpu_seconds(pid):
    """CPU time of a process and its children's threads, in seconds."""
    total = 0
    for task in Path("/proc/%d/task" % pid).iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def wrk(url, script, connections, seconds):
    done = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", "-c%d" % connections, "-d%d" % seconds, "-s", script, "--latency", url],
                          capture_output=True, text=True, check=True)
    words = {}
    for line in done.stdout.splitlines():
        fields = line.split()
        if "requests in" in line:
            words["count"] = int(fields[0])
        if line.startswith("Requests/sec"):
            words["rate"] = float(fields[1])
        if "Non-2xx" in line:
            raise SystemExit("not every request was answered 2xx: " + line.strip())
    return words


class Nginx:
    def __init__(self, folder):
        self.port = 18473
        conf = folder / "nginx.conf"
        conf.write_text("""daemon off; master_process off; worker_processes 1; pid %(d)s/pid; error_log %(d)s/err;
events {} http { access_log off; client_body_temp_path %(d)s/b; keepalive_requests 100000000;
proxy_temp_path %(d)s/p; fastcgi_temp_path %(d)s/f; uwsgi_temp_path %(d)s/u; scgi_temp_path %(d)s/s;
server { listen 127.0.0.1:%(p)d; location / { default_type application/json; return 201 '%(a)s'; } } }"""
                        % {"d": folder, "p": self.port, "a": "x" * 600})
        self.process = subprocess.Popen(ON_CORE_0 + ["nginx", "-p", str(folder), "-c", str(conf)], stderr=subprocess.DEVNULL)
        self.url = "http://127.0.0.1:%d" % self.port
        time.sleep(0.3)


class Replay:
    def __init__(self, gwtape, cassettes, folder):
        ready = folder / "ready"
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen(ON_CORE_0 + [gwtape, "replay", "--cassettes", str(cassettes), "--ready-file", str(ready)],
                                        stderr=subprocess.DEVNULL)
        while not ready.exists():
            time.sleep(0.01)
        self.url = ready.read_text().strip()


class Bare:
    def __init__(self, program, *arguments):
        self.process = subprocess.Popen(ON_CORE_0 + [str(program), *arguments], stdout=subprocess.PIPE,
                                        env=os.environ | {"GWT_BENCH_SECRET": support.SECRET_KEY})
        self.url = "http://127.0.0.1:%d" % int.from_bytes(self.process.stdout.read(4), sys.byteorder)


def write_load(path, cassettes, names, url):
    """One line a request: path, body, date, authorization."""
    with open(path, "w") as out:
        for name in names:
            request = json.loads((cassettes / (name + ".json")).read_text())["interactions"][0]["request"]
            body = json.dumps(request["body"]["json"], separators=(",", ":"), ensure_ascii=False)
            headers = sigv4.signed_headers(url, "PUT", request["path"], body.encode())
            out.write("\t".join([request["path"], body, headers["X-Amz-Date"], headers["Authorization"]]) + "\n")


def main():
    gwtape = os.path.abspath(sys.argv[1])
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    for need in ("nginx", "wrk"):
        if not shutil.which(need):
            raise SystemExit("%s is not installed" % need)
    with tempfile.TemporaryDirectory(prefix="gwtape-bench-") as name:
        run(gwtape, seconds, rounds, Path(name))


def run(gwtape, seconds, rounds, folder):
    scenarios, cassettes = folder / "scenarios", folder / "cassettes"
    (scenarios / "new").mkdir(parents=True)
    for n in range(NEW):
        (scenarios / "new" / ("s%05d.yaml" % n)).write_text(SCENARIO % {"n": n, "filler": "x" * 200})
    subprocess.run([gwtape, "record", "--upstream", "sandbox", "--scenarios", str(scenarios), "--cassettes",
                    str(cassettes), "--no-commit"], check=True, stderr=subprocess.DEVNULL)
    bare_server = Path(gwtape).parent / "tests" / "bench" / "bare_server"
    nginx, replay = Nginx(folder), Replay(gwtape, cassettes, folder)
    bare, proof = Bare(bare_server), Bare(bare_server, "prove")
    servers = (nginx, bare, proof, replay)
    names = ["new/s%05d" % n for n in range(NEW)]
    try:
        print("%-8s %5s  %-12s %10s %8s %8s %10s %8s %8s" % ("load", "conns", "server", "rps", "/ nginx", "/ bare",
                                                            "CPU us", "/ nginx", "/ bare"))
        for load, chosen in (("repeat", names[:1]), ("new", names)):
            scripts = {server: write_script(folder, cassettes, chosen, server.url) for server in servers}
            for connections in (1, 32):
                seen = {server: [] for server in servers}
                for _ in range(rounds):
                    for server in servers:
                        seen[server].append(measure(server, scripts[server], connections, seconds))
                for name, server in (("gwtape", replay), ("bare + proof", proof)):
                    print("%-8s %5d  %-12s %10.0f %8.2f %8.2f %10.2f %8.2f %8.2f" % (
                        load, connections, name, *ratios(seen, server, (nginx, bare))), flush=True)
    finally:
        for server in servers:
            server.process.terminate()
            server.process.wait()


def write_script(folder, cassettes, names, url):
    """The load as a script of wrk's. Signed now: a signature is good for 15 minutes."""
    data, script = (folder / (url[7:] + end) for end in (".tsv", ".lua"))
    write_load(data, cassettes, names, url)
    script.write_text(LUA % (data, url[7:]))
    return script


def measure(server, script, connections, seconds):
    """(requests a second, CPU microseconds a request)"""
    before = cpu_seconds(server.process.pid)
    words = wrk(server.url, script, connections, seconds)
    return words["rate"], (cpu_seconds(server.process.pid) - before) / words["count"] * 1e6


def ratios(seen, server, others):
    """Medians, each followed by the medians of its ratios to others of the same round."""
    out = []
    for i in (0, 1):
        out.append(statistics.median(row[i] for row in seen[server]))
        out += [statistics.median(a[i] / b[i] for a, b in zip(seen[server], seen[other])) for other in others]
    return out


if __name__ == "__main__":
    main()
