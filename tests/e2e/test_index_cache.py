"""The index cache: a start from it is a start without it, whatever happened to it or to the cassettes."""

import json
import os
import shutil
import subprocess
import time

import sigv4
import support
import tape

# What differs between two runs by nature.
VARYING = ("requestId", "time", "durationUs")


def without_varying(report):
    for row in report["requests"]:
        for name in VARYING:
            row.pop(name, None)
        row["text"] = None if "text" not in row else row["text"].split("\n")[0]
    return report


class IndexCache(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.cache = self.scratch / "cache"
        shutil.copytree(support.SOURCE / "cassettes" / "types", self.cassettes / "types")

    def files(self):
        return sorted(self.cache.glob("*.index")) if self.cache.is_dir() else []

    def play(self, cache, env=None, binary=None):
        """Serve all scenarios, make every call of one and a wrong one; the report without what varies."""
        report = self.scratch / "report.json"
        cassette = tape.load(self.cassettes, "types/http")
        calls = tape.calls(cassette)
        wrong = json.loads(json.dumps(calls[0]))
        wrong["input"]["timeoutInMillis"] = 12345
        other = json.loads(json.dumps(wrong))
        other["input"]["restApiId"] = "zzzzzzzzzz"
        (self.scratch / "calls.json").write_text(json.dumps([*calls, wrong, other]))
        done = support.run([binary or support.BINARY, "replay", "--cassettes", "cassettes", "--cache", cache, "--report",
                            "json:" + str(report), "--no-guard", "--", support.sys.executable, sigv4.__file__,
                            "calls.json"], {**self.env, **(env or {})}, self.scratch)
        self.assertExit(done, 1)
        return without_varying(support.read_json(report))

    def fill(self):
        """Start until the cache is there: files changed in the last two seconds are not cached."""
        deadline = time.monotonic() + support.HANG_SECONDS
        while not self.files():
            self.assertLess(time.monotonic(), deadline, "no cache was ever written")
            self.assertExit(self.gwtape("replay", "--cassettes", "cassettes", "--cache", self.cache, "--no-guard", "--",
                                        "true"), 5)
        return self.files()[0]

    def test_the_same_run_with_and_without(self):
        plain = self.play("off")
        self.assertGreater(plain["summary"]["matched"], 0)
        self.assertEqual(plain["summary"]["broken"], 2)
        file = self.fill()
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.cache.stat().st_mode & 0o777, 0o700)
        before = file.stat()
        for _ in range(3):
            self.assertEqual(self.play(self.cache), plain)
        self.assertEqual(file.stat().st_ino, before.st_ino, "a right cache was written again")

    def test_a_changed_cassette_is_served_as_it_is_now(self):
        self.fill()
        (self.cassettes / "types" / "http-full.json").unlink()
        done = self.gwtape("replay", "--cassettes", "cassettes", "--cache", self.cache, "--scenario", "types/http-full",
                           "--", "true")
        self.assertExit(done, 5)
        self.assertIn("no cassette 'types/http-full'", done.stderr)
        text = (self.cassettes / "types" / "http.json").read_text()
        stat = (self.cassettes / "types" / "http.json").stat()
        (self.cassettes / "types" / "http.json").write_text(text.replace('"status": 201', '"status": 202', 1))
        os.utime(self.cassettes / "types" / "http.json", ns=(stat.st_atime_ns, stat.st_mtime_ns))
        with self.subTest("same size and date"):
            server = self.serve("replay", "--cassettes", "cassettes", "--cache", self.cache)
            call = tape.calls(tape.load(self.cassettes, "types/http"))[0]
            self.assertEqual(sigv4.perform(server.url, call).status, 202)

    def test_a_damaged_file_is_made_again(self):
        plain = self.play("off")
        file = self.fill()
        whole = file.read_bytes()
        damaged = {"empty": b"", "cut in the header": whole[:100], "cut": whole[:len(whole) // 2], "longer": whole + b"x",
                   "noise": os.urandom(4096)}
        for at in (0, 8, 16, 24, 60, 72, 90, 110, 300, 5000, len(whole) // 2, len(whole) - 9):
            damaged["byte %d" % at] = whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1:]
        for label, content in damaged.items():
            with self.subTest(label):
                file.write_bytes(content)
                self.assertEqual(self.play(self.cache), plain)
                self.assertEqual(self.files(), [file])
                self.assertEqual(len(file.read_bytes()), len(whole), "it was not made again")

    def test_a_file_that_others_may_write_is_not_taken(self):
        file = self.fill()
        before = file.stat().st_ino
        file.chmod(0o620)
        plain = self.play("off")
        self.assertEqual(self.play(self.cache), plain)
        self.assertNotEqual(file.stat().st_ino, before)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.cache.chmod(0o770)
        before = file.stat().st_ino
        file.write_bytes(b"")
        self.assertEqual(self.play(self.cache), plain)
        self.assertEqual(file.stat().st_size, 0, "a folder that others may write was used")

    def test_another_program_makes_its_own(self):
        plain = self.play(self.cache)
        file = self.fill()
        before = file.stat().st_ino
        other = self.scratch / "gwtape"
        shutil.copy2(support.BINARY, other)
        self.assertEqual(self.play(self.cache, binary=other), plain)
        self.assertNotEqual(file.stat().st_ino, before)

    def test_no_folder_no_cache_and_no_complaint(self):
        plain = self.play("off")
        (self.scratch / "file").write_text("in the way")
        for label, cache in (("a file in the way", self.scratch / "file"), ("below a file", self.scratch / "file" / "x"),
                             ("nowhere", "/proc/nowhere")):
            with self.subTest(label):
                self.assertEqual(self.play(cache), plain)

    def test_many_starts_at_once(self):
        plain = self.play("off")
        file = self.fill()
        file.unlink()
        args = [str(support.BINARY), "replay", "--cassettes", "cassettes", "--cache", str(self.cache), "--no-guard", "--",
                "true"]
        started = [subprocess.Popen(args, env=self.env, cwd=self.scratch, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL) for _ in range(6)]
        self.assertEqual([p.wait(support.HANG_SECONDS) for p in started], [5] * 6)
        self.assertEqual([p.name for p in self.cache.iterdir()], [file.name])
        self.assertEqual(self.play(self.cache), plain)

    def test_few_cassettes_need_none(self):
        self.assertExit(self.gwtape("replay", "--cassettes", "cassettes", "--no-guard", "--", "true"), 5)
        self.assertFalse((self.scratch / "home" / ".cache" / "gwtape" / "index").exists())


if __name__ == "__main__":
    support.main()
