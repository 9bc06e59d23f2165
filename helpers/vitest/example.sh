#!/bin/sh
# example.sh right|wrong|silent: run example.test.mjs against the scenario types/http, with the gwtape on PATH.
set -eu
cd -- "$(dirname -- "$0")"
[ -d node_modules/vitest ] || npm ci --ignore-scripts --no-audit --no-fund >&2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
gwtape record types --cassettes "$scratch/cassettes" >/dev/null 2>&1
EXAMPLE=${1:?right, wrong or silent} GWTAPE_CASSETTES=$scratch/cassettes CI=1 NO_COLOR=1 node_modules/.bin/vitest run
