#!/bin/sh
# example.sh right|wrong|silent: run example_test.go against the scenario types/http, with the gwtape on PATH.
set -eu
cd -- "$(dirname -- "$0")"
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
gwtape record types --cassettes "$scratch/cassettes" >/dev/null 2>&1
EXAMPLE=${1:?right, wrong or silent} GWTAPE_CASSETTES=$scratch/cassettes GOFLAGS=-mod=mod GOPROXY=off \
    GOCACHE=${GOCACHE:-$scratch/go} go test -count=1 ./...
