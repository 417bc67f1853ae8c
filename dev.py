#!/usr/bin/env python3
"""Sets up the project beside this file and does one task with it.

    python3 dev.py run                     open the window (without a display: check an example in the terminal)
    python3 dev.py test [--slow] [...]     every check and test; with arguments for pytest, pytest alone;
                                           with files of the code, the tests that guard them
    python3 dev.py mutate [ROOM …]         whether the tests notice small mistakes, made in copies of the code
    python3 dev.py bench                   the benchmarks
    python3 dev.py words [LANGUAGE]        the catalogue of words anew, for all languages, and for a new one
    python3 dev.py bundle [--twice]        build the stand-alone program, try it and measure it; twice: compare builds
    python3 dev.py roots [SUITE ...]       try run and test in bare Debian roots (Linux, as root, with debootstrap)

It needs Python 3.11 or newer and nothing else: what running needs is installed into .venv, exactly as
constraints.txt pins it, and the developers' tools with the first task that uses them. When all is in place the task
starts at once. ITBCALC_VENV names another folder than .venv; where none can be here, it is in the cache.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import io
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
CONSTRAINTS = ROOT / "constraints.txt"
PYPROJECT = ROOT / "pyproject.toml"
EXAMPLE = Path("resources", "examples", "06-mistyped-concentration.toml")
OLDEST_PYTHON = (3, 11)
LANGUAGES = Path("resources", "languages")
WORDS = LANGUAGES / "itbcalc.pot"
WINDOWS = sys.platform == "win32"
LINUX = sys.platform.startswith("linux")

# About how many MB the packages of each set are to fetch, and take on the disk: said before it begins.
SIZES = {"run": (110, 410), "tools": (90, 390)}

# What Qt loads on a bare Debian 12 or 13 and does not find there: for X11, for Wayland, and for a window that nobody
# sees (tests). apt adds what these need themselves. One font, because without any no text is drawn. Not libcups2:
# without it there are merely no printers, and PDF files are still written.
QT_PACKAGES = (
    "libegl1",
    "libgl1",
    "libglib2.0-0",
    "libdbus-1-3",
    "libfontconfig1",
    "fonts-dejavu-core",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
)

# Run by the project's Python: loads Qt the way the window does and prints what is missing, or "ready". The platform
# plugins are loaded by hand first, because Qt itself only aborts and does not name the library. Without a font
# Qt works but draws no text.
QT_PROBE = """
import ctypes, pathlib, sys
try:
    import PySide6
    from PySide6 import QtGui, QtPrintSupport, QtSvg, QtTest, QtWidgets
    for plugin in sys.argv[1:]:
        ctypes.CDLL(str(pathlib.Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / plugin))
except (ImportError, OSError) as problem:
    sys.exit(print(str(problem).split(":")[0]))
application = QtGui.QGuiApplication([])
print("ready" if QtGui.QFontDatabase.families() else "any font")
"""

# The cheap checks, in the order in which they run: what is shown, and Python's arguments. Not the scripts that pip
# writes: theirs is the name of the folder in a line of the shell, which a quotation mark in it breaks.
CHECKS = (
    ("ruff check", ("-m", "ruff", "check", "--quiet", ".")),
    ("ruff format", ("-m", "ruff", "format", "--quiet", "--check", ".")),
    ("mypy", ("-m", "mypy")),
    (
        "import contracts",
        ("-c", "from importlinter.cli import lint_imports_command as it; it()", "--no-cache"),
    ),
)


def say(line: str) -> None:
    """Tells one line of progress, at once."""
    print(line, flush=True)


def fail(reason: str) -> NoReturn:
    """Ends with one line that says what is wrong."""
    sys.exit(f"dev.py: {reason}")


# --- setting up ---------------------------------------------------------------------------------------------------


def what_is_missing(version: tuple[int, ...], *, modules_found: bool) -> str:
    """Names what the machine's own Python lacks for setting up, or returns nothing."""
    if version[:2] < OLDEST_PYTHON:
        wanted, found = ".".join(map(str, OLDEST_PYTHON)), ".".join(map(str, version[:3]))
        return f"Python {wanted} or newer is needed, this one is {found}"
    if not modules_found:
        return "this Python has no venv or ensurepip; on Debian or Ubuntu: apt-get install python3-venv"
    return ""


