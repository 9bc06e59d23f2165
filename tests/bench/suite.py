#!/usr/bin/env python3
"""A test suite's time: a boto3 program that plays the shipped scenarios, recorded and then replayed, beside vcrpy.

The program makes, for each scenario, a resource and a method, and then its PutIntegration and GetIntegration calls. It
runs straight to `gwtape sandbox`, through `gwtape record --proxy`, in `gwtape replay`, and with vcrpy (Debian:
python3-vcr) recording the same sandbox and replaying. Beside it, from start to exit: `gwtape replay -- true` and
`gwtape aws apigateway put-integration --generate-cli-skeleton`, of each program that is given. Runs alternate; medians
and ratios are printed, never asserted on.

    tests/bench/suite.py GWTAPE [ROUNDS [ANOTHER_GWTAPE...]]

Needs Debian's python3-boto3 and python3-yaml; the rows of vcrpy need python3-vcr.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import support  # noqa: E402

PARTS = 16  # of the suite, each a process, as test files are

CLIENT = r"""
import contextlib, os, re, sys
import boto3, botocore.exceptions, yaml

folder, tape, mode, part = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4]
PARTS = 16  # of the suite, each a process, as test files are
known = {"restApiId", "resourceId", "region", "accountId"}
calls = {"PutIntegration": "put_integration", "GetIntegration": "get_integration"}


def usable(scenario):
    wanted = set(re.findall(r"\$\{(\w+)\}", str([step.get("input") for step in scenario["steps"]])))
    return wanted <= known and all(step.get("call") in calls for step in scenario["steps"])


