#!/bin/sh
# Sets up what is missing and runs every check: sh installers/test.sh [arguments of pytest]
set -eu
. "$(dirname -- "$0")/setup.sh"
set_up requirements-test.lock
cd "$ROOT"
export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} PYTHONPATH="$ROOT"
run() { "$PYTHON_OF_VENV" -m "$@"; }
if [ $# -gt 0 ]; then run pytest "$@"; exit; fi
run ruff check
run ruff format --check
run mypy
"$VENV/bin/lint-imports" --no-cache >"${TMPDIR:-/tmp}/floordesk-rooms.$$" 2>&1 || { cat "${TMPDIR:-/tmp}/floordesk-rooms.$$"; rm -f "${TMPDIR:-/tmp}/floordesk-rooms.$$"; exit 1; }
tail -n 1 "${TMPDIR:-/tmp}/floordesk-rooms.$$"; rm -f "${TMPDIR:-/tmp}/floordesk-rooms.$$"
run coverage erase
status=0
run coverage run -m pytest || status=$?
run coverage combine -q
run coverage report --format=total | sed 's/^/coverage %: /'
exit $status
