"""`meson install` into an empty folder, which is then moved: what lands there works from anywhere."""

import re
import shutil
import stat

import installed
import support

CLIENT = support.SOURCE / "docs" / "examples" / "signed_client.py"


class Install(support.TestCase):
    """One installation for all tests: they only read it."""

    @classmethod
    def setUpClass(cls):
        cls.prefix = installed.install(cls)

    def installed(self, *args, env=None, cwd=None):
        return support.run(["gwtape", *args], {**installed.environment(self.prefix, self.env), **(env or {})},
                           cwd or self.scratch)

    def test_every_command_has_a_page_and_a_page_has_its_options(self):
        listed = self.installed("help").stdout.split("commands:")[1].split("\n\n")[0]
        commands = re.findall(r"^  ([a-z-]+) ", listed, re.M)
        self.assertGreater(len(commands), 15)
        pages = self.prefix / "share" / "man" / "man1"
        self.assertEqual({p.name for p in pages.iterdir()},
                         {"gwtape.1", *("gwtape-%s.1" % c for c in commands)})
        for command in commands:
            text = (pages / ("gwtape-%s.1" % command)).read_text().replace("\\-", "-").replace("\\e", "\\")
            for option in re.findall(r"^  (--[a-z-]+)", self.installed("help", command).stdout, re.M):
                self.assertIn(option, text, command)

    def test_data_is_whole_and_readable(self):
        shipped = self.prefix / "share" / "gwtape"
        for kind in ("scenarios", "cassettes"):
            ours = {p.relative_to(support.SOURCE) for p in (support.SOURCE / kind).rglob("*.*") if p.is_file()}
            theirs = {p.relative_to(shipped) for p in (shipped / kind).rglob("*.*") if p.is_file()}
            self.assertEqual(theirs, ours)
        self.assertTrue((shipped / "schema" / "cassette.json").exists())
        for path in shipped.rglob("*"):
            self.assertTrue(path.stat().st_mode & stat.S_IROTH, path)

    def test_ls_works_in_any_folder(self):
        (self.scratch / "empty").mkdir()
        done = self.installed("ls", "types", cwd=self.scratch / "empty")
        self.assertExit(done, 0)
        self.assertRegex(done.stdout, r"(?m)^types/http +HTTP needs a verb")
        self.assertNotIn("not recorded", done.stdout)
        named = self.installed("ls", "--scenarios", "shipped", "--cassettes", "shipped", "types")
        self.assertEqual(named.stdout, done.stdout)

    def test_own_scenarios_go_before_shipped_ones(self):
        folder = self.scratch / "scenarios" / "mine"
        folder.mkdir(parents=True)
        shutil.copy(support.SCENARIOS / "types" / "mock.yaml", folder / "one.yaml")
        self.assertRegex(self.installed("ls").stdout, r"\Amine/one .*\n\Z")

    def test_record_then_replay_right_and_wrong(self):
        done = self.installed("record", "types", "--cassettes", "c")
        self.assertExit(done, 0)
        self.assertIn("those that came with gwtape", done.stderr)
        right = self.installed("replay", "--cassettes", "c", "--", "python3", CLIENT)
        self.assertExit(right, 0)
        self.assertRegex(right.stderr, r"ok: 2 requests, 2 matched")
        wrong = self.installed("replay", "--cassettes", "c", "--", "python3", CLIENT, "--seconds")
        self.assertExit(wrong, 1)
        self.assertIn("EXTRA_FIELD /timeoutInMillis: expected nothing, got 29", wrong.stderr)
        silent = self.installed("replay", "--cassettes", "c", "--", "python3", CLIENT, "--seconds", "--swallow")
        self.assertExit(silent, 1)

    def test_shipped_cassettes_are_served_only_where_they_are_named(self):
        self.assertExit(self.installed("replay", "--", "python3", CLIENT), 3)
        args = ("replay", "--cassettes", "shipped", "--scenario", "types/http")
        self.assertExit(self.installed(*args, "--", "python3", CLIENT), 0)
        (self.scratch / "gwtape.json").write_text('{"cassettes": "shipped"}')
        self.assertExit(self.installed("replay", "--scenario", "types/http", "--", "python3", CLIENT), 0)

    def test_nothing_writes_to_what_is_shipped(self):
        before = support.snapshot(self.prefix)
        rows = [("record", "types", "--cassettes", "shipped"), ("coverage", "--generate", "--scenarios", "shipped"),
                ("record", "--proxy", "--name", "a/b", "--scenarios", "shipped", "--", "true"),
                ("drift", "--cassettes", "shipped", "--accept"), ("import", "har", "x", "--cassettes", "shipped")]
        for row in rows:
            done = self.installed(*row)
            self.assertExit(done, 2)
            self.assertIn("would write to it", done.stderr)
        self.assertEqual(support.snapshot(self.prefix), before)

    def test_recording_everything_is_asked_for(self):
        done = self.installed("record", "--cassettes", "c")
        self.assertNotEqual(done.code, 0)
        self.assertIn("--scenarios shipped", done.stderr)
        self.assertFalse((self.scratch / "c").exists())

    def complete(self, *words):
        script = ". '%s'; COMP_WORDS=(gwtape \"$@\"); COMP_CWORD=$#; _gwtape; printf '%%s\\n' \"${COMPREPLY[@]}\"" % (
            self.prefix / "share" / "bash-completion" / "completions" / "gwtape")
        return support.run(["bash", "-c", script, "bash", *words], installed.environment(self.prefix, self.env),
                           self.scratch).stdout.split()

    def test_completions_know_scenarios_formats_choices_and_commands(self):
        self.assertIn("types/http", self.complete("record", "types/h"))
        self.assertIn("types/http", self.complete("replay", "--scenario", "types/h"))
        self.assertEqual(self.complete("replay", "--level", ""), ["wire", "signed", "contract", "effect"])
        self.assertEqual(self.complete("help", "comp"), ["compare", "completion"])
        self.assertEqual(self.complete("completion", "f"), ["fish"])
        for command in ("replay", "verify", "drift"):
            refused = self.installed(command, "--report", "nothing:x", *(["--client", "x"] * (command == "verify")))
            accepted = re.search(r"format of ([a-z|]+)", refused.stderr)
            self.assertTrue(accepted, refused)
            self.assertEqual(sorted(self.complete(command, "--report", "")),
                             sorted(f + ":" for f in accepted.group(1).split("|")), command)

    def test_completions_are_scripts_of_their_shells(self):
        share = self.prefix / "share"
        for shell, path in (("bash", "bash-completion/completions/gwtape"), ("zsh", "zsh/site-functions/_gwtape"),
                            ("fish", "fish/vendor_completions.d/gwtape.fish")):
            self.assertIn("gwtape ls", (share / path).read_text())
            if not shutil.which(shell):
                print("SKIPPED: syntax of the %s completions (%s is not installed)" % (shell, shell))
                continue
            self.assertExit(support.run([shell, "-n", share / path], self.env), 0)


if __name__ == "__main__":
    support.main()
