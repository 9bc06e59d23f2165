"""Real clients in eight sessions on one server at once, right and wrong calls mixed: every verdict lands in its own
session, in the order of that session's calls."""

import copy
import json
import subprocess
import threading
import unittest
import urllib.parse

import support
import tape
from test_clients import CLIENTS, need_client
from test_sessions import admin

SESSIONS = 8
CLIENT_NAMES = ["boto3-debian", "awscli-debian", "js-v3", "go-v1-debian", "go-v2-debian"]
AGENTS = {"boto3-debian": "Boto3/", "awscli-debian": "aws-cli/", "js-v3": "aws-sdk-js/", "go-v1-debian": "aws-sdk-go/",
          "go-v2-debian": "aws-sdk-go-v2/"}
SCENARIO = "types/http"


def installed():
    found = []
    for name in CLIENT_NAMES:
        try:
            need_client(name)
            found.append(name)
        except unittest.SkipTest as reason:
            print("without %s: %s" % (name, reason))
    return found or support.skip("none of the clients is installed")


class Parallel(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", SCENARIO)

    def plan(self, number):
        """What a session calls, with ids of its own, and the verdict that each call must get. A wrong call carries
        the session's number, so that a difference tells whose it is."""
        put, get = tape.calls(tape.load(self.cassettes, SCENARIO),
                              {"restApiId": "session%03d" % number, "resourceId": "res%03d" % number})
        wrong = copy.deepcopy(put)
        wrong["input"]["timeoutInMillis"] = 1000 + number
        early = dict(get, input=dict(get["input"], resourceId="none%02d" % number))
        calls = [(wrong, "EXTRA_FIELD"), (put, None), (get, None), (wrong, "EXTRA_FIELD"), (get, None),
                 (early, "UNKNOWN_ID"), (put, None), (get, None)]
        # Each session begins elsewhere in the row, so that right and wrong calls of different ones meet.
        calls = [(wrong, "EXTRA_FIELD")] * (number % 3) + calls
        return [(dict(call, id=str(i)), verdict) for i, (call, verdict) in enumerate(calls)]

    def play(self, url, key, client, calls, start, out):
        """All calls of one session by one driver; the answers."""
        env = dict(self.env, GWTAPE_ENDPOINT=url, AWS_ENDPOINT_URL=url, AWS_ACCESS_KEY_ID=key,
                   AWS_SECRET_ACCESS_KEY=support.SECRET_KEY, AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1",
                   AWS_EC2_METADATA_DISABLED="true")
        command = support.read_json(CLIENTS / client / "client.json")["start"]
        driver = subprocess.Popen(command, cwd=CLIENTS / client, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with driver:
            start.wait()
            for call in calls:
                driver.stdin.write(json.dumps(call).encode() + b"\n")
                driver.stdin.flush()
                out.append(json.loads(driver.stdout.readline()))
            driver.stdin.close()

    def play_all(self, url, sessions):
        start, answers = threading.Barrier(SESSIONS), {key: [] for key in sessions}
        threads = [threading.Thread(target=self.play, args=(url, key, client, [c for c, _ in plan], start, answers[key]))
                   for key, (client, plan) in sessions.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(support.HANG_SECONDS)
        return answers

    def test_every_verdict_lands_in_its_own_session(self):
        clients, report = installed(), self.scratch / "report.json"
        sessions = {"AKIDSESSION%d" % i: (clients[i % len(clients)], self.plan(i)) for i in range(SESSIONS)}
        server = self.serve("replay", "--cassettes", self.cassettes, "--session-by", "access-key",
                            "--report", "json:%s" % report)
        answers = self.play_all(server.url, sessions)
        for i, (key, (client, plan)) in enumerate(sessions.items()):
            with self.subTest(session=key, client=client):
                self.check_answers(plan, answers[key])
                status, verified = admin(server.url, "POST", "sessions/%s/verify" % key)
                self.assertEqual(status, 422)
                self.check_rows(i, key, client, plan, verified["journal"]["entries"])
        self.assertExit(server.stop(), 1)
        rows = support.read_json(report)["requests"]
        for i, (key, (client, plan)) in enumerate(sessions.items()):
            self.check_rows(i, key, client, plan, [r for r in rows if r["session"] == key])
        self.assertEqual(len(rows), sum(len(plan) for _, plan in sessions.values()))
        print("%d requests of %d clients in %d sessions" % (len(rows), len(clients), len(sessions)))

    def check_answers(self, plan, answers):
        self.assertEqual(len(answers), len(plan))
        for (call, verdict), answer in zip(plan, answers):
            self.assertEqual(answer["ok"], verdict is None, answer)
            if verdict is None:
                self.assertEqual(answer["output"]["cacheNamespace"], call["input"]["resourceId"])
            else:
                self.assertIn(verdict, answer["error"]["message"])

    def check_rows(self, number, key, client, plan, rows):
        self.assertEqual([r["session"] for r in rows], [key] * len(plan))
        self.assertTrue(all(r["client"].startswith(AGENTS[client]) for r in rows), {r["client"] for r in rows})
        self.assertEqual([r["verdict"] if not r["ok"] else None for r in rows], [verdict for _, verdict in plan])
        for row in rows:
            self.assertIn("%03d" % number, urllib.parse.unquote(row["path"]))
            for difference in row.get("differences", []):
                if difference["at"] == "/timeoutInMillis":
                    self.assertEqual(difference["got"], 1000 + number)


if __name__ == "__main__":
    support.main()
