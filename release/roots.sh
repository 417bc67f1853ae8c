#!/usr/bin/env bash
# Runs both commands of README.md in bare roots of Debian: as a person without rights, in a folder whose name is as odd as
# names get, with LANG=C, without a display; then the first of them in every surrounding of the list below. Linux, as root,
# with debootstrap (apt-get install debootstrap).
#
#     python3 dev.py roots [SUITE ...]        bookworm, trixie and testing, if none is named
#
# ITBCALC_ROOTS names the folder for the roots (kept, so that the next time begins sooner), ITBCALC_MIRROR the mirror, and
# ITBCALC_ROOT_TESTS what pytest gets (all, if it is empty). ITBCALC_PACKAGE names a .deb: then that is installed in roots
# with nothing else in them, and tried there. Exit status: 0 all is well, 1 something does not work in a root,
# 3 this machine cannot make a root, or there is no network in it.
set -euo pipefail
source_folder="$(cd "$(dirname "$0")/.." && pwd)"
roots="${ITBCALC_ROOTS:-/var/tmp/itbcalc-roots}"
first_mirror() { # of the machine's own sources, in either of apt's two ways to write them
    { cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true; } |
        sed -n 's/^URIs: *//p; s/^deb \(\[.*\] \)\?\(http[^ ]*\) .*/\2/p' | head -n 1
}
mirror="${ITBCALC_MIRROR:-$(first_mirror)}"
folder="Müller's \"new\" #1 100%20 病院"
isolated() { unshare --mount --pid --fork --kill-child "$@"; }

