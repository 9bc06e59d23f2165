#!/bin/sh
# Runs the driver that was built with gwtape: beside the gwtape that $GWTAPE_BINARY names, or in the build folder.
build=../../build
[ -z "${GWTAPE_BINARY:-}" ] || build=$(dirname -- "$GWTAPE_BINARY")
exec "$build/clients/driver-libcurl" "$@"
