"""Every file system call of a recording fails in turn: nothing is torn, nothing is lost, and the next run gets through.

tests/support/faulty_calls.c (LD_PRELOAD) counts the calls on files below the scratch folder and fails one of them, or
one and all later ones that write, as a full disk does. By default a sample of the calls; GWTAPE_FAULTS=all takes all, and a
number as many of each kind. Cases run at the same time, one a processor: TMPDIR=/dev/shm keeps them off the disk.
"""

import concurrent.futures
import errno
import hashlib
import json
import os
import random
import shutil
import subprocess
import unittest
import zlib
from pathlib import Path

import support

SCENARIO = """\
about: %s
fixtures: [rest-api, resource, method]
steps:
  - id: put
    call: PutIntegration
    input: {restApiId: "${restApiId}", resourceId: "${resourceId}", httpMethod: GET, type: MOCK, cacheNamespace: %s}
    expect: {status: 201}
"""
MODES = {"once": ("once", errno.EIO), "full disk": ("ever", errno.ENOSPC), "half a write": ("short", errno.ENOSPC)}
SAMPLE = 25  # of each mode and repository


def shim():
    path = os.environ.get("GWTAPE_FAULTY_CALLS")
    if not path or not Path(path).exists():
        support.skip("the shim that fails system calls is not there (it cannot be preloaded under sanitizers)")
    return path


# The repositories of a case are small and never packed: reading them here costs a tenth of a git process. git judges them
# at the end of each case (fsck, status).


def head_of(top):
    """Id of the commit that HEAD says, or None."""
    head = top / ".git" / "HEAD"
    ref = top / ".git" / head.read_text().split()[1] if head.exists() else head
    return ref.read_text().strip() if ref.exists() else None


def read_object(top, name):
    """Content of a loose object; one that is torn raises."""
    whole = zlib.decompress((top / ".git" / "objects" / name[:2] / name[2:]).read_bytes())
    if hashlib.sha1(whole).hexdigest() != name:
        raise AssertionError("object %s has other bytes" % name)
    return whole.split(b"\0", 1)[1]


def blobs_of(top, tree, prefix):
    """Path and id of each blob of a tree."""
    rest = read_object(top, tree)
    while rest:
        entry, rest = rest.split(b"\0", 1)
        mode, name = entry.decode().split(" ", 1)
        name, blob, rest = prefix + name, rest[:20].hex(), rest[20:]
        if mode == "40000":
            yield from blobs_of(top, blob, name + "/")
        else:
            yield name, blob


