"""`gwtape history` over histories that git itself made: each value from which commit, until when, and grouped changes.

Cassettes are real ones whose answers are edited here, hashes included; commits come from git fast-import, so that names
and times are this test's. What must come out is computed from the edits, without the program.
"""

import copy
import json
import random
import subprocess
import time

import support
import tape

FIELD = "/timeoutInMillis"
START = 1735689600  # 2025-01-01T00:00:00Z
DAY = 86400


def date(day):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + day * DAY))


class Made:
    """A cassette that can be edited and written with its right hashes."""

    def __init__(self, path):
        self.json = json.loads(path.read_text())

    def copy(self):
        return copy.deepcopy(self)

    def answer(self, interaction="get"):
        return next(i for i in self.json["interactions"] if i["id"] == interaction)["response"]

    def set(self, value, interaction="get", member=FIELD[1:]):
        body = self.answer(interaction)["body"]
        value_of = body["json"]
        if value is None:
            value_of.pop(member, None)
        else:
            value_of[member] = value
        body["json"] = dict(sorted(value_of.items()))
        self.json["index"]["bodySha256"][interaction] = tape.sha256(tape.body_bytes(body))
        return self

    def named(self, name):
        self.json["scenario"] = name
        return self

    def bytes(self):
        return (json.dumps(self.json, indent=2, ensure_ascii=False) + "\n").encode()


def lines(entries):
    """VALIDATED.json of {scenario: (day recorded, day confirmed)}."""
    return json.dumps({name: {"recorded": date(a), "confirmed": date(b), "upstream": "aws"}
                       for name, (a, b) in sorted(entries.items())}, indent=1).encode() + b"\n"


class Importer:
    """git fast-import: commits on branches, by marks."""

    def __init__(self, top, git):
        self.top, self.git, self.stream, self.mark = top, git, [], 0
        git("init", "-q", "-b", "main", ".", cwd=top)

    def commit(self, day, files, branch="main", parents=(), message="m"):
        """`files`: path -> bytes, or None for a deletion, or (mode, bytes). Returns the mark."""
        self.mark += 1
        add = self.stream.append
        add(b"commit refs/heads/%s\nmark :%d\n" % (branch.encode(), self.mark))
        add(b"committer A <a@example.com> %d +0000\ndata %d\n%s\n" % (START + day * DAY, len(message), message.encode()))
        for i, parent in enumerate(parents):
            add(b"%s :%d\n" % (b"merge" if i else b"from", parent))
        for path, content in files.items():
            mode, content = content if isinstance(content, tuple) else ("100644", content)
            if content is None:
                add(b"D %s\n" % path.encode())
            elif mode == "160000":
                add(b"M 160000 %s %s\n" % (content, path.encode()))
            else:
                add(b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), path.encode(), len(content), content))
        return self.mark

    def finish(self, env, branch="main"):
        """Names of the commits by mark."""
        marks = self.top / ".git" / "marks"
        subprocess.run(["git", "fast-import", "--quiet", "--export-marks=" + str(marks)], cwd=self.top, env=env,
                       input=b"".join(self.stream), check=True, capture_output=True)
        self.git("symbolic-ref", "HEAD", "refs/heads/" + branch, cwd=self.top)
        rows = (line.split() for line in marks.read_text().splitlines())
        return {int(mark[1:]): name for mark, name in rows}


