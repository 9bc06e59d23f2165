"""Driver of the AWS CLI, v1 or v2: one call per line of stdin, one answer per line of stdout (clients/README.md).

The command line is run in this process, and made once, since starting it for each of hundreds of calls would take minutes; what
it sends is the same. Inputs go through --cli-input-json, which passes every value as it stands; as flags, values that
begin with file:// would be read from files.
"""

import contextlib
import io
import json
import os
import re
import sys
import tempfile

from awscli.clidriver import create_clidriver


def failure(code, message, local=False):
    # The CLI does not print the HTTP status.
    return {"ok": False, "error": {"code": code, "message": message, "status": None, "local": local}}


DRIVER = create_clidriver()


def run(args):
    """Exit code, stdout and stderr of a command line."""
    out, errors = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            code = DRIVER.main(args)
        except SystemExit as e:
            code = e.code
    texts = []
    for stream in (out, errors):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))
    return code, texts[0], texts[1]


def perform(call):
    command = re.sub(r"(?<!^)(?=[A-Z])", "-", call["operation"]).lower()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given:
        json.dump(call["input"], given)
        given.flush()
        args = ["apigateway", command, "--cli-input-json", "file://" + given.name, "--output", "json"]
        if os.environ.get("GWTAPE_ENDPOINT"):
            args += ["--endpoint-url", os.environ["GWTAPE_ENDPOINT"]]
        code, out, errors = run(args)
    if code == 0:
        return {"ok": True, "output": json.loads(out or "null")}
    message = errors.strip()
    service = re.search(r"An error occurred \((.*?)\)", message)
    if service:
        return failure(service.group(1), message)
    if "Invalid choice" in message or "argument operation" in message:
        return {"ok": False, "unsupported": True}
    return failure("exit %s" % code, message, local="Could not connect" not in message and "Connection" not in message)


def main():
    os.environ.setdefault("AWS_PAGER", "")
    for line in sys.stdin:
        call = json.loads(line)
        print(json.dumps({"id": call["id"], **perform(call)}), flush=True)


main()