class Faults(support.TestCase):
    def setUp(self):
        super().setUp()
        self.shim = shim()
        support.need("git")

    def write(self, name, about, value):
        path = self.scratch / "scenarios" / (name + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SCENARIO % (about, value))

    def words(self, folder):
        words = ["record", "--upstream", "sandbox", "--scenarios", self.scratch / "scenarios", "--cassettes", folder,
                 "--mode", "all"]
        return words + ["--commit"] if self.users else words

    def git(self, *args, cwd, ok=True):
        return super().git("-c", "gc.auto=0", *args, cwd=cwd, ok=ok)

    def blobs(self, top, folder):
        """Path below the cassettes -> blob id, of HEAD; {} where there is no commit."""
        commit = head_of(top)
        if not commit:
            return {}
        tree = read_object(top, commit).split(b"\n", 1)[0].split()[1].decode()
        prefix = "" if top == folder else str(folder.relative_to(top)) + "/"
        return {name[len(prefix):]: blob for name, blob in blobs_of(top, tree, "") if name.startswith(prefix)}

    def lines(self, text):
        return set(json.loads(text))

    def prepare(self, users):
        """A repository with a recording in it, or none at all; and what it has before and after a run without faults."""
        self.users = users
        self.top = self.scratch / "start"
        self.folder = Path("cassettes") if users else Path(".")
        self.top.mkdir()
        if users:
            for name in ("a", "b"):
                self.write("g/" + name, "one", name)
            self.git("init", "-q", "-b", "main", ".", cwd=self.top)
            (self.top / "code.c").write_text("one\n")
            self.git("add", "code.c", cwd=self.top)
            self.git("commit", "-qm", "first", cwd=self.top)
            self.assertExit(self.gwtape(*self.words(self.top / self.folder)), 0)
        self.before = self.state(self.top)
        self.write("g/a", "two", "changed")
        self.write("g/b", "one", "b")
        self.write("h/c", "one", "c")
        reference = self.copy("reference")
        self.assertExit(self.gwtape(*self.words(reference / self.folder)), 0)
        self.after = self.state(reference)
        shutil.rmtree(reference)

    def copy(self, name):
        to = self.scratch / name
        shutil.copytree(self.top, to, symlinks=True)
        return to

    def state(self, top):
        """Bytes of the cassettes in the working tree, and their blobs in HEAD; both by name."""
        folder = top / self.folder
        files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.glob("*/*.json")}
        return {"files": files, "blobs": self.blobs(top, folder)}

    def record(self, top, number, mode, error):
        counted = self.scratch / (top.name + "-counted")
        env = {"LD_PRELOAD": self.shim, "FAULT_BELOW": top, "FAULT_AT": number, "FAULT_MODE": mode,
               "FAULT_ERRNO": error, "FAULT_COUNT": counted}
        return self.gwtape(*self.words(top / self.folder), env=env), int(counted.read_text())

    def check_content(self, label, name, content, kind):
        """Old, new, or a list of dates with every line that it had."""
        if name.endswith("VALIDATED.json") and kind == "files":
            self.assertLessEqual(self.lines(self.before[kind].get(name, b"{}")), self.lines(content), label)
        elif not name.endswith("VALIDATED.json") and name != ".gitattributes":
            allowed = [self.before[kind].get(name), self.after[kind].get(name)]
            self.assertIn(content, allowed, "%s: %s is torn" % (label, name))

    def check(self, label, top):
        now = self.state(top)
        for kind in ("files", "blobs"):
            self.assertLessEqual(set(self.before[kind]), set(now[kind]), "%s: lost" % label)
            for name, content in now[kind].items():
                self.check_content(label, name, content, kind)
        for name in now["blobs"]:
            if name.endswith("VALIDATED.json"):
                text = read_object(top, now["blobs"][name])
                known = self.before["files"].get(name, b"{}")
                self.assertLessEqual(self.lines(known), self.lines(text), "%s: lines lost" % label)
        return now

    def commit_as_user(self, label, top):
        """What somebody commits next takes nothing of the cassettes away."""
        if self.users:
            (top / "code.c").write_text("two\n")
            if self.git("add", "code.c", cwd=top, ok=False).code == 0:
                self.git("commit", "-qm", "mine", cwd=top, ok=False)
                self.check(label + ", after a commit of the user", top)

    def check_end(self, label, top):
        """A run without faults: everything is there, and nothing else."""
        done = self.gwtape(*self.words(top / self.folder))
        self.assertEqual(done.code, 0, "%s: %s" % (label, done))
        now = self.state(top)
        for kind in ("files", "blobs"):
            wanted = {n: c for n, c in self.after[kind].items() if not n.endswith("VALIDATED.json")}
            self.assertEqual({n: now[kind].get(n) for n in wanted}, wanted, label)
        status = self.git("status", "--porcelain", "-uall", cwd=top).stdout
        self.assertIn(status, ("", "M  code.c\n", " M code.c\n"), label)
        left = [p for p in top.rglob("*") if p.name in (".gwtape", "gwtape") or p.name.endswith(".lock")]
        self.assertEqual(left, [], label)
        fsck = self.git("fsck", "--strict", "--no-dangling", "--no-progress", cwd=top)
        self.assertEqual(fsck.stdout, "", label)

    def run_into(self, number, mode, error):
        """Whether the run said that a call failed."""
        label = "call %d, %s" % (number, mode)
        top = self.copy("%s-%d" % (mode, number))
        done, _ = self.record(top, number, mode, error)
        self.assertIn(done.code, (0, 1, 3, 4, 5), "%s: %s" % (label, done))
        now = self.check(label, top)
        if done.code == 0 and "not committed" not in done.stderr:
            wanted = {n: c for n, c in self.after["blobs"].items() if not n.endswith("VALIDATED.json")}
            self.assertEqual({n: now["blobs"].get(n) for n in wanted}, wanted, "%s: exit 0: %s" % (label, done))
        self.commit_as_user(label, top)
        self.check_end(label, top)
        shutil.rmtree(top)
        return done.code != 0

    def run_each(self, cases):
        """How many runs said so; every case that is wrong is named, not the first alone."""
        told, wrong = 0, []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            started = [pool.submit(self.run_into, *case) for case in cases]
            for number, done in enumerate(concurrent.futures.as_completed(started), 1):
                if done.exception():
                    wrong.append(str(done.exception()) or repr(done.exception()))
                else:
                    told += done.result()
                if number % 500 == 0:
                    print("%d of %d, %d wrong" % (number, len(cases), len(wrong)), flush=True)
        self.assertEqual(wrong, [], "\n\n".join(wrong))
        return told

    def numbers(self, total, label):
        wanted = os.environ.get("GWTAPE_FAULTS", str(SAMPLE))
        count = total if wanted == "all" else min(int(wanted), total)
        return sorted(random.Random(label).sample(range(1, total + 1), count))

    def run_all(self, users):
        self.prepare(users)
        top = self.copy("count")
        done, total = self.record(top, 0, "once", 0)
        self.assertExit(done, 0)
        self.assertGreater(total, 100)
        cases = [(number, mode, error) for label, (mode, error) in MODES.items() for number in self.numbers(total, label)]
        told = self.run_each(cases)
        print("%d calls of %d in %d ways: %d failed (%d runs said so), 0 torn, 0 lost"
              % (len(cases) // len(MODES), total, len(MODES), len(cases), told), flush=True)

    def test_in_a_repository_of_the_user(self):
        self.run_all(True)

    def test_in_a_repository_that_gwtape_makes(self):
        self.run_all(False)


class Together(support.TestCase):
    """Runs at the same time: every line is there, every exit code is true."""

    RUNS = 16

    def start(self, folder, name, *args):
        words = [support.BINARY, "record", name, "--upstream", "sandbox", "--scenarios", self.scratch / "scenarios",
                 "--cassettes", folder, "--mode", "all", *args]
        return subprocess.Popen([str(w) for w in words], env=self.env, cwd=self.scratch, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def run_together(self, folder, *args):
        for i in range(self.RUNS):
            path = self.scratch / "scenarios" / "g" / ("s%02d.yaml" % i)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SCENARIO % ("one", "n%d" % i))
        names = ["g/s%02d" % i for i in range(self.RUNS)]
        runs = [self.start(folder, name, *args) for name in names]
        ended = [run.communicate(timeout=support.HANG_SECONDS) for run in runs]
        for run, (out, err) in zip(runs, ended):
            self.assertEqual(run.returncode, 0, out + err)
            self.assertIn("committed", out, err)
        committed = self.git("show", "HEAD:./g/VALIDATED.json", cwd=folder).stdout
        self.assertEqual(sorted(json.loads(committed)), names)
        self.assertEqual(self.git("status", "--porcelain", "-uall", cwd=folder).stdout, "")
        listed = self.git("ls-tree", "-r", "--name-only", "HEAD", cwd=folder).stdout.split()
        self.assertEqual([n for n in listed if n.startswith("g/s")], [n + ".json" for n in names])
        self.assertEqual(self.git("fsck", "--strict", "--no-dangling", "--no-progress", cwd=folder).stdout, "")

    def test_into_a_folder_that_none_of_them_finds(self):
        self.run_together(self.scratch / "cassettes")

    def test_into_a_repository_of_the_user(self):
        folder = self.scratch / "project" / "cassettes"
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main", ".", cwd=folder.parent)
        self.git("commit", "-q", "--allow-empty", "-m", "first", cwd=folder.parent)
        self.run_together(folder, "--commit")


class Refused(support.TestCase):
    """Before any call: the upstream is a closed port, which would be exit 4."""

    def setUp(self):
        super().setUp()
        self.folder = self.scratch / "cassettes"
        (self.folder / "g").mkdir(parents=True)
        (self.scratch / "scenarios" / "g").mkdir(parents=True)
        (self.scratch / "scenarios" / "g" / "a.yaml").write_text(SCENARIO % ("one", "a"))

    def record(self, *args):
        return self.gwtape("record", "--upstream", "http://127.0.0.1:9", "--scenarios", self.scratch / "scenarios",
                           "--cassettes", self.folder, *args,
                           env={"AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY})

    def test_places_that_are_not_files_of_their_own(self):
        (self.scratch / "elsewhere").write_text("somebody's")
        (self.folder / "g" / "a.json").symlink_to(self.scratch / "elsewhere")
        for args in ([], ["--commit"], ["--no-commit"]):
            done = self.record(*args)
            self.assertExit(done, 5)
            self.assertIn("symbolic link", done.stderr)
        self.assertEqual((self.scratch / "elsewhere").read_text(), "somebody's")
        (self.folder / "g" / "a.json").unlink()
        self.git("init", "-q", ".", cwd=self.folder / "g")
        self.assertExit(self.record(), 5)
        (self.folder / "g").rename(self.scratch / "g")
        (self.folder / "G").mkdir()
        done = self.record()
        self.assertExit(done, 5)
        self.assertIn("ignores case", done.stderr)
        self.assertEqual(sorted(p.name for p in self.folder.rglob("*")), ["G"])

    def test_a_scenario_named_as_the_file_of_dates(self):
        for name in ("validated", "VALIDATED", "Validated"):
            path = self.scratch / "scenarios" / "g" / (name + ".yaml")
            path.write_text(SCENARIO % ("one", "a"))
            with self.subTest(name):
                self.assertExit(self.record(), 3)
                self.assertExit(self.gwtape("lint", path), 3)
                self.assertExit(self.record("--proxy", "--name", "h/" + name, "--", "true"), 2)
            path.unlink()


class Threads(support.TestCase):
    """Nothing that belongs to the whole process changes while threads run (tests/support/process_state.c)."""

    # libuv sets its handler of SIGCHLD when it starts the first child
    ALLOWED = {"action of signal 17"}

    def test_recording_and_replaying_leave_the_process_alone(self):
        state = os.environ.get("GWTAPE_PROCESS_STATE")
        if not state or not Path(state).exists():
            support.skip("the shim that watches the process is not there (it cannot be preloaded under sanitizers)")
        told = self.scratch / "told"
        env = {"LD_PRELOAD": state, "PROCESS_STATE": told}
        folder = self.scratch / "cassettes"
        self.assertExit(self.gwtape("record", "types", "--upstream", "sandbox", "--scenarios", support.SCENARIOS,
                                    "--cassettes", folder, "--jobs", "8", env=env), 0)
        modes = {oct(p.stat().st_mode & 0o777) for p in folder.rglob("*.json")}
        self.assertEqual(len(modes), 1, modes)
        self.gwtape("replay", "--cassettes", folder, "--threads", "4", "--allow-unused", "--", "true", env=env)
        self.gwtape("record", "--upstream", "sandbox", "--proxy", "--name", "g/one", "--scenarios",
                    self.scratch / "scenarios", "--cassettes", folder, "--jobs", "8", "--", "true", env=env)
        lines = set(told.read_text().split("\n")) if told.exists() else set()
        self.assertLessEqual(lines - {""}, self.ALLOWED)

    def test_files_of_threads_have_the_mode_of_the_umask(self):
        folder = self.scratch / "cassettes"
        words = [support.BINARY, "record", "--upstream", "sandbox", "--scenarios", support.SCENARIOS, "--cassettes",
                 folder, "--jobs", "16"]
        done = subprocess.run([str(w) for w in words], env=self.env, cwd=self.scratch, capture_output=True,
                              umask=0o027, timeout=support.HANG_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({oct(p.stat().st_mode & 0o777) for p in folder.rglob("*/*.json")}, {"0o640"})


if __name__ == "__main__":
    support.main()
