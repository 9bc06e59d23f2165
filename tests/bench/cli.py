#!/usr/bin/env python3
"""How long `gwtape aws` takes from start to exit, beside the real AWS CLI.

Two command lines: --generate-cli-skeleton, and a get-integration against a server on 127.0.0.1. Runs alternate;
medians and ratios are printed, never asserted on: machines are noisy.

    tests/bench/cli.py BUILD/gwtape [ROUNDS]

The column of the real one needs aws-cli 2 on the PATH (Debian: awscli).
"""

import http.server
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

METHOD = ["--rest-api-id", "a1b2c3", "--resource-id", "d4e5f6", "--http-method", "GET"]
TARGETS = {"skeleton": 10, "call": 20}  # milliseconds


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b'{"type":"MOCK","passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def environment(home):
    return {"PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true"}


def milliseconds(command, env):
    start = time.monotonic()
    done = subprocess.run(command, env=env, capture_output=True)
    spent = time.monotonic() - start
    if done.returncode:
        sys.exit("%s ended with %d: %s" % (command, done.returncode, done.stderr.decode()))
    return spent * 1000


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 21
    programs = {"gwtape": [os.path.abspath(sys.argv[1]), "aws"]}
    if shutil.which("aws"):
        programs["aws"] = [shutil.which("aws")]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lines = {"skeleton": ["apigateway", "put-integration", "--generate-cli-skeleton"],
             "call": ["apigateway", "get-integration", *METHOD, "--endpoint-url", "http://127.0.0.1:%d" % server.server_port]}
    with tempfile.TemporaryDirectory() as home:
        for name, words in lines.items():
            spent = {program: [] for program in programs}
            for _ in range(rounds):
                for program, start in programs.items():
                    spent[program].append(milliseconds(start + words, environment(home)))
            medians = {program: statistics.median(times) for program, times in spent.items()}
            ratio = "  aws %.0f ms, %.0f x" % (medians["aws"], medians["aws"] / medians["gwtape"]) if "aws" in medians else ""
            print("%-8s  gwtape %.1f ms (least %.1f; %d wanted)%s" % (name, medians["gwtape"], min(spent["gwtape"]),
                                                                    TARGETS[name], ratio))
    server.shutdown()


if __name__ == "__main__":
    main()
