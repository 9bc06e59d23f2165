"""Driver of the AWS CLI v2: one call per line of stdin, one answer per line of stdout (clients/README.md).

Inputs go through --cli-input-json, which passes every value as it is; as flags, values that begin
with file:// would be read from files.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

AWS = "/usr/bin/aws"


def failure(code, message, local=False):
    # The CLI does not print the HTTP status.
    return {"ok": False, "error": {"code": code, "message": message, "status": None, "local": local}}


def perform(call):
    command = re.sub(r"(?<!^)(?=[A-Z])", "-", call["operation"]).lower()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given:
        json.dump(call["input"], given)
        given.flush()
        args = [AWS, "apigateway", command, "--cli-input-json", "file://" + given.name, "--output", "json"]
        if os.environ.get("GWTAPE_ENDPOINT"):
            args += ["--endpoint-url", os.environ["GWTAPE_ENDPOINT"]]
        done = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 0:
        return {"ok": True, "output": json.loads(done.stdout or "null")}
    message = done.stderr.strip()
    service = re.match(r"An error occurred \((.*?)\)", message)
    if service:
        return failure(service.group(1), message)
    return failure("exit %d" % done.returncode, message, local=done.returncode in (252, 253))


def main():
    for line in sys.stdin:
        call = json.loads(line)
        print(json.dumps({"id": call["id"], **perform(call)}), flush=True)


main()
