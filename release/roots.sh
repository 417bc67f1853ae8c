#!/usr/bin/env bash
# Runs both commands of README.md in bare roots of Debian: as a person without rights, in a folder whose name is as odd as
# names get, with LANG=C, without a display; then the first of them in every surrounding of the list below. Linux, as root,
# with debootstrap (apt-get install debootstrap).
#
#     python3 dev.py roots [SUITE ...]        bookworm, trixie and testing, if none is named
#
# ITBCALC_ROOTS names the folder for the roots (kept, so that the next time begins sooner), ITBCALC_MIRROR the mirror, and
# ITBCALC_ROOT_TESTS what pytest gets (all, if it is empty). Exit status: 0 all is well, 1 something does not work in a root,
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

make_root() { # SUITE: as bare as debootstrap makes it, then what README.md asks for, and a person
    local root="$roots/$1"
    [ -e "$root/made" ] && return
    rm -rf --one-file-system "$root" # half made
    mkdir -p "$root" &&
        debootstrap --variant=minbase "$1" "$root" "$mirror" >"$roots/$1.log" 2>&1 &&
        cp /etc/resolv.conf /etc/hosts "$root/etc/" &&
        DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends \
            python3 python3-venv ca-certificates $(packages) >>"$roots/$1.log" 2>&1 &&
        chroot "$root" useradd --create-home --home-dir /srv/nurse --uid 1000 nurse &&
        touch "$root/made"
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
    "no network, the first run: said within a minute|ITBCALC_VENV=/tmp/none timeout 60 python3 dev.py run 2>&1 | grep 'without a network'"
)

as_nurse() { # SUITE COMMAND: in a process space of its own, with /proc mounted there and gone with it
    local root="$roots/$1" certificates=/etc/ssl/certs/ca-certificates.crt passed
    [ -e "$certificates" ] && cp "$certificates" "$root$certificates" # a firm's own among them
    mapfile -t passed < <(way_to_registry)
    isolated ${cut_off:+--net} bash -c 'root="$1" command="$2"; shift 2; mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"
        exec chroot --userspec=1000:1000 "$root" env -i HOME=/srv/nurse PATH=/usr/bin:/bin LANG=C "$@" bash -c "$command"' \
        bash "$root" "$2" PIP_CERT="$certificates" ${passed[@]+"${passed[@]}"}
}

tried=() cut_off=""
for suite in "$@"; do
    begun=$SECONDS cut_off=""
    if ! make_root "$suite"; then
        tail -n 3 "$roots/$suite.log" || true
        tried+=("$suite  could NOT BE MADE")
        continue
    fi
    echo "== $suite: made in $((SECONDS - begun)) s"
    place="$roots/$suite/srv/nurse/$folder"
    rm -rf "$place" && mkdir -p "$place"
    git -c safe.directory='*' clone -q --no-hardlinks "$source_folder" "$place/itbcalc"
    chown -R 1000:1000 "$roots/$suite/srv/nurse"
    for task in "run" "test ${ITBCALC_ROOT_TESTS:-}"; do
        echo "== $suite, $(chroot "$roots/$suite" python3 --version): python3 dev.py $task"
        begun=$SECONDS
        if as_nurse "$suite" "cd ~/M*/itbcalc && python3 dev.py $task" 2>&1 | tee "$roots/$suite.out"; then
            result=ok
        elif grep -q "without a network the packages cannot be fetched" "$roots/$suite.out"; then
            result="NOT TRIED: no network in it"
        else
            result=FAILED
        fi
        tried+=("$suite  dev.py $task  $result, $((SECONDS - begun)) s")
    done
    for each in "${surroundings[@]}"; do
        begun=$SECONDS result=ok cut_off=""
        [[ $each != "no network"* ]] || cut_off=yes
        as_nurse "$suite" "cd ~/M*/itbcalc && { ${each#*|}; }" >"$roots/$suite.out" 2>&1 || result=FAILED
        [ $result = ok ] || tail -n 20 "$roots/$suite.out"
        tried+=("$suite  ${each%%|*}  $result, $((SECONDS - begun)) s")
    done
done
printf '%s\n' "" "${tried[@]}"
! printf '%s\n' "${tried[@]}" | grep -q FAILED || exit 1
! printf '%s\n' "${tried[@]}" | grep -q NOT || exit 3