def installation_stamp(constraints: str, pyproject: str, python: str) -> str:
    """Returns what the .venv has to have been made from; any difference means making it anew.

    Of pyproject.toml only the parts that reach the installation count, so that a new lint rule installs nothing.
    """
    import tomllib  # here, because an older Python has to come as far as being told that it is too old

    settings = tomllib.loads(pyproject)
    installed = [settings.get(part) for part in ("build-system", "project")]
    installed.append(settings.get("tool", {}).get("setuptools"))
    text = json.dumps([constraints, installed, python, str(ROOT)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def venv_folder() -> Path:
    """Returns where the packages go: beside this file, and where that cannot be, in the person's cache."""
    if named := os.environ.get("ITBCALC_VENV"):
        return Path(named).absolute()
    beside = ROOT / ".venv"
    # Python makes none in a folder with the separator of PATH in its name; in one with the others PySide6 does not
    # find its own plugins, since it writes the folder into an INI file as it is.
    unusable = {os.pathsep, '"', ",", ";"} | (set() if WINDOWS else {"\\"})
    if os.access(beside if beside.exists() else ROOT, os.W_OK) and not unusable & set(str(ROOT)):
        return beside
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path("~", ".cache").expanduser())
    return cache / "itbcalc" / f"venv-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"


VENV = venv_folder()
STAMP = VENV / "installed.stamp"  # written last: a half-made .venv has none and is made again
TOOLS_STAMP = VENV / "tools.stamp"


def pins_of(constraints: str, *, tools: bool) -> list[str]:
    """Returns the pins, each with its hashes, of what running needs, or of what the tools need besides.

    Each pin says below its hashes who asked for it: this project, its `dev` group, or other packages.
    """
    pins = re.findall(r"^[\w.-]+==.*(?:\n .*)*", constraints, re.MULTILINE)
    asked_by = {
        pin: re.findall(r"^    # (?:via |  )([^\s]+(?: \([^)]*\))?)$", pin, re.MULTILINE) for pin in pins
    }
    running = {"itbcalc (pyproject.toml)"}
    while more := {pin.split("==")[0] for pin in pins if running & set(asked_by[pin])} - running:
        running |= more
    return [pin for pin in pins if (pin.split("==")[0] in running) is not tools]


def package_count(pins: list[str], platform: str) -> int:
    """Returns how many of these pins this platform installs."""
    markers = {pin.split("==")[0]: re.search(r"sys_platform == '(\w+)'", pin) for pin in pins}
    return sum(found is None or found[1] == platform for found in markers.values())


def in_venv(program: str) -> str:
    """Returns the path of a program that is installed in the .venv."""
    return str(VENV / ("Scripts" if WINDOWS else "bin") / (f"{program}.exe" if WINDOWS else program))


def environment() -> dict[str, str]:
    """Returns the variables for our own programs: those of the person, less what would lead Python or pip astray."""
    astray = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    return {name: value for name, value in os.environ.items() if name not in astray}


def call(*command: str, folder: Path = ROOT) -> int:
    """Runs a program in the foreground and returns its exit status."""
    return subprocess.call(command, cwd=folder, env=environment())


def pip_install(*arguments: str) -> None:
    """Runs pip quietly: only the big downloads are told, and the end of its output when it fails."""
    lines = []
    unreachable = False
    with subprocess.Popen(
        [in_venv("python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *arguments],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line.rstrip())
            big = re.search(r"Downloading (?:\S*/)?(\w+)-\S+ \(([\d.]+ MB)", line)
            if big and float(big[2].split()[0]) >= 5:
                say(f"  downloading {big[1]}, {big[2]}")
            if "connection broken by" in line and not unreachable:
                unreachable = True
                say("  no network, or the package registry does not answer; trying once more")
    if pip.returncode:
        say("\n".join(lines[-15:]))
        if unreachable:
            fail(
                "without a network the packages cannot be fetched; the first run needs one, later runs do not"
            )
        fail("the packages could not be installed (pip's own words are above); the same command tries again")


def install(kind: str, pins: list[str]) -> None:
    """Installs pins: only wheels, each with its hash, so that nothing gets to run that is not pinned here."""
    fetched, on_disk = SIZES[kind]
    what = "packages" if kind == "run" else "developers' tools"
    count = package_count(pins, sys.platform)
    say(f"Installing {count} {what}: about {fetched} MB to fetch, {on_disk} MB on the disk …")
    with tempfile.TemporaryDirectory() as folder:
        chosen = Path(folder, "requirements.txt")
        chosen.write_text("\n".join(pins) + "\n", encoding="utf-8")
        careful = (
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--retries",
            "1",
            "--timeout",
            "15",
        )
        pip_install(*careful, "-r", str(chosen))


def install_itbcalc() -> None:
    """Lets the .venv's Python find this folder, and puts the command beside it.

    Not through pip, which would write into this folder, and into the command a line that a quotation mark in the
    folder's name breaks.
    """
    places = subprocess.check_output(
        [in_venv("python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        env={**environment(), "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    packages = Path(places.strip())
    # Not the folder's name as it is: before 3.13 Python reads this file in the machine's own encoding, and does not begin
    # where LC_ALL=C cannot read it.
    line = f"import os, sys; sys.path.append(os.fsdecode({os.fsencode(ROOT)!r}))\n"
    (packages / "itbcalc.pth").write_text(line, encoding="ascii")
    if WINDOWS:
        command = Path(in_venv("itbcalc")).with_suffix(".cmd")
        command.write_text('@"%~dp0python.exe" -P -m itbcalc %*\n', encoding="utf-8")
    else:
        command = Path(in_venv("itbcalc"))
        command.write_text(
            f'#!/bin/sh\nexec {shlex.quote(in_venv("python"))} -P -m itbcalc "$@"\n', encoding="utf-8"
        )
        command.chmod(0o755)


def make_venv() -> None:
    """Makes an empty .venv in place of what is there."""
    say(f"Making {VENV.relative_to(ROOT) if VENV.is_relative_to(ROOT) else VENV} …")
    STAMP.unlink(missing_ok=True)
    if call(sys.executable, "-m", "venv", "--clear", str(VENV)):
        fail(f"{VENV} could not be made; ITBCALC_VENV may name another folder")


def set_up(*, tools: bool) -> None:
    """Makes .venv and installs what is not there yet from the same files by the same Python."""
    modules_found = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    if missing := what_is_missing(sys.version_info[:3], modules_found=modules_found):
        fail(missing)
    constraints = CONSTRAINTS.read_text(encoding="utf-8")
    python = f"{sys.version_info[:2]} {sys.base_prefix}"
    stamp = installation_stamp(constraints, PYPROJECT.read_text(encoding="utf-8"), python)

    def stamped(file: Path) -> bool:
        return (
            Path(in_venv("python")).exists() and file.exists() and file.read_text(encoding="utf-8") == stamp
        )

    if not stamped(STAMP):
        if Path(sys.prefix) == VENV:
            fail(".venv has to be made anew: start dev.py with the machine's own Python, not with .venv's")
        make_venv()
        install("run", pins_of(constraints, tools=False))
        install_itbcalc()
        STAMP.write_text(stamp, encoding="utf-8")
    if tools and not stamped(TOOLS_STAMP):
        install("tools", pins_of(constraints, tools=True))
        TOOLS_STAMP.write_text(stamp, encoding="utf-8")


# --- Qt and the display -------------------------------------------------------------------------------------------


def display_is_named(platform: str, variables: dict[str, str]) -> bool:
    """Tells whether there may be a display: always outside Linux, there only if a variable names one."""
    if not platform.startswith("linux"):
        return True
    return any(variables.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def platform_plugins(variables: dict[str, str]) -> list[str]:
    """Returns the files with which Qt will reach the display, as far as the variables tell."""
    if chosen := variables.get("QT_QPA_PLATFORM"):
        names = [chosen.split(":")[0]]
    else:
        reached_by = {"DISPLAY": "xcb", "WAYLAND_DISPLAY": "wayland"}
        names = [plugin for variable, plugin in reached_by.items() if variables.get(variable)]
    return [f"libq{name}.so" for name in names]


def qt_problem(probe_output: str) -> str:
    """Puts the probe's answer into one line that says what to do; returns nothing if Qt is ready."""
    if probe_output == "ready":
        return ""
    if not probe_output:
        return "Qt cannot open a window on this display"
    return f"Qt lacks {probe_output}; on Debian or Ubuntu: apt-get install {' '.join(QT_PACKAGES)}"


def probe_qt(variables: dict[str, str]) -> str:
    """Tries Qt with these variables, apart from our own process, since Qt ends the process when it finds no display."""
    plugins = platform_plugins(variables) if LINUX else []
    command = [in_venv("python"), "-c", QT_PROBE, *plugins]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    return qt_problem(done.stdout.strip())


# --- the tasks ----------------------------------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """Opens the window; where that cannot be, checks an example in the terminal. Arguments go to the program as they are."""
    itbcalc = (in_venv("python"), "-P", "-m", "itbcalc")
    if arguments:
        return call(*itbcalc, *arguments, folder=Path.cwd())  # so that a file is one of the caller's folder
    variables = environment()
    if not display_is_named(sys.platform, variables):
        problem = "There is no display here"
    else:
        problem = probe_qt(variables)
    if not problem:
        return call(*itbcalc)
    say(problem)
    say(f"Instead of opening the window, this checks {EXAMPLE.as_posix()}:")
    status = call(*itbcalc, "check", str(EXAMPLE))
    return 0 if status == 1 else status  # 1 says that the check found something, which this example is for


def check(name: str, arguments: tuple[str, ...]) -> bool:
    """Runs one of the cheap checks; its output is shown only when it fails."""
    print(f"{name} …", end=" ", flush=True)
    begin = time.perf_counter()
    done = subprocess.run(
        [in_venv("python"), *arguments],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    say(f"{'failed' if done.returncode else 'ok'}, {time.perf_counter() - begin:.1f} s")
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
        sys.stdout.flush()
    return done.returncode == 0


def guarded(arguments: list[str]) -> list[str]:
    """Puts in place of each file or folder of the code the tests that guard it."""
    from tests.guards import guarding_tests, is_code  # here, because it is written for the project's Python

    code = [argument for argument in arguments if is_code(ROOT, argument)]
    tests = guarding_tests(ROOT, code)
    if code and not tests:
        fail(f"no test is named after {' or '.join(code)} or imports it")
    if code:
        say(f"Guarded by {len(tests)} test file{'s' if len(tests) > 1 else ''}:")
        say("\n".join(f"  {test}" for test in tests))
    return [argument for argument in arguments if argument not in code] + tests


def test(arguments: list[str]) -> int:
    """Runs every check, then pytest; arguments other than --slow are pytest's, or files of the code, and then it runs alone."""
    if problem := probe_qt({**environment(), "QT_QPA_PLATFORM": "offscreen"}):
        fail(problem)
    pytest = [in_venv("python"), "-m", "pytest"]
    if "--slow" not in arguments:
        pytest += ["-m", "not slow"]
    chosen = [argument for argument in arguments if argument != "--slow"]
    if chosen:
        return call(*pytest, *guarded(chosen))
    passed = [check(*named) for named in CHECKS]  # all of them, to tell everything at once
    if not all(passed):
        fail("a check failed, so the tests were not started")
    return tested(pytest)


def tested(pytest: list[str]) -> int:
    """Runs every test with a seed of its own, and writes what came of it beside what was installed: there it may."""
    run, report, seed = VENV / "tests.xml", VENV / "test-report.md", str(int(time.time()))
    run.unlink(missing_ok=True)
    say("pytest …")
    noted = (f"--junitxml={run}", f"--hypothesis-seed={seed}")
    status = call(*pytest, "-n", "auto", "--maxprocesses", "4", *noted)
    if not run.exists():  # it ended before it began
        return status
    with report.open("wb") as file:
        made = (in_venv("python"), "-m", "release.test_report", str(run), seed)
        held = subprocess.run(made, cwd=ROOT, env=environment(), stdout=file, check=False).returncode
    say(f"What was tried, with versions and seed: {report}")
    return status or held


def mutate(arguments: list[str]) -> int:
    """Makes small mistakes in copies of the project and tells which no test noticed."""
    return call(in_venv("python"), "-m", "tests.mutate", *arguments)


def bench(arguments: list[str]) -> int:
    """Runs the benchmarks."""
    return call(in_venv("python"), str(Path("tests", "benchmarks", "run.py")), *arguments)


def extraction(target: Path) -> tuple[str, ...]:
    """Babel's arguments for the catalogue of all words: in alphabetical order and without places, hosts and dates.

    So it changes only when a word does.
    """
    keywords = [f"--keyword={keyword}" for keyword in ("_", "N_", "Phrase", "plural:1,2")]
    stable = ("--omit-header", "--no-location", "--sort-output", "--no-wrap")
    mapping = f"--mapping-file={PYPROJECT.name}"
    return ("extract", mapping, "--no-default-keywords", *keywords, *stable, f"--output-file={target}", ".")


def words_of_formulas(
    file: io.BytesIO, *_: object, **__: object
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Finds for Babel what is said in formulas: what is marked, and of each `Worked` name, template and note as they stand.

    Of a template the names in braces are words by themselves; a place of a phrase, which is one word, is none.
    """
    tree = ast.parse(file.read())
    marked = [call.args[0] for call in calls_of(tree, "N_", "Phrase")]
    parts = [part for call in calls_of(tree, "Worked") for part in formula_parts(call)]
    docstrings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    found = [
        (part.lineno, text) for part in marked + parts if has_words(text := text_of(part), besides_names=True)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and node not in docstrings:
            names = re.findall("{([^{}\0]*)}", text_of(node))
            found += [
                (node.lineno, name)
                for name in names
                if has_words(name) and (" " in name or node not in marked)
            ]
    for line, text in found:
        yield line, None, text, []


def calls_of(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions or classes of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def formula_parts(call: ast.Call) -> list[ast.expr]:
    """Name, template and note of a `Worked`."""
    return [*call.args[:1], *call.args[2:3], *(each.value for each in call.keywords if each.arg == "note")]


def text_of(node: ast.expr) -> str:
    """A text as it stands in the code, with NUL for what only the running program knows; empty for what is none."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(each.value) if isinstance(each, ast.Constant) else "\0" for each in parts)


def has_words(text: str, *, besides_names: bool = False) -> bool:
    """Whether something is said in `text`, or in what stands besides the names in braces."""
    return re.search("[A-Za-z]", re.sub("{[^{}]*}", "", text) if besides_names else text) is not None


def words(arguments: list[str]) -> int:
    """Makes the catalogue of words anew, and brings each language up to it: what is new there is empty until translated."""
    catalogues = {
        path.parent.parent.name: path for path in (ROOT / LANGUAGES).glob("*/LC_MESSAGES/itbcalc.po")
    }
    tasks = [extraction(WORDS)]
    common = ("--domain=itbcalc", f"--input-file={WORDS}", f"--output-dir={LANGUAGES}")
    tasks += [
        ("init", *common, f"--locale={language}") for language in arguments if language not in catalogues
    ]
    tasks += [("update", *common, "--no-wrap", f"--locale={language}") for language in sorted(catalogues)]
    if arguments or catalogues:
        tasks.append(("compile", "--domain=itbcalc", f"--directory={LANGUAGES}"))
    babel = (in_venv("python"), "-m", "babel.messages.frontend", "--quiet")
    return next((status for task in tasks if (status := call(*babel, *task))), 0)


def median_seconds(*command: str, folder: Path, times: int = 5) -> float:
    """Returns the median time that a program takes from start to end."""
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def version() -> str:
    """Returns the version of the program in this folder."""
    said = (ROOT / "itbcalc" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "(.+)"', said)
    assert found is not None
    return found[1]


def made_at() -> str:
    """Returns the moment that all of a build is dated to, in seconds since 1970: that of the last commit."""
    if named := os.environ.get("SOURCE_DATE_EPOCH"):
        return named
    try:
        command = ["git", "log", "-1", "--format=%ct"]
        return subprocess.check_output(command, cwd=ROOT, text=True, stderr=subprocess.DEVNULL).strip()
    except (OSError, subprocess.CalledProcessError):
        return str(int(CONSTRAINTS.stat().st_mtime))  # an archive of the source without its history


def build_bundle(folder: Path) -> None:
    """Builds the bundle and finishes it, so that the same source gives the same bytes."""
    python = in_venv("python")
    variables = {**environment(), "SOURCE_DATE_EPOCH": made_at(), "PYTHONHASHSEED": "0"}
    shutil.rmtree(folder, ignore_errors=True)
    say("Building the bundle …")
    pyinstaller = ("-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR", "build.spec")
    if subprocess.call([python, *pyinstaller], cwd=ROOT, env=variables):
        fail("PyInstaller could not build the bundle")
    if not LINUX:
        return  # release/ knows how a bundle is finished on Linux only
    say("Licences, list of parts, archive, package …")
    inventory = str(ROOT / "build" / "build" / "inventory.json")
    if subprocess.call([python, "-m", "release.bundle", inventory, str(folder)], cwd=ROOT, env=variables):
        fail("the bundle could not be finished")


def sums_of(folder: Path) -> dict[str, str]:
    """Returns the sum of every file made: of the bundle, and what was packed of it."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def bundle(arguments: list[str]) -> int:
    """Builds the stand-alone program, lets it prove itself away from this folder, and measures it.

    With --twice it is built again, and every byte compared.
    """
    folder = ROOT / "dist" / f"itbcalc-{version()}"
    program = str(folder / ("itbcalc.exe" if WINDOWS else "itbcalc"))
    build_bundle(folder)
    if "--twice" in arguments:
        before = sums_of(folder.parent)
        build_bundle(folder)
        after = sums_of(folder.parent)
        if other := sorted(path for path in {*before, *after} if before.get(path) != after.get(path)):
            fail(f"a second build came out otherwise: {', '.join(other[:10])}")
        say(f"Built twice: {len(after)} files, no byte differs")
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    with tempfile.TemporaryDirectory() as name:
        elsewhere = Path(name)
        say("Its own self-test:")
        if call(program, "self-test", folder=elsewhere):
            fail("the bundle's self-test failed")
        say("Its own try of everything, without a display:")
        variables = {**environment(), "QT_QPA_PLATFORM": "offscreen"}
        if subprocess.call([program, "--try", name], cwd=elsewhere, env=variables):
            fail("something does not work in the bundle")
        say(f"Folder: {folder.relative_to(ROOT).as_posix()}, {size / 1e6:.0f} MB")
        for path in sorted(path for path in folder.parent.iterdir() if path.is_file()):
            say(f"  {path.name}, {path.stat().st_size / 1e6:.1f} MB")
        for command in ("self-test", "--version"):
            seconds = median_seconds(program, command, folder=elsewhere)
            say(f"itbcalc {command}: {seconds:.2f} s (median of 5)")
    return 0


def roots(arguments: list[str]) -> int:
    """Runs both commands of README.md in bare roots of Debian."""
    return call("bash", str(ROOT / "release" / "roots.sh"), *arguments)


TASKS = {
    "run": run,
    "test": test,
    "mutate": mutate,
    "bench": bench,
    "words": words,
    "bundle": bundle,
    "roots": roots,
}


def main(arguments: list[str]) -> int:
    """Sets up, then does the task that the first argument names."""
    if not arguments or arguments[0] not in TASKS:
        print(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an old code page may lack the "…"
    try:
        set_up(tools=arguments[0] not in ("run", "roots"))
        return TASKS[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
