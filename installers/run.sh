#!/bin/sh
# Sets up what is missing and starts the console: sh installers/run.sh [arguments of main.py]
set -eu
. "$(dirname -- "$0")/setup.sh"
set_up requirements.lock
exec "$PYTHON_OF_VENV" "$ROOT/main.py" "$@"