def filled(value, values):
    if isinstance(value, dict):
        return {name: filled(each, values) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    return re.sub(r"\$\{(\w+)\}", lambda m: values[m.group(1)], value) if isinstance(value, str) else value


def refused_or_not():
    return contextlib.suppress(botocore.exceptions.ClientError, botocore.exceptions.ParamValidationError)


def play(client, scenarios):
    api = client.create_rest_api(name="suite")["id"]
    root = client.get_resources(restApiId=api)["items"][0]["id"]
    for number, scenario in enumerate(scenarios):
        at = client.create_resource(restApiId=api, parentId=root, pathPart="s%d" % number)["id"]
        values = {"restApiId": api, "resourceId": at, "region": "us-east-1", "accountId": "123456789012"}
        steps = [(calls[step["call"]], filled(step.get("input", {}), values)) for step in scenario["steps"]]
        for method in sorted({step["httpMethod"] for _, step in steps if step.get("httpMethod")}):
            with refused_or_not():
                client.put_method(restApiId=api, resourceId=at, httpMethod=method, authorizationType="NONE")
        for call, step in steps:
            with refused_or_not():
                getattr(client, call)(**step)
    client.delete_rest_api(restApiId=api)


def recorder():
    if mode == "plain":
        return contextlib.nullcontext()
    import vcr
    return vcr.VCR(record_mode=mode).use_cassette(tape)


read = [yaml.load(open(name), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for name in sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names if name.endswith(".yaml"))]
with recorder():
    client = boto3.client("apigateway", endpoint_url=os.environ["GWTAPE_ENDPOINT"], region_name="us-east-1")
    play(client, [scenario for scenario in read if usable(scenario)][int(part)::PARTS])
"""


def timed(command, env, codes=(0,)):
    """(seconds from start to exit, CPU seconds of it and what it started)"""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([str(word) for word in command], env=env, capture_output=True, text=True)
    spent, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in codes:
        sys.exit("%s ended with %d: %s" % (" ".join(map(str, command)), done.returncode, done.stderr[-2000:]))
    return spent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def sandbox(binary, scratch, env):
    ready = scratch / "ready"
    ready.unlink(missing_ok=True)
    process = subprocess.Popen([binary, "sandbox", "--ready-file", ready], env=env, stderr=subprocess.DEVNULL)
    while not ready.exists():
        if process.poll() is not None:
            sys.exit("the sandbox ended")
        time.sleep(0.01)
    return process, ready.read_text().strip()


def has_vcr():
    return subprocess.run([support.DEBIAN_PYTHON, "-c", "import vcr"], capture_output=True).returncode == 0


def suite(binary, scratch, env, rounds):
    client = [support.DEBIAN_PYTHON, scratch / "client.py", support.SCENARIOS]
    client[1].write_text(CLIENT)
    server, url = sandbox(binary, scratch, env)
    rows = {"straight": [], "gwtape record": [], "gwtape replay": [], "vcrpy record": [], "vcrpy replay": []}
    there = {**env, "GWTAPE_ENDPOINT": url}

    def each_part(name, make, use):
        times = [timed(make(str(part)), use) for part in range(PARTS)]
        rows[name].append(tuple(sum(column) for column in zip(*times)))

    try:
        for n in range(rounds):
            tapes = scratch / ("c%d" % n)
            each_part("straight", lambda part: [*client, "-", "plain", part], there)
            each_part("gwtape record", lambda part: [
                binary, "record", "--proxy", "--name", "bench/part%s" % part, "--upstream", url, "--scenarios", scratch / ("s%d" % n),
                "--cassettes", tapes, "--no-commit", "--", *client, "-", "plain", part], env)
            each_part("gwtape replay", lambda part: [
                binary, "replay", "--cassettes", tapes, "--scenario", "bench/part%s" % part, "--", *client, "-", "plain", part], env)
            if has_vcr():
                each_part("vcrpy record", lambda part: [*client, scratch / ("%d-%s.yaml" % (n, part)), "once", part], there)
                each_part("vcrpy replay", lambda part: [*client, scratch / ("%d-%s.yaml" % (n, part)), "none", part], there)
    finally:
        server.terminate()
        server.wait()
    return rows


def show(rows):
    print("%-16s %10s %8s %10s" % ("boto3", "s", "CPU s", "/ straight"))
    whole = statistics.median(spent for spent, _ in rows["straight"])
    for name, times in rows.items():
        if times:
            spent = statistics.median(each for each, _ in times)
            print("%-16s %10.2f %8.2f %10.2f" % (name, spent, statistics.median(cpu for _, cpu in times), spent / whole))
        else:
            print("%-16s SKIPPED: python3-vcr is not installed" % name)
    for name in ("gwtape", "vcrpy"):
        pairs = list(zip(rows[name + " record"], rows[name + " replay"]))
        if pairs:
            print("%s: replay is %.2f of record" % (name, statistics.median(b[0] / a[0] for a, b in pairs)))


def starts(binaries, scratch, env, rounds):
    lines = {"replay -- true": ["replay", "--allow-unused", "--", "true"],
             "aws --generate-cli-skeleton": ["aws", "apigateway", "put-integration", "--generate-cli-skeleton"]}
    for name, words in lines.items():
        times = {binary: [] for binary in binaries}
        for _ in range(rounds):
            for binary in binaries:
                words_ = words[:1] + ["--cassettes", str(support.SOURCE / "cassettes")] + words[1:] if words[0] == "replay" else words
                times[binary].append(timed([binary, *words_], env, (0, 5)))  # 5: nothing was compared
        for binary, each in times.items():
            print("%-28s %6.1f ms, least %.1f, CPU %.1f ms  %s" % (
                name, statistics.median(spent for spent, _ in each) * 1e3, min(spent for spent, _ in each) * 1e3,
                statistics.median(cpu for _, cpu in each) * 1e3, binary))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    binaries = [os.path.abspath(name) for name in [sys.argv[1], *sys.argv[3:]]]
    with tempfile.TemporaryDirectory(prefix="gwtape-bench-") as name:
        scratch = Path(name)
        env = support.clean_env(scratch, AWS_ACCESS_KEY_ID=support.ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY=support.SECRET_KEY,
                                AWS_EC2_METADATA_DISABLED="true", SUITE_PARTS=str(PARTS))
        starts(binaries, scratch, env, 5 * rounds)
        show(suite(binaries[0], scratch, env, rounds))


if __name__ == "__main__":
    main()
