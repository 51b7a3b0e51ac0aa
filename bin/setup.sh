# Sourced by every command in this folder: what all of them need before they can do their own work.
# Each step is skipped when nothing it depends on has changed. Two commands may do this at once.

set -eu
unset PYTHONDONTWRITEBYTECODE PIP_USER PYTHONPATH PYTHONHOME # the first makes every start take nine seconds
export PIP_DISABLE_PIP_VERSION_CHECK=1
[ -w "${TMPDIR:-/tmp}" ] || export TMPDIR=/var/tmp

say() { printf '%s\n' "$*"; }
stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# The first Python our locks are written for; empty if there is none.
find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
}

make_environment() {
    if .venv/bin/python -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
        return
    fi
    python=$(find_python)
    [ -n "$python" ] || stop "Python 3.11, 3.12 or 3.13 is needed: apt install python3 python3-venv"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "$python lacks venv: apt install python3-venv"
    say "Making the Python environment in .venv …"
    "$python" -m venv --clear .venv || stop "The Python environment could not be made; what Python said stands above."
}

# install LOCK: exactly what the lock names, and only when the lock has changed. The lock of development
# holds everything of the other one, in the same versions.
install() {
    sum=$(cat requirements.txt "$1" | cksum)
    stamp=".venv/installed-$1"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]; then
        say "Installing the packages of $1 …"
        said=$(.venv/bin/python -m pip install --quiet --require-hashes --requirement "$1" 2>&1) || {
            printf '%s\n' "$said" >&2
            stop "The packages could not be installed; what pip said stands above. Running this again continues."
        }
        printf '%s\n' "$sum" >"$stamp"
        cat requirements.txt requirements.txt | cksum >.venv/installed-requirements.txt
    fi
}

# One command at a time sets up; the others wait for it, then find everything done.
begin_setup() {
    mkdir -p var 2>/dev/null && [ -w var ] && [ -w . ] ||
        stop "This folder cannot be written: run as its owner, or clone the portal into a folder of your own."
    if command -v flock >/dev/null; then
        exec 9>>var/setup.lock
        flock -n 9 || { say "Waiting for another command to finish its set-up …"; flock 9; }
    fi
}
end_setup() { exec 9>&-; }
