"""packaging/: what each build.sh made is installed into an empty root or project, records, replays, catches a mistake.
At the end a table of sizes and start times is printed; docs/install.md keeps one.

Building takes minutes, so it is asked for: GWTAPE_PACKAGING=1 (scripts/test.sh then runs suite `packaging` too). Packages
that were built before are taken from GWTAPE_PACKAGES, a folder with one of OUTDIR for each name.
"""

import json
import os
import shutil
import statistics
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
STARTS = 11
OTHER_SWITCHES = ["--no-" + kind for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
MERGED = ("bin", "sbin", "lib", "lib64")  # links into usr on Debian 12
CLIENT_WORDS = ["put-integration", "--rest-api-id", "a1b2c3d4e5", "--resource-id", "x7y8z9", "--http-method", "GET", "--type",
                "HTTP", "--integration-http-method", "GET", "--uri", "https://example.com/pets"]


def setUpModule():
    if not os.environ.get("GWTAPE_PACKAGING"):
        support.skip("packages are built where GWTAPE_PACKAGING=1 asks for it")


def debian_root(root, package):
    """`root` becomes Debian with what `package` depends on, Python, and nothing else; skips where apt cannot fetch it."""
    depends = subprocess.run(["dpkg-deb", "-f", package, "Depends"], capture_output=True, text=True).stdout
    names = [name.split("(")[0].split("|")[0].strip() for name in depends.split(",")]
    listed = subprocess.run(["apt-cache", "depends", "--recurse", *OTHER_SWITCHES, *names, "python3", "libc-bin", "base-files"],
                            capture_output=True, text=True).stdout
    closure = sorted({line for line in listed.splitlines() if line and line[0] not in " <|"})
    store = root.parent / "debs"
    store.mkdir()
    if subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *closure], cwd=store,
                      capture_output=True).returncode:
        support.skip("apt cannot fetch what the package depends on (apt-get update)")
    for name in MERGED:
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to("usr/" + name)
    (root / "tmp").mkdir()
    for each in [*sorted(store.glob("*.deb")), package]:
        # Through tar, which leaves the links of the merged /usr alone.
        subprocess.run("dpkg-deb --fsys-tarfile '%s' | tar -xf - --keep-directory-symlink -C '%s'" % (each, root), shell=True,
                       check=True)
    subprocess.run(["chroot", root, "/sbin/ldconfig"], check=True)
    python = next((root / "usr" / "bin").glob("python3.[0-9]*"))
    if not (root / "usr" / "bin" / "python3").exists():
        (root / "usr" / "bin" / "python3").symlink_to(python.name)


class Packages(support.TestCase):
    rows = []

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
        self.tell(program, env)

    def tell(self, program, env):
        """A row of the table: the bytes of what was built, and the median of the starts."""
        times = []
        for _ in range(STARTS):
            started = time.perf_counter()
            done = subprocess.run([*program, "--version"], env=env, capture_output=True)
            times.append((time.perf_counter() - started) * 1000)
            self.assertEqual(done.returncode, 0, done)
        name = self._testMethodName.removeprefix("test_")
        size = sum(path.stat().st_size for path in (self.home / name).rglob("*") if path.is_file())
        type(self).rows.append("| %s | %s | %.1f ms |" % (name, format(size, ","), statistics.median(times)))

    @classmethod
    def tearDownClass(cls):
        print("\n".join(["| package | bytes | `--version`, median of %d |" % STARTS, "| --- | --- | --- |", *cls.rows]))

    def hold_in(self, root, folder, program="/bin/gwtape"):
        """The same with nothing of this machine: `root` is all that the program sees, and it is its own client."""
        if os.geteuid() or not shutil.which("chroot"):
            return print("SKIPPED: chroot of %s needs root" % self._testMethodName)
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder}
        inside = ["chroot", root, program]
        done = support.run([*inside, "record", "types/http", "--cassettes", folder + "/x"], env)
        self.assertExit(done, 0)
        replay = [*inside, "replay", "--scenario", "types/http", "--cassettes", folder + "/x", "--allow-unused", "--", program,
                  *CLIENT_WORDS]
        self.assertExit(support.run(replay, env), 0)
        done = support.run([*replay, "--timeout-in-millis", "29"], env)
        self.assertExit(done, 1)
        self.assertIn(BREACH, done.stderr)

    def test_static(self):
        archive = self.made("static", "*.tar.gz")
        self.assertExit(support.run(["tar", "-xzf", archive, "-C", self.scratch, "--strip-components=1"], self.env), 0)
        program = self.scratch / "bin" / "gwtape"
        linked = support.run(["ldd", program], self.env)
        self.assertRegex(linked.stdout + linked.stderr, "not a dynamic executable|statically linked")
        self.hold(program)
        (self.scratch / "tmp").mkdir(exist_ok=True)
        self.hold_in(self.scratch, "/x")
        print("static: the program has %s bytes" % format(program.stat().st_size, ","))

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

    def test_helpers_with_the_static_program(self):
        archive = self.made("static", "*.tar.gz")
        self.assertExit(support.run(["tar", "-xzf", archive, "-C", self.scratch, "--strip-components=1"], self.env), 0)
        env = {**self.env, "PATH": "%s:%s" % (self.scratch / "bin", self.env["PATH"]), "PYTHON": support.DEBIAN_PYTHON,
               "GOCACHE": str(self.scratch / "go-cache")}
        needs = {"pytest": not subprocess.run([support.DEBIAN_PYTHON, "-c", "import pytest"], capture_output=True).returncode,
                 "go": shutil.which("go"), "vitest": (support.SOURCE / "helpers/vitest/node_modules/vitest").exists()}
        for name, there in needs.items():
            if not there:
                print("SKIPPED: helpers/%s, whose test runner is not installed" % name)
                continue
            for mode in ("right", "wrong", "silent"):
                done = support.run(["sh", support.SOURCE / "helpers" / name / "example.sh", mode], env, self.scratch, timeout=support.HANG_SECONDS)
                self.assertEqual(done.code == 0, mode == "right", done)
                self.assertTrue(mode == "right" or BREACH in done.stdout + done.stderr, done)

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
        self.hold_in(bundle / "rootfs", "/work")

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

    def test_deb_in_a_root_of_debian(self):
        package = self.made("deb", "*.deb")
        if os.geteuid() or not shutil.which("chroot"):
            support.skip("chroot needs root")
        root = self.scratch / "root"
        debian_root(root, package)
        self.hold_in(root, "/tmp", "/usr/bin/gwtape")
        shutil.copy(CLIENT, root / "tmp" / "client.py")
        inside = ["chroot", root, "/usr/bin/gwtape"]
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"}
        self.assertExit(support.run([*inside, "record", "types", "--cassettes", "/tmp/c"], env), 0)
        replay = [*inside, "replay", "--cassettes", "/tmp/c", "--", "python3", "/tmp/client.py"]
        self.assertExit(support.run(replay, env), 0)
        done = support.run([*replay, "--seconds"], env)
        self.assertExit(done, 1)
        self.assertIn(BREACH, done.stderr)

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
