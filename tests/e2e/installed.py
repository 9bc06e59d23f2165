"""An installation of this build in a scratch folder, moved away from the prefix that it was configured with."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import support


def build_folder():
    folder = os.environ.get("GWTAPE_BUILD")
    return Path(folder) if folder else support.BINARY.parent


def install(case):
    """The prefix; it goes with the test class."""
    meson = support.need("meson")
    root = Path(tempfile.mkdtemp(prefix="gwtape-install-")).resolve()
    case.addClassCleanup(shutil.rmtree, root)
    done = subprocess.run([meson, "install", "-C", str(build_folder()), "--no-rebuild", "--destdir",
                           str(root / "dest")], capture_output=True, text=True, timeout=support.HANG_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    programs = list((root / "dest").rglob("bin/gwtape"))
    assert len(programs) == 1, programs
    # Relocatable: nothing may depend on the prefix it was configured with.
    programs[0].parent.parent.rename(root / "moved")
    return root / "moved"


def library_folder(prefix):
    return next(prefix.rglob("libgwtape.so")).parent


def environment(prefix, env):
    """`env` with the installed program, library and pkg-config file found first."""
    libraries = str(library_folder(prefix))
    return {**env, "PATH": "%s:%s" % (prefix / "bin", env["PATH"]), "LD_LIBRARY_PATH": libraries,
            "PKG_CONFIG_PATH": libraries + "/pkgconfig"}


def compiler_flags(*packages):
    """What a program needs that is linked with this build; skips where pkg-config or a compiler is missing."""
    support.need("pkg-config")
    sanitized = b"__asan_init" in (build_folder() / "gwtape").read_bytes()
    return ["-fsanitize=address,undefined"] if sanitized else []
