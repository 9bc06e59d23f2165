"""docs/formats.md: files of every released version are read as they were meant, and the version is in one place."""

import json
import re
import shutil

import support

FORMATS = support.SOURCE / "tests" / "data" / "formats"
VERSION = re.search(r"^  version: '([^']+)',$", (support.SOURCE / "meson.build").read_text(encoding="utf-8"), re.M).group(1)


def released():
    return sorted(re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$",
                             (support.SOURCE / "CHANGELOG.md").read_text(encoding="utf-8"), re.M))


class Formats(support.TestCase):
    def copies(self):
        for folder in sorted(FORMATS.iterdir()):
            copy = self.scratch / folder.name
            shutil.copytree(folder, copy)
            yield folder.name, copy

    def test_every_release_has_its_files_and_the_version_is_released(self):
        self.assertEqual(sorted(p.name for p in FORMATS.iterdir()), released())
        self.assertIn(VERSION, released())
        self.assertEqual(self.gwtape("--version").stdout, "gwtape %s\n" % VERSION)

    def test_the_version_is_written_nowhere_else(self):
        # Dependencies have versions of their own; lists of released ones are history.
        own = re.compile(r"(?<![\d.])%s(?![\d.])" % re.escape(VERSION))
        for pattern in ("**/meson.build", "**/*.[ch]", "packaging/**/*", "helpers/**/*", "scripts/*"):
            for path in support.SOURCE.glob(pattern):
                if not path.is_file() or {"node_modules", "work"} & set(path.parts) or path.parts[len(support.SOURCE.parts)].startswith("build"):
                    continue
                found = own.findall(path.read_text(encoding="utf-8", errors="replace"))
                allowed = path in (support.SOURCE / "meson.build", support.SOURCE / "libgwtape" / "gwtape.h")
                self.assertLessEqual(len(found), 1 if allowed else 0, path)

    def test_files_are_well_formed_and_mean_what_they_meant(self):
        for version, folder in self.copies():
            with self.subTest(version):
                before = support.snapshot(folder)
                self.assertExit(self.gwtape("lint", cwd=folder), 0)
                hashes = self.gwtape("drift", "--hashes", "cassettes", cwd=folder)
                self.assertExit(hashes, 0)
                self.assertEqual(hashes.stdout, (folder / "hashes.txt").read_text())
                self.assertEqual(support.snapshot(folder), before)

    def test_scenarios_are_up_to_date_with_their_cassettes(self):
        for version, folder in self.copies():
            with self.subTest(version):
                states = {row["scenario"]: row["state"] for row in json.loads(self.gwtape("ls", "--json", cwd=folder).stdout)}
                self.assertGreater(len(states), 5)
                self.assertEqual(set(states.values()), {"recorded"})

    def test_cassettes_are_served(self):
        client = support.SOURCE / "docs" / "examples" / "signed_client.py"
        for version, folder in self.copies():
            with self.subTest(version):
                args = ("replay", "--scenario", "types/http", "--", "python3", client)
                self.assertExit(self.gwtape(*args, cwd=folder), 0)
                self.assertExit(self.gwtape(*args, "--seconds", cwd=folder), 1)

    def test_another_format_is_refused_by_its_number(self):
        folder = self.scratch / "c" / "types"
        folder.mkdir(parents=True)
        text = (support.SOURCE / "cassettes" / "types" / "http.json").read_text()
        for other in ("2", "0", "\"1\"", "1.5"):
            (folder / "http.json").write_text(text.replace('"format": 1', '"format": ' + other, 1))
            done = self.gwtape("replay", "--cassettes", "c", "--", "true")
            self.assertExit(done, 3)
            self.assertIn("format", done.stderr)
        (folder / "http.json").write_text(text.replace('"format": 1,', '"format": 1, "later": true,', 1))
        self.assertExit(self.gwtape("replay", "--cassettes", "c", "--", "true"), 3)


if __name__ == "__main__":
    support.main()
