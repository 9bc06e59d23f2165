"""The tables of docs/sandbox.md, from sandbox/rules.inc, kinds.inc and asof.c.

    python3 tests/support/sandbox_page.py --write     # after a change of one of them

Each table stands between a `<!-- NAME: begin -->` and a `<!-- NAME: end -->` line. tests/unit/test_sandbox_forms.c
compares the page with the tables that the program was built with.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "sandbox.md"
TEXT = r'"((?:[^"\\]|\\.)*)"'
WORDS = {"PUBLISHED": "aws-published", "DOCUMENTED": "documented", "GUESSED": "guessed"}


def unescape(text):
    return text.replace('\\"', '"').replace("\\\\", "\\")


def rules():
    """Lines of the tables of answers, a table for each heading of rules.inc."""
    lines = []
    for line in (ROOT / "sandbox" / "rules.inc").read_text().splitlines():
        heading = re.fullmatch(r"/\* (.+)\. \*/", line)
        row = re.fullmatch(r'RULE\((\w+), (\w+), (\d+), %s, %s, %s, %s\)' % ((TEXT,) * 4), line)
        if heading:
            lines += ["", "### " + heading[1], "", "| rule | when | answer | text | otherwise | source |", "|---|---|---|---|---|---|"]
        elif row:
            name, evidence, status, code, text, when, source = map(unescape, row.groups())
            lines.append("| %s | %s | %s | %s | %s | %s |" % (
                name, when, status + " " + code if status != "0" else "success", "`%s`" % text if text else "", WORDS[evidence], source))
    return lines


def kinds():
    lines = ["| rule | operations | inputs | source |", "|---|---|---|---|"]
    for row in re.finditer(r'^KIND\((\w+), %s, %s, %s\)$' % ((TEXT,) * 3), (ROOT / "sandbox" / "kinds.inc").read_text(), re.M):
        lines.append("| %s | %s | %s | %s |" % tuple(unescape(part).replace("*", "\\*") if i in (1, 2) else unescape(part)
                                                     for i, part in enumerate(row.groups())))
    return lines


def changes():
    lines = ["| since | newer | older | source |", "|---|---|---|---|"]
    source = (ROOT / "sandbox" / "asof.c").read_text()
    for row in re.finditer(r"\[GWT_API_CHANGE_\w+\] = \{(.*?)\},\n", source[source.index("changes[GWT_API_CHANGES]"):], re.S):
        fields = re.findall(r'((?:"(?:[^"\\]|\\.)*"\s*)+)', row[1])
        lines.append("| %s |" % " | ".join("".join(re.findall(TEXT, field)) for field in fields))
    return lines


def page(text):
    for name, table in (("rules", rules), ("kinds", kinds), ("changes", changes)):
        begin, end = "<!-- %s: begin -->\n" % name, "<!-- %s: end -->" % name
        before, rest = text.split(begin)
        text = before + begin + "\n".join(table()) + "\n" + end + rest.split(end, 1)[1]
    return text


def main():
    made = page(PAGE.read_text())
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(made)
    return 0 if made == PAGE.read_text() else "docs/sandbox.md is not what the tables say; run this with --write"


if __name__ == "__main__":
    sys.exit(main())
