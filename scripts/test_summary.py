"""Sum up meson's test logs for test.sh.

    test_summary.py FAILED_STEPS BUILD_DIR... < lines "SKIPPED: what (why)" of the script itself

A passed or failed unit is one program run by meson in one build. A skipped one is a line that begins with
"SKIPPED:", from the script or from a test's output, counted once however many builds print it; a program
that meson calls skipped counts by its lines, or as one when it printed none. A build whose log has fewer
tests than meson-logs/expected says has failed: the run was cut short. Exit code 1 when anything failed or when
nothing passed.
"""

import json
import re
import sys
from pathlib import Path


def rows(build):
    log = Path(build, "meson-logs", "testlog.json")
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]


def missing(build, ran):
    """How many of the tests that were to run left nothing in the log."""
    expected = Path(build, "meson-logs", "expected")
    return max(0, int(expected.read_text()) - ran) if expected.exists() else 0


def skips(text):
    return [line.strip() for line in text.splitlines() if line.startswith("SKIPPED:")]


def main():
    failed_steps, builds = int(sys.argv[1]), sys.argv[2:]
    passed, failed, skipped = 0, [], dict.fromkeys(skips(sys.stdin.read()))
    for build in builds:
        log = rows(build)
        if missing(build, len(log)):
            failed.append("FAILED: %d tests of %s left no result" % (missing(build, len(log)), build))
        for row in log:
            said = skips(row.get("stdout") or "") + skips(row.get("stderr") or "")
            skipped.update(dict.fromkeys(said))
            if row["result"] in ("OK", "EXPECTEDFAIL"):
                passed += 1
            elif row["result"] == "SKIP":
                skipped.update({} if said else {"SKIPPED: %s" % row["name"]: None})
            else:
                failed.append("FAILED: %s in %s (%s)" % (re.sub(r"^.* / ", "", row["name"]), build, row["result"]))
    for line in [*skipped, *failed]:
        print(line)
    failures = failed_steps + len(failed)
    print("%d passed, %d failed, %d skipped" % (passed, failures, len(skipped)))
    return 1 if failures or not passed else 0


sys.exit(main())
