#!/usr/bin/env bash
# Runs both commands of README.md in bare roots of Debian: as a person without rights, in a folder whose name is as odd as
# names get, with LANG=C, without a display. Linux, as root, with debootstrap (apt-get install debootstrap).
#
#     python3 dev.py roots [SUITE ...]        trixie and testing, if none is named
#
# ITBCALC_ROOTS names the folder for the roots (kept, so that the next time begins sooner), ITBCALC_MIRROR the mirror, and
# ITBCALC_ROOT_TESTS what pytest gets (all, if it is empty).
set -euo pipefail
source_folder="$(cd "$(dirname "$0")/.." && pwd)"
roots="${ITBCALC_ROOTS:-/var/tmp/itbcalc-roots}"
first_mirror() { # of the machine's own sources, in either of apt's two ways to write them
    { cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true; } |
        sed -n 's/^URIs: *//p; s/^deb \(\[.*\] \)\?\(http[^ ]*\) .*/\2/p' | head -n 1
}
mirror="${ITBCALC_MIRROR:-$(first_mirror)}"
folder="Müller's \"new\" #1 100%20 病院"
[ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null || { echo "roots.sh: root and debootstrap are needed"; exit 2; }
[ $# -gt 0 ] || set -- trixie testing

packages() { sed -n '/^QT_PACKAGES = (/,/^)/s/^ *"\(.*\)",$/\1/p' "$source_folder/dev.py"; }

make_root() { # SUITE: as bare as debootstrap makes it, then what README.md asks for, and a person
    local root="$roots/$1"
    [ -e "$root/made" ] && return
    mkdir -p "$root"
    debootstrap --variant=minbase "$1" "$root" "$mirror" >"$roots/$1.log" 2>&1
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    # shellcheck disable=SC2046  # the list is meant to fall into words
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends \
        python3 python3-venv ca-certificates $(packages) >>"$roots/$1.log" 2>&1
    chroot "$root" useradd --create-home --home-dir /srv/nurse --uid 1000 nurse
    touch "$root/made"
}

as_nurse() { # SUITE COMMAND: in a process space of its own, with /proc mounted there and gone with it
    local root="$roots/$1" certificates=/etc/ssl/certs/ca-certificates.crt
    [ -e "$certificates" ] && cp "$certificates" "$root$certificates" # a firm's own among them
    unshare --mount --pid --fork bash -c 'mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"
        exec chroot --userspec=1000:1000 "$1" env -i HOME=/srv/nurse PATH=/usr/bin:/bin LANG=C \
            PIP_CERT="$2" bash -c "$3"' bash "$root" "$certificates" "$2"
}

tried=()
for suite in "$@"; do
    make_root "$suite"
    place="$roots/$suite/srv/nurse/$folder"
    rm -rf "$place" && mkdir -p "$place"
    git -c safe.directory='*' clone -q --no-hardlinks "$source_folder" "$place/itbcalc"
    chown -R 1000:1000 "$roots/$suite/srv/nurse"
    for task in "run" "test ${ITBCALC_ROOT_TESTS:-}"; do
        echo "== $suite, $(chroot "$roots/$suite" python3 --version): python3 dev.py $task"
        if as_nurse "$suite" "cd ~/M*/itbcalc && python3 dev.py $task"; then result=ok; else result=FAILED; fi
        tried+=("$suite  dev.py $task  $result")
    done
done
printf '%s\n' "" "${tried[@]}"
! printf '%s\n' "${tried[@]}" | grep -q FAILED
