"""A file that is not what it should be ends the command with exit 3, the file, the line and the reason,
and nothing is served, recorded or written."""

import json
import shutil

import support
import tape


class Cassettes(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "types", "--no-commit")
        self.name = tape.names(self.cassettes)[0]
        self.path = self.cassettes / (self.name + ".json")
        self.text = self.path.read_text(encoding="utf-8")

    def refused(self, label, text, *reasons, line=r"\d+"):
        """`text` (str or bytes) in place of one cassette: exit 3 and no command was run."""
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
        ran, ready = self.scratch / "ran", self.scratch / "ready"
        done = self.gwtape("replay", "--cassettes", self.cassettes, "--ready-file", ready, "--", "touch", ran)
        with self.subTest(label):
            self.assertExit(done, 3)
            self.assertRegex(done.stderr, r"%s:%s:\d+: \S" % (self.path.name.replace(".", r"\."), line))
            for reason in reasons:
                self.assertIn(reason, done.stderr)
            self.assertNotIn("listening", done.stderr)
            self.assertFalse(ran.exists() or ready.exists(), "it was served: %s" % done)

    def changed(self, change):
        cassette = json.loads(self.text)
        change(cassette)
        return json.dumps(cassette, indent=2)

    def test_cut_short_anywhere(self):
        for part in (0, 1, 2, 10, 30, 50, 70, 90, 99):
            self.refused("%d %% of it" % part, self.text[: len(self.text) * part // 100])
        self.refused("without its last brace", self.text.rstrip()[:-1])

    def test_not_json(self):
        lines = self.text.splitlines(keepends=True)
        lines[3] = lines[3].replace(":", "=", 1)
        self.refused("a broken line", "".join(lines), line="4")
        self.refused("a word", "hello\n", line="1")
        self.refused("more behind it", self.text + "{}\n")
        self.refused("not UTF-8", self.text.encode().replace(b'"scenario"', b'"sc\xffnario"', 1))
        self.refused("a byte order mark", "\ufeff" + self.text, line="1")
        self.refused("a member twice", self.text.replace("{", '{"format": 1,', 1), "already")

    def test_not_this_format(self):
        for value in (2, 0, "1", None, 1.5):
            self.refused("format %r" % (value,), self.changed(lambda c, v=value: c.update(format=v)), "format")
        self.refused("no format", self.changed(lambda c: c.pop("format")), "format")
        self.refused("an unknown member", self.changed(lambda c: c.update(extra=1)), "no member of this name")
        self.refused("no interactions", self.changed(lambda c: c.pop("interactions")), "interactions")
        self.refused("interactions of the wrong type", self.changed(lambda c: c.update(interactions={})), "interactions")
        self.refused("a status that is text", self.changed(
            lambda c: c["interactions"][0]["response"].update(status="201")), "status")
        self.refused("JSON of another kind", '{"log": {"version": "1.2", "entries": []}}\n')
        self.refused("a list", "[]\n", line="1")

    def test_changed_by_hand(self):
        def timeout(cassette):
            body = cassette["interactions"][0]["response"]["body"]["json"]
            body["timeoutInMillis"] = 28000

        self.refused("an answer", self.changed(timeout), "the answer of the interaction in line ", "its body hash is ")
        self.refused("a request", self.changed(
            lambda c: c["interactions"][0]["request"].update(method="POST")), "the request of the interaction in line ", "its contract hash is ")

    def test_a_folder_without_cassettes_could_not_be_checked(self):
        empty = self.scratch / "empty"
        empty.mkdir()
        for folder in (empty, self.scratch / "absent"):
            done = self.gwtape("replay", "--cassettes", folder, "--", "true")
            self.assertIn(done.code, (3, 5), done)
            self.assertIn(folder.name, done.stderr)


class Scenarios(support.TestCase):
    GOOD = """\
about: a probe
tags: [type:MOCK]
fixtures: [rest-api, resource, method]
steps:
  - id: put
    call: PutIntegration
    input: {restApiId: "${restApiId}", resourceId: "${resourceId}", httpMethod: GET, type: MOCK}
    expect: {status: 201}
"""

    def attempt(self, text):
        folder = self.scratch / "scenarios" / "probe"
        shutil.rmtree(self.scratch / "scenarios", ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "one.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.gwtape("record", "--upstream", "sandbox", "--scenarios", self.scratch / "scenarios", "--cassettes",
                           self.scratch / "cassettes")

    def refused(self, label, text, *reasons, line=r"\d+"):
        done = self.attempt(text)
        with self.subTest(label):
            self.assertExit(done, 3)
            self.assertRegex(done.stderr, r"one\.yaml:%s(:\d+)?: \S" % line)
            for reason in reasons:
                self.assertIn(reason, done.stderr)
            cassettes = self.scratch / "cassettes"
            self.assertEqual(tape.names(cassettes) if cassettes.exists() else [], [])

    def test_the_good_one_is_recorded(self):
        self.assertExit(self.attempt(self.GOOD), 0)

    def test_malformed(self):
        self.refused("empty", "")
        self.refused("cut within a value", self.GOOD[: self.GOOD.index("${resourceId}") + 3])
        self.refused("cut before the steps", self.GOOD[: self.GOOD.index("steps")], "steps")
        self.refused("not YAML", self.GOOD.replace("about: a", "about: [a"))
        self.refused("not UTF-8", self.GOOD.encode().replace(b"probe", b"pro\xffe"))
        self.refused("a list", "- 1\n")
        self.refused("a member twice", self.GOOD + "about: again\n", "about", line="9")

    def test_not_a_scenario(self):
        self.refused("an unknown member", self.GOOD + "extra: 1\n", "extra", line="9")
        self.refused("an unknown call", self.GOOD.replace("call: Put", "call: Pat"), "PatIntegration", line="6")
        self.refused("an unknown fixture", self.GOOD.replace("resource, method", "resource, methods"), "methods", line="3")
        self.refused("an unknown variable", self.GOOD.replace("${resourceId}", "${resorceId}"), "resorceId", line="7")
        self.refused("no call", self.GOOD.replace("    call: PutIntegration\n", ""), "call")
        self.refused("a status that is text", self.GOOD.replace("201", "created"), "status", line="8")
        self.refused("an echo of nothing", self.GOOD.replace("201}", "201, echoes: pat}"), "pat", line="8")
        self.refused("steps that are text", self.GOOD[: self.GOOD.index("steps")] + "steps: none\n", "steps", line="4")


if __name__ == "__main__":
    support.main()
