"""Where the tests' Asterisk comes from: Debian's own packages, unpacked into a cache folder, run from there.

Nothing is installed and nobody needs to be root: apt-get fetches the packages (signatures checked) into the
cache with its lists and state there too, dpkg-deb unpacks them, and the tree's own dynamic loader starts the server.
"""

import fcntl
import functools
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUITE = os.environ.get(
    "FLOORDESK_ASTERISK_SUITE", "forky"
)  # the first Debian with an Asterisk again; bookworm has none
PACKAGES = ("asterisk", "ca-certificates")
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)


class SetUpError(Exception):
    """The packages could not be fetched or unpacked; the text says where the log lies."""


def cache() -> Path:
    """The folder that keeps the unpacked Asterisk between runs; FLOORDESK_ASTERISK_CACHE overrides it."""
    if own := os.environ.get("FLOORDESK_ASTERISK_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "floordesk-asterisk"


def tree() -> Path:
    """The unpacked packages, whole once `ready` stands beside them."""
    return cache() / SUITE


def is_ready() -> bool:
    """Whether an earlier run finished unpacking."""
    return (tree() / "ready").exists()


def mirror(apt: Path = Path("/etc/apt")) -> str | None:
    """The Debian mirror of this machine's own apt sources, or FLOORDESK_DEBIAN_MIRROR; None where there is neither."""
    if own := os.environ.get("FLOORDESK_DEBIAN_MIRROR"):
        return own
    for path in [apt / "sources.list", *sorted(apt.glob("sources.list.d/*"))]:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        lines = [line for line in text.splitlines() if re.match(r"(URIs:|deb\s)", line)]
        for word in " ".join(lines).split():
            if re.fullmatch(r"https?://\S+/debian/?", word):
                return word.rstrip("/")
    return None


@functools.cache
def why_not() -> str | None:
    """Why no Asterisk can run here, in one sentence; None where it can."""
    if not sys.platform.startswith("linux"):
        return f"a real Asterisk needs Linux, this is {sys.platform}"
    if is_ready():
        return None
    if missing := [tool for tool in ("apt-get", "apt-config", "dpkg-deb") if not shutil.which(tool)]:
        return f"a real Asterisk is fetched with {missing[0]}, which this machine does not have"
    return _no_source()


def _no_source() -> str | None:
    if not any(path.exists() for path in KEYRINGS):
        return "no Debian archive keyring to check the packages with (package debian-archive-keyring)"
    if not (source := mirror()):
        return "no Debian mirror in this machine's apt sources (FLOORDESK_DEBIAN_MIRROR names one)"
    try:
        with urllib.request.urlopen(f"{source}/dists/{SUITE}/InRelease", timeout=10):
            return None
    except (urllib.error.URLError, OSError) as error:
        return f"the Debian mirror {source} does not answer for {SUITE}: {error}"


def ensure() -> Path:
    """The tree with Asterisk in it, fetched first where missing (about 15 s); one process at a time."""
    if is_ready():
        return tree()
    cache().mkdir(parents=True, exist_ok=True)
    with _locked(cache() / "set-up.lock"):
        if not is_ready():
            _fetch_and_unpack()
    return tree()


def command(*arguments: str) -> list[str]:
    """The command line of the unpacked Asterisk, through its own loader and libraries."""
    root = tree()
    loader = next(_loaders(root))
    libraries = ":".join(
        str(path) for path in sorted({p.parent.parent for p in root.glob("usr/lib/*/asterisk/modules")})
    )
    return [str(loader), "--library-path", libraries, str(root / "usr/sbin/asterisk"), *arguments]


def modules() -> Path:
    """The folder of Asterisk's modules in the tree."""
    return next(iter(sorted(tree().glob("usr/lib/*/asterisk/modules"))))


def version() -> str:
    """What the unpacked server says of itself, like "Asterisk 22.10.1"."""
    return (tree() / "ready").read_text(encoding="utf-8").strip()


def _loaders(root: Path) -> Iterator[Path]:
    for pattern in ("usr/lib*/ld-linux*.so.*", "usr/lib/*/ld-linux*.so.*"):
        yield from sorted(root.glob(pattern))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_and_unpack() -> None:
    root, work, log = tree(), cache() / "apt", cache() / "set-up.log"
    shutil.rmtree(root, ignore_errors=True)
    shutil.rmtree(work, ignore_errors=True)
    for folder in (root, work / "lists/partial", work / "cache/archives/partial"):
        folder.mkdir(parents=True)
    (work / "status").touch()
    keyring = next(path for path in KEYRINGS if path.exists())
    (work / "sources.list").write_text(f"deb [signed-by={keyring}] {mirror()} {SUITE} main\n", encoding="utf-8")
    (work / "apt.conf").write_text(_apt_conf(work), encoding="utf-8")
    environment = {**os.environ, "APT_CONFIG": str(work / "apt.conf"), "LC_ALL": "C"}
    with log.open("w", encoding="utf-8") as out:

        def run(*words: str | Path) -> None:
            out.write(f"$ {' '.join(map(str, words))}\n")
            out.flush()
            done = subprocess.run(words, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False)
            if done.returncode:
                raise SetUpError(f"{words[0]} failed while fetching Asterisk, see {log}")

        run("apt-get", "update", "-q")
        run("apt-get", "install", "-y", "-q", "--download-only", *PACKAGES)
        for package in sorted((work / "cache/archives").glob("*.deb")):
            run("dpkg-deb", "-x", package, root)
        prompts = root / "usr/share/asterisk/sounds"
        if not (prompts / "en").exists():
            (prompts / "en").unlink(missing_ok=True)
            (prompts / "en").symlink_to("en_US_f_Allison")
        said = subprocess.run(command("-V"), capture_output=True, text=True, check=False)
        if said.returncode or not said.stdout.startswith("Asterisk "):
            raise SetUpError(f"the unpacked Asterisk does not start: {(said.stderr or said.stdout).strip()}")
    shutil.rmtree(work)
    (root / "ready").write_text(said.stdout, encoding="utf-8")


def _apt_conf(work: Path) -> str:
    """An apt configuration apart from the machine's, but with its proxy and other Acquire settings."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    kept = [line for line in dump.splitlines() if line.startswith("Acquire::") and not line.endswith('"";')]
    return "\n".join(
        [
            *kept,
            f'Dir::State "{work}";',
            f'Dir::State::lists "{work}/lists";',
            f'Dir::State::status "{work}/status";',
            f'Dir::Cache "{work}/cache";',
            f'Dir::Log "{work}";',
            f'Dir::Etc::sourcelist "{work}/sources.list";',
            'Dir::Etc::sourceparts "/dev/null";',
            'Dir::Etc::parts "/dev/null";',
            'Dir::Etc::main "/dev/null";',
            'Dir::Etc::preferences "/dev/null";',
            'Dir::Etc::preferencesparts "/dev/null";',
            'Acquire::Languages "none";',
            'Acquire::Check-Valid-Until "false";',
            'APT::Install-Recommends "false";',
            'APT::Sandbox::User "";',
            'Debug::NoLocking "true";',
            "",
        ]
    )
