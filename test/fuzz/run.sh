#!/bin/sh
# Fuzzes one target for a bounded time, starting from its cases. Usage: run.sh TARGET FOUND_DIR CORPUS_DIR
set -eu
mkdir -p "$2"
exec "$1" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 -max_len=70000 -print_final_stats=0 \
	-artifact_prefix="$2/" "$2" "$3"