class History(support.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = Made(support.SOURCE / "cassettes" / "types" / "http.json")

    def setUp(self):
        super().setUp()
        support.need("git")
        self.top = self.scratch / "repo"
        self.top.mkdir()
        self.importer = Importer(self.top, self.git)

    def made(self, name, value=29000):
        return self.base.copy().named(name).set(value)

    def history(self, *words, code=0):
        done = self.gwtape("history", "--cassettes", self.top / "cassettes", *words)
        self.assertExit(done, code)
        return done

    def values(self, *words):
        return json.loads(self.history(*words, "--json").stdout)

    def expect(self, found, wanted):
        """wanted: (interaction, value, commit, day recorded, day confirmed); days may be None."""
        rows = [(v["interaction"], v["value"], v["commit"], v["recorded"], v["confirmed"]) for v in found["values"]]
        self.assertEqual(rows, [(i, v, c, a if a is None else date(a), b if b is None else date(b))
                                for i, v, c, a, b in wanted])

    def put(self, *day_value_dates, name="g/a", path="cassettes/g"):
        """A line of commits: (day, value, dates of the lines or None)."""
        for day, value, dates in day_value_dates:
            files = {path + "/a.json": self.made(name, value).bytes()}
            if dates:
                files[path + "/VALIDATED.json"] = lines({name: dates})
            self.importer.commit(day, files)

    def test_each_value_with_its_commit_and_dates(self):
        self.put((0, 29000, (0, 0)), (3, 29000, (0, 3)), (5, 50, (5, 5)), (9, 50, (5, 9)), (12, 29000, (12, 12)))
        names = self.importer.finish(self.env)
        found = self.values("g/a", FIELD)
        self.assertEqual((found["scenario"], found["at"]), ("g/a", FIELD))
        self.expect({"values": [v for v in found["values"] if v["interaction"] == "get"]},
                    [("get", 29000, names[1], 0, 3), ("get", 50, names[3], 5, 9), ("get", 29000, names[5], 12, 12)])
        put = [v for v in found["values"] if v["interaction"] == "put"]
        self.assertEqual([(v["commit"], v["confirmed"]) for v in put], [(names[1], date(12))])

    def test_when_gives_the_interval(self):
        self.put((0, 29000, (0, 0)), (3, 29000, (0, 3)), (5, 50, (5, 5)))
        names = self.importer.finish(self.env)
        (change,) = self.values("g/a", FIELD, "--when", "50")["when"]
        self.assertEqual((change["was"], change["value"], change["lastConfirmed"], change["firstConfirmed"],
                          change["commit"]), (29000, 50, date(3), date(5), names[3]))
        text = self.history("g/a", FIELD, "--when", "50").stdout
        self.assertIn(date(3), text)
        self.assertIn(date(5), text)
        self.history("g/a", FIELD, "--when", "51", code=5)
        self.history("g/a", FIELD, "--when", '"50"', code=5)  # a text is another value

    def test_words_that_are_refused(self):
        self.put((0, 29000, (0, 0)))
        self.importer.finish(self.env)
        for words in (["a"], ["g/a", "no pointer"], ["g/a", "--when", "1"], ["--since", "yesterday"], ["a/b/c"],
                      ["g/a", "/x", "/y", "--when", "1"], ["--since", "2026-13-01"]):
            with self.subTest(words):
                self.history(*words, code=2)
        for words in (["g/none"], ["g/a", "/nowhere"], ["g/a", "x-none"]):
            with self.subTest(words):
                self.history(*words, code=5)

    def test_fields_of_every_kind(self):
        cassette = self.made("g/a")
        self.importer.commit(0, {"cassettes/g/a.json": cassette.bytes()})
        changed = cassette.copy()
        changed.answer()["status"] = 404
        changed.answer()["headers"].append(["x-amzn-ErrorType", "NotFoundException"])
        self.importer.commit(1, {"cassettes/g/a.json": changed.bytes()})
        names = self.importer.finish(self.env)

        def of_get(at):
            return [v for v in self.values("g/a", at)["values"] if v["interaction"] == "get"]

        self.assertEqual([v["value"] for v in of_get("status")], [200, 404])
        self.assertEqual([(v["value"], v["commit"]) for v in of_get("X-Amzn-errortype")],
                         [("NotFoundException", names[2])])
        self.assertEqual([v["value"]["status"] for v in of_get("")], [200, 404])
        self.assertEqual(of_get("status")[0]["recorded"], None)
        several = json.loads(self.history("g/a", "status", FIELD, "--json").stdout)
        self.assertEqual([one["at"] for one in several], ["status", FIELD])

    def test_a_field_and_a_cassette_that_go_and_come_back(self):
        self.put((0, 29000, (0, 0)), (1, None, (1, 1)))
        self.importer.commit(2, {"cassettes/g/a.json": None})
        self.put((3, 50, (3, 3)))
        names = self.importer.finish(self.env)
        rows = [v for v in self.values("g/a", FIELD)["values"] if v["interaction"] == "get"]
        self.assertEqual([(v["value"], v.get("absent", False), v["commit"]) for v in rows],
                         [(29000, False, names[1]), (None, True, names[2]), (50, False, names[4])])
        versions = self.values("g/a")["versions"]
        self.assertEqual([v.get("removed", False) for v in versions], [False, False, True, False])

    def test_a_renamed_cassette_is_followed(self):
        self.put((0, 29000, (0, 0)), (2, 50, (2, 2)))
        self.importer.commit(4, {"cassettes/g/a.json": None, "cassettes/h/b.json": self.made("h/b", 50).bytes(),
                                 "cassettes/g/VALIDATED.json": None, "cassettes/h/VALIDATED.json": lines({"h/b": (2, 4)})})
        names = self.importer.finish(self.env)
        rows = [v for v in self.values("h/b", FIELD)["values"] if v["interaction"] == "get"]
        self.assertEqual([(v["value"], v["commit"], v["confirmed"]) for v in rows],
                         [(29000, names[1], date(0)), (50, names[2], date(4))])

    def test_a_merge_follows_the_side_that_it_took(self):
        add, body = self.importer.commit, self.made
        one = add(0, {"cassettes/g/a.json": body("g/a").bytes(), "cassettes/g/VALIDATED.json": lines({"g/a": (0, 0)})})
        side = add(1, {"cassettes/g/a.json": body("g/a", 50).bytes(),
                       "cassettes/g/VALIDATED.json": lines({"g/a": (1, 1)})}, branch="side", parents=[one])
        lost = add(2, {"cassettes/g/a.json": body("g/a", 77).bytes(),
                       "cassettes/g/VALIDATED.json": lines({"g/a": (2, 2)})}, parents=[one])
        add(3, {"cassettes/g/a.json": body("g/a", 50).bytes(), "cassettes/g/VALIDATED.json": lines({"g/a": (1, 3)})},
            parents=[lost, side])
        names = self.importer.finish(self.env)
        rows = [v for v in self.values("g/a", FIELD)["values"] if v["interaction"] == "get"]
        self.assertEqual([(v["value"], v["commit"], v["confirmed"]) for v in rows],
                         [(29000, names[1], date(0)), (50, names[2], date(3))])

    def test_commits_that_cannot_be_read_hide_nothing_else(self):
        self.put((0, 29000, (0, 0)))
        bad = {"not JSON": b"\x00\xff{", "another kind": b"[]\n", "link": ("120000", b"elsewhere"), "empty": b"",
               "damaged": self.made("g/a", 29000).bytes().replace(b'"timeoutInMillis": 29000', b'"timeoutInMillis": 1'),
               "submodule": ("160000", b"1" * 40), "deep": b"[" * 100000}
        for day, (label, content) in enumerate(bad.items(), 1):
            self.importer.commit(day, {"cassettes/g/a.json": content, "cassettes/g/VALIDATED.json": b"\x1b[2J junk"},
                                 message="\x1b]0;evil\x07 %s" % label)
        self.put((30, 50, (30, 30)))
        names = self.importer.finish(self.env)
        done = self.history("g/a", FIELD, "--json")
        found = json.loads(done.stdout)
        rows = [v for v in found["values"] if v["interaction"] == "get"]
        self.assertEqual([(v["value"], v["commit"]) for v in rows], [(29000, names[1]), (50, names[len(bad) + 2])])
        self.assertEqual([u["commit"] for u in found["unreadable"]], [names[i] for i in range(2, len(bad) + 2)])
        self.assertNotIn("\x1b", done.stderr + done.stdout)
        self.history("--since", "2025-01-01")

    def test_a_shallow_clone_says_that_it_is_one(self):
        self.put((0, 29000, (0, 0)), (3, 50, (3, 3)), (5, 50, (3, 5)), (7, 50, (3, 7)))
        names = self.importer.finish(self.env)
        clone = self.scratch / "clone"
        self.git("clone", "-q", "--depth", "2", "file://" + str(self.top), clone, cwd=self.scratch)
        done = self.gwtape("history", "--cassettes", clone / "cassettes", "g/a", FIELD, "--json")
        self.assertExit(done, 0)
        self.assertIn("shallow", done.stderr)
        rows = [v for v in json.loads(done.stdout)["values"] if v["interaction"] == "get"]
        self.assertEqual([(v["value"], v["commit"], v.get("orOlder")) for v in rows], [(50, names[3], True)])

    def test_no_history_is_not_success(self):
        done = self.gwtape("history", "--cassettes", self.scratch)
        self.assertNotEqual(done.code, 0, done)
        self.history("g/a", FIELD, code=5)  # no commit at all
        (self.top / "x").write_text("x")
        self.git("add", "x", cwd=self.top)
        self.git("commit", "-qm", "x", cwd=self.top)
        self.history(code=5)
        self.history("--since", "2025-01-01", code=5)

    def test_changes_since_a_date_are_grouped(self):
        """One cause seen in five scenarios is one finding with five places; what is older is not told."""
        names = ["g/s%d" % i for i in range(5)]
        first = {"cassettes/%s.json" % n: self.made(n, 29000).bytes() for n in names}
        first["cassettes/g/VALIDATED.json"] = lines({n: (0, 0) for n in names})
        self.importer.commit(0, first)
        early = {"cassettes/%s.json" % n: self.made(n, 28000).bytes() for n in names[:2]}
        early["cassettes/g/VALIDATED.json"] = lines({n: (10, 10) if n in names[:2] else (0, 10) for n in names})
        self.importer.commit(10, early)
        for n in names[:2]:
            early["cassettes/%s.json" % n] = self.made(n, 29000).bytes()
        early["cassettes/g/VALIDATED.json"] = lines({n: (11, 11) if n in names[:2] else (0, 11) for n in names})
        self.importer.commit(11, early)
        late = {"cassettes/%s.json" % n: self.made(n, 100).bytes() for n in names}
        late["cassettes/g/VALIDATED.json"] = lines({n: (20, 20) for n in names})
        self.importer.commit(20, late)
        self.importer.commit(24, {"cassettes/%s.json" % names[4]: None})
        self.importer.commit(25, {"cassettes/g/new.json": self.made("g/new").bytes()})
        self.importer.commit(26, {"cassettes/%s.json" % names[3]: None,
                                  "cassettes/g/renamed.json": self.made("g/renamed", 100).bytes()})
        commits = self.importer.finish(self.env)
        found = json.loads(self.history("--since", "2025-01-20", "--json").stdout)
        self.assertEqual(len(found["findings"]), 1, json.dumps(found["findings"], indent=1))
        (finding,) = found["findings"]
        self.assertEqual((finding["at"], finding["was"], finding["now"]), (FIELD, 29000, 100))
        self.assertEqual(sorted((p["scenario"], p["interaction"]) for p in finding["places"]),
                         [(n, "get") for n in names])
        self.assertEqual({(c["scenario"], c["recorded"], c["commit"]) for c in finding["changes"]},
                         {(n, date(20), commits[4]) for n in names})
        self.assertEqual([a["scenario"] for a in found["added"]], ["g/new"])
        self.assertEqual([r["scenario"] for r in found["removed"]], [names[3], names[4]])
        everything = json.loads(self.history("--json").stdout)
        self.assertEqual({(f["was"], f["now"], len(f["places"])) for f in everything["findings"]},
                         {(29000, 28000, 2), (28000, 29000, 2), (29000, 100, 5)})
        self.assertIn("2025-01-21", self.history("--since", "2025-01-20").stdout)
        nothing = json.loads(self.history("--since", "2025-02-20", "--json").stdout)
        self.assertEqual((nothing["findings"], nothing["added"], nothing["removed"]), ([], [], []))

    def test_random_histories_are_what_the_edits_say(self):
        choose = random.Random(16)
        known, dates, wanted = {}, {}, {}
        names = ["g/s%d" % i for i in range(6)] + ["h/t%d" % i for i in range(6)]
        for day in range(120):
            touched = choose.sample(names, choose.randint(1, 4))
            files = {}
            for n in touched:
                value = choose.choice([None, 50, 100, 29000])
                new = n not in known or known[n] != value
                if new:
                    files["cassettes/%s.json" % n] = self.made(n, value).bytes()
                known[n] = value
                dates[n] = (day if new else dates[n][0], day)
                rows = wanted.setdefault(n, [])
                if not rows and value is None:
                    continue
                if not rows or rows[-1][1] != value:
                    rows.append([n, value, day + 1, dates[n][0], day])
                else:
                    rows[-1][4] = day
            for group in "gh":
                files["cassettes/%s/VALIDATED.json" % group] = lines({n: d for n, d in dates.items() if n[0] == group})
            self.importer.commit(day, files)
        commits = self.importer.finish(self.env)
        for n in names:
            if wanted.get(n):
                found = self.values(n, FIELD)
                rows = [v for v in found["values"] if v["interaction"] == "get"]
                self.assertEqual([(v["value"], v["commit"], v["recorded"], v["confirmed"]) for v in rows],
                                 [(v, commits[c], date(a), date(b)) for _, v, c, a, b in wanted[n]], n)

    def test_500_commits_and_300_cassettes(self):
        """The work is bounded by what changed: the time is printed, and compared with git log's over the same paths."""
        names = ["g%02d/s%02d" % (i // 10, i % 10) for i in range(300)]
        files = {"cassettes/%s.json" % n: self.made(n).bytes() for n in names}
        self.importer.commit(0, files)
        for day in range(1, 500):
            n = names[day % 300]
            self.importer.commit(day, {"cassettes/%s.json" % n: self.made(n, day).bytes(),
                                       "cassettes/%s/VALIDATED.json" % n[:3]: lines({n: (day, day)})})
        self.importer.finish(self.env)
        for words in (["g00/s01", FIELD], ["--since", "2025-01-01"], ["g00/s01"]):
            start = time.monotonic()
            done = self.history(*words, "--json")
            print("history %s over 500 commits and 300 cassettes: %.2f s" % (" ".join(words),
                                                                             time.monotonic() - start), flush=True)
            found = json.loads(done.stdout)
            if "findings" in found:
                self.assertEqual(found["summary"]["changes"], 499)


if __name__ == "__main__":
    support.main()
