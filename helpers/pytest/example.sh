#!/bin/sh
# example.sh right|wrong|silent: run example_test.py against the scenario types/http, with the gwtape on PATH.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
gwtape record types --cassettes cassettes >/dev/null 2>&1
EXAMPLE=${1:?right, wrong or silent} PYTHONPATH=$here "${PYTHON:-python3}" -m pytest -p pytest_gwtape -p no:cacheprovider -q \
    --rootdir "$scratch" --gwtape-cassettes cassettes "$here/example_test.py"
