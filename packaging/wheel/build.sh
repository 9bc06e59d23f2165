#!/bin/sh
# A Python wheel with the program, its scenarios and cassettes, and the pytest plugin. It needs no compiler and downloads
# nothing: the program is static, so that one wheel is for glibc and musl.
#
#   packaging/wheel/build.sh OUTDIR        makes OUTDIR/gwtape-VERSION-py3-none-….whl
set -eu
. "$(dirname -- "$0")/../common.sh"
need python3 python3
program=$(static_root)
python3 "$root/packaging/wheel/wheel.py" "$version" "$program" "$root" "$out"
ls -l "$out"
