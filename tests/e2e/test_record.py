"""Recording: what it leaves in files and in git, what it refuses, and that no secret is ever written."""

import http.client
import http.server
import re
import shutil
import threading
import urllib.parse
import zlib

import sigv4
import support
import tape

SECRET = "s3cr3tKEYs3cr3tKEYs3cr3tKEYs3cr3tKEY+/aZ"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKENEXAMPLETOKENEXAMPLETOKEN=="


# One group of scenarios is enough for most of this; its name is an argument of `record` like a scenario's.
GROUP = "types"


def scenario_names(below="."):
    return sorted(str(p.relative_to(support.SCENARIOS).with_suffix(""))
                  for p in (support.SCENARIOS / below).rglob("*.yaml"))


class Sandbox(support.TestCase):
    def test_leaves_one_cassette_a_scenario_and_one_commit_and_then_changes_nothing(self):
        folder = self.scratch / "cassettes"
        self.record(folder)
        self.assertEqual(tape.names(folder), scenario_names())
        self.assertEqual(self.git("rev-list", "--count", "HEAD", cwd=folder).stdout.strip(), "1")
        self.assertEqual(self.git("status", "--porcelain", cwd=folder).stdout, "")

        before = support.snapshot(folder)
        self.record(folder)
        self.assertEqual(support.snapshot(folder), before)

    def test_says_what_and_from_where_in_the_commit(self):
        folder = self.scratch / "cassettes"
        self.record(folder, GROUP)
        message = self.git("log", "-1", "--format=%B", cwd=folder).stdout
        self.assertRegex(message, r"\Arecord: %d scenarios from sandbox\n" % len(scenario_names(GROUP)))
        for trailer in ("Upstream: sandbox", "Region: ", "Gwtape-Version: ", "Model: "):
            self.assertIn("\n" + trailer, message)

    def test_records_the_same_bytes_in_another_place(self):
        one, two = self.scratch / "one", self.scratch / "two"
        self.record(one, GROUP, "--no-commit")
        self.record(two, GROUP, "--no-commit")
        for name in tape.names(one):
            self.assertEqual((one / (name + ".json")).read_bytes(), (two / (name + ".json")).read_bytes(), name)

    def test_hashes_are_those_that_others_compute(self):
        folder = self.scratch / "cassettes"
        self.record(folder, GROUP, "--no-commit")
        for name in tape.names(folder):
            with self.subTest(name):
                cassette = tape.load(folder, name)
                index = cassette["index"]
                self.assertEqual(index["scenarioSha256"],
                                 tape.sha256((support.SCENARIOS / (name + ".yaml")).read_bytes()))
                for interaction in cassette["interactions"]:
                    step = interaction["id"]
                    self.assertEqual(index["contractSha256"][step],
                                     tape.sha256(tape.contract_bytes(interaction["request"])), step)
                    self.assertEqual(index["bodySha256"][step],
                                     tape.sha256(tape.body_bytes(interaction["response"]["body"])), step)

    def test_mode_all_touches_only_the_dates(self):
        folder = self.scratch / "cassettes"
        self.record(folder, GROUP, "--no-commit")
        before = support.snapshot(folder)
        self.record(folder, GROUP, "--no-commit", "--mode", "all")
        after = support.snapshot(folder)
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        self.assertEqual({n.rsplit("/", 1)[-1] for n in changed} - {"VALIDATED.json"}, set())

    def test_records_a_scenario_again_when_its_file_changed(self):
        scenarios, folder = self.scratch / "scenarios", self.scratch / "cassettes"
        shutil.copytree(support.SCENARIOS, scenarios)
        self.record(folder, GROUP, scenarios=scenarios)
        changed = scenarios / (scenario_names(GROUP)[0] + ".yaml")
        changed.write_text(changed.read_text() + "# a remark\n")
        self.record(folder, GROUP, scenarios=scenarios)
        self.assertEqual(self.git("rev-list", "--count", "HEAD", cwd=folder).stdout.strip(), "2")
        names = self.git("show", "--format=", "--name-only", "HEAD", cwd=folder).stdout.split()
        self.assertIn(scenario_names(GROUP)[0] + ".json", names)
        self.assertNotIn(scenario_names(GROUP)[1] + ".json", names)


    def test_no_scenario_is_not_success(self):
        (self.scratch / "scenarios").mkdir()
        self.assertExit(self.gwtape("record", "--cassettes", self.scratch / "c"), 5)

    def test_the_folder_it_is_in(self):
        folder = self.scratch / "cassettes"
        folder.mkdir()
        at = {"cwd": folder}
        self.assertExit(self.gwtape("record", GROUP, "--scenarios", support.SCENARIOS, "--cassettes", ".", **at), 0)
        listed = self.gwtape("ls", "--scenarios", support.SCENARIOS, "--cassettes", ".", GROUP, **at)
        self.assertExit(listed, 0)
        self.assertNotIn("not recorded", listed.stdout)
        self.assertExit(self.gwtape("lint", ".", **at), 0)

    def test_nothing_is_recorded_into_a_revision(self):
        folder = self.scratch / "cassettes"
        self.record(folder, GROUP)
        for revision in ("HEAD", "HEAD@{0}"):
            past = "%s@%s" % (folder, revision)
            done = self.gwtape("record", GROUP, "--scenarios", support.SCENARIOS, "--cassettes", past)
            self.assertExit(done, 2)
            self.assertEqual([p.name for p in self.scratch.iterdir() if "@" in p.name], [])

    def test_scrub_looks_into_every_file_but_those_of_git(self):
        for name in (".env", ".hidden/x", "plain", ".git/x"):
            file = self.scratch / "tree" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("AKIA" + "QWERTYUIOPASDFGH\n")
        done = self.gwtape("scrub", ".", cwd=self.scratch / "tree")
        self.assertExit(done, 1)
        self.assertEqual(done.stdout.splitlines(), [".env:1:1: an access key id", ".hidden/x:1:1: an access key id",
                                                    "plain:1:1: an access key id", "3 files, 3 findings"])

    def test_scrub_goes_on_behind_a_file_that_is_too_large(self):
        tree = self.scratch / "tree"
        tree.mkdir()
        with open(tree / "a", "wb") as file:
            file.truncate(64 * 1024 * 1024 + 1)
        (tree / "b").write_text("nothing\n")
        done = self.gwtape("scrub", tree)
        self.assertExit(done, 3)
        self.assertIn("over the limit", done.stderr)
        self.assertEqual(done.stdout, "1 files, 0 findings, 1 files not looked into\n")
        (tree / "c").write_text("AKIA" + "QWERTYUIOPASDFGH\n")
        self.assertExit(self.gwtape("scrub", tree), 1)

    def test_what_is_no_region_is_refused(self):
        for upstream in ("sandbox", "aws"):
            done = self.gwtape("record", "--scenarios", support.SCENARIOS, "--upstream", upstream, "--region", "us-east-1\nUpstream: aws")
            self.assertExit(done, 2)

    def test_a_text_too_short_to_be_looked_for_is_refused(self):
        for command in (("record", "--scenarios", support.SCENARIOS), ("scrub", support.SCENARIOS)):
            self.assertExit(self.gwtape(*command, "--redact", "db-1234"), 2)

    def test_a_password_in_an_endpoint_is_not_printed(self):
        done = self.gwtape("record", GROUP, "--upstream", "http://ada:hunter2@127.0.0.1:1", "--scenarios", support.SCENARIOS,
                           env={"AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY})
        self.assertExit(done, 2)
        self.assertNotIn("hunter2", done.stderr)


class Served(support.TestCase):
    """The same over real HTTP: a sandbox that listens, and gwtape's own client."""

    def credentials(self):
        return {"AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY}

    def test_the_same_interactions_as_in_process(self):
        local, remote = self.scratch / "local", self.scratch / "remote"
        self.record(local, GROUP, "--no-commit")
        server = self.serve("sandbox")
        done = self.gwtape("record", GROUP, "--upstream", server.url, "--scenarios", support.SCENARIOS, "--cassettes", remote,
                           "--no-commit", env=self.credentials())
        self.assertExit(done, 0)
        self.assertEqual(tape.names(remote), tape.names(local))
        for name in tape.names(local):
            one, two = tape.load(local, name), tape.load(remote, name)
            for cassette in (one, two):
                for interaction in cassette["interactions"]:
                    headers = interaction["request"]["headers"]
                    interaction["request"]["headers"] = [h for h in headers if h[0].lower() != "host"]
            self.assertEqual(two["interactions"], one["interactions"], name)

    def test_recording_from_a_replayer_is_refused(self):
        cassettes, fresh = self.scratch / "cassettes", self.scratch / "fresh"
        self.record(cassettes, GROUP, "--no-commit")
        server = self.serve("replay", "--cassettes", cassettes)
        done = self.gwtape("record", GROUP, "--upstream", server.url, "--scenarios", support.SCENARIOS, "--cassettes", fresh,
                           env=self.credentials())
        self.assertExit(done, 4)
        self.assertIn("replay", done.stderr)
        self.assertEqual(tape.names(fresh) if fresh.exists() else [], [])

    def test_an_upstream_that_is_not_there_is_exit_4(self):
        fresh = self.scratch / "fresh"
        done = self.gwtape("record", GROUP, "--upstream", "http://127.0.0.1:1", "--scenarios", support.SCENARIOS,
                           "--cassettes", fresh, env=self.credentials())
        self.assertExit(done, 4)
        self.assertEqual(tape.names(fresh) if fresh.exists() else [], [])

    def test_no_credentials_is_an_error_that_says_so(self):
        done = self.gwtape("record", GROUP, "--upstream", "http://gwtape.invalid", "--scenarios", support.SCENARIOS,
                           "--cassettes", self.scratch / "fresh")
        self.assertExit(done, 2)
        self.assertIn("no AWS credentials", done.stderr)

    def test_an_upstream_on_this_machine_needs_no_credentials(self):
        """It is signed with the dummy pair where nothing is configured; what is configured is used, or refused."""
        server = self.serve("sandbox")
        fresh = self.scratch / "fresh"
        shown = ["record", GROUP, "--scenarios", support.SCENARIOS, "--cassettes", fresh, "--no-commit", "--mode", "all"]
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            self.assertExit(self.gwtape(*shown, "--upstream", url), 0)
        self.assertIn("types/http", tape.names(fresh))
        done = self.gwtape(*shown, "--upstream", server.url, env={"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "x" * 40})
        self.assertNotEqual(done.code, 0)
        self.assertIn("UnrecognizedClientException", done.stderr)
        done = self.gwtape(*shown, "--upstream", server.url, env={"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"})
        self.assertExit(done, 2)
        self.assertIn("AWS_SECRET_ACCESS_KEY is not", done.stderr)
        (self.scratch / "config").write_text("[profile empty]\nregion = us-east-1\n")
        done = self.gwtape(*shown, "--upstream", server.url, "--profile", "empty",
                           env={"AWS_CONFIG_FILE": str(self.scratch / "config")})
        self.assertExit(done, 2)
        self.assertIn("no AWS credentials", done.stderr)


class Tap(http.server.BaseHTTPRequestHandler):
    """Passes requests on to self.server.upstream and keeps their Authorization headers."""

    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(dict(self.headers))
        connection = http.client.HTTPConnection(self.server.upstream, timeout=support.HANG_SECONDS)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("connection", "expect")}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        data = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        connection.close()

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = pass_on

    def log_message(self, *args):
        pass


class Secrets(support.TestCase):
    """Every file that recording and replaying write, git's objects unpacked, is searched."""

    def everything_written(self, folder):
        for path in folder.rglob("*"):
            if not path.is_file():
                continue
            data = path.read_bytes()
            yield path, data
            if "objects" in path.parts and re.fullmatch(r"[0-9a-f]{38}", path.name):
                yield path, zlib.decompress(data)

    def assert_none_written(self, folder, needles):
        searched = 0
        for path, data in self.everything_written(folder):
            searched += 1
            for needle in needles:
                self.assertNotIn(needle.encode(), data, path)
        return searched

    def tap(self, url):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tap)
        server.upstream, server.seen = urllib.parse.urlsplit(url).netloc, []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def test_recording_writes_no_secret_key_no_token_and_no_signature(self):
        sandbox = self.serve("sandbox", "--no-verify-signature")
        tap = self.tap(sandbox.url)
        folder = self.scratch / "out" / "cassettes"
        env = {"AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}
        done = self.gwtape("record", GROUP, "--upstream", "http://127.0.0.1:%d" % tap.server_port, "--scenarios",
                           support.SCENARIOS, "--cassettes", folder, env=env)
        self.assertExit(done, 0)
        signatures = [re.search(r"Signature=([0-9a-f]{64})", h["Authorization"]).group(1) for h in tap.seen]
        self.assertGreaterEqual(len(signatures), 2 * len(scenario_names(GROUP)))
        self.assertTrue(all(h.get("X-Amz-Security-Token") == TOKEN or h.get("x-amz-security-token") == TOKEN
                            for h in tap.seen), "the token was not sent, so nothing is shown")
        searched = self.assert_none_written(self.scratch / "out", [SECRET, TOKEN, *signatures])
        self.assertGreater(searched, len(scenario_names(GROUP)))
        for needle in (SECRET, TOKEN, *signatures):
            self.assertNotIn(needle, done.stdout + done.stderr)

    def test_replaying_writes_none_either(self):
        cassettes, report = self.scratch / "out" / "cassettes", self.scratch / "out" / "report.json"
        self.record(cassettes, GROUP)
        server = self.serve("replay", "--cassettes", cassettes, "--report", "json:%s" % report)
        calls = [c for name in tape.names(cassettes) for c in tape.calls(tape.load(cassettes, name))][:4]
        signatures, answers = [], []
        for secret in (support.SECRET_KEY, SECRET):
            for call in calls:
                method, path, body = sigv4.http_request(call)
                headers = sigv4.signed_headers(server.url, method, path, body, secret_key=secret, token=TOKEN)
                signatures.append(headers["Authorization"].rsplit("=", 1)[1])
                answers.append(sigv4.send(server.url, method, path, body, headers))
        self.assertEqual({a.verdict for a in answers[len(calls):]}, {"BAD_SIGNATURE"})
        # In the query, as presigned URLs have them.
        signatures.append("0123456789abcdef" * 4)
        path = "%s?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%%2F20260101%%2Fus-east-1%%2Fapigateway" \
            "%%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Security-Token=%s" \
            "&X-Amz-Signature=%s" % (sigv4.http_request(calls[1])[1], TOKEN.rstrip("="), signatures[-1])
        answers.append(sigv4.send(server.url, "GET", path, headers={"Host": server.url[7:]}))
        ended = server.stop()
        self.assertEqual(answers[-1].verdict, "BAD_SIGNATURE")
        self.assertTrue(report.exists(), ended)
        needles = [SECRET, TOKEN.rstrip("="), *signatures]
        self.assert_none_written(self.scratch / "out", needles)
        shown = ended.stdout + ended.stderr + "".join(a.body.decode() for a in answers)
        for needle in needles:
            self.assertNotIn(needle, shown)


class UsersRepository(support.TestCase):
    """A repository that is not gwtape's own: nothing is committed unasked, nothing of the user's moves."""

    def setUp(self):
        super().setUp()
        self.repo = self.scratch / "repo"
        self.repo.mkdir()
        self.git("init", "-q", "-b", "main", cwd=self.repo)
        for name in ("staged", "unstaged", "both"):
            (self.repo / name).write_text("one\n")
        self.git("add", ".", cwd=self.repo)
        self.git("commit", "-q", "-m", "start", cwd=self.repo)
        (self.repo / "staged").write_text("two\n")
        (self.repo / "both").write_text("two\n")
        (self.repo / "new").write_text("new\n")
        self.git("add", "staged", "both", "new", cwd=self.repo)
        (self.repo / "both").write_text("three\n")
        (self.repo / "unstaged").write_text("two\n")
        (self.repo / "untracked").write_text("x\n")

    def users_changes(self):
        outside = (".", ":(exclude)cassettes")
        return [self.git(*command, "--", *outside, cwd=self.repo).stdout
                for command in (("diff", "--cached"), ("diff",), ("status", "--porcelain", "-uall"))]

    def head(self):
        return self.git("rev-parse", "HEAD", cwd=self.repo).stdout.strip()

    def test_by_default_files_are_written_and_the_command_to_commit_is_printed(self):
        before, head = self.users_changes(), self.head()
        done = self.record(self.repo / "cassettes", GROUP)
        self.assertEqual(self.head(), head)
        self.assertEqual(self.users_changes(), before)
        self.assertEqual(tape.names(self.repo / "cassettes"), scenario_names(GROUP))
        self.assertIn("git", done.stderr + done.stdout)
        self.assertIn("commit", done.stderr + done.stdout)

    def test_commit_takes_these_paths_and_leaves_every_change_of_the_user(self):
        before, head = self.users_changes(), self.head()
        self.record(self.repo / "cassettes", GROUP, "--commit")
        self.assertEqual(self.git("rev-parse", "HEAD~1", cwd=self.repo).stdout.strip(), head)
        self.assertEqual(self.users_changes(), before)
        self.assertEqual(self.git("status", "--porcelain", "--", "cassettes", cwd=self.repo).stdout, "")
        paths = self.git("show", "--format=", "--name-only", "HEAD", cwd=self.repo).stdout.split()
        self.assertEqual([p for p in paths if not p.startswith("cassettes/")], [])
        self.assertEqual(self.git("fsck", "--strict", cwd=self.repo).stdout, "")

    def test_commit_also_takes_what_was_written_earlier(self):
        self.record(self.repo / "cassettes", GROUP)
        before, head = self.users_changes(), self.head()
        self.record(self.repo / "cassettes", GROUP, "--commit")
        self.assertEqual(self.git("rev-parse", "HEAD~1", cwd=self.repo).stdout.strip(), head)
        self.assertEqual(self.users_changes(), before)
        self.assertEqual(self.git("status", "--porcelain", "--", "cassettes", cwd=self.repo).stdout, "")

    def refused(self, reason):
        head = self.head()
        done = self.gwtape("record", GROUP, "--upstream", "sandbox", "--scenarios", support.SCENARIOS, "--cassettes",
                           self.repo / "cassettes", "--commit")
        self.assertExit(done, 5)
        self.assertIn(reason, done.stderr)
        self.assertEqual(self.head(), head)

    def test_commit_is_refused_where_the_repository_signs_commits(self):
        self.git("config", "commit.gpgsign", "true", cwd=self.repo)
        self.refused("sign")

    def test_commit_is_refused_over_staged_changes_in_these_paths(self):
        (self.repo / "cassettes").mkdir()
        (self.repo / "cassettes" / "README.md").write_text("mine\n")
        self.git("add", "cassettes", cwd=self.repo)
        self.refused("staged")


class Moto(support.TestCase):
    """A second upstream: somebody else's stand-in, which answers in its own way."""

    def test_records_from_moto_and_replays_what_it_recorded(self):
        url, folder = self.serve_moto(), self.scratch / "cassettes"
        env = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        done = self.gwtape("record", "--upstream", url, "--scenarios", support.SCENARIOS, "--cassettes", folder, env=env)
        # Where moto's answer is not what the scenario expects the run says so; it is recorded all the same.
        self.assertExit(done, 1)
        without_link = re.findall(r"(\S+): could-not-check: it needs a VPC link", done.stderr)
        self.assertEqual(tape.names(folder), sorted(set(scenario_names()) - set(without_link)))
        for name in tape.names(folder):
            provenance = tape.load(folder, name)["provenance"]
            self.assertEqual((provenance["upstream"], provenance["endpoint"]), ("other", url), name)
            self.assertIn("Werkzeug", provenance["server"], name)
        cassette = tape.load(folder, "types/http")
        server = self.serve("replay", "--cassettes", folder, "--scenario", "types/http", "--report", "json:report.json")
        for call in tape.calls(cassette):
            answer = sigv4.perform(server.url, call, secret_key="testing")
            self.assertEqual((answer.verdict, answer.json()["type"]), ("MATCH", "HTTP"))
        self.assertExit(server.stop(), 0)


if __name__ == "__main__":
    support.main()
