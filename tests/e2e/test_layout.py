"""The tree is as docs/architecture.md says: includes go one way, each foreign library is known in one place."""

import re
import shutil
import subprocess

import layout_graph
import support

ROW = re.compile(r"^\| `([a-z0-9/]+)` \|[^|]*\|([^|]*)\|$", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)
FOREIGN = {"uv.h": {"lib/net"}, "git2": {"lib/store"}, "curl": {"lib/upstream"}, "libfyaml.h": {"lib/scenario", "awscli"}, "zlib.h": {"lib/cassette"},
           "cjson": {"cli"}, "openssl": {"lib/sigv4", "lib/net"}}
ONE_HEADER = {"awscli": "awscli/awscli.h"}
# Circles of files that stay, each with its reason. Another one, or a file more in one of these, is a fault.
CIRCLES = {
    frozenset({"lib/net/" + name for name in (
        "answer.c", "conn.c", "conn_tls.c", "conn_wait.c", "handler_threads.c", "loop.c", "relay.c", "server.c")}):
        "one machine: the callbacks of libuv go from the loop to a connection and back (docs/architecture.md)",
}
# Random ids and wiping are OpenSSL's as well, wherever they are needed.
OPENSSL_ANYWHERE = {"openssl/crypto.h", "openssl/rand.h"}


def listed(*patterns):
    """Files of the project; without git (a tarball), those of its folders of code."""
    found = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=support.SOURCE, capture_output=True)
    if found.returncode == 0:
        return found.stdout.decode().split("\0")[:-1]
    folders = ("lib", "recorder", "replayer", "sandbox", "verifier", "drift", "awscli", "cli", "tests")
    return sorted(str(path.relative_to(support.SOURCE)) for folder in folders for pattern in patterns
                  for path in (support.SOURCE / folder).rglob(pattern))


def clang_format():
    """Version 14, Debian 12's: others break lines elsewhere."""
    for name in ("clang-format-14", "clang-format"):
        path = shutil.which(name)
        if path and b"version 14." in subprocess.run([path, "--version"], capture_output=True).stdout:
            return path
    support.skip("clang-format 14 is not installed")


def sources():
    # verifier/init: programs that users begin with, not code of this one.
    return [name for name in listed("*.c", "*.h") if not name.startswith(("tests/", "verifier/init/")) and (support.SOURCE / name).exists()]


def folder_of(path, table=()):
    """The table's row for a file; a folder inside a library may have a row of its own."""
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "lib" or "/".join(parts[:2]) in table else parts[0]


def allowed_by_the_page():
    """{folder: set of folders it may include}, from the table of docs/architecture.md."""
    rows, above = {}, set()
    for folder, text in ROW.findall((support.SOURCE / "docs" / "architecture.md").read_text(encoding="utf-8")):
        named = set(re.findall(r"`([a-z0-9/]+)`", text))
        if "the above" in text:
            named |= above
        if "lib" in named:
            named |= {name for name in above if name.startswith("lib/")}
        if "everything" in text:
            named |= above
        rows[folder] = named | {folder}
        above.add(folder)
    return rows


def texts():
    return {name: (support.SOURCE / name).read_text(encoding="utf-8") for name in sources()
            if not name.startswith("clients/")}


def circles_of(read):
    return [frozenset(circle) for circle in layout_graph.circles(layout_graph.calls(read))]


