"""A screen reader in small: finds a field by its name, types into it, and reads what is said of a value.

Run with the system's Python, which has GLib's D-Bus. Arguments: the field's name, what is typed, how the name of the
value begins, and what it has to say at last. Prints what the value said before, and what it said then.
"""

import sys
import time
from collections.abc import Iterator

from gi.repository import Gio, GLib

Place = tuple[str, str]  # whose it is on the bus, and where it is there
ROOT: Place = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
ACCESSIBLE, EDITABLE = "org.a11y.atspi.Accessible", "org.a11y.atspi.EditableText"
PATIENCE = 60  # seconds until a window stands there, or an answer
CALL_MS = 10_000


class Listener:
    """The bus of assistive technology."""

    def __init__(self) -> None:
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        asked = session.call_sync(
            *("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None),
            *(Gio.DBusCallFlags.NONE, CALL_MS, None),
        )
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self._bus = Gio.DBusConnection.new_for_address_sync(asked.unpack()[0], flags)

    def call(self, place: Place, interface: str, method: str, arguments: GLib.Variant | None = None) -> tuple:
        """Asks one thing of what stands at a place."""
        bus, path = place
        return self._bus.call_sync(
            *(bus, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, CALL_MS, None)
        ).unpack()

    def name(self, place: Place) -> str:
        """What it is called."""
        asked = GLib.Variant("(ss)", (ACCESSIBLE, "Name"))
        return self.call(place, "org.freedesktop.DBus.Properties", "Get", asked)[0]

    def all_within(self, place: Place) -> Iterator[Place]:
        """Everything there is, from the outside in."""
        for child in self.call(place, ACCESSIBLE, "GetChildren")[0]:
            yield child
            yield from self.all_within(child)

    def find(self, is_meant) -> Place:
        """The first whose name is meant; waits until it is there."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            for place in self.all_within(ROOT):
                if is_meant(self.name(place)):
                    return place
            time.sleep(0.5)
        raise SystemExit(
            f"nothing of that name: {[name for each in self.all_within(ROOT) if (name := self.name(each))]}"
        )


def main(field: str, typed: str, beginning: str, wanted: str) -> None:
    listener = Listener()
    value = listener.find(lambda name: name.startswith(beginning) and name != beginning)
    print(listener.name(value))
    listener.call(
        listener.find(lambda name: name == field),
        EDITABLE,
        "SetTextContents",
        GLib.Variant("(s)", (typed,)),
    )
    limit = time.monotonic() + PATIENCE
    while not listener.name(value).endswith(wanted) and time.monotonic() < limit:
        time.sleep(0.1)
    print(listener.name(value))


if __name__ == "__main__":
    main(*sys.argv[1:])
