#!/usr/bin/env python3
"""modules.py: print docs/modules.md, one line for each C file, made from the comment that the file begins with.

    python3 scripts/modules.py > docs/modules.md
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("lib", "recorder", "replayer", "sandbox", "verifier", "drift", "awscli", "libgwtape", "cli")
HEAD = """# Every file

One line for each module, from the comment that it begins with; a module is a `.c` file and the header of its name.
`python3 scripts/modules.py > docs/modules.md` makes this page, and `tests/e2e/test_layout.py` checks it.
[architecture.md](architecture.md) has the folders in reading order, and walks through the code.
"""


def listed():
    """The C files of the project; without git (a tarball), those of its folders of code."""
    found = subprocess.run(["git", "ls-files", "-z", "--"] + list(FOLDERS), cwd=ROOT, capture_output=True)
    names = found.stdout.decode().split("\0") if found.returncode == 0 else [
        str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return sorted(name for name in names if name.endswith((".c", ".h", ".inc")) and "/init/" not in name and "/examples/" not in name and (ROOT / name).exists())


def opening(name):
    """The first sentence, or line, of the comment that a file begins with."""
    text = (ROOT / name).read_text(encoding="utf-8")
    match = re.match(r"\s*/\*+(.*?)\*/", text, re.S)
    if not match:
        return ""
    lines = [re.sub(r"^\s*\*? ?", "", line).rstrip() for line in match.group(1).strip().split("\n")]
    block = " ".join(" ".join(lines).split()) if "" not in lines else " ".join(lines[:lines.index("")])
    block = re.sub(r"^[\w./-]+\.(?:c|h|inc) - ", "", block)
    sentence = re.match(r".+?(?:\.(?= [A-Z`])|$)", block)
    return (sentence.group(0) if sentence else block).rstrip(".:")


def modules():
    """{folder: {module: (files, what it is)}}"""
    table = {}
    for name in listed():
        folder, _, file = name.rpartition("/")
        stem, _, ending = file.rpartition(".")
        files, what = table.setdefault(folder, {}).setdefault(stem, ([], []))
        files.append(ending)
        if ending == "h":
            what.insert(0, opening(name))
        else:
            what.append(opening(name))
    return table


def page():
    out = [HEAD]
    for folder, rows in sorted(modules().items(), key=lambda row: (FOLDERS.index(row[0].split("/")[0]), row[0])):
        out.append("## `%s`\n\n| file | is |\n| --- | --- |" % folder)
        for stem, (files, what) in sorted(rows.items()):
            text = "; `.c`: ".join(each for each in what if each)
            out.append("| `%s.%s` | %s |" % (stem, "c` `.h" if {"c", "h"} <= set(files) else files[0], text.replace("|", "\\|")))
        out.append("")
    return "\n".join(out)


if __name__ == "__main__":
    sys.stdout.write(page())
