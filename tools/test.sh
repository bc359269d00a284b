#!/usr/bin/env bash
# The whole suite: checks, then every test on SQLite, then those that keep rows on PostgreSQL too.
# A failure does not hide the next one: everything runs, and the last line tells the sum.
set -uo pipefail
cd "$(dirname "$0")/.."
jobs="${JOBS:-2}"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
failed=0

step() {
    echo
    echo "== $1"
    shift
    "$@" || { failed=$((failed + 1)); echo "!! failed: $*"; }
}

for check in lint formatted types contracts; do
    step "$check" make "$check"
done
checks=$failed
step "tests on SQLite" \
    env TOCSIN_TEST_DATABASE=sqlite .venv/bin/python -m pytest --quiet -n "$jobs" \
    --junit-xml="$out/sqlite.xml" tests src
step "tests on PostgreSQL 15" \
    env TOCSIN_TEST_DATABASE=postgresql .venv/bin/python -m pytest --quiet -n "$jobs" -m "engine and not browser" \
    --junit-xml="$out/postgresql.xml" tests src

echo
.venv/bin/python tools/sum_results.py "$checks" "$out"/*.xml || failed=$((failed + 1))
exit "$((failed > 0))"
