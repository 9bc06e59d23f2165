"""Driver of `gwtape aws`: one call per line of stdin, one answer per line of stdout (clients/README.md)."""

import json
import os
import re
import subprocess
import sys
import tempfile

COMMANDS = {"PutIntegration": "put-integration", "GetIntegration": "get-integration"}


def failure(code, message, local=False):
    return {"ok": False, "error": {"code": code, "message": message, "status": None, "local": local}}


def perform(call):
    if call["operation"] not in COMMANDS:
        return {"ok": False, "unsupported": True}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given:
        json.dump(call["input"], given)
        given.flush()
        done = subprocess.run(["sh", "gwtape.sh", "aws", "apigateway", COMMANDS[call["operation"]], "--cli-input-json",
                               "file://" + given.name, "--output", "json", "--endpoint-url", os.environ["GWTAPE_ENDPOINT"]],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 0:
        return {"ok": True, "output": json.loads(done.stdout or "null")}
    message = done.stderr.strip()
    service = re.search(r"An error occurred \((.*?)\)", message)
    return failure(service.group(1), message) if service else failure("exit %d" % done.returncode, message,
                                                                      local=done.returncode in (252, 253))


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"], **perform(asked)}), flush=True)
