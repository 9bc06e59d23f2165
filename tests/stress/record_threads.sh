# Record with many threads at a time, twice, and commit: `sh record_threads.sh GWTAPE SCENARIOS`. A sanitizer watches.
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HOME="$dir" GIT_CONFIG_NOSYSTEM=1
for mode in new all; do
	"$1" record --upstream sandbox --scenarios "$2" --cassettes "$dir/cassettes" --jobs 16 --mode "$mode" 2>"$dir/said" ||
		{ code=$?; cat "$dir/said" >&2; exit "$code"; }
	if grep -q ThreadSanitizer "$dir/said"; then cat "$dir/said" >&2; exit 66; fi
done
