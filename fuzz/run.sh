#!/usr/bin/env bash
# Runs fuzz targets, one after the other: fuzz/run.sh [MINUTES [TARGET...]]; 1 minute and all of them
# unless told otherwise. Needs a C++ compiler and `cargo install --locked cargo-fuzz`; the stable
# toolchain will do. What a target found stands in fuzz/artifacts/, its grown corpus in fuzz/corpus/.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-1}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(ls fuzz/targets | sed 's/\.rs$//')
# Coverage is a flag of the stable compiler; only the sanitizers, which safe code needs least, are not.
nice -n 19 cargo fuzz build --release --sanitizer none
for target in "${targets[@]}"; do
    mkdir -p "fuzz/corpus/$target"
    dictionary=()
    [ ! -f "fuzz/seeds/$target.dict" ] || dictionary=("-dict=fuzz/seeds/$target.dict")
    echo "== $target, $minutes min"
    nice -n 19 cargo fuzz run --release --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time=$((minutes * 60)) -timeout=20 -rss_limit_mb=1500 -max_len=8192 -print_final_stats=1 \
        "${dictionary[@]}" 2>&1 | grep -E 'panicked|ERROR|SUMMARY|DONE|stat::number_of_exec|stat::peak_rss' ||
        { echo "found something: fuzz/artifacts/$target"; exit 1; }
done
