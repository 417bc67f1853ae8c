"""dev.py: what it says about the machine, and when it installs."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev
from tests.guards import guarding_tests, is_code

PROJECT = """
[project]
name = "itbcalc"
dependencies = ["pint"]

[tool.ruff]
line-length = 110
"""


# --- what is installed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraints", "pyproject", "python"),
    [
        pytest.param("pint==2", PROJECT, "3.11", id="another version pinned"),
        pytest.param(
            "pint==1", PROJECT.replace('["pint"]', '["pint", "numpy"]'), "3.11", id="another dependency"
        ),
        pytest.param("pint==1", PROJECT, "3.12", id="another Python"),
    ],
)
def test_stamp_changes_with_what_is_installed(constraints, pyproject, python):
    before = dev.installation_stamp("pint==1", PROJECT, "3.11")

    assert dev.installation_stamp(constraints, pyproject, python) != before


def test_the_sizes_that_are_said_are_the_same_everywhere():
    (fetched, running), (_, tools) = dev.SIZES["run"], dev.SIZES["tools"]
    readme, it = (dev.ROOT.joinpath(*path).read_text("utf-8") for path in (["README.md"], ["docs", "it.md"]))

    assert f"(about {fetched} MB to fetch, {running} MB on the disk)" in readme
    assert f"({tools} MB more)" in readme
    assert f"| {running} MB in `.venv` for `dev.py run`; {running + tools} MB with" in it
    assert f"fetches about {fetched} MB" in it


def test_stamp_outlives_a_new_lint_rule():
    before = dev.installation_stamp("pint==1", PROJECT, "3.11")

    assert dev.installation_stamp("pint==1", PROJECT.replace("110", "99"), "3.11") == before


@pytest.mark.parametrize(("platform", "count"), [("linux", 2), ("darwin", 2), ("win32", 4)])
def test_only_the_packages_of_this_platform_are_counted(platform, count):
    constraints = """
# a comment that names pint==9
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:aa
librt==0.16.0 ; platform_python_implementation != 'PyPy' \\
    --hash=sha256:bb
pefile==2024.8.26 ; sys_platform == 'win32'
pint==0.25.3 \\
    --hash=sha256:cc
"""

    pins = [pin for tools in (False, True) for pin in dev.pins_of(constraints, tools=tools)]
    assert dev.package_count(pins, platform) == count


PINS = """
click==8 \\
    --hash=sha256:aa
    # via
    #   itbcalc (pyproject.toml)
    #   import-linter
flexcache==1 \\
    --hash=sha256:bb
    # via pint
import-linter==2 \\
    --hash=sha256:cc
    # via itbcalc (pyproject.toml:dev)
librt==3 ; platform_python_implementation != 'PyPy' \\
    --hash=sha256:dd
    # via
    #   import-linter
pint==4 \\
    --hash=sha256:ee
    --hash=sha256:ff
    # via itbcalc (pyproject.toml)
