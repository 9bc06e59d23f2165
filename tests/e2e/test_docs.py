"""What the documents claim is so: paths exist, commands run and print what is shown, lists are complete.

A code block marked `console` is run, all blocks of one document in turn in one repository that holds a
copy of scenarios/ and docs/examples/. `$ ` begins a command; its exit code must be 0 unless `$ echo $?`
follows. What is shown below a command must be among its output, line by line and in order; `…` stands for
anything, and blank lines do not count.
"""

import re
import subprocess
import shutil

import support
import terraform

BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
CODE = re.compile(r"`([^`\n]+)`")
PLACEHOLDER = re.compile(r"(?<![A-Za-z])[A-Z]{3,}(?![A-Za-z]|\.md)|node_modules")
ROOT_NAMES = {p.name for p in support.SOURCE.iterdir()}


def documents():
    found = [*support.SOURCE.glob("*.md")]
    for folder in ("docs", "cassettes", "scenarios", "clients", "tests"):
        found += (support.SOURCE / folder).rglob("*.md")
    return sorted(p for p in found if "node_modules" not in p.parts)


def prose(text):
    """The text without code blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def named_paths(document):
    """Paths of the tree that a document names: targets of links, and code that looks like one."""
    text = prose(document.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if "://" not in target and not target.startswith("mailto:"):
            yield target, (document.parent / target)
    for code in CODE.findall(text):
        if re.fullmatch(r"[A-Za-z0-9_.][\w.+-]*(/[\w.+-]*)+", code) and code.split("/")[0] in ROOT_NAMES - {"build"} \
                and not code.startswith(".git/") and not PLACEHOLDER.search(code):
            yield code, (support.SOURCE / code)


def commands(block):
    """[(command, [lines shown])] of a console block."""
    made = []
    for line in block.splitlines():
        if line.startswith("$ "):
            made.append((line[2:], []))
        elif line.startswith("> ") and not made[-1][1]:
            made[-1] = (made[-1][0] + "\n" + line[2:], [])
        elif line.strip():
            made[-1][1].append(line)
    return made


def pattern(shown):
    return ".*".join(re.escape(part) for part in shown.strip().split("…"))


class Documents(support.TestCase):
    def test_there_are_documents(self):
        names = {p.name for p in documents()}
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "architecture.md", "exit-codes.md"):
            self.assertIn(name, names)

    def test_every_path_that_is_named_exists(self):
        missing, found = [], 0
        for document in documents():
            for name, path in named_paths(document):
                found += 1
                if not path.exists():
                    missing.append("%s: %s" % (document.relative_to(support.SOURCE), name))
        self.assertEqual(missing, [])
        self.assertGreater(found, 20)

    def test_readme_lists_the_commands_that_there_are(self):
        readme = (support.SOURCE / "README.md").read_text(encoding="utf-8")
        listed = set(re.findall(r"^\| `gwtape ([a-z-]+)", readme, re.M))
        done = self.gwtape("help")
        there = set(re.findall(r"^  ([a-z-]+) {2,}\S", done.stdout.partition("commands:")[2], re.M))
        self.assertEqual(listed, there)

    def test_the_manual_page_has_every_command(self):
        page = support.run(["sh", support.SOURCE / "scripts" / "man.sh", support.BINARY,
                            support.SOURCE / "docs" / "man" / "gwtape.1.in", support.SOURCE / "docs" / "exit-codes.md"],
                           self.env)
        self.assertExit(page, 0)
        there = re.findall(r"^  ([a-z-]+) {2,}\S", self.gwtape("help").stdout.partition("commands:")[2], re.M)
        self.assertEqual(re.findall(r"^\.SS (\S+)$", page.stdout, re.M), there)
        self.assertEqual(re.findall(r"^\.TP\n(\d)$", page.stdout, re.M), list("012345"))

    def test_exit_codes_are_those_of_the_code(self):
        text = (support.SOURCE / "lib" / "base" / "error.h").read_text(encoding="utf-8")
        code = set(re.findall(r"X\(GWT_\w+, (\d)", text))
        page = (support.SOURCE / "docs" / "exit-codes.md").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"^\| (\d) \|", page, re.M)), code)


    def test_the_dummy_pair_of_the_readme_is_the_one_that_a_command_gets(self):
        readme = (support.SOURCE / "README.md").read_text(encoding="utf-8")
        told = re.search(r"the dummy pair that it is given, `(\S+)` and\s+`(\S+)`", readme).groups()
        done = self.gwtape("record", "--proxy", "--name", "a/b", "--no-commit", "--", "sh", "-c",
                           'printf "%s %s\\n" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"')
        self.assertIn("%s %s\n" % told, done.stdout)


class Console(support.TestCase):
    def setUp(self):
        super().setUp()
        self.env["TF_CLI_ARGS"] = "-no-color"
        for folder in ("scenarios", "docs/examples"):
            shutil.copytree(support.SOURCE / folder, self.scratch / folder)
        self.make_a_clone()
        (self.scratch / "bin").mkdir()
        (self.scratch / "bin" / "gwtape").symlink_to(support.BINARY)
        self.env["PATH"] = "%s:%s" % (self.scratch / "bin", self.env["PATH"])

    def make_a_clone(self):
        """A reader types this in a checkout: in a repository that gwtape did not make."""
        support.need("git")
        for words in (("init", "-q"), ("add", "."), ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "clone")):
            self.assertExit(support.run(["git", *words], self.env, self.scratch), 0)

    def need_boto3(self):
        support.debian_boto3()

    def need_node(self):
        """What `npm install` puts beside a script; clients/install.sh has put it elsewhere."""
        support.need("node")
        installed = support.SOURCE / "clients" / "js-v3" / "node_modules"
        if not (installed / "@aws-sdk" / "client-api-gateway").is_dir():
            support.skip("clients/js-v3 is not installed (clients/install.sh js-v3)")
        if not (self.scratch / "node_modules").exists():
            (self.scratch / "node_modules").symlink_to(installed)

    def prepare(self, block):
        for word, need in (("/usr/bin/python3", self.need_boto3), ("node ", self.need_node), ("terraform ", lambda: terraform.configure(self))):
            if word in block:
                need()

    def run_block(self, block):
        code = 0
        rows = commands(block)
        for i, (command, shown) in enumerate(rows):
            if command == "echo $?":
                self.assertEqual([str(code)], shown)
                continue
            done = support.run(["sh", "-c", command], self.env, self.scratch)
            code = done.code
            if i + 1 == len(rows) or rows[i + 1][0] != "echo $?":
                self.assertExit(done, 0)
            self.assert_shown(shown, done)

    def assert_shown(self, shown, done):
        for output in (done.stdout + done.stderr, done.stderr + done.stdout):
            lines = iter(output.splitlines())
            absent = [want for want in shown if not any(re.fullmatch(pattern(want), line.strip()) for line in lines)]
            if not absent:
                return
        self.fail("not shown, or not in this order: %s\n%s" % (absent[0], done))

    def test_what_is_shown_is_what_happens(self):
        ran = 0
        for document in documents():
            for block in BLOCK.findall(document.read_text(encoding="utf-8")):
                with self.subTest(document=document.name, block=block.split("\n")[0]):
                    self.prepare(block)
                    self.run_block(block)
                    ran += 1
        self.assertGreater(ran, 0)


# What CONTRIBUTING.md advises against. A table's row of it is found by one of these, and what it advises is not.
ODD_WORDS = [re.compile(pattern) for pattern in (
    r"(?<![Tt]here )(?<![Tt]his )\bis no (?!longer\b|more than\b|less\b)", r"\b(?:is|are) to be\b", r"\bstands? behind\b",
    r"\bcannot both\b", r"\bis another(?=\s*(?:[\".,;|]|$))", r"(?<!here )(?<!hese )\bare no (?!longer\b|more than\b|less\b)", r"\bas it stands\b",
    r"\b(?:be|been|is|are|was|were) told\b", r"\bstands? (?:alone|there)\b", r"\b(?:lie|lies) (?:under|outside)\b", r"\bafresh\b",
    r"\b(?:lest|whoever)\b", r"\ball the same\b", r"\b(?:came|become|becomes) of\b")]


class Words(support.TestCase):
    def odd(self, text):
        return [match.group(0) for pattern in ODD_WORDS for match in pattern.finditer(text)]

    def test_the_table_of_words_is_what_is_looked_for(self):
        page = (support.SOURCE / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## Words\n")[1]
        rows = re.findall(r"^\| (.+?) \| (.+?) \|$", page, re.M)[2:]
        self.assertGreater(len(rows), 4)
        for bad, good in rows:
            self.assertEqual((len(self.odd(bad)), self.odd(good)), (1, []), bad)

    def test_comments_messages_and_pages_are_in_plain_english(self):
        listed = subprocess.run(["git", "ls-files", "*.c", "*.h", "*.inc", "*.md"], cwd=support.SOURCE, capture_output=True, text=True)
        if listed.returncode:
            support.skip("not in a git repository: the files of the project are not known")
        # AWS's own texts, what others wrote, and the table itself
        names = [name for name in listed.stdout.split() if not name.startswith((
            "tests/", "awscli/help", "awscli/docs_text", "cassettes/", "docs/client-findings", "docs/moto", "CONTRIBUTING"))]
        self.assertGreater(len(names), 400)
        found = []
        for name in names:
            if (support.SOURCE / name).exists():
                text = (support.SOURCE / name).read_text(encoding="utf-8")
                found += ["%s: %s" % (name, odd) for odd in self.odd(text)]
        self.assertEqual(found, [])


if __name__ == "__main__":
    support.main()
