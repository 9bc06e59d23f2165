"""A driver that goes wrong on purpose: the one of `gwtape verify --init python`, with a fault at one call.

    misbehave.py DRIVER.py KIND NTH

Calls are counted from 1 over all starts of the program: the count is kept in the file KIND.count.
"""

import io
import json
import os
import sys
import time
from pathlib import Path

DRIVER, KIND, NTH = sys.argv[1], sys.argv[2], int(sys.argv[3])
COUNT = Path(KIND + ".count")


def load():
    """The driver's functions, without its loop over stdin."""
    real, sys.stdin = sys.stdin, io.StringIO("")
    scope = {}
    exec(compile(Path(DRIVER).read_text(encoding="utf-8"), DRIVER, "exec"), scope)
    sys.stdin = real
    return scope


SCOPE = load()


def say(answer):
    sys.stdout.write((answer if isinstance(answer, str) else json.dumps(answer)) + "\n")
    sys.stdout.flush()


def hang(call):
    while True:
        time.sleep(1)


def die(call):
    SCOPE["perform"](call)
    print("the driver is out of luck", file=sys.stderr)
    os._exit(3)


def flood(call):
    line = "x" * 65536
    while True:
        say(line)


def flood_lines(call):
    while True:
        say({"id": "nobody", "ok": True})


def flood_without_end(call):
    while True:
        sys.stdout.write("x" * 65536)


def rubbish(call):
    say("Traceback (most recent call last):")
    say({"id": call["id"], **SCOPE["perform"](call)})


def wrong_id(call):
    say({"id": "not-" + call["id"], **SCOPE["perform"](call)})


def twice(call):
    answer = {"id": call["id"], **SCOPE["perform"](call)}
    sys.stdout.write(json.dumps(answer) + "\n" + json.dumps(answer) + "\n")
    sys.stdout.flush()


def call_twice(call):
    SCOPE["perform"](json.loads(json.dumps(call)))
    say({"id": call["id"], **SCOPE["perform"](call)})


def lie_ok(call):
    say({"id": call["id"], "ok": True, "output": {}})


def lie_local(call):
    SCOPE["perform"](call)
    say({"id": call["id"], "ok": False, "error": {"code": "x", "message": "x", "local": True}})


def lie_unsupported(call):
    SCOPE["perform"](call)
    say({"id": call["id"], "ok": False, "unsupported": True})


def refuse(call):
    say({"id": call["id"], "ok": False, "error": {"code": "ParamValidation", "message": "no", "local": True}})


def unsupported(call):
    say({"id": call["id"], "ok": False, "unsupported": True})


def drop_member(call):
    call["input"].pop("timeoutInMillis", None) or call["input"].pop("type", None)
    say({"id": call["id"], **SCOPE["perform"](call)})


def wrong_escape(call):
    SCOPE["PATH"] = "/restapis/%s/resources/%s/%%6Dethods%%2f/%s/integration"
    say({"id": call["id"], **SCOPE["perform"](call)})
    SCOPE["PATH"] = "/restapis/%s/resources/%s/methods/%s/integration"


def other_secret(call):
    kept, os.environ["AWS_SECRET_ACCESS_KEY"] = os.environ["AWS_SECRET_ACCESS_KEY"], "another secret"
    say({"id": call["id"], **SCOPE["perform"](call)})
    os.environ["AWS_SECRET_ACCESS_KEY"] = kept


def lie_failed(call):
    SCOPE["perform"](call)
    say({"id": call["id"], "ok": False, "error": {"code": "x", "message": "x", "status": 500, "local": False}})


def swallow(call):
    """The breach is answered with 422, and the caller is told that all went well."""
    call["input"]["type"] = "HTTP_PROXY" if call["input"].get("type") == "HTTP" else "HTTP"
    SCOPE["perform"](call)
    say({"id": call["id"], "ok": True, "output": {}})


def half_a_line(call):
    SCOPE["perform"](call)
    sys.stdout.write('{"id": "%s", "ok": tr' % call["id"])
    sys.stdout.flush()
    os._exit(0)


def no_line_feed(call):
    """A whole answer, and the end of the program in place of the line feed."""
    sys.stdout.write(json.dumps({"id": call["id"], **SCOPE["perform"](call)}))
    sys.stdout.flush()
    os._exit(0)


def close_stdout(call):
    sys.stdout.flush()
    os.close(1)
    hang(call)


def orphan(call):
    """Its child keeps stdout open when it dies."""
    child = os.fork()
    if child == 0:
        hang(call)
    Path("orphan.pid").write_text(str(child))
    os._exit(3)


def stderr_flood(call):
    while True:
        os.write(2, b"x" * 65536)


def raw(data):
    def tell(call):
        SCOPE["perform"](call)
        sys.stdout.flush()
        os.write(1, data.replace(b"ID", call["id"].encode()) + b"\n")
    return tell


not_utf8 = raw(b'{"id": "ID", "ok": true, "output": "\xff\xfe"}')
deep = raw(b'{"id": "ID", "ok": true, "output": ' + b"[" * 100000 + b"]" * 100000 + b"}")
number_for_id = raw(b'{"id": ID, "ok": true}')
member_twice = raw(b'{"id": "ID", "ok": true, "ok": false}')
nul = raw(b'{"id": "ID", "ok": true}\0')
byte_order_mark = raw(b'\xef\xbb\xbf{"id": "ID", "ok": true}')
huge = raw(b'{"id": "ID", "ok": true, "output": "' + b"x" * (40 << 20) + b'"}')
windows = raw(b'{"id": "ID", "ok": true}\r')
empty_lines = raw(b'\n\n{"id": "ID", "ok": true}\n')
more_members = raw(b'{"unknown": [1e400, -0], "id": "ID", "ok": true, "output": {"n": 9007199254740993}}')


def more_calls(call):
    """One more than it was asked for, of another operation."""
    answer = SCOPE["perform"](json.loads(json.dumps(call)))
    if call["operation"] == "PutIntegration":
        given = {name: call["input"][name] for name in ("restApiId", "resourceId", "httpMethod")}
        SCOPE["perform"]({"id": "x", "operation": "GetIntegration", "input": given})
    say({"id": call["id"], **answer})


def not_an_answer(call):
    say({"id": call["id"]})


def main():
    for line in sys.stdin:
        call = json.loads(line)
        number = int(COUNT.read_text()) + 1 if COUNT.exists() else 1
        COUNT.write_text(str(number))
        if number == NTH or NTH == 0:
            globals()[KIND](call)
        else:
            say({"id": call["id"], **SCOPE["perform"](call)})


main()