"""


@pytest.mark.parametrize(
    ("tools", "names"), [(False, ["click", "flexcache", "pint"]), (True, ["import-linter", "librt"])]
)
def test_what_only_the_tools_ask_for_is_no_part_of_running(tools, names):
    assert [pin.split("==")[0] for pin in dev.pins_of(PINS, tools=tools)] == names


def test_each_chosen_pin_keeps_its_hashes():
    assert all(
        pin.count("--hash") == (2 if pin.startswith("pint") else 1) for pin in dev.pins_of(PINS, tools=False)
    )


def test_running_and_tools_together_are_every_pin_once():
    constraints = dev.CONSTRAINTS.read_text(encoding="utf-8")

    pins = [*dev.pins_of(constraints, tools=False), *dev.pins_of(constraints, tools=True)]

    assert len(pins) == len(set(pins))
    assert {pin.split("==")[0] for pin in pins} == pinned_names()


def test_the_program_needs_none_of_the_tools():
    names = {pin.split("==")[0] for pin in dev.pins_of(dev.CONSTRAINTS.read_text("utf-8"), tools=False)}

    assert {"pyside6-essentials", "pint", "sqlcipher3"} <= names
    assert not names & {"pytest", "mypy", "ruff", "scipy", "pyinstaller", "setuptools"}


def pinned_names() -> set[str]:
    lines = dev.CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return {line.split("==")[0] for line in lines if "==" in line and not line.startswith(("#", " "))}


def test_everything_the_project_asks_for_is_pinned():
    project = tomllib.loads(dev.PYPROJECT.read_text(encoding="utf-8"))
    asked = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    asked += project["dependency-groups"]["dev"]

    names = {re.split(r"[<>=~! \[]", requirement)[0].lower() for requirement in asked}

    assert names <= pinned_names()


def test_every_pin_has_its_hashes():
    """A line that stands twice, or without hashes, keeps a fresh clone from installing."""
    lines = dev.CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    pins = [number for number, line in enumerate(lines) if re.match(r"\w", line)]

    assert [lines[number] for number in pins if not lines[number + 1].startswith("    --hash=sha256:")] == []


def test_constraints_hold_pins_hashes_and_remarks_and_nothing_else():
    """No place from which something is taken: no host, no folder."""
    pin, hashed, remark = (
        r"[\w.-]+==[\w.]+( ; [^/:]+)? \\",
        r"    --hash=sha256:[0-9a-f]{64}( \\)?",
        r" *#[^:]*:?[^:/]*",
    )
    lines = dev.CONSTRAINTS.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line and not re.fullmatch(f"{pin}|{hashed}|{remark}", line)] == []


# --- when it is installed -----------------------------------------------------------------------------------------


class Machine:
    """Stands in for venv and pip: notes what was asked, and makes only an interpreter that names its packages' folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.interrupted = False

    def call(self, *command: str, folder: Path = dev.ROOT) -> int:
        self.asked.append("venv")
        python = Path(dev.in_venv("python"))
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text(f"#!/bin/sh\necho '{self.folder}'\n", encoding="utf-8")
        python.chmod(0o755)
        return 0

    def pip_install(self, *arguments: str) -> None:
        self.asked.append(f"pip {Path(arguments[-1]).read_text('utf-8').count('==')}")
        if self.interrupted:
            raise KeyboardInterrupt


@pytest.fixture
def machine(tmp_path, monkeypatch):
    machine = Machine(tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / "installed.stamp")
    monkeypatch.setattr(dev, "TOOLS_STAMP", tmp_path / ".venv" / "tools.stamp")
    monkeypatch.setattr(dev, "call", machine.call)
    monkeypatch.setattr(dev, "pip_install", machine.pip_install)
    return machine


def test_a_second_set_up_has_nothing_to_do(machine, capsys):
    dev.set_up(tools=False)
    machine.asked.clear()
    capsys.readouterr()

    dev.set_up(tools=False)

    assert machine.asked == []
    assert capsys.readouterr().out == ""


def test_an_interrupted_installation_is_begun_anew(machine):
    machine.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        dev.set_up(tools=False)
    machine.interrupted = False
    machine.asked.clear()

    dev.set_up(tools=False)

    assert machine.asked[0] == "venv"
    assert dev.STAMP.exists()


def test_a_lost_interpreter_is_replaced(machine):
    dev.set_up(tools=False)
    Path(dev.in_venv("python")).unlink()
    machine.asked.clear()

    dev.set_up(tools=False)

    assert machine.asked[0] == "venv"


def test_installing_tells_each_stage(machine, capsys):
    dev.set_up(tools=False)

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["Making", "Installing"]
    assert "MB to fetch" in lines[1]


def test_the_tools_come_with_the_first_task_that_uses_them(machine):
    dev.set_up(tools=False)
    machine.asked.clear()

    dev.set_up(tools=True)
    dev.set_up(tools=True)
    dev.set_up(tools=False)

    assert len(machine.asked) == 1
    assert machine.asked[0].startswith("pip")


@pytest.mark.parametrize(("task", "tools"), [("run", False), ("test", True), ("bundle", True)])
def test_only_running_does_without_the_tools(monkeypatch, task, tools):
    asked = []
    monkeypatch.setattr(dev, "set_up", lambda *, tools: asked.append(tools))
    monkeypatch.setitem(dev.TASKS, task, lambda arguments: 0)

    dev.main([task])

    assert asked == [tools]


