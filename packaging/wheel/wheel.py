"""Write the wheel: wheel.py VERSION PROGRAM_FOLDER SOURCE OUTDIR. The same bytes each time."""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

TAGS = ("manylinux2014_x86_64", "musllinux_1_1_x86_64")
INIT = '''"""The program of gwtape: `python3 -m gwtape_bin` and the command `gwtape`."""

import os
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent / "bin" / "gwtape"


def main():
    os.execv(str(PROGRAM), ["gwtape", *sys.argv[1:]])
'''
METADATA = """Metadata-Version: 2.1
Name: gwtape
Version: %s
Summary: Record and replay contract tests for Amazon API Gateway integrations
License: Apache-2.0
Requires-Python: >=3.9
Classifier: Framework :: Pytest
Description-Content-Type: text/markdown

"""
ENTRY_POINTS = "[console_scripts]\ngwtape = gwtape_bin:main\n\n[pytest11]\ngwtape = pytest_gwtape\n"


def main(version, program, source, out):
    program, source = Path(program), Path(source)
    info = "gwtape-%s.dist-info" % version
    wheel = "Wheel-Version: 1.0\nGenerator: gwtape\nRoot-Is-Purelib: false\n" + "".join(
        "Tag: py3-none-%s\n" % tag for tag in TAGS)
    readme = (source / "helpers" / "README.md").read_text(encoding="utf-8")
    files = {"pytest_gwtape.py": (source / "helpers" / "pytest" / "pytest_gwtape.py").read_bytes(),
             "gwtape_bin/__init__.py": INIT.encode(), "gwtape_bin/__main__.py": b"from gwtape_bin import main\n\nmain()\n",
             "gwtape_bin/bin/gwtape": (program / "bin" / "gwtape").read_bytes(),
             info + "/METADATA": (METADATA % version + readme).encode(), info + "/WHEEL": wheel.encode(),
             info + "/entry_points.txt": ENTRY_POINTS.encode(), info + "/LICENSE": (source / "LICENSE").read_bytes()}
    for path in sorted((program / "share" / "gwtape").rglob("*")):
        if path.is_file():
            files["gwtape_bin/share/gwtape/%s" % path.relative_to(program / "share" / "gwtape")] = path.read_bytes()
    record = "".join("%s,sha256=%s,%d\n" % (name, base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode(),
                                            len(data)) for name, data in sorted(files.items()))
    files[info + "/RECORD"] = (record + info + "/RECORD,,\n").encode()
    target = Path(out) / ("gwtape-%s-py3-none-%s.whl" % (version, ".".join(TAGS)))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name == "gwtape_bin/bin/gwtape" else 0o100644) << 16  # a regular file: else pip drops the x
            archive.writestr(entry, data)


main(*sys.argv[1:])
