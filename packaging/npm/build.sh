#!/bin/sh
# Two npm packages: gwtape, and the program for this platform, on which it depends. No install script, no download.
#
#   packaging/npm/build.sh OUTDIR        makes OUTDIR/gwtape-VERSION.tgz and OUTDIR/gwtape-linux-x64-VERSION.tgz
set -eu
. "$(dirname -- "$0")/../common.sh"
need npm npm
need node nodejs

program=$(static_root)
stage=$work/npm
rm -rf "$stage"
mkdir -p "$stage/gwtape" "$stage/linux-x64"
cp "$root/packaging/npm/gwtape.js" "$root/helpers/vitest/gwtape.mjs" "$root/LICENSE" "$stage/gwtape/"
cp "$root/packaging/npm/README.md" "$stage/gwtape/"
cp -R "$program/bin" "$program/share" "$root/LICENSE" "$stage/linux-x64/"
# Files that a package manager does not need.
rm -rf "$stage/linux-x64/share/man" "$stage/linux-x64/share/zsh" "$stage/linux-x64/share/fish" \
    "$stage/linux-x64/share/bash-completion"

cat >"$stage/gwtape/package.json" <<JSON
{
  "name": "gwtape",
  "version": "$version",
  "description": "Record and replay contract tests for Amazon API Gateway integrations",
  "license": "Apache-2.0",
  "bin": { "gwtape": "gwtape.js" },
  "exports": { "./vitest": "./gwtape.mjs", "./package.json": "./package.json" },
  "files": ["gwtape.js", "gwtape.mjs"],
  "engines": { "node": ">=18" },
  "optionalDependencies": { "@gwtape/linux-x64": "$version" },
  "peerDependencies": { "vitest": ">=1" },
  "peerDependenciesMeta": { "vitest": { "optional": true } }
}
JSON
cat >"$stage/linux-x64/package.json" <<JSON
{
  "name": "@gwtape/linux-x64",
  "version": "$version",
  "description": "The program of gwtape for Linux on x86-64",
  "license": "Apache-2.0",
  "os": ["linux"],
  "cpu": ["x64"],
  "files": ["bin", "share"]
}
JSON
for package in gwtape linux-x64; do
    (cd "$stage/$package" && npm pack --silent --pack-destination "$out" >/dev/null)
done
ls -l "$out"
