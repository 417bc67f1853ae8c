"""Mixed practice for a class: ten orders with what the programmer shows, slips planted in some, to be found in ten minutes.

A set belongs to its seed, on every platform; nothing of it needs the program to be solved, and everything can be typed into it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

import tomli_w
from msgspec import Struct

from itbcalc.judge.check import check
from itbcalc.library.records import Library, Severity
from itbcalc.practice.patient import uniform
from itbcalc.practice.programming import programmer_page
from itbcalc.program import complete_program, read_program
from itbcalc.quantities.display import decimal_text, moment_text
from itbcalc.say import whole_words
from itbcalc.say.catalogue import N_
from itbcalc.say.report import finding_messages, read_out_messages

MADE_UP = N_("PRACTICE. These orders are made up; none is of a real patient.")
SHEETS = 10
FEWEST, MOST = 4, 6  # slips in a set: nobody is to count
Table = Mapping[str, Any]


class SlipKind(StrEnum):
    """What went wrong between the order and the programmer (they are in files: never rename)."""

    POINT_MOVED = "decimal-point-moved"
    DIGITS_SWAPPED = "digits-swapped"
    PREVIOUS_DOSE = "previous-dose"
    PER_HOUR = "per-hour-for-per-day"
    OLD_CONCENTRATION = "old-concentration"
    BRIDGE_LEFT_OUT = "bridge-left-out"
    BRIDGE_DOSE = "other-bridge-dose"
    TUBING = "other-tubing-volume"
    ALARM = "other-alarm-volume"
    VOLUME_TOLD = "other-volume-told"

    @property
    def words(self) -> str:
        """`digits swapped`."""
        return self.value.replace("-", " ")

    @property
    def place(self) -> "Place":
        """The field that it concerns."""
        return _PLACES[self]


class Place(StrEnum):
    """Where a slip is, as a trainee names it (never rename)."""

    DOSE = "dose"
    CONCENTRATION = "concentration"
    BRIDGE = "bridge"
    TUBING = "tubing"
    ALARM = "alarm"
    VOLUME = "volume"


_PLACES = {
    SlipKind.POINT_MOVED: Place.DOSE,
    SlipKind.DIGITS_SWAPPED: Place.DOSE,
    SlipKind.PREVIOUS_DOSE: Place.DOSE,
    SlipKind.PER_HOUR: Place.DOSE,
    SlipKind.OLD_CONCENTRATION: Place.CONCENTRATION,
    SlipKind.BRIDGE_LEFT_OUT: Place.BRIDGE,
    SlipKind.BRIDGE_DOSE: Place.BRIDGE,
    SlipKind.TUBING: Place.TUBING,
    SlipKind.ALARM: Place.ALARM,
    SlipKind.VOLUME_TOLD: Place.VOLUME,
}


class SlipSheet(Struct, frozen=True):
    """One order in the tables of a program file, what the programmer shows, and the slip between them, or None."""

    number: int
    order: Table
    page: Mapping[str, str]
    slip: SlipKind | None

    def order_rows(self, library: Library) -> tuple[tuple[str, str], ...]:
        """The patient's system and what was ordered, each with its heading."""
        system, reservoir, new = self.order["system"], self.order["reservoir"], self.order["new"]
        now, bridge = self.order["current"], self.order.get("bridge")
        pump = library.pumps[system["pump"]].name
        at = moment_text(datetime.fromisoformat(reservoir["at"]))
        catheter = system["catheter"]["volume"]
        ordered = f"{new['concentration']}, {new['daily_dose']}"
        return (
            ("Pump", f"{pump}, tubing {system['tubing_volume']}, catheter {catheter}"),
            ("Reservoir", f"filled with {reservoir['filled']}, alarm at {reservoir['low_alarm']}, {at}"),
            ("Now", f"{now['concentration']}, {now['daily_dose']}"),
            ("Order", f"{ordered}{'' if bridge is None else ', bridge at ' + bridge['dose']}"),
        )

    @property
    def page_rows(self) -> tuple[tuple[str, str], ...]:
        """What the programmer shows, line by line."""
        return tuple((name.replace("_", " "), text) for name, text in self.page.items())

    def lines(self, library: Library) -> Iterator[str]:
        """The sheet to be read, without what is wrong in it."""
        yield f"Sheet {self.number}"
        for heading, words in self.order_rows(library):
            yield f"    {heading:10} {words}"
        yield "    The programmer shows"
        for name, text in self.page_rows:
            yield f"        {name:18} {text}"

    def program_file(self) -> str:
        """The order with what the programmer shows as its read-outs, as a program file for the check."""
        return tomli_w.dumps(self._with_page)

    @property
    def _with_page(self) -> Table:
        return {**self.order, "readouts": dict(self.page)}

    def help_words(self, library: Library) -> tuple[str, ...]:
        """What the check says of order and page, as if both had been typed into it without a mistake: the whole first."""
        checked = check(complete_program(read_program(self._with_page, library)), library)
        found = [*read_out_messages(checked), *finding_messages(checked, library)]
        weighty = [each for each in found if each.severity is not Severity.INFO]
        return (
            whole_words(checked),
            *(f"{each.severity.capitalize()}: {each.text}" for each in weighty),
        )


