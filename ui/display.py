"""Why can no window be opened here? Asked before Qt is, which only aborts."""

import ctypes
import re
from collections.abc import Mapping
from pathlib import Path

# Debian's rule for the name of a library's package (policy 8.1) does not lead to these.
_PACKAGES = {"libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0"}


def window_problem(variables: Mapping[str, str], platforms: Path) -> str:
    """Says in one line what keeps Qt from opening a window on this Linux, or nothing.

    Args:
        variables: The environment, which names the display.
        platforms: The folder of Qt's platform plugins.
    """
    names = _platforms_tried(variables)
    if not names:
        return "there is no display for the window"
    problems = [_problem_of(name, variables, platforms) for name in names]
    return problems[0] if all(problems) else ""


def missing_library(error: ImportError | OSError) -> str:
    """Says in one line which system library is missing and which of Debian's packages brings it.

    Raises:
        ImportError: It was something else; what was given is raised again.
        OSError: The same.
    """
    named = re.match(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object file", str(error))
    if named is None:
        raise error
    library = named[1]
    return (
        f"{library} is missing on this machine; on Debian or Ubuntu: apt-get install {_package_of(library)}"
    )


def _package_of(library: str) -> str:
    name, _, version = library.lower().partition(".so.")
    between = "-" if name[-1:].isdigit() else ""
    return _PACKAGES.get(library, f"{name}{between}{version.split('.')[0]}")


def _platforms_tried(variables: Mapping[str, str]) -> list[str]:
    if chosen := variables.get("QT_QPA_PLATFORM"):
        return [name.partition(":")[0] for name in chosen.split(";")]
    reached_by = {"WAYLAND_DISPLAY": "wayland", "DISPLAY": "xcb"}
    return [name for variable, name in reached_by.items() if variables.get(variable)]


def _problem_of(name: str, variables: Mapping[str, str], platforms: Path) -> str:
    plugin = platforms / f"libq{name}.so"
    if not plugin.exists():
        return f"Qt has no platform {name!r} here, which QT_QPA_PLATFORM names"
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return missing_library(error)
    if name == "xcb" and not _x11_answers():
        return f"the display {variables.get('DISPLAY', '')!r} does not answer"
    if name == "wayland" and not _wayland_answers(variables):
        return f"the display {variables.get('WAYLAND_DISPLAY', '')!r} does not answer"
    return ""


def _x11_answers() -> bool:
    """Asks as Qt will, through the library that its plugin has just loaded: it knows every way to name a display."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers = bool(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
    return answers


def _wayland_answers(variables: Mapping[str, str]) -> bool:
    import socket  # elsewhere nothing needs it

    path = Path(variables.get("XDG_RUNTIME_DIR", ""), variables.get("WAYLAND_DISPLAY") or "wayland-0")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as compositor:
        try:
            compositor.connect(str(path))
        except OSError:
            return False
    return True
