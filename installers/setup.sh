# Sourced by run.sh and test.sh: sets up what is missing and nothing else. Leaves $PYTHON_OF_VENV set.
#
# What it looks after, in order: system libraries (by apt where it may), a Python of 3.11 or later, a virtual
# environment in .venv, the pinned packages of a lock file. A stamp of what was set up makes the next start quick.

ROOT=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
VENV=${FLOORDESK_VENV:-$ROOT/.venv}

say() { printf 'floordesk: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# name of a shared library -> Debian package that brings it
WINDOWLESS_LIBRARIES='libEGL.so.1=libegl1 libGL.so.1=libgl1 libglib-2.0.so.0=libglib2.0-0 libfontconfig.so.1=libfontconfig1 libdbus-1.so.3=libdbus-1-3 libxkbcommon.so.0=libxkbcommon0 libpulse.so.0=libpulse0 libXrandr.so.2=libxrandr2 libdrm.so.2=libdrm2'
WINDOW_LIBRARIES='libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4 libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-shape.so.0=libxcb-shape0 libxcb-xkb.so.1=libxcb-xkb1 libxkbcommon-x11.so.0=libxkbcommon-x11-0'

missing_packages() {
  known=$( { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null)
  for pair in $WINDOWLESS_LIBRARIES $WINDOW_LIBRARIES; do
    case $known in *"${pair%%=*} "*) ;; *) printf '%s ' "${pair#*=}" ;; esac
  done
  # Chinese needs a font; any CJK family the system knows will do
  if ! find /usr/share/fonts "${XDG_DATA_HOME:-$HOME/.local/share}/fonts" \( -iname '*cjk*' -o -iname 'wqy*' -o -iname '*hans*' \) 2>/dev/null | grep -q . &&
     ! { command -v fc-list >/dev/null && fc-list :lang=zh-cn | grep -q .; }; then
    printf 'fonts-noto-cjk '
  fi
  if [ ! -x "$VENV/bin/python" ]; then
    command -v python3 >/dev/null 2>&1 || printf 'python3 '
    python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || printf 'python3-venv '
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else return 1; fi
}

is_debian() { [ -r /etc/os-release ] && grep -qiE '^(ID|ID_LIKE)=.*(debian|ubuntu)' /etc/os-release && command -v apt-get >/dev/null 2>&1; }

install_system_libraries() {
  [ "$(uname -s)" = Linux ] || return 0
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if is_debian && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then
    say "installing system libraries: $missing"
    log=$(mktemp)
    # shellcheck disable=SC2086
    if as_root apt-get update -q >"$log" 2>&1 &&
       as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >>"$log" 2>&1; then
      rm -f "$log"; return 0
    fi
    tail -n 3 "$log" >&2; rm -f "$log"
  fi
  say "these system packages are missing, please install them: $missing"
  case $missing in *libegl1*|*libgl1*|*libglib2*|*libfontconfig1*|*libdbus*|*libxkbcommon0*|*python3*) exit 1 ;; esac
}

find_python() {
  for candidate in "${FLOORDESK_PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then printf '%s' "$candidate"; return 0; fi
  done
  return 1
}

# set_up LOCK: the virtual environment holds exactly what LOCK names
set_up() {
  lock=$ROOT/installers/$1
  wanted=$(cksum "$lock" "$ROOT/installers/setup.sh" | cut -d' ' -f1,2 | tr '\n' '/')
  stamp=$VENV/floordesk-$1
  PYTHON_OF_VENV=$VENV/bin/python
  if [ -x "$PYTHON_OF_VENV" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
  install_system_libraries
  if ! "$PYTHON_OF_VENV" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    python=$(find_python) || stop "Python 3.11 or later is needed (set FLOORDESK_PYTHON to one)"
    say "making a virtual environment in ${VENV#"$ROOT"/}"
    "$python" -m venv --clear "$VENV" || stop "the virtual environment could not be made in $VENV"
  fi
  say "installing the pinned packages of installers/$1 (once)"
  log=$(mktemp)
  if ! "$PYTHON_OF_VENV" -m pip install --disable-pip-version-check -q --no-deps -r "$lock" >"$log" 2>&1; then
    grep -E '^ERROR|error:' "$log" | head -n 3 >&2
    rm -f "$log"
    stop "the packages could not be installed; is the network there?"
  fi
  rm -f "$log"
  printf '%s' "$wanted" >"$stamp"
}
