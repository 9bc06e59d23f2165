"""Play calls with a client's driver: what `gwtape replay -- CMD` runs in the tests of real clients.

    drive.py CLIENT_FOLDER CALLS.json ANSWERS.json

Answers are written as the driver gave them; errors are printed as the client worded them. Exit code 0 when
every call succeeded, 1 when one did not, 2 when the driver broke its protocol.
"""

import json
import subprocess
import sys
from pathlib import Path


def play(client, calls):
    start = json.loads(Path(client, "client.json").read_text(encoding="utf-8"))["start"]
    driver = subprocess.Popen(start, cwd=client, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    answers = []
    with driver:
        for call in calls:
            driver.stdin.write(json.dumps(call).encode() + b"\n")
            driver.stdin.flush()
            line = driver.stdout.readline()
            if not line:
                break
            answers.append(json.loads(line))
        driver.stdin.close()
    ids = [answer["id"] for answer in answers]
    if driver.returncode or ids != [call["id"] for call in calls]:
        sys.exit(2)
    return answers


def main():
    client, calls, out = sys.argv[1:]
    answers = play(client, json.loads(Path(calls).read_text(encoding="utf-8")))
    Path(out).write_text(json.dumps(answers), encoding="utf-8")
    for answer in answers:
        if not answer["ok"]:
            print(answer["error"]["message"])
    return 0 if all(answer["ok"] for answer in answers) else 1


sys.exit(main())
