"""Driver of `curl --aws-sigv4`: one call per line of stdin, one answer per line of stdout (clients/README.md)."""

import json
import os
import subprocess
import sys
import tempfile
from urllib.parse import quote

CURL = "/usr/bin/curl"
METHODS = {"PutIntegration": "PUT", "GetIntegration": "GET"}


def arguments(operation, members, body):
    labels = [quote(members.pop(name), safe="-._~") for name in ("restApiId", "resourceId", "httpMethod")]
    args = [CURL, "-sS", "-i", "--path-as-is", "--aws-sigv4", "aws:amz:%s:apigateway" % os.environ["AWS_REGION"],
            "--user", "%s:%s" % (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]),
            "-H", "Accept: application/json"]
    if operation == "PutIntegration":
        renamed = {"httpMethod" if name == "integrationHttpMethod" else name: value for name, value in members.items()}
        body.write(json.dumps(renamed, ensure_ascii=False, separators=(",", ":")).encode())
        body.flush()
        args += ["-X", "PUT", "-H", "Content-Type: application/json", "--data-binary", "@" + body.name]
    return args + [os.environ["GWTAPE_ENDPOINT"] + "/restapis/%s/resources/%s/methods/%s/integration" % tuple(labels)]


def read_answer(raw):
    """Status, code and body; curl prints every interim answer too."""
    head, _, body = raw.partition(b"\r\n\r\n")
    while head.split(b" ")[1] == b"100":
        head, _, body = body.partition(b"\r\n\r\n")
    code = [line.partition(b":")[2].strip().decode() for line in head.split(b"\r\n") if line.lower().startswith(b"x-amzn-errortype:")]
    return int(head.split(b" ")[1]), code[0].split(":")[0] if code else "", json.loads(body)


def failure(code, message, status=None, local=False):
    return {"ok": False, "error": {"code": code, "message": message, "status": status, "local": local}}


def perform(call):
    if call["operation"] not in METHODS:
        return {"ok": False, "unsupported": True}
    with tempfile.NamedTemporaryFile(suffix=".json") as body:
        try:
            args = arguments(call["operation"], call["input"], body)
        except (KeyError, TypeError) as error:
            return failure(type(error).__name__, str(error), local=True)
        done = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode:
        return failure("exit %d" % done.returncode, done.stderr.decode("utf-8", "replace").strip())
    status, code, output = read_answer(done.stdout)
    return {"ok": True, "output": output} if status < 300 else failure(code, output.get("message", ""), status)


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"], **perform(asked)}), flush=True)
