#!/bin/sh
# man.sh - print the manual page: a template with the commands and exit codes filled in from where they are kept.
#
#   man.sh GWTAPE TEMPLATE EXIT_CODES.md
set -eu
gwtape=$1
template=$2
exit_codes=$3

# Text as roff: backslashes are not escapes, leading dots and quotes not requests.
literal() {
    printf '.nf\n'
    sed -e 's/\\/\\e/g' -e "s/^\\([.']\\)/\\\\\\&\\1/" -e 's/-/\\-/g'
    printf '.fi\n'
}

commands() {
    "$gwtape" help | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | while read -r command; do
        printf '.SS %s\n' "$command"
        "$gwtape" help "$command" </dev/null | literal
    done
}

exits() {
    sed -n 's/^| \([0-9]\) | \([^|]*\) | .*/.TP\n\1\n\2/p' "$exit_codes"
}

while IFS= read -r line; do
    case $line in
    @COMMANDS@) commands ;;
    @EXIT@) exits ;;
    *@VERSION@*) printf '%s\n' "${line%%@VERSION@*}$("$gwtape" --version | sed 's/gwtape //')${line#*@VERSION@}" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$template"