def sheets(seed: int, library: Library) -> tuple[SlipSheet, ...]:
    """The ten of a seed."""
    ranked = sorted(range(1, SHEETS + 1), key=lambda number: uniform(seed, "hunt", "planted", number))
    planted = ranked[: FEWEST + int(uniform(seed, "hunt", "slips") * (MOST - FEWEST + 1))]
    return tuple(_sheet(seed, number, library, planted=number in planted) for number in range(1, SHEETS + 1))


def _sheet(seed: int, number: int, library: Library, *, planted: bool) -> SlipSheet:
    order = _order(_Draw(seed, number))
    page = _page(order, library)
    if not planted:
        return SlipSheet(number, order, page, None)
    kinds = sorted(SlipKind, key=lambda kind: uniform(seed, "hunt", number, "kind", kind))
    for kind in kinds:
        altered = _SLIPS[kind](order)
        shown = None if altered is None else _page(altered, library)
        if shown is not None and shown != page:
            return SlipSheet(number, order, shown, kind)
    raise AssertionError("a slip of the dose always shows")  # pragma: no cover


def _page(order: Table, library: Library) -> dict[str, str]:
    checked = check(complete_program(read_program(order, library)), library)
    return programmer_page(checked.calculation, primed=False)[0]


# --- the orders


class _Draw(Struct, frozen=True):
    seed: int
    number: int

    def of(self, what: str, *choices: Any) -> Any:  # noqa: ANN401  # of whatever is chosen from
        """One of the choices: the same for this seed, sheet and question."""
        return choices[int(uniform(self.seed, "hunt", self.number, what) * len(choices))]


def _order(draw: _Draw) -> dict[str, Any]:
    """A plain order that a clinic sees every week: a step of the dose, or another concentration at the same one."""
    pump, filled = draw.of(
        "pump", ("synchromed-ii-20", ("20", "18")), ("synchromed-ii-40", ("40", "36", "38"))
    )
    now, other = draw.of("concentration", (500, 2000), (2000, 500))
    dose = Fraction(draw.of("dose", *range(85, 500, 15)))
    changes = draw.of("what", "dose", "dose", "dose", "concentration", "concentration") == "concentration"
    percent = 0 if changes else draw.of("percent", -20, -10, 10, 15, 20)
    new_dose = dose * (100 + percent) / 100
    day, hour = draw.of("day", *range(2, 27)), draw.of("hour", *range(9, 16))
    order: dict[str, Any] = {
        "system": {
            "pump": pump,
            "tubing_volume": "0.140 mL",
            "catheter": {"volume": f"0.{draw.of('catheter', *range(15, 24))} mL"},
        },
        "reservoir": {
            "filled": f"{draw.of('filled', *filled)} mL",
            "low_alarm": "2 mL",
            "at": f"2026-06-{day:02}T{hour:02}:00-05:00",
            "zone": "America/Chicago",
        },
        "patient": {
            "ref": f"P-SHEET-{draw.number:02}",
            "spasticity_origin": "spinal",
            "age_years": draw.of("age", *range(24, 70)),
            "jurisdiction": "us",
            "last_change": "2026-03-03T10:00-06:00",
        },
        "current": _therapy(now, dose),
        "new": _therapy(other if changes else now, new_dose),
    }
    if changes:
        order["bridge"] = {"dose": _dose(dose)}
    return order


def _therapy(concentration: int, dose: Fraction) -> dict[str, str]:
    return {
        "drug": "baclofen",
        "concentration": f"{concentration} mcg/mL",
        "mode": "simple-continuous",
        "daily_dose": _dose(dose),
    }


