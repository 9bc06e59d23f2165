#!/bin/sh
# npm-versions.sh PACKAGE: its released versions, oldest first, one a line.
npm view "$1" versions --json | tr -d '[]", ' | grep -E '^[0-9]+\.[0-9]+\.[0-9]+$'
