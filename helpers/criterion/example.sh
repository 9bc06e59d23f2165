#!/bin/sh
# example.sh right|wrong|silent: run example.c against the scenario types/http, with the gwtape on PATH.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=$(CDPATH='' cd -- "$(dirname -- "$(command -v gwtape)")/.." && pwd)
libraries=$(dirname -- "$(find "$prefix" -name libgwtape.so | head -n 1)")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
gwtape record types --cassettes cassettes >/dev/null 2>&1
export PKG_CONFIG_PATH="$libraries/pkgconfig" LD_LIBRARY_PATH="$libraries"
# shellcheck disable=SC2046,SC2086
cc -D_GNU_SOURCE ${CFLAGS:-} "$here/example.c" -o example \
    $(pkg-config --define-variable=prefix="$prefix" --cflags --libs libgwtape criterion)
EXAMPLE=${1:?right, wrong or silent} GWTAPE_CASSETTES=$scratch/cassettes ./example
