#!/usr/bin/env python3
"""keep_formats.py VERSION: keep some files of each format as this version writes them, for docs/formats.md.

Writes tests/data/formats/VERSION: scenarios and cassettes of several kinds, gwtape.json, and hashes.txt, what
`gwtape drift --hashes` says of the answers. It refuses a version that is there: what was released is never changed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
GWTAPE = Path(os.environ.get("GWTAPE_BINARY") or SOURCE / "build" / "gwtape").resolve()
# One of each kind of body, variable and step that a cassette can have.
KEPT = ("types/http", "types/mock-full", "types/http-vpc-link", "types/aws-role", "lifecycle/responses", "lifecycle/update",
        "text/noncharacters", "text/long", "refused/unknown-type", "pairwise/001", "newer/stream")


def main(version):
    target = SOURCE / "tests" / "data" / "formats" / version
    if target.exists():
        sys.exit("keep_formats.py: %s was released; it is not written again" % version)
    for name in KEPT:
        for kind, suffix in (("scenarios", ".yaml"), ("cassettes", ".json")):
            source = SOURCE / kind / (name + suffix)
            if source.exists():
                copy = target / kind / (name + suffix)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copy)
    # What a client sends, raw bytes included.
    client = SOURCE / "docs" / "examples" / "signed_client.py"
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([GWTAPE, "record", "--proxy", "--name", "kept/proxy", "--cassettes", target / "cassettes", "--scenarios",
                        target / "scenarios", "--upstream", "sandbox", "--keep-partial", "--no-commit", "--", "python3", client],
                       env={**os.environ, "HOME": home}, capture_output=True, check=False)
    (target / "gwtape.json").write_text('{\n  "cassettes": "cassettes",\n  "level": "contract"\n}\n')
    hashes = subprocess.run([GWTAPE, "drift", "--hashes", "cassettes"], cwd=target, capture_output=True, check=True)
    (target / "hashes.txt").write_bytes(hashes.stdout)


main(*sys.argv[1:])
