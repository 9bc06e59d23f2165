"""Eleven ways in which record/replay tools report a clean run that was none. Each is not 0 here, and says why."""

import json
import os
import shutil
import socket
import sys

import support

CLIENT = support.SOURCE / "docs" / "examples" / "signed_client.py"


class CleanRun(support.TestCase):
    def setUp(self):
        super().setUp()
        self.record("cassettes", "types")

    def replay(self, *words, cmd=("python3", str(CLIENT)), **more):
        return self.gwtape("replay", *words, "--", *cmd, **more)

    def hold(self, done, said, *codes):
        self.assertNotEqual(done.code, 0, done)
        if codes:
            self.assertIn(done.code, codes, done)
        self.assertRegex(done.stdout + done.stderr, said)

    def test_01_a_filter_that_matches_nothing(self):
        self.hold(self.replay("--scenario", "types/nothing"), "no cassette 'types/nothing'", 5)
        self.hold(self.gwtape("record", "nothing", "--scenarios", support.SCENARIOS, "--cassettes", "c"), "nothing", 5)
        self.hold(self.gwtape("verify", "--client", "/bin/true", "--scenario", "nothing", "--scenarios", support.SCENARIOS,
                              "--cassettes", "cassettes"), "nothing", 5)
        self.hold(self.gwtape("drift", "nothing", "--scenarios", support.SCENARIOS, "--cassettes", "cassettes"), "nothing", 5)

    def test_02_a_mock_that_is_not_hit(self):
        done = self.replay("--scenario", "types/http", "--scenario", "types/mock")
        self.hold(done, "types/mock: put, get", 1)
        self.replay("--scenario", "types/http", "--scenario", "types/mock", "--report", "json:r.json")
        self.assertIn({"scenario": "types/mock", "interaction": "put"},
                      [{k: row[k] for k in ("scenario", "interaction")} for row in support.read_json(self.scratch / "r.json")["unused"]])

    def test_03_a_server_that_crashed(self):
        # The client sees it end, and takes that for a quiet day.
        script = ("import os, signal, time, urllib.request as u\n"
                  "os.kill(os.getppid(), signal.SIGKILL)\n"
                  "time.sleep(0.2)\n")
        self.hold(self.replay(cmd=(sys.executable, "-c", script)), "listening on", -9)
        # An upstream that goes away in the middle of a recording.
        gone = socket.socket()
        gone.bind(("127.0.0.1", 0))
        url = "http://127.0.0.1:%d" % gone.getsockname()[1]
        gone.close()
        self.hold(self.gwtape("record", "types", "--scenarios", support.SCENARIOS, "--cassettes", "c", "--upstream", url),
                  "127.0.0.1", 4)

    def test_04_a_test_that_never_called(self):
        self.hold(self.replay(cmd=("true",)), "nothing was compared|no request", 5)
        self.hold(self.gwtape("verify", "--client", "/bin/true", "--scenario", "types/http", "--scenarios", support.SCENARIOS,
                              "--cassettes", "cassettes"), "NO_CALL", 1, 5)

    def test_05_a_report_that_is_not_written(self):
        (self.scratch / "folder").mkdir()
        self.hold(self.replay("--report", "json:folder"), "folder")
        (self.scratch / "file").write_text("")
        self.hold(self.replay("--report", "junit:file/report.xml"), "file")

    def test_06_a_timeout_taken_for_success(self):
        driver = self.scratch / "driver.py"
        driver.write_text("import time\ntime.sleep(600)\n")
        done = self.gwtape("verify", "--client", "%s %s" % (sys.executable, driver), "--scenario", "types/http", "--timeout",
                           "1", "--scenarios", support.SCENARIOS, "--cassettes", "cassettes")
        self.hold(done, "timeout", 1)
        # A client that gives up while it sends: what it began is broken.
        script = ("import os, socket\n"
                  "host, port = os.environ['GWTAPE_ENDPOINT'].split('//')[1].split(':')\n"
                  "s = socket.create_connection((host, int(port)))\n"
                  "s.sendall(b'PUT /restapis/a HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 9\\r\\n\\r\\n{')\n")
        self.hold(self.replay(cmd=(sys.executable, "-c", script)), "cut short|cannot be read", 1)

    def test_07_a_stale_cassette(self):
        scenarios = self.scratch / "scenarios" / "types"
        scenarios.mkdir(parents=True)
        shutil.copy(support.SCENARIOS / "types" / "http.yaml", scenarios)
        text = (scenarios / "http.yaml").read_text()
        (scenarios / "http.yaml").write_text(text.replace("example.com/pets", "example.com/dogs"))
        self.assertIn("(changed)", self.gwtape("ls", "types/http", "--cassettes", "cassettes").stdout)
        # A replay holds to what was recorded, and says that it is not what the scenario says now.
        said = "warning: scenarios/types/http.yaml was changed since 'types/http' was recorded"
        for names in ((), ("--scenario", "types/http")):
            self.assertIn(said, self.replay(*names).stderr)
        self.assertNotIn("warning", self.replay("--scenario", "types/mock", "--allow-unused").stderr)
        self.hold(self.gwtape("record", "types/http", "--fail-on-change"), "changed", 1)
        self.assertNotIn("warning", self.replay().stderr)
        # One that was edited by hand is not served at all.
        path = self.scratch / "cassettes" / "types" / "http.json"
        path.write_text(path.read_text().replace("29000", "29001"))
        self.hold(self.replay(), "http.json", 3)

    def test_08_an_empty_cassette(self):
        (self.scratch / "none").mkdir()
        self.hold(self.replay("--cassettes", "none"), "no cassettes in 'none'", 5)
        folder = self.scratch / "hollow" / "types"
        folder.mkdir(parents=True)
        (folder / "http.json").write_text("")
        self.hold(self.replay("--cassettes", "hollow"), "http.json", 3)
        whole = json.loads((self.scratch / "cassettes" / "types" / "http.json").read_text())
        whole["interactions"] = []
        (folder / "http.json").write_text(json.dumps(whole))
        self.hold(self.replay("--cassettes", "hollow"), "http.json", 3)
        (folder / "http.json").write_text("{}")
        self.hold(self.gwtape("lint", "hollow"), "http.json", 3)

    def test_09_a_port_taken_by_another(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            address = "127.0.0.1:%d" % other.getsockname()[1]
            self.hold(self.replay("--listen", address), address.split(":")[1], 4)
            self.hold(self.gwtape("sandbox", "--listen", address), address.split(":")[1], 4)

    def test_10_a_session_that_is_never_closed(self):
        # A test opened its session, and nobody verified it: the run still says that nothing was compared, or what broke.
        server = self.serve("replay", "--cassettes", "cassettes", "--session-by", "path")
        self.hold(server.stop(), "0 requests, 0 matched", 5)
        server = self.serve("replay", "--cassettes", "cassettes", "--session-by", "path")
        env = {**self.env, "GWTAPE_ENDPOINT": server.url + "/session/one", "AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID,
               "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY}
        self.assertExit(support.run(["python3", CLIENT, "--seconds", "--swallow"], env), 0)
        self.hold(server.stop(), "EXTRA_FIELD /timeoutInMillis", 1)

    def test_11_an_exit_code_lost_in_a_pipe(self):
        # The reader is gone before the result is: that is not success.
        for words in (("ls", "--scenarios", support.SCENARIOS), ("replay", "--report", "json:-", "--", "python3", CLIENT)):
            reading, writing = os.pipe()
            os.close(reading)
            done = support.subprocess.run([str(support.BINARY), *[str(w) for w in words]], env=self.env, cwd=self.scratch,
                                          stdin=support.subprocess.DEVNULL, stdout=writing, stderr=support.subprocess.PIPE)
            os.close(writing)
            self.assertNotEqual(done.returncode, 0, words)
        # A report says the code as well, for those who only see files.
        self.replay("--report", "json:r.json", cmd=("python3", str(CLIENT), "--seconds", "--swallow"))
        self.assertEqual(support.read_json(self.scratch / "r.json")["exit"], 1)


if __name__ == "__main__":
    support.main()
