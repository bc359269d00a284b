#!/usr/bin/env bash
# Resolve the direct pins of pyproject.toml and package.json into locks with hashes.
# `tools/lock.sh --upgrade` takes the newest versions that the pins allow.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --python-version 3.11 "${upgrade[@]}" "$@"
}

upgrade=("$@")
compile --group tools -o requirements/tools.txt
compile pyproject.toml -o requirements/core.txt
compile pyproject.toml --extra analysis -c requirements/core.txt -o requirements/analysis.txt
compile pyproject.toml --extra analysis --extra warning --extra scale \
    -c requirements/analysis.txt -o requirements/warning.txt
compile pyproject.toml --extra analysis --extra warning --extra scale --group dev \
    -c requirements/warning.txt -c requirements/tools.txt -o requirements/dev.txt
npm install --package-lock-only --ignore-scripts --loglevel=error
.venv/bin/python tools/strip_lock.py
