#!/usr/bin/env python3
"""Starting and serving many cassettes: time until ready, memory, and throughput against that of ten.

    tests/bench/many.py GWTAPE [COUNT]            1,000 and 100,000 cassettes, or COUNT
    tests/bench/many.py GWTAPE flat [REQUESTS]    memory before and after a million requests
    tests/bench/many.py GWTAPE true               `gwtape replay -- true`, many times
    tests/bench/many.py GWTAPE slow               latency beside 1,000 slow and 10,000 idle connections

Cassettes are made here, from one form: each with ids and a URI of its own. "ready" is the time from exec to the
ready file; CPU time is printed beside it, since machines are noisy. "beside bodies" takes away what request and
response bodies alone need. Needs wrk for throughput.
"""

import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import replay  # noqa: E402
import tape  # noqa: E402

FOLDER = 1000  # cassettes in one folder


def cassette(n):
    """(name, JSON text, bytes of bodies)"""
    name, api, resource = "g%03d/s%06d" % (n // FOLDER, n), "a%09d" % n, "r%05x" % n
    body = {"type": "HTTP", "httpMethod": "GET", "uri": "https://example.com/pets/%d" % n, "timeoutInMillis": 29000,
            "requestTemplates": {"application/json": "{\"statusCode\": 200, \"note\": \"%s\"}" % ("x" * 200)}}
    answer = {"cacheKeyParameters": [], "cacheNamespace": resource, "connectionType": "INTERNET", **body,
              "passthroughBehavior": "WHEN_NO_MATCH"}
    request = {"method": "PUT", "path": "/restapis/%s/resources/%s/methods/GET/integration" % (api, resource),
               "headers": [["Accept", "application/json"], ["Content-Type", "application/json"]],
               "signedHeaders": ["accept", "content-type", "host", "x-amz-date"],
               "body": {"json": body, "layout": "compact"}}
    response = {"status": 201, "headers": [["Content-Type", "application/json"]],
                "body": {"json": answer, "layout": "compact-lf"},
                "evidence": {"class": "guessed", "source": "made for a benchmark"}}
    bodies = [tape.body_bytes(request["body"]), tape.body_bytes(response["body"])]
    whole = {"format": 1, "scenario": name,
             "provenance": {"upstream": "sandbox", "endpoint": "in-process", "region": "us-east-1", "model": "m"},
             "interactions": [{"id": "put", "operation": "PutIntegration", "request": request, "response": response}],
             "index": {"scenarioSha256": "0" * 64, "variables": {
                 "restApiId": {"type": "rest-api-id", "sample": api, "at": ["put#request/path/1"]},
                 "resourceId": {"type": "resource-id", "sample": resource,
                                "at": ["put#request/path/3", "put#response/body/cacheNamespace"]}},
                 "contractSha256": {"put": tape.sha256(tape.contract_bytes(request))},
                 "bodySha256": {"put": tape.sha256(bodies[1])}}}
    return name, json.dumps(whole), len(bodies[0]) + len(bodies[1])


def make(folder, count):
    """Write cassettes; the mean size of their bodies."""
    total = 0
    for n in range(count):
        name, text, bodies = cassette(n)
        path = folder / (name + ".json")
        if n % FOLDER == 0:
            path.parent.mkdir(parents=True)
        path.write_text(text)
        total += bodies
    return total / count


class Started:
    def __init__(self, gwtape, cassettes, cache, folder):
        ready = folder / "ready"
        ready.unlink(missing_ok=True)
        begin = time.monotonic()
        self.process = subprocess.Popen([gwtape, "replay", "--cassettes", str(cassettes), "--cache", str(cache),
                                         "--ready-file", str(ready)], stderr=subprocess.DEVNULL)
        while not ready.exists():
            if self.process.poll() is not None:
                raise SystemExit("gwtape ended with %d" % self.process.returncode)
            time.sleep(0.0002)
        self.ready_ms = (time.monotonic() - begin) * 1e3
        self.cpu_ms = replay.cpu_seconds(self.process.pid) * 1e3
        self.url = ready.read_text().strip()

    def anonymous_bytes(self):
        for line in Path("/proc/%d/smaps_rollup" % self.process.pid).read_text().splitlines():
            if line.startswith("Anonymous:"):
                return int(line.split()[1]) * 1024
        raise SystemExit("no smaps_rollup")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def start_many(gwtape, cassettes, cache, folder, times):
    """Medians of several starts: (ready ms, CPU ms, bytes)."""
    seen = []
    for _ in range(times):
        started = Started(gwtape, cassettes, cache, folder)
        seen.append((started.ready_ms, started.cpu_ms, started.anonymous_bytes()))
        started.stop()
    return [statistics.median(column) for column in zip(*seen)]


def fill_cache(gwtape, cassettes, cache, folder):
    """A start whose cache is written: not before the files are two seconds old."""
    while not list(cache.glob("*.index")):
        Started(gwtape, cassettes, cache, folder).stop()
        time.sleep(0.5)


def throughput(gwtape, cassettes, count, folder, rounds=3):
    """Requests/s and CPU us each, for so many different requests."""
    started = Started(gwtape, cassettes, "off", folder)
    names = ["g%03d/s%06d" % (n // FOLDER, n) for n in range(count)]
    replay.write_load(folder / "load.tsv", cassettes, names, started.url)
    (folder / "load.lua").write_text(replay.LUA % (folder / "load.tsv", started.url[7:]))
    seen = []
    for _ in range(rounds):
        before = replay.cpu_seconds(started.process.pid)
        words = replay.wrk(started.url, folder / "load.lua", 32, 1)
        spent = replay.cpu_seconds(started.process.pid) - before
        seen.append((words["rate"], spent / words["count"] * 1e6))
    started.stop()
    return [statistics.median(column) for column in zip(*seen)]


def measure(gwtape, counts, folder):
    make(folder / "one", 1)
    empty = start_many(gwtape, folder / "one", "off", folder, 5)
    print("1 cassette: ready in %.1f ms (%.1f ms CPU)" % (empty[0], empty[1]))
    make(folder / "ten", 10)
    ten = throughput(gwtape, folder / "ten", 10, folder) if shutil.which("wrk") else None
    for count in counts:
        cassettes, cache = folder / ("c%d" % count), folder / ("cache%d" % count)
        bodies = make(cassettes, count)
        cold = start_many(gwtape, cassettes, "off", folder, 3 if count <= 10000 else 1)
        fill_cache(gwtape, cassettes, cache, folder)
        warm = start_many(gwtape, cassettes, cache, folder, 5 if count <= 10000 else 3)
        each = (cold[2] - empty[2]) / count
        print("%d cassettes: ready in %.1f ms (%.1f ms CPU) without cache, %.1f ms (%.1f ms CPU) from it; %.0f bytes "
              "each, %.0f of them bodies, %.0f beside" % (count, cold[0], cold[1], warm[0], warm[1], each, bodies,
                                                          each - bodies), flush=True)
        if ten:
            rate, cpu = throughput(gwtape, cassettes, 10, folder)
            print("%d cassettes, the same ten requests: %.0f requests/s, %.2f x that with 10 cassettes; %.2f us CPU "
                  "each, %.2f x" % (count, rate, rate / ten[0], cpu, cpu / ten[1]), flush=True)
            few = min(count, 4000)
            rate, cpu = throughput(gwtape, cassettes, few, folder)
            print("%d cassettes, %d different requests: %.0f requests/s; %.2f us CPU each" % (count, few, rate, cpu),
                  flush=True)


def flat(gwtape, wanted, folder):
    """Half of the requests repeat, half rotate over 1,000 cassettes."""
    make(folder / "c", 1000)
    started = Started(gwtape, folder / "c", "off", folder)
    names = ["g000/s%06d" % (n if n % 2 else 0) for n in range(1000)]
    replay.write_load(folder / "load.tsv", folder / "c", names, started.url)
    (folder / "load.lua").write_text(replay.LUA % (folder / "load.tsv", started.url[7:]))
    done = 0
    print("%9d requests: %6d KiB" % (done, started.anonymous_bytes() // 1024))
    while done < wanted:
        done += replay.wrk(started.url, folder / "load.lua", 32, 5)["count"]
        print("%9d requests: %6d KiB" % (done, started.anonymous_bytes() // 1024), flush=True)
    started.stop()


def replay_true(gwtape, folder):
    make(folder / "c", 100)
    args = [gwtape, "replay", "--cassettes", str(folder / "c"), "--no-guard", "--", "true"]
    plain, guarded = [], []
    for _ in range(20):
        for seen, each in ((plain, args), (guarded, [a for a in args if a != "--no-guard"])):
            begin = time.monotonic()
            subprocess.run(each, stderr=subprocess.DEVNULL)
            seen.append((time.monotonic() - begin) * 1e3)
    print("replay -- true: median %.1f ms, least %.1f ms; with the guard %.1f ms, %.1f ms" % (
        statistics.median(plain), min(plain), statistics.median(guarded), min(guarded)))


def latencies(url, request, count=3000):
    """Sorted milliseconds of requests one after the other on one connection."""
    host, port = url[7:].split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        seen = []
        for _ in range(count):
            begin = time.perf_counter()
            connection.sendall(request)
            answer = connection.recv(65536)
            seen.append((time.perf_counter() - begin) * 1e3)
            if not answer.startswith(b"HTTP/1.1 201"):
                raise SystemExit("not answered 201: %r" % answer[:200])
    return sorted(seen)


def crowd(url, idle, slow):
    """Connections that say nothing, and some that send a head byte by byte until they are told to stop."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    host, port = url[7:].split(":")
    connections = [socket.create_connection((host, int(port))) for _ in range(idle + slow)]
    stop = threading.Event()

    def drip():
        head = b"PUT /restapis/a/resources/b/methods/GET/integration HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"x" * 1000
        for byte in head:
            for connection in connections[:slow]:
                connection.send(bytes([byte]))
            if stop.wait(0.5):
                return

    thread = threading.Thread(target=drip)
    thread.start()
    return connections, stop, thread


def slow_clients(gwtape, folder):
    """Medians over rounds, alternating: unloaded, then with the crowd."""
    make(folder / "c", 10)
    started = Started(gwtape, folder / "c", "off", folder)
    replay.write_load(folder / "load.tsv", folder / "c", ["g000/s000000"], started.url)
    path, body, date, authorization = (folder / "load.tsv").read_text().rstrip("\n").split("\t")
    request = ("PUT %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
               "X-Amz-Date: %s\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s" % (
                   path, started.url[7:], date, authorization, len(body), body)).encode()
    rows = []
    for _ in range(3):
        alone = latencies(started.url, request)
        connections, stop, thread = crowd(started.url, 10000, 1000)
        beside = latencies(started.url, request)
        stop.set()
        thread.join()
        for connection in connections:
            connection.close()
        rows.append([s[int(len(s) * q)] for s in (alone, beside) for q in (0.5, 0.99)])
    started.stop()
    a50, a99, b50, b99 = (statistics.median(column) for column in zip(*rows))
    print("alone: median %.3f ms, p99 %.3f ms; beside 1,000 slow and 10,000 idle connections: %.3f ms, %.3f ms (p99 %.2f "
          "x)" % (a50, a99, b50, b99, statistics.median(row[3] / row[1] for row in rows)))


def main():
    gwtape, what = os.path.abspath(sys.argv[1]), sys.argv[2:] or ["1000,100000"]
    with tempfile.TemporaryDirectory(prefix="gwtape-bench-") as name:
        if what[0] == "flat":
            flat(gwtape, int(what[1]) if len(what) > 1 else 1000000, Path(name))
        elif what[0] == "slow":
            slow_clients(gwtape, Path(name))
        elif what[0] == "true":
            replay_true(gwtape, Path(name))
        else:
            measure(gwtape, [int(c) for c in what[0].split(",")], Path(name))


if __name__ == "__main__":
    main()
