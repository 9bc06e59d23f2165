"""packaging/: what each build.sh made is installed into an empty root or project, records, replays, catches a mistake.

Building takes minutes, so it is asked for: GWTAPE_PACKAGING=1 (scripts/test.sh then runs suite `packaging` too). Packages
that were built before are taken from GWTAPE_PACKAGES, a folder with one of OUTDIR for each name.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import action
import support

CLIENT = support.SOURCE / "docs" / "examples" / "signed_client.py"
NAMES = ("static", "npm", "wheel", "image", "deb")
BREACH = "EXTRA_FIELD /timeoutInMillis: expected nothing, got 29"
ALL_SECONDS = 360


def setUpModule():
    if not os.environ.get("GWTAPE_PACKAGING"):
        support.skip("packages are built where GWTAPE_PACKAGING=1 asks for it")


class Packages(support.TestCase):
    @classmethod
    def setUpClass(cls):
        given = os.environ.get("GWTAPE_PACKAGES")
        cls.home = Path(given or tempfile.mkdtemp(prefix="gwtape-packages-")).resolve()
        if given:
            return
        cls.addClassCleanup(shutil.rmtree, cls.home)
        started = time.monotonic()
        for name in NAMES:
            (cls.home / name).mkdir()
            done = subprocess.run(["sh", str(support.SOURCE / "packaging" / name / "build.sh"), str(cls.home / name)],
                                  capture_output=True, text=True)
            if done.returncode == 5:
                print("SKIPPED: packaging/%s (%s)" % (name, done.stderr.strip()))
            elif done.returncode:
                raise AssertionError(done.stdout + done.stderr)
        print("all packages: %d s" % (time.monotonic() - started))

    def made(self, name, pattern):
        found = list((self.home / name).glob(pattern))
        if not found:
            support.skip("packaging/%s was not built" % name)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def hold(self, program, *, env=None):
        """Record, replay right, wrong and silent; prints size and start time."""
        env = {**self.env, **(env or {})}
        program = [str(word) for word in (program if isinstance(program, list) else [program])]
        self.assertExit(support.run([*program, "ls", "types"], env, self.scratch), 0)
        self.assertExit(support.run([*program, "record", "types", "--cassettes", "c"], env, self.scratch), 0)
        replay = [*program, "replay", "--cassettes", "c", "--", "python3", CLIENT]
        self.assertExit(support.run(replay, env, self.scratch), 0)
        for words in (["--seconds"], ["--seconds", "--swallow"]):
            done = support.run([*replay, *words], env, self.scratch)
            self.assertExit(done, 1)
            self.assertIn(BREACH, done.stderr)
        times = []
        for _ in range(5):
            started = time.perf_counter()
            self.assertExit(support.run([*program, "--version"], env, self.scratch), 0)
            times.append((time.perf_counter() - started) * 1000)
        print("%s: --version %.1f ms" % (self._testMethodName, min(times)))

    def test_static(self):
        archive = self.made("static", "*.tar.gz")
        self.assertExit(support.run(["tar", "-xzf", archive, "-C", self.scratch, "--strip-components=1"], self.env), 0)
        program = self.scratch / "bin" / "gwtape"
        linked = support.run(["ldd", program], self.env)
        self.assertRegex(linked.stdout + linked.stderr, "not a dynamic executable|statically linked")
        self.hold(program)
        # An empty root: nothing of this machine is there.
        if os.geteuid() == 0 and shutil.which("chroot"):
            done = support.run(["chroot", self.scratch, "/bin/gwtape", "record", "types", "--cassettes", "/x"], self.env)
            self.assertExit(done, 0)
        print("static: %d bytes" % program.stat().st_size)

    def test_npm(self):
        npm = support.need("npm")
        tarballs = [self.made("npm", "gwtape-linux-x64-*.tgz"), self.made("npm", "gwtape-[0-9]*.tgz")]
        (self.scratch / "package.json").write_text('{"private": true}')
        done = support.run([npm, "install", "--offline", "--no-audit", "--no-fund", *tarballs], self.env, self.scratch)
        self.assertExit(done, 0)
        for package in (self.scratch / "node_modules").rglob("package.json"):
            self.assertNotIn("scripts", json.loads(package.read_text()), package)
        self.hold(self.scratch / "node_modules" / ".bin" / "gwtape")

    def test_wheel(self):
        wheel = self.made("wheel", "*.whl")
        python = next((p for p in (sys.executable, support.DEBIAN_PYTHON) if not subprocess.run(
            [p, "-m", "venv", "--help"], capture_output=True).returncode), None)
        done = support.run([python or support.skip("no venv"), "-m", "venv", self.scratch / "venv"], self.env)
        if done.code:
            support.skip("python3-venv is not installed")
        done = support.run([self.scratch / "venv" / "bin" / "pip", "install", "--no-index", "--no-deps", wheel], self.env)
        self.assertExit(done, 0)
        self.hold(self.scratch / "venv" / "bin" / "gwtape")
        entries = next((self.scratch / "venv").rglob("gwtape-*.dist-info/entry_points.txt")).read_text()
        self.assertIn("[pytest11]\ngwtape = pytest_gwtape", entries)
        self.assertTrue(list((self.scratch / "venv").rglob("pytest_gwtape.py")))

    def test_image(self):
        self.made("image", "gwtape/index.json")
        umoci = support.need("umoci")
        bundle = self.scratch / "bundle"
        done = support.run([umoci, "unpack", "--rootless", "--image", "%s:latest" % (self.home / "image" / "gwtape"),
                            bundle], self.env)
        self.assertExit(done, 0)
        config = support.read_json(bundle / "config.json")
        self.assertEqual(config["process"]["args"], ["/bin/gwtape"])
        self.assertNotEqual(config["process"]["user"]["uid"], 0)
        self.hold(bundle / "rootfs" / "bin" / "gwtape")
        if os.geteuid() == 0 and shutil.which("chroot"):
            done = support.run(["chroot", bundle / "rootfs", "/bin/gwtape", "record", "types", "--cassettes", "/work/x"],
                               self.env)
            self.assertExit(done, 0)

    def test_deb(self):
        package = self.made("deb", "*.deb")
        root = self.scratch / "root"
        self.assertExit(support.run(["dpkg", "-x", package, root], self.env), 0)
        self.hold(root / "usr" / "bin" / "gwtape")
        dynamic = support.run(["readelf", "-dlW", root / "usr" / "bin" / "gwtape"], self.env).stdout
        for flag in ("GNU_RELRO", "BIND_NOW", "PIE"):
            self.assertIn(flag, dynamic)
        fields = support.run(["dpkg-deb", "-f", package], self.env).stdout
        for needed in ("libgit2-1.5", "libuv1", "libcurl4", "libssl3"):
            self.assertIn(needed, fields)

    def test_action(self):
        archive = self.made("static", "*.tar.gz")
        env = {**self.env, "GWTAPE_UPSTREAM": "sandbox"}
        self.assertExit(self.gwtape("record", "types", "--scenarios", support.SCENARIOS, "--cassettes", "cassettes"), 0)
        inputs = {"archive": str(archive), "run": "python3 %s" % CLIENT}
        runs, files = action.play(inputs, self.scratch, env)
        self.assertEqual({name: run.code for name, run in runs.items()}, {"install": 0, "path": 0, "run": 0}, runs)
        self.assertIn("2 matched", files["GITHUB_STEP_SUMMARY"])
        runs, files = action.play({**inputs, "run": inputs["run"] + " --seconds --swallow"}, self.scratch, env)
        self.assertExit(runs["run"], 1)
        self.assertIn("::error", runs["run"].stdout)
        self.assertIn("/timeoutInMillis", files["GITHUB_STEP_SUMMARY"])
        runs, _ = action.play({**inputs, "sha256": "0" * 64}, self.scratch, env)
        self.assertEqual(list(runs), ["install"])
        self.assertNotEqual(runs["install"].code, 0)


if __name__ == "__main__":
    support.main()