def _dose(dose: Fraction) -> str:
    return f"{decimal_text(dose, 3).replace(',', '')} mcg/day"


# --- the slips: what was typed into the programmer instead of the order; None where this order has no room for it


def _with(order: Table, section: str, **values: str) -> Table:
    return {**order, section: {**order[section], **values}}


def _ordered_dose(order: Table) -> str:
    return str(order["new"]["daily_dose"]).removesuffix(" mcg/day")


def _point_moved(order: Table) -> Table | None:
    """A zero too many, or one too few where the dose is high."""
    dose = Fraction(_ordered_dose(order))
    return _with(order, "new", daily_dose=_dose(dose / 10 if dose > 200 else dose * 10))


def _digits_swapped(order: Table) -> Table | None:
    digits = _ordered_dose(order)
    for at in range(len(digits) - 1):
        pair = digits[at : at + 2]
        swapped = digits[:at] + pair[::-1] + digits[at + 2 :]
        if pair.isdigit() and pair[0] != pair[1] and not swapped.startswith("0"):
            return _with(order, "new", daily_dose=f"{swapped} mcg/day")
    return None


def _previous_dose(order: Table) -> Table | None:
    return _with(order, "new", daily_dose=order["current"]["daily_dose"])


def _per_hour(order: Table) -> Table | None:
    """A daily dose typed where one an hour is asked for, so low that the pump still takes it."""
    dose = Fraction(_ordered_dose(order))
    return _with(order, "new", daily_dose=_dose(dose * 24)) if dose <= 200 else None


def _old_concentration(order: Table) -> Table | None:
    """The programmer keeps the old one, and so sees no need of a bridge."""
    if "bridge" not in order:
        return None
    kept = _with(order, "new", concentration=order["current"]["concentration"])
    return {name: held for name, held in kept.items() if name != "bridge"}


def _bridge_left_out(order: Table) -> Table | None:
    return {name: held for name, held in order.items() if name != "bridge"} if "bridge" in order else None


def _bridge_dose(order: Table) -> Table | None:
    if "bridge" not in order:
        return None
    return _with(order, "bridge", dose=_dose(Fraction(_ordered_dose(order)) / 2))


def _tubing(order: Table) -> Table | None:
    return _with(order, "system", tubing_volume="0.199 mL") if "bridge" in order else None


def _alarm(order: Table) -> Table | None:
    return _with(order, "reservoir", low_alarm="4 mL")


def _volume_told(order: Table) -> Table | None:
    """Half of what was filled in, as by who counts one syringe of two."""
    filled = Fraction(order["reservoir"]["filled"].removesuffix(" mL"))
    return _with(order, "reservoir", filled=f"{decimal_text(filled / 2, 1)} mL")


_SLIPS: Mapping[SlipKind, Callable[[Table], Table | None]] = {
    SlipKind.POINT_MOVED: _point_moved,
    SlipKind.DIGITS_SWAPPED: _digits_swapped,
    SlipKind.PREVIOUS_DOSE: _previous_dose,
    SlipKind.PER_HOUR: _per_hour,
    SlipKind.OLD_CONCENTRATION: _old_concentration,
    SlipKind.BRIDGE_LEFT_OUT: _bridge_left_out,
    SlipKind.BRIDGE_DOSE: _bridge_dose,
    SlipKind.TUBING: _tubing,
    SlipKind.ALARM: _alarm,
    SlipKind.VOLUME_TOLD: _volume_told,
}


def set_text(seed: int, library: Library) -> str:
    """The whole set, to be printed or read."""
    head = [
        MADE_UP,
        f"Ten orders, set {seed}. Does the programmer show what was ordered? You have ten minutes.",
        "",
    ]
    body = ["\n".join(sheet.lines(library)) for sheet in sheets(seed, library)]
    return "\n".join(head) + "\n\n".join(body) + "\n"


def answers_text(seed: int, *, with_program: bool) -> str:
    """The file that a trainee fills in."""
    places = ", ".join(Place)
    lines = [
        "# What you found. minutes: how long it took, a bare number as in 9.5. slip: true where the programmer does not show",
        f"# what was ordered; then say where, if you know it: {places}.",
        "",
        'trainee = ""',
        f"seed = {seed}",
        f"with_program = {'true' if with_program else 'false'}",
        "# minutes = ",
    ]
    for number in range(1, SHEETS + 1):
        lines += ["", "[[sheet]]", f"number = {number}", "# slip = false", '# where = ""']
    return "\n".join(lines) + "\n"
