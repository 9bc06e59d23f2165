#!/usr/bin/env python3
"""coverage_table.py BUILD FOLDER PERCENT: lines of FOLDER that ran, by folder, by what gcov says of its objects.

Exit code 1 where less than PERCENT of all lines ran, 5 where nothing was counted. A line counts once, however many
objects have it; it ran when it did in one. A file that no program is linked with counts too: none of it ran.
"""

import collections
import json
import pathlib
import subprocess
import sys


# Programs that make sources while gwtape is built: not of any library.
GENERATORS = {"lib/report/web/embed.c"}


def read(build, folder):
    """{file: {line: whether it ran}}"""
    root, files = pathlib.Path.cwd(), collections.defaultdict(dict)
    data = sorted(path.resolve() for path in (pathlib.Path(build) / folder).rglob("*.gcno"))
    for at in range(0, len(data), 50):
        done = subprocess.run(["gcov", "--json-format", "--stdout", *map(str, data[at:at + 50])], cwd=build,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
        for text in filter(None, done.stdout.split("\n")):
            for file in json.loads(text)["files"]:
                path = (pathlib.Path(build) / file["file"]).resolve()
                if not path.is_relative_to(root / folder) or str(path.relative_to(root)) in GENERATORS:
                    continue
                lines = files[str(path.relative_to(root))]
                for line in file["lines"]:
                    number = line["line_number"]
                    lines[number] = lines.get(number, False) or line["count"] > 0
    return files


def row(name, lines):
    ran, all_of = sum(lines), len(lines)
    print("%-28s %6d of %6d lines %6.1f %%" % (name, ran, all_of, 100 * ran / all_of))
    return 100 * ran / all_of


def main(build, folder, least):
    files = read(build, folder)
    if not files:
        print("coverage_table.py: nothing was counted", file=sys.stderr)
        return 5
    folders = collections.defaultdict(list)
    for name, lines in files.items():
        folders[str(pathlib.Path(name).parent)] += lines.values()
    for name in sorted(folders):
        row(name, folders[name])
    total = row("all of %s" % folder, [ran for lines in folders.values() for ran in lines])
    worst = sorted(((sum(lines.values()) / len(lines), len(lines) - sum(lines.values()), name) for name, lines in files.items()))
    for share, missing, name in [each for each in worst if each[0] < 0.8 and each[1] > 5][:10]:
        print("  %5.1f %%  %s (%d lines did not run)" % (100 * share, name, missing))
    return 0 if total >= float(least) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