cannot() { echo "roots.sh: $1"; exit 3; }
[ "$(id -u)" = 0 ] || cannot "root is needed"
command -v debootstrap >/dev/null || cannot "debootstrap is needed: apt-get install debootstrap"
command -v git >/dev/null || cannot "git is needed"
[ -n "$mirror" ] || cannot "no mirror of Debian is known; ITBCALC_MIRROR may name one"
isolated true 2>/dev/null || cannot "this machine allows no process space of its own"
[ $# -gt 0 ] || set -- bookworm trixie testing

packages() { sed -n '/^QT_PACKAGES = (/,/^)/s/^ *"\(.*\)",$/\1/p' "$source_folder/dev.py"; }

make_root() { # SUITE ROOT: as bare as debootstrap makes it, and a person
    [ -e "$2/made" ] && return
    rm -rf --one-file-system "$2" # half made
    mkdir -p "$2" &&
        debootstrap --variant=minbase "$1" "$2" "$mirror" >"$2.log" 2>&1 &&
        cp /etc/resolv.conf /etc/hosts "$2/etc/" &&
        chroot "$2" useradd --create-home --home-dir /srv/nurse --uid 1000 nurse &&
        touch "$2/made"
}

install_in() { # ROOT PACKAGE ...
    DEBIAN_FRONTEND=noninteractive chroot "$1" apt-get install -y -qq --no-install-recommends "${@:2}" >>"$1.log" 2>&1
}

way_to_registry() { env | grep -iE '^(PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|https?_proxy|no_proxy)=' || true; }

# What is around the program, and what is run there: each has to end with 0.
surroundings=(
    "LC_ALL=C|LC_ALL=C python3 dev.py run check resources/examples/01-routine-increase.toml"
    "a folder that is read-only|chmod -R a-w .; python3 dev.py run; s=\$?; chmod -R u+w .; exit \$s"
    "a HOME that cannot be written|ITBCALC_VENV=\$(echo ~/.cache/itbcalc/venv-*) HOME=/proc/none python3 dev.py run"
    "a DISPLAY where nobody answers|DISPLAY=:97 python3 dev.py run"
    "a WAYLAND_DISPLAY where nobody answers|WAYLAND_DISPLAY=none XDG_RUNTIME_DIR=/tmp python3 dev.py run"
    "no network, a later run|python3 dev.py run"
    "no network, the first run: said, and soon|ITBCALC_VENV=/tmp/none timeout 120 python3 dev.py run 2>&1 | grep 'without a network'"
)

as_nurse() { # ROOT COMMAND: in a process space of its own, with /proc mounted there and gone with it
    local root="$1" certificates=/etc/ssl/certs/ca-certificates.crt passed
    [ -e "$certificates" ] && [ -e "$root$certificates" ] && cp "$certificates" "$root$certificates" # a firm's own among them
    mapfile -t passed < <(way_to_registry)
    isolated ${cut_off:+--net} bash -c 'root="$1" command="$2"; shift 2; mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"
        exec chroot --userspec=1000:1000 "$root" env -i HOME=/srv/nurse PATH=/usr/bin:/bin LANG=C "$@" bash -c "$command"' \
        bash "$root" "$2" PIP_CERT="$certificates" ${passed[@]+"${passed[@]}"}
}

# The package where nothing but it is: it answers, tries all it does, and says what it lacks without a display.
package_tries=(
    "answers|itbcalc flow-rate --dose '350 mcg/day' --concentration '2000 mcg/mL' | grep 0.175"
    "window, plot, PDF, print preview, log, encryption|mkdir -p ~/try; QT_QPA_PLATFORM=offscreen itbcalc --try ~/try"
    "no display: said, not aborted|itbcalc 2>&1 | grep 'no display'"
    "every file as it was built|cd /usr/lib/itbcalc; sha256sum -c --quiet SHA256SUMS"
)

try_each() { # SUITE ROOT FOLDER NAME|COMMAND ...
    local suite="$1" root="$2" place="$3" each begun result
    for each in "${@:4}"; do
        begun=$SECONDS result=ok cut_off=""
        [[ $each != "no network"* ]] || cut_off=yes
        as_nurse "$root" "cd $place && { ${each#*|}; }" >"$root.out" 2>&1 || result=FAILED
        [ $result = ok ] || tail -n 20 "$root.out"
        tried+=("$suite  ${each%%|*}  $result, $((SECONDS - begun)) s")
    done
    cut_off=""
}

try_package() { # SUITE
    local root="$roots/package-$1"
    rm -f "$root/made" # never one in which something was installed before
    if ! make_root "$1" "$root"; then
        tried+=("$1  could NOT BE MADE")
    elif cp "$ITBCALC_PACKAGE" "$root/tmp/itbcalc.deb" && install_in "$root" /tmp/itbcalc.deb; then
        tried+=("$1  installed  ok")
        try_each "$1" "$root" "~" "${package_tries[@]}"
    else
        tail -n 5 "$root.log"
        tried+=("$1  installed  FAILED")
    fi
}

tried=() cut_off=""
for suite in "$@"; do
    if [ -n "${ITBCALC_PACKAGE:-}" ]; then
        try_package "$suite"
        continue
    fi
    begun=$SECONDS root="$roots/$suite"
    # shellcheck disable=SC2046  # the list is meant to fall into words
    if ! { make_root "$suite" "$root" && install_in "$root" python3 python3-venv ca-certificates $(packages); }; then
        tail -n 3 "$root.log" || true
        tried+=("$suite  could NOT BE MADE")
        continue
    fi
    echo "== $suite: made in $((SECONDS - begun)) s"
    place="$root/srv/nurse/$folder"
    rm -rf "$place" && mkdir -p "$place"
    git -c safe.directory='*' clone -q --no-hardlinks "$source_folder" "$place/itbcalc"
    chown -R 1000:1000 "$root/srv/nurse"
    for task in "run" "test ${ITBCALC_ROOT_TESTS:-}"; do
        echo "== $suite, $(chroot "$root" python3 --version): python3 dev.py $task"
        begun=$SECONDS
        if as_nurse "$root" "cd ~/M*/itbcalc && python3 dev.py $task" 2>&1 | tee "$root.out"; then
            result=ok
        elif grep -q "without a network the packages cannot be fetched" "$root.out"; then
            result="NOT TRIED: no network in it"
        else
            result=FAILED
        fi
        tried+=("$suite  dev.py $task  $result, $((SECONDS - begun)) s")
    done
    try_each "$suite" "$root" "~/M*/itbcalc" "${surroundings[@]}"
done
printf '%s\n' "" "${tried[@]}"
! printf '%s\n' "${tried[@]}" | grep -q FAILED || exit 1
! printf '%s\n' "${tried[@]}" | grep -q NOT || exit 3
