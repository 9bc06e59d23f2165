#!/bin/sh
# man.sh - print a manual page. That of gwtape is a template with the commands and exit codes filled in from where
# they are kept; that of a command is made from its help.
#
#   man.sh GWTAPE TEMPLATE EXIT_CODES.md
#   man.sh GWTAPE --into FOLDER COMMAND...
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

version() {
    "$gwtape" --version | sed 's/gwtape //'
}

# The help of a command is a usage line, one line about it, options, and more text.
page_of() {
    help=$("$gwtape" help "$1" </dev/null)
    upper=$(printf '%s' "$1" | tr a-z A-Z)
    printf '.TH GWTAPE\\-%s 1 "" "gwtape %s" "User Commands"\n' "$upper" "$(version)"
    printf '.SH NAME\ngwtape\\-%s \\- ' "$1"
    "$gwtape" help | sed -n "s/^  $1  *//p" | sed 's/-/\\-/g'
    printf '.SH SYNOPSIS\n'
    printf '%s\n' "$help" | sed -n '1s/^usage: //p' | literal
    printf '.SH DESCRIPTION\n'
    printf '%s\n' "$help" | sed '1,2d' | literal
    printf '.SH SEE ALSO\n.BR gwtape (1)\n'
}

if [ "$template" = --into ]; then
    folder=$3
    shift 3
    for command in "$@"; do
        page_of "$command" >"$folder/gwtape-$command.1"
    done
    exit
fi
while IFS= read -r line; do
    case $line in
    @COMMANDS@) commands ;;
    @EXIT@) exits ;;
    *@VERSION@*) printf '%s\n' "${line%%@VERSION@*}$(version)${line#*@VERSION@}" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$template"
