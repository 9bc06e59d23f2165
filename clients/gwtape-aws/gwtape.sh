#!/bin/sh
# Runs gwtape: the one that $GWTAPE_BINARY names, that of the build folder, or the one on PATH.
if [ -n "${GWTAPE_BINARY:-}" ]; then exec "$GWTAPE_BINARY" "$@"; fi
if [ -x ../../build/gwtape ]; then exec ../../build/gwtape "$@"; fi
exec gwtape "$@"