class Layout(support.TestCase):
    def test_every_test_that_security_names_is_there_and_runs(self):
        text = (support.SOURCE / "SECURITY.md").read_text(encoding="utf-8")
        rows = [line for line in text.split("\n") if line.startswith("| ") and "`tests/" in line]
        self.assertGreater(len(rows), 5)
        lists = "".join((support.SOURCE / "tests" / folder / "meson.build").read_text(encoding="utf-8") for folder in ("unit", "e2e"))
        for path in re.findall(r"`(tests/[a-z0-9_/.]+)`", text):
            self.assertTrue((support.SOURCE / path).exists(), path)
            if path.endswith((".c", ".py")):
                self.assertIn("'%s'" % path.rsplit("/", 1)[1], lists, "%s is not in a meson.build" % path)

    def test_includes_go_one_way(self):
        allowed, wrong = allowed_by_the_page(), []
        files = sources()
        for name in files:
            for own, _ in INCLUDE.findall((support.SOURCE / name).read_text(encoding="utf-8")):
                if own and folder_of(own, allowed) not in allowed.get(folder_of(name, allowed), set()):
                    wrong.append("%s includes %s" % (name, own))
        self.assertEqual(wrong, [])
        self.assertGreater(len(files), 50)

    def test_libraries_with_one_header_are_used_through_it(self):
        wrong = []
        for name in sources():
            for own, _ in INCLUDE.findall((support.SOURCE / name).read_text(encoding="utf-8")):
                folder = (own or "").split("/")[0]
                if folder in ONE_HEADER and not name.startswith(folder + "/") and own != ONE_HEADER[folder]:
                    wrong.append("%s includes %s" % (name, own))
        self.assertEqual(wrong, [])

    def test_every_folder_of_code_is_in_the_table(self):
        self.assertEqual({folder_of(name) for name in sources()} - set(allowed_by_the_page()), set())

    def test_every_file_has_a_line_in_the_list_of_modules(self):
        page, folder, found = (support.SOURCE / "docs" / "modules.md").read_text(encoding="utf-8"), None, {}
        for line in page.split("\n"):
            heading, row = re.match(r"## `(.+)`$", line), re.match(r"\| ((?:`[\w.]+` ?)+)\| (\S.*) \|$", line)
            folder = heading.group(1) if heading else folder
            if row:
                names = re.findall(r"`([\w.]+)`", row.group(1))
                for name in names:
                    found[folder + "/" + (name if not name.startswith(".") else names[0].rpartition(".")[0] + name)] = row.group(2)
        files = {name for name in sources() if not name.startswith(("clients/", "helpers/", "libgwtape/examples/"))}
        self.assertEqual({name for name in files if name not in found}, set(), "make the page again: python3 scripts/modules.py > docs/modules.md")
        self.assertEqual({name for name in found if not (support.SOURCE / name).exists()}, set())
        self.assertGreater(len(found), 500)

    def test_files_do_not_call_each_other_in_circles(self):
        unknown = [found for found in circles_of(texts()) if not any(found <= known for known in CIRCLES)]
        self.assertEqual([sorted(found) for found in unknown], [])

    def test_files_include_what_they_use(self):
        self.assertEqual({name: sorted(headers) for name, headers in layout_graph.missing_includes(texts()).items()}, {})

    def test_a_missing_include_is_found(self):
        """One include after the other is taken out of a real file: each is missed."""
        read, name = texts(), "lib/json/order.c"
        whole = read[name]
        lines = [line for line in whole.split("\n") if line.startswith('#include "')]
        found = set()
        for line in lines:
            read[name] = whole.replace(line + "\n", "")
            found |= layout_graph.missing_includes(read).get(name, set())
        self.assertEqual(found, {line.split('"')[1] for line in lines})

    def test_each_fixed_buffer_has_a_reason(self):
        self.assertEqual(layout_graph.buffers_without_a_reason(texts()), [])

    def test_a_fixed_buffer_without_a_reason_is_found(self):
        """A real one whose comment is taken away, and each form of a declaration."""
        read, name = texts(), "lib/json/json.h"
        read[name], count = re.subn(r"(char detail\[128\];) /\*[^\n]*", r"\1", read[name])
        self.assertEqual((count, layout_graph.buffers_without_a_reason(read)), (1, [name + ": char detail[128];"]))
        for row, wrong in (("char a[12];", True), ("unsigned char a[12];", True), ('char a[12] = "";', True), ("char a[PATH_MAX], b[20];", True),
                           ("char a[4 * 16];", True), ("char a[12]; /* a word */", False), ("/* a word */\n\tchar a[12];", False),
                           ("char a[PATH_MAX];", False), ("char a[GWT_SHA256_HEX + 1];", False), ("char a[2] = { 'a', 'b' };", False)):
            self.assertEqual(bool(layout_graph.buffers_without_a_reason({"a.c": "{\n\t" + row + "\n}\n"})), wrong, row)

    def test_clang_format_changes_nothing(self):
        program = clang_format()
        files = [name for name in listed("*.c", "*.h") if (support.SOURCE / name).exists()]
        self.assertGreater(len(files), 500)
        found = subprocess.run([program, "--dry-run", "-Werror", *files], cwd=support.SOURCE, capture_output=True)
        self.assertEqual((found.returncode, found.stderr.decode(errors="replace")[:2000]), (0, ""))
        wrong = subprocess.run([program, "--dry-run", "-Werror", "--assume-filename=lib/base/span.c"], cwd=support.SOURCE,
                               input=b"int  f( void ){ return 0; }\n", capture_output=True)
        self.assertNotEqual(wrong.returncode, 0)

    def test_a_new_circle_is_found(self):
        """The reader sees calls in real files, and one that a change adds."""
        read = texts()
        self.assertGreater(sum(map(len, layout_graph.calls(read).values())), 1000)
        read["lib/base/span.c"] += "\nvoid gwt_wrong(void)\n{\n\tgwt_json_parse(0, GWT_SPAN(\"\"), 0, 0);\n}\n"
        found = circles_of(read)
        self.assertTrue(any({"lib/base/span.c", "lib/json/parse.c"} <= circle for circle in found), found)

    def test_each_foreign_library_is_known_in_one_place(self):
        wrong = []
        for name in sources():
            for _, foreign in INCLUDE.findall((support.SOURCE / name).read_text(encoding="utf-8")):
                first = foreign.split("/")[0]
                known = FOREIGN.get(first)
                if known and folder_of(name) not in known and foreign not in OPENSSL_ANYWHERE:
                    wrong.append("%s includes %s" % (name, foreign))
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    support.main()
