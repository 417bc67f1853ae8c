"""The window over the bus that screen readers use, with nothing of Python between: found by name, typed, heard."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.gui

ROOT = Path(__file__).parents[2]
SYSTEM_PYTHON = "/usr/bin/python3"
EXAMPLE = "resources/examples/06-mistyped-concentration.toml"


def missing() -> str:
    """What of the Debian packages at-spi2-core, dbus, python3-gi and xvfb is not here."""
    if not sys.platform.startswith("linux"):
        return "AT-SPI is of Linux"
    found = {
        "at-spi2-core": Path("/usr/libexec/at-spi-bus-launcher").exists(),
        "dbus": shutil.which("dbus-daemon"),
        "xvfb": shutil.which("Xvfb"),
        "python3-gi": Path("/usr/lib/python3/dist-packages/gi").exists(),
    }
    return ", ".join(name for name, there in found.items() if not there)


@contextmanager
def running(*command: str, says: bool = False, **variables: str) -> Iterator[str]:
    """A process for as long as it is needed, and the line that it says at its start."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE if says else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


@pytest.mark.skipif(bool(missing()), reason=f"not here: {missing()}")
def test_a_field_is_found_by_its_name_typed_into_and_the_verdict_heard(config_folder, tmp_path):
    """285 mcg/day ÷ 2,000 mcg/mL = 0.1425 mL/day, where the example's programmer shows 0.570."""
    window = ("-m", "itbcalc", EXAMPLE)
    asked = ("Flow rate, programmer mL/day", "0.1425", "Flow rate, new, recomputed", "; match")
    with (
        running(
            "Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", says=True
        ) as screen,
        running("dbus-daemon", "--session", "--nofork", "--print-address", says=True) as bus,
        running(
            sys.executable,
            *window,
            DISPLAY=f":{screen}",
            DBUS_SESSION_BUS_ADDRESS=bus,
            QT_QPA_PLATFORM="xcb",
            QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
            ITBCALC_DATA_DIR=str(tmp_path),
        ),
    ):
        heard = subprocess.run(
            [SYSTEM_PYTHON, str(Path(__file__).with_name("atspi_reader.py")), *asked],
            check=False,
            env=os.environ | {"DISPLAY": f":{screen}", "DBUS_SESSION_BUS_ADDRESS": bus},
            capture_output=True,
            text=True,
            timeout=200,
        )

    assert heard.stdout.splitlines() == [
        "Flow rate, new, recomputed 0.1425 mL/day; programmer shows 0.570; differs",
        "Flow rate, new, recomputed 0.1425 mL/day; programmer shows 0.1425; match",
    ], heard.stderr