def test_the_command_is_found_and_started_whatever_the_folder_is_called(machine, monkeypatch, tmp_path):
    odd = tmp_path / 'the "new" O\'Neill #1 100% $HOME Müller'
    monkeypatch.setattr(dev, "VENV", odd / ".venv")
    monkeypatch.setattr(dev, "STAMP", odd / ".venv" / "installed.stamp")
    monkeypatch.setattr(dev, "TOOLS_STAMP", odd / ".venv" / "tools.stamp")
    dev.set_up(tools=False)
    monkeypatch.setattr(dev, "ROOT", odd)
    dev.install_itbcalc()

    done = subprocess.run([dev.in_venv("itbcalc")], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str(tmp_path)  # the interpreter was reached
    line = (tmp_path / "itbcalc.pth").read_bytes()
    assert line.isascii()  # LC_ALL=C reads it, whatever the folder is called
    found = ["-I", "-S", "-c", f"{line.decode()}\nprint(ascii(sys.path[-1]))"]
    done = subprocess.run([sys.executable, *found], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii(str(odd))


# --- where it is installed ----------------------------------------------------------------------------------------


def test_the_packages_lie_beside_dev_py(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.delenv("ITBCALC_VENV", raising=False)

    assert dev.venv_folder() == tmp_path / ".venv"


@pytest.mark.parametrize("folder", ["read-only", "with:colon", 'the "new" one', "Müller, Meier"])
def test_where_none_can_be_beside_it_the_packages_lie_in_the_cache(monkeypatch, tmp_path, folder):
    monkeypatch.setattr(dev, "ROOT", tmp_path / folder)  # not there: not writable, for root neither
    if folder != "read-only":
        (tmp_path / folder).mkdir()
    monkeypatch.delenv("ITBCALC_VENV", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    assert dev.venv_folder().parent == tmp_path / "cache" / "itbcalc"


def test_another_folder_for_the_packages_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("ITBCALC_VENV", str(tmp_path / "here"))

    assert dev.venv_folder() == tmp_path / "here"


PIP_WITHOUT_A_NETWORK = """#!/bin/sh
echo "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'"
echo "ERROR: No matching distribution found for pint"
exit 1
"""


@pytest.mark.skipif(dev.WINDOWS, reason="the stand-in is a script of the shell")
def test_a_missing_network_is_said_before_pip_gives_up(monkeypatch, tmp_path, capsys):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(PIP_WITHOUT_A_NETWORK, encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(dev, "VENV", tmp_path)

    with pytest.raises(SystemExit, match="network"):
        dev.pip_install("anything")

    assert capsys.readouterr().out.splitlines()[0].strip().startswith("no network")


# --- what the machine lacks ---------------------------------------------------------------------------------------


def test_too_old_a_python_is_named_in_one_line():
    reason = dev.what_is_missing((3, 9, 2), modules_found=True)

    assert reason == "Python 3.11 or newer is needed, this one is 3.9.2"


def test_dev_py_can_be_read_by_the_pythons_that_it_refuses():
    ast.parse(Path(dev.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_a_python_without_venv_is_told_the_package():
    reason = dev.what_is_missing((3, 11, 2), modules_found=False)

    assert "apt-get install python3-venv" in reason
    assert "\n" not in reason


def test_the_oldest_accepted_python_lacks_nothing():
    assert dev.what_is_missing((3, 11, 0), modules_found=True) == ""


def test_a_missing_library_is_named_in_one_line_with_the_packages():
    problem = dev.qt_problem("libxcb-cursor.so.0")

    assert "libxcb-cursor.so.0" in problem
    assert {"libegl1", "libxcb-cursor0", "libfontconfig1", "fonts-dejavu-core"} <= set(problem.split())
    assert "\n" not in problem


def test_a_qt_that_is_ready_has_no_problem():
    assert dev.qt_problem("ready") == ""


def test_a_qt_that_ends_without_a_word_has_no_display():
    assert "display" in dev.qt_problem("")


@pytest.mark.parametrize(
    ("platform", "variables", "named"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_display_is_looked_for_where_it_is_named(platform, variables, named):
    assert dev.display_is_named(platform, variables) is named


@pytest.mark.parametrize(
    ("variables", "plugins"),
    [
        ({"DISPLAY": ":0"}, ["libqxcb.so"]),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ["libqwayland.so"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["libqxcb.so", "libqwayland.so"]),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen:size=9x9"}, ["libqoffscreen.so"]),
    ],
)
def test_the_plugins_tried_are_those_of_the_display(variables, plugins):
    assert dev.platform_plugins(variables) == plugins


def test_python_and_pip_are_not_led_astray(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")

    assert not {"PYTHONPATH", "PIP_TARGET"} & set(dev.environment())


@pytest.mark.skipif(dev.WINDOWS, reason="the script is for bash")
def test_ci_installs_the_packages_that_dev_py_names():
    script = (dev.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    reading = re.search(r"packages=\"\$\((sed .*)\)\"", script)

    assert reading
    done = subprocess.run(
        ["bash", "-c", reading[1]], cwd=dev.ROOT, capture_output=True, text=True, check=True
    )
    assert tuple(done.stdout.split()) == dev.QT_PACKAGES


@pytest.mark.skipif(not dev.LINUX, reason="roots are made on Linux")
def test_a_machine_that_cannot_make_a_root_is_told_apart_from_a_failure_in_one(tmp_path):
    stub = tmp_path / "debootstrap"
    stub.write_text("#!/bin/sh\necho no such mirror; exit 1\n", encoding="utf-8")
    stub.chmod(0o755)
    variables = os.environ | {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "ITBCALC_ROOTS": str(tmp_path / "roots"),
    }

    done = subprocess.run(
        ["bash", str(dev.ROOT / "release" / "roots.sh"), "no-such-suite"],
        env=variables | {"ITBCALC_MIRROR": "file:///nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3
    assert "NOT BE MADE" in done.stdout or "roots.sh:" in done.stdout  # not root: that is said before


# --- the tasks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("check_status", "status"), [(0, 0), (1, 0), (2, 2)])
def test_without_a_display_the_example_is_checked_in_the_terminal(monkeypatch, capsys, check_status, status):
    called = []
    monkeypatch.setattr(dev, "display_is_named", lambda platform, variables: False)
    monkeypatch.setattr(dev, "call", lambda *command: called.append(command) or check_status)

    assert dev.run([]) == status

    assert [command[1:] for command in called] == [("-P", "-m", "itbcalc", "check", str(dev.EXAMPLE))]
    assert "no display" in capsys.readouterr().out


def test_the_example_shown_without_a_display_is_there():
    assert (dev.ROOT / dev.EXAMPLE).is_file()


def test_a_failed_check_ends_before_pytest_but_after_the_other_checks(monkeypatch):
    ran = []
    monkeypatch.setattr(dev, "probe_qt", lambda variables: "")
    monkeypatch.setattr(dev, "check", lambda name, program: ran.append(name) or name != "mypy")
    monkeypatch.setattr(dev, "call", lambda *command: ran.append("pytest"))

    with pytest.raises(SystemExit):
        dev.test([])

    assert ran == ["ruff check", "ruff format", "mypy", "import contracts"]


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["tests/test_dev.py", "-x"], ["-m", "not slow", "tests/test_dev.py", "-x"]),
        (["--slow", "-x"], ["-x"]),
    ],
)
def test_arguments_for_pytest_run_pytest_alone(monkeypatch, arguments, given):
    called = []
    monkeypatch.setattr(dev, "probe_qt", lambda variables: "")
    monkeypatch.setattr(dev, "check", lambda name, program: pytest.fail("a check ran"))
    monkeypatch.setattr(dev, "call", lambda *command: called.append(list(command)) or 0)

    dev.test(arguments)

    assert [command[3:] for command in called] == [given]


def written(folder: Path, files: dict[str, str]) -> Path:
    """A project's folder with these files in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def small_project(tmp_path):
    """A log of three files: one has a mirror, one is only imported, one has neither."""
    return written(
        tmp_path,
        {
            "itbcalc/log/chain.py": "",
            "itbcalc/log/store.py": "",
            "itbcalc/log/folders.py": "",
            "itbcalc/say/words.py": "",
            "tests/itbcalc/log/test_chain.py": "",
            "tests/itbcalc/log/test_chain_long.py": "",
            "tests/itbcalc/log/test_faults.py": "def test_it():\n    from itbcalc.log import store\n",
            "tests/ui/test_panel.py": "from itbcalc.log.chain import Chain\nimport itbcalc.log.store\n",
            "tests/ui/test_other.py": "# itbcalc.log.chain is only spoken of\n",
            "tests/ui/pages.py": "import itbcalc.log.chain\n",
            "itbcalc/visits/__init__.py": "from itbcalc.visits.draft import Draft as Draft\n",
            "itbcalc/visits/draft.py": "",
            "itbcalc/visits/marks.py": "",
            "itbcalc/visits/writing.py": "from itbcalc.visits import marks\n",
            "tests/itbcalc/visits/test_door.py": "from itbcalc.visits import Draft\n",
            "tests/itbcalc/visits/test_entry.py": "import itbcalc.visits.writing\n",
            "ui/panel/desk.py": "",
            "ui/people/desk.py": "",
            "README.md": "",
        },
    )


@pytest.mark.parametrize(
    ("code", "tests"),
    [
        pytest.param(
            ["itbcalc/log/chain.py"],
            [
                "tests/itbcalc/log/test_chain.py",
                "tests/itbcalc/log/test_chain_long.py",
                "tests/ui/test_panel.py",
            ],
            id="its mirrors, then who imports it",
        ),
        pytest.param(
            ["itbcalc/log/store.py"],
            ["tests/itbcalc/log/test_faults.py", "tests/ui/test_panel.py"],
            id="without a mirror, who imports it",
        ),
        pytest.param(
            ["itbcalc/log/folders.py"],
            [
                "tests/itbcalc/log/test_chain.py",
                "tests/itbcalc/log/test_chain_long.py",
                "tests/itbcalc/log/test_faults.py",
            ],
            id="without either, the tests of its folder",
        ),
        pytest.param(
            ["itbcalc/log/store.py", "itbcalc/log/chain.py"],
            [
                "tests/itbcalc/log/test_faults.py",
                "tests/ui/test_panel.py",
                "tests/itbcalc/log/test_chain.py",
                "tests/itbcalc/log/test_chain_long.py",
            ],
            id="of several files each once",
        ),
        pytest.param(
            ["itbcalc/log"],
            [
                "tests/itbcalc/log/test_chain.py",
                "tests/itbcalc/log/test_chain_long.py",
                "tests/itbcalc/log/test_faults.py",
                "tests/ui/test_panel.py",
            ],
            id="of a folder all",
        ),
        pytest.param(
            ["itbcalc/visits/draft.py"],
            ["tests/itbcalc/visits/test_door.py"],
            id="who imports a name that its package passes on",
        ),
        pytest.param(
            ["itbcalc/visits/marks.py"],
            ["tests/itbcalc/visits/test_entry.py"],
            id="who imports what uses it",
        ),
        pytest.param(["ui/panel/desk.py"], ["tests/ui/test_panel.py"], id="the tests of its room"),
        pytest.param(
            ["ui/people/desk.py"],
            ["tests/ui/test_other.py", "tests/ui/test_panel.py"],
            id="at last those of the folder around it",
        ),
        pytest.param(["itbcalc/say/words.py"], [], id="nothing"),
    ],
)
def test_a_file_of_the_code_is_guarded_by_its_mirror_and_by_those_who_import_it(small_project, code, tests):
    assert guarding_tests(small_project, code) == tests


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("itbcalc/log/chain.py", True),
        ("itbcalc/log", True),
        ("tests/ui", False),
        ("tests/itbcalc/log/test_chain.py", False),
        ("README.md", False),
        ("itbcalc/log/no_such.py", False),
        ("../elsewhere.py", False),
        ("-x", False),
        ("bridge", False),
    ],
)
def test_only_what_stands_in_the_code_is_taken_for_code(small_project, argument, code):
    assert is_code(small_project, argument) is code


def test_a_file_of_the_code_runs_its_tests_with_the_arguments_for_pytest(small_project, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(dev, "ROOT", small_project)
    monkeypatch.setattr(dev, "probe_qt", lambda variables: "")
    monkeypatch.setattr(dev, "call", lambda *command: called.append(list(command)) or 0)

    dev.test(["itbcalc/log/store.py", "-x", "-k", "bridge"])

    guards = ["tests/itbcalc/log/test_faults.py", "tests/ui/test_panel.py"]
    assert [command[3:] for command in called] == [["-m", "not slow", "-x", "-k", "bridge", *guards]]
    told = capsys.readouterr().out
    assert all(guard in told for guard in guards)


def test_a_file_that_nothing_guards_is_said(small_project, monkeypatch):
    monkeypatch.setattr(dev, "ROOT", small_project)
    monkeypatch.setattr(dev, "probe_qt", lambda variables: "")
    monkeypatch.setattr(dev, "call", lambda *command: pytest.fail("pytest ran"))

    with pytest.raises(SystemExit, match=r"itbcalc/say/words\.py"):
        dev.test(["itbcalc/say/words.py"])


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["tset"], 2), (["--help"], 0)])
def test_the_tasks_are_listed_when_none_is_named(arguments, status):
    done = subprocess.run(
        [sys.executable, dev.__file__, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == status
    assert all(f"dev.py {task}" in done.stdout for task in ("run", "test", "mutate", "bench", "bundle"))
