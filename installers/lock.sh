#!/bin/sh
# Renews the lock files from pyproject.toml: sh installers/lock.sh (needs uv on the path or in .venv)
set -eu
. "$(dirname -- "$0")/setup.sh"
cd "$ROOT"
UV=$(command -v uv || printf '%s' "$VENV/bin/uv")
compile() { "$UV" pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"; }
compile pyproject.toml --extra postgres -o installers/requirements.lock
compile pyproject.toml --extra postgres --group test --group bench -c installers/requirements.lock -o installers/requirements-test.lock
