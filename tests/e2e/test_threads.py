"""`gwtape replay --threads N`: the verdicts of one thread, whoever answers."""

import concurrent.futures
import json

import sigv4
import support
import tape

CLIENTS = 8


class Threads(support.TestCase):
    def play(self, threads, *options):
        """Eight clients at once, each in its session, right and wrong calls mixed; what the report says of each."""
        report = self.scratch / ("report-%s.json" % threads)
        server = self.serve("replay", "--cassettes", support.SOURCE / "cassettes", "--scenario", "types/http", "--threads",
                            threads, "--session-by", "access-key", "--report", "json:%s" % report, *options)
        authority = self.scratch / "home" / ".cache" / "gwtape" / "ca.pem" if "--tls" in options else None
        calls = tape.calls(tape.load(support.SOURCE / "cassettes", "types/http"))
        wrong = json.loads(json.dumps(calls[0]))
        wrong["input"]["timeoutInMillis"] = 12345

        def client(number):
            mine = [*calls, *([wrong] * (number % 3)), *calls]
            return [sigv4.perform(server.url, call, access_key="CLIENT%d" % number, authority=authority).status for call in mine]

        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            statuses = list(pool.map(client, range(CLIENTS)))
        done = server.stop()
        self.assertExit(done, 1)
        rows = support.read_json(report)
        by_session = {}
        for row in rows["requests"]:
            by_session.setdefault(row["session"], []).append((row["verdict"], row["interaction"]))
        return statuses, by_session, rows["summary"]

    def test_the_same_verdicts_in_every_session(self):
        one, four = self.play("1"), self.play("4")
        self.assertEqual(len(one[1]), CLIENTS)
        self.assertIn(422, one[0][1])
        self.assertEqual(one, four)
        self.assertEqual(one, self.play("4", "--tls"))

    def test_what_is_refused(self):
        for args in (["--threads", "65"], ["--threads", "-1"], ["--threads", "x"]):
            with self.subTest(args):
                done = self.gwtape("replay", "--cassettes", support.SOURCE / "cassettes", *args, "--", "true")
                self.assertExit(done, 2)
                self.assertIn("--threads", done.stderr)


if __name__ == "__main__":
    support.main()
