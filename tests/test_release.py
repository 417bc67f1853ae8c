"""The bundle: every file has an owner, every part its texts, and the same source gives the same bytes."""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from itbcalc.cli.main import group
from release import bundle
from release.manpage import manual_page, write_manual_page
from release.parts import ITBCALC, ROOT, NoOwnerError, Part, part_of, python, wheel
from release.sbom import sbom

EPOCH = 1_764_374_400  # 29 Nov 2025


@pytest.fixture
def folder(tmp_path):
    """A bundle of four files, as PyInstaller leaves it."""
    made = tmp_path / "itbcalc-1.0"
    (made / "_internal").mkdir(parents=True)
    (made / "itbcalc").write_bytes(b"program")
    (made / "_internal" / "pint.txt").write_text("units")
    (made / "_internal" / "libz.so").write_text("packed")
    (made / "_internal" / "link.so").symlink_to("libz.so")
    return made


def test_a_file_belongs_to_the_package_that_lists_it():
    import pint

    assert part_of(Path(pint.__file__)) == wheel("pint")
    assert part_of(ROOT / "resources" / "pumps" / "medtronic.toml") == ITBCALC


def test_a_file_of_nobody_is_not_given_away(tmp_path):
    (tmp_path / "stray.so").touch()

    with pytest.raises(NoOwnerError, match=r"stray\.so"):
        part_of(tmp_path / "stray.so")


@pytest.mark.parametrize(
    "name", ["PySide6_Essentials", "shiboken6", "sqlcipher3", "pint", "numpy", "segno", "tzdata"]
)
def test_every_wheel_has_the_text_of_its_licence(name):
    part = wheel(name)

    assert part.licence
    assert part.texts
    assert all(text.is_file() for text in part.texts)


def test_qt_is_given_with_the_texts_of_the_lgpl_and_of_its_third_parties():
    names = {text.name for text in wheel("PySide6_Essentials").texts}

    assert {"LGPL-3.txt", "GPL-3.txt", "qt.txt", "icu.txt"} <= names


def test_the_list_of_parts_names_every_file_under_its_owner(folder):
    text = ROOT / "LICENSE"
    zlib = Part("zlib1g", "1:1.2", "deb", "Zlib", (text,))
    owners = {"itbcalc": ITBCALC, "_internal/pint.txt": wheel("pint")}
    owners |= {"_internal/libz.so": zlib, "_internal/link.so": zlib}

    document = json.loads(sbom(folder, owners, [python()], EPOCH))

    files = {
        part["name"]: sorted(file["name"] for file in part.get("components", ()))
        for part in document["components"]
    }
    assert files["zlib1g"] == ["_internal/libz.so", "_internal/link.so"]
    assert files["python"] == []
    assert sorted(name for names in files.values() for name in names) == bundle.files_in(folder)


def test_the_list_of_parts_comes_out_the_same_each_time(folder):
    owners = dict.fromkeys(bundle.files_in(folder), ITBCALC)

    assert sbom(folder, owners, [], EPOCH) == sbom(folder, owners, [], EPOCH)


def test_a_part_without_a_text_stops_the_bundle(folder):
    with pytest.raises(SystemExit, match="zlib"):
        bundle.write_licences(folder, [Part("zlib", "1", "deb", "", ())])


def test_the_sums_are_read_by_sha256sum(folder):
    bundle.write_sums(folder)

    done = subprocess.run(["sha256sum", "--quiet", "-c", bundle.SUMS], cwd=folder, check=False)

    assert done.returncode == 0


def test_an_archive_is_the_same_whoever_packed_it_and_when(folder):
    bundle.settle(folder, EPOCH, program=folder / "itbcalc")
    first = bundle.write_archive(folder, EPOCH).read_bytes()
    (folder / "itbcalc").chmod(0o700)
    bundle.settle(folder, EPOCH, program=folder / "itbcalc")
    archive = bundle.write_archive(folder, EPOCH)

    assert archive.read_bytes() == first
    with tarfile.open(archive) as tar:
        assert {member.name.partition("/")[0] for member in tar} == {"itbcalc-1.0"}
        assert {(member.uid, member.uname, member.mtime) for member in tar} == {(0, "root", EPOCH)}


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb makes the package")
def test_the_package_puts_program_starter_and_icon_in_their_places(folder):
    package = bundle.write_package(folder, EPOCH)

    listed = subprocess.run(
        ["dpkg-deb", "-c", str(package)], capture_output=True, text=True, check=True
    ).stdout
    places = {line.split()[5] for line in listed.splitlines()}
    assert {
        "./usr/bin/itbcalc",
        "./usr/lib/itbcalc/itbcalc",
        "./usr/share/applications/itbcalc.desktop",
        "./usr/share/icons/hicolor/scalable/apps/itbcalc.svg",
    } <= places


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="from desktop-file-utils")
def test_the_starter_is_as_desktops_expect_it():
    subprocess.run(["desktop-file-validate", str(bundle.HERE / "itbcalc.desktop")], check=True)


@pytest.mark.gui
def test_the_program_tries_everything_by_itself(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "itbcalc", "--try", str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    said = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert said == ["window", "plot", "PDF", "print preview", "log", "encryption"]


# --- the page of the manual


def commands_of(found, inside="itbcalc"):
    for name, command in found.commands.items():
        yield from (
            commands_of(command, f"{inside} {name}") if hasattr(command, "commands") else [f"{inside} {name}"]
        )


def test_the_manual_has_every_command_with_its_options():
    page = manual_page(EPOCH).replace("\\-", "-")

    for call in commands_of(group()):
        assert f"\n.SS {call}" in page
    assert '.TH ITBCALC 1 "2025-11-29"' in page
    assert "--patient-boluses-per-day" in page


def test_the_manual_is_the_same_for_the_same_source(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_manual_page(tmp_path / name, EPOCH)

    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff here")
def test_the_manual_is_read_without_a_warning():
    ran = subprocess.run(
        ["groff", "-Kutf8", "-man", "-Tutf8", "-ww"],
        input=manual_page(EPOCH),
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stderr == ""
    assert "daily dose after percentage steps" in ran.stdout
