"""Logs made by hand, with the list that each must give written beside it: who, by which day, days left, what decides, what is left.

A case begins with `#`. A line that begins with a moment is written into the log then, on the clocks of Berlin or of `zone=`:

    A fill 40 400     filled with 40 mL, then 400 mcg/day (500 mcg/mL: 0.8 mL/day); `-` where the volume is not said
    A dose 500        another dose; `found=30` says what was in the reservoir, `was=450` another dose before than the log's
    amend 1 A …       entry 1 as it should have been; `void 1`, `stopped 1` (read back), `end A`, `book A 20 Dec 2026 09:00`
    pump=B            a pump of ±10 %, 2 mL residual, alarm at 3 mL; else ±14.5 %, 1 mL, 2 mL
    boluses           3 patient boluses a day of 10 mcg; `unread`: its pump is in no library any more

`at` looks at the list; below it stands each patient in the order of the list. `+` counts days from a moment as exact fractions,
by hand: empty in the worst case after (filled − residual) / ((1 + accuracy) × flow), at the alarm after (filled − alarm) / flow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from itbcalc.log.entries import Draft
from itbcalc.log.store import MemoryLog
from itbcalc.quantities.display import date_text
from itbcalc.quantities.instants import read_instant
from itbcalc.visits.history import standings
from itbcalc.visits.recording import (
    amended_step_draft,
    followup_ended_draft,
    read_back_draft,
    step_draft,
    visit_booked_draft,
    void_draft,
)
from itbcalc.visits.refills import Due, refills
from itbcalc.visits.state import state_of
from tests.itbcalc.every_kind import NURSE, answers_to
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import OWN_PUMP, library, table_of
from tests.itbcalc.visits.histories import at_dose, checked_step

CASES = """
# one fill: 39 / (1.145 × 0.8) = 9750/229 days; 15 1/8 days at 0.8 mL/day took 12.1 mL
10 Nov 2026 09:00 A fill 40 400
at 25 Nov 2026 12:00
A 22 Dec 2026 27 empty_worst 10 Nov 2026 09:00 + 9750/229 left 279/10

# the day itself is not overdue, the next one is, and for ever: 39 / (1.145 × 3.2) = 4875/458
10 Nov 2026 09:00 A fill 40 1600
at 21 Nov 2026 23:59
A 21 Nov 2026 0 empty_worst 10 Nov 2026 09:00 + 4875/458
at 22 Nov 2026 00:00
A 21 Nov 2026 -1 empty_worst 10 Nov 2026 09:00 + 4875/458
at 1 Jan 2028 09:00
A 21 Nov 2026 -406 empty_worst 10 Nov 2026 09:00 + 4875/458 left 0

# little was filled: the alarm comes first, (5 − 2) / 1 = 3; in the worst case 4 / 1.145 = 3.49
10 Nov 2026 09:00 A fill 5 500
at 11 Nov 2026 09:00
A 13 Nov 2026 2 alarm 10 Nov 2026 09:00 + 3 left 4

# a low dose: the drug is kept 180 days
10 Nov 2026 09:00 A fill 40 50
at 10 Dec 2026 09:00
A 9 May 2027 150 stability 10 Nov 2026 09:00 + 180 left 37

# the drug's age goes on through a later step
10 Nov 2026 09:00 A fill 40 50
20 Feb 2027 09:00 A dose 52
at 20 Feb 2027 09:00
A 9 May 2027 78 stability 10 Nov 2026 09:00 + 180 left 149/5

# another dose: 10 × 0.8 = 8 of 7800/229 mL are gone, the others flow at 1
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 500
at 25 Nov 2026 09:00
A 16 Dec 2026 21 empty_worst 20 Nov 2026 09:00 + 5968/229 left 27

# another dose that says 30 mL: 8 were programmed, up to 0.145 × 8 = 1.16 more delivered; (29 − 1.16) / 1.145 = 5568/229 from there
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 500 found=30
at 25 Nov 2026 09:00
A 14 Dec 2026 19 empty_worst 20 Nov 2026 09:00 + 5568/229 left 25

# two other doses: 5 × 0.8 + 5 × 1.6 = 12; (7800/229 − 12) / 0.8 = 6315/229
10 Nov 2026 09:00 A fill 40 400
15 Nov 2026 09:00 A dose 800
20 Nov 2026 09:00 A dose 400
at 25 Nov 2026 09:00
A 17 Dec 2026 22 empty_worst 20 Nov 2026 09:00 + 6315/229 left 24

# a refill: 37 / (1.145 × 0.8) = 9250/229 from it
10 Nov 2026 09:00 A fill 40 400
8 Dec 2026 09:00 A fill 38 400
at 8 Dec 2026 09:00
A 17 Jan 2027 40 empty_worst 8 Dec 2026 09:00 + 9250/229 left 38

# a step that was voided is as if it had not been
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 800
20 Nov 2026 10:00 void 2
at 25 Nov 2026 12:00
A 22 Dec 2026 27 empty_worst 10 Nov 2026 09:00 + 9750/229 left 279/10

# a refill that was voided: 29 days at 0.8 took 23.2
10 Nov 2026 09:00 A fill 40 400
8 Dec 2026 09:00 A fill 40 400
8 Dec 2026 10:00 void 2
at 9 Dec 2026 09:00
A 22 Dec 2026 13 empty_worst 10 Nov 2026 09:00 + 9750/229 left 84/5

# the only step was voided: nobody
10 Nov 2026 09:00 A fill 40 400
10 Nov 2026 10:00 void 1
at 25 Nov 2026 12:00

# an amended dose: 39 / 1.145 = 7800/229
10 Nov 2026 09:00 A fill 40 400
11 Nov 2026 09:00 amend 1 10 Nov 2026 09:00 A fill 40 500
at 25 Nov 2026 09:00
A 14 Dec 2026 19 empty_worst 10 Nov 2026 09:00 + 7800/229 left 25

# an amended volume: 19 / (1.145 × 0.8) = 4750/229
10 Nov 2026 09:00 A fill 40 400
11 Nov 2026 09:00 amend 1 10 Nov 2026 09:00 A fill 20 400
at 25 Nov 2026 09:00
A 1 Dec 2026 6 empty_worst 10 Nov 2026 09:00 + 4750/229 left 8

# an amended moment
10 Nov 2026 09:00 A fill 40 400
11 Nov 2026 09:00 amend 1 8 Nov 2026 09:00 A fill 40 400
at 25 Nov 2026 12:00
A 20 Dec 2026 25 empty_worst 8 Nov 2026 09:00 + 9750/229 left 263/10

# amended twice: 39 / (1.145 × 1.6) = 4875/229
10 Nov 2026 09:00 A fill 40 400
11 Nov 2026 09:00 amend 1 10 Nov 2026 09:00 A fill 40 500
12 Nov 2026 09:00 amend 2 10 Nov 2026 09:00 A fill 40 800
at 20 Nov 2026 09:00
A 1 Dec 2026 11 empty_worst 10 Nov 2026 09:00 + 4875/229 left 24

# an amendment that was voided: what it amended holds again
10 Nov 2026 09:00 A fill 40 400
11 Nov 2026 09:00 amend 1 10 Nov 2026 09:00 A fill 40 500
12 Nov 2026 09:00 void 2
at 25 Nov 2026 12:00
A 22 Dec 2026 27 empty_worst 10 Nov 2026 09:00 + 9750/229 left 279/10

# two steps of one minute: the one written last holds; 29 / (1.145 × 0.8) = 7250/229
10 Nov 2026 09:00 A fill 40 400
10 Nov 2026 09:00 A fill 30 400
at 25 Nov 2026 09:00
A 12 Dec 2026 17 empty_worst 10 Nov 2026 09:00 + 7250/229 left 18

# a step that is still to come, and has come: 39 / (1.145 × 1.6) = 4875/229
10 Nov 2026 09:00 A fill 40 400
1 Dec 2026 09:00 A fill 40 800
at 25 Nov 2026 12:00
A 22 Dec 2026 27 empty_worst 10 Nov 2026 09:00 + 9750/229 left 279/10
at 1 Dec 2026 09:00
A 22 Dec 2026 21 empty_worst 1 Dec 2026 09:00 + 4875/229 left 40

# the first step is still to come
10 Nov 2026 09:00 A fill 40 400
at 1 Nov 2026 09:00
A 22 Dec 2026 51 empty_worst 10 Nov 2026 09:00 + 9750/229

# overdue first, then who has no known day, then by the day
10 Nov 2026 09:00 A fill 40 400
10 Nov 2026 09:00 B fill 40 1600
10 Nov 2026 09:00 C dose 400
10 Nov 2026 09:00 D fill 40 800
at 25 Nov 2026 12:00
B 21 Nov 2026 -4 empty_worst 10 Nov 2026 09:00 + 4875/458 left 0
C ? no volume of the reservoir is recorded
D 1 Dec 2026 6 empty_worst 10 Nov 2026 09:00 + 4875/229 left 79/5
A 22 Dec 2026 27 empty_worst 10 Nov 2026 09:00 + 9750/229 left 279/10

# filled, nobody said with how much
10 Nov 2026 09:00 A fill - 400
at 25 Nov 2026 12:00
A ? entry 1 does not say the volume filled

# a refill without its volume is not counted on from the one before
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A fill - 400
at 25 Nov 2026 12:00
A ? entry 2 does not say the volume filled

# a gap: somebody changed the dose and wrote nothing
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 500 was=450
at 25 Nov 2026 12:00
A ? entry 2 begins from another therapy than entry 1 left

# a gap that ends with a fill: 39 / 1.145 = 7800/229 from there; 1/8 day took 1/8 mL
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 500 was=450
1 Dec 2026 09:00 A fill 40 500 was=470
at 1 Dec 2026 12:00
A 4 Jan 2027 34 empty_worst 1 Dec 2026 09:00 + 7800/229 left 319/8

# a gap over a voided step: its dose was never in force
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 450
21 Nov 2026 09:00 A dose 500
22 Nov 2026 09:00 void 2
at 25 Nov 2026 12:00
A ? entry 3 begins from another therapy than entry 1 left

# a program that can no longer be read keeps the earliest day it recorded: the alarm in the worst case, 38 / (0.8 × 1.145) = 9500/229
10 Nov 2026 09:00 A fill 40 400 unread
at 25 Nov 2026 12:00
A 21 Dec 2026 26 - 10 Nov 2026 09:00 + 9500/229 reason the program of entry 1 can no longer be read

# a change that can no longer be read, and recorded no day
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 500 unread
at 25 Nov 2026 12:00
A ? the program of entry 2 can no longer be read

# an unread step before a fill is no matter
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 500 unread
1 Dec 2026 09:00 A fill 40 500
at 1 Dec 2026 12:00
A 4 Jan 2027 34 empty_worst 1 Dec 2026 09:00 + 7800/229 left 319/8

# a second pump: 18 / (1.1 × 0.8) = 225/11; its alarm 17 / 0.8 = 85/4
10 Nov 2026 09:00 A fill 40 400
8 Dec 2026 09:00 A fill 20 400 pump=B
at 8 Dec 2026 12:00
A 28 Dec 2026 20 empty_worst 8 Dec 2026 09:00 + 225/11 left 199/10

# a second pump, implanted full, told by a change of the dose: 13 / 1.1 = 130/11
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 500 found=15 pump=B
at 25 Nov 2026 09:00
A 2 Dec 2026 7 empty_worst 20 Nov 2026 09:00 + 130/11 left 10

# the patient moved to Tokyo, eight hours before Berlin: the same moment is another day there
10 Nov 2026 09:00 A fill 40 400
20 Nov 2026 09:00 A dose 400 zone=Asia/Tokyo
at 25 Nov 2026 12:00
A 23 Dec 2026 28 empty_worst 10 Nov 2026 09:00 + 9750/229 left 279/10

# in New York it is still the day before; 9:00 there is 15:00 in Berlin
10 Nov 2026 09:00 A fill 40 400 zone=America/New_York
at 25 Nov 2026 03:00
A 22 Dec 2026 28 empty_worst 10 Nov 2026 15:00 + 9750/229

# the clocks go back on the due day: 10 days 15 h 27 min from 14 Oct 12:00 is 03:27 of the old time, 02:27 of the new one
14 Oct 2026 12:00 A fill 40 1600
at 24 Oct 2026 12:00
A 25 Oct 2026 1 empty_worst 14 Oct 2026 12:00 + 4875/458
at 25 Oct 2026 23:59
A 25 Oct 2026 0 empty_worst 14 Oct 2026 12:00 + 4875/458
at 26 Oct 2026 00:00
A 25 Oct 2026 -1 empty_worst 14 Oct 2026 12:00 + 4875/458

# the clocks go forward on the due day
17 Mar 2027 12:00 A fill 40 1600
at 27 Mar 2027 12:00
A 28 Mar 2027 1 empty_worst 17 Mar 2027 12:00 + 4875/458

# by the old time it would be 00:27 of the 26th; the clocks went back: 23:27 of the 25th
15 Oct 2026 09:00 A fill 40 1600
at 20 Oct 2026 09:00
A 25 Oct 2026 5 empty_worst 15 Oct 2026 09:00 + 4875/458 left 24

# the clocks go back in between: 24 h a day, 42 days 13 h 50 min after 20 Sep 09:00
20 Sep 2026 09:00 A fill 40 400
at 1 Oct 2026 09:00
A 1 Nov 2026 31 empty_worst 20 Sep 2026 09:00 + 9750/229 left 156/5

# patient boluses, all taken: 39 days at 0.86 mL take 33.54 of 34.0611, the rest is gone within the day that follows
10 Nov 2026 09:00 A fill 40 400 boluses
at 25 Nov 2026 12:00
A 19 Dec 2026 24 empty_worst

# patient boluses until a change: 10 × 0.86 = 8.6 at most; (7800/229 − 8.6) / 0.8 = 29153/916
10 Nov 2026 09:00 A fill 40 400 boluses
20 Nov 2026 09:00 A dose 400
at 25 Nov 2026 12:00
A 22 Dec 2026 27 empty_worst 20 Nov 2026 09:00 + 29153/916

# found stopped: it may have run all the same, and the day is the one of a pump that runs
10 Nov 2026 09:00 A fill 40 400
12 Nov 2026 09:00 stopped 1
20 Nov 2026 09:00 A dose 400
at 25 Nov 2026 12:00
A 22 Dec 2026 27 empty_worst 10 Nov 2026 09:00 + 9750/229

# dry long ago, and no refill was written: in the worst case empty since 9750/229 days after the fill, whatever was recorded later
1 Jan 2026 09:00 A fill 40 400
1 Dec 2026 09:00 A dose 400
at 1 Dec 2026 12:00
A 12 Feb 2026 -292 empty_worst 1 Jan 2026 09:00 + 9750/229 left 0

# dry, and a change of the dose: in the worst case since 4 / 1.145 = 800/229 days after the fill, as if there had been none
10 Nov 2026 09:00 A fill 5 500
1 Dec 2026 09:00 A dose 500
at 1 Dec 2026 12:00
A 13 Nov 2026 -18 empty_worst 10 Nov 2026 09:00 + 800/229 left 0

# the follow-up has ended; before that day it had not
10 Nov 2026 09:00 A fill 40 400
12 Nov 2026 09:00 end A
at 12 Nov 2026 08:59
A 22 Dec 2026 40 empty_worst 10 Nov 2026 09:00 + 9750/229
at 25 Jan 2027 12:00
ended A 22 Dec 2026

# the follow-up had ended, and a step follows
10 Nov 2026 09:00 A fill 40 400
12 Nov 2026 09:00 end A
20 Nov 2026 09:00 A fill 40 400
at 25 Nov 2026 09:00
A 1 Jan 2027 37 empty_worst 20 Nov 2026 09:00 + 9750/229 left 36

# an end that was voided
10 Nov 2026 09:00 A fill 40 400
12 Nov 2026 09:00 end A
13 Nov 2026 09:00 void 2
at 25 Nov 2026 12:00
A 22 Dec 2026 27 empty_worst 10 Nov 2026 09:00 + 9750/229 left 279/10

# a booked visit is no refill, and alone makes nobody a patient of the list
10 Nov 2026 09:00 A fill 40 400
10 Nov 2026 10:00 book A 20 Dec 2026 09:00
10 Nov 2026 10:00 book B 20 Dec 2026 09:00
at 21 Dec 2026 12:00
A 22 Dec 2026 1 empty_worst 10 Nov 2026 09:00 + 9750/229 left 71/10

# practised only
practice
10 Nov 2026 09:00 A fill 40 400
at 25 Nov 2026 12:00
"""

OTHER_PUMP = {**OWN_PUMP, "name": "Other pump", "residual_volume": "2 mL", "accuracy": "10 %"}
BOLUSES = {"dose": "10 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}
_MOMENT = r"\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}"
_WRITTEN = re.compile(rf"({_MOMENT}) (.+)")
_LISTED = re.compile(
    rf"(?P<who>\S+) (?P<day>\d+ \w+ \d+) (?P<left>-?\d+) (?P<limit>\S+)"
    rf"(?: (?P<since>{_MOMENT}) \+ (?P<days>\S+))?(?: left (?P<volume>\S+))?(?: reason (?P<reason>.+))?"
)
_NOT_KNOWN = re.compile(r"(?P<who>\S+) \? (?P<reason>.+)")


def moment(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.strptime(text, "%d %b %Y %H:%M").replace(tzinfo=ZoneInfo(zone))


@dataclass
class HandMade:
    """A log as its lines are written into it."""

    log: MemoryLog
    doses: dict[str, str]  # by patient, as the log has it

    def write(self, when: datetime, text: str) -> None:
        verb, *rest = text.split()
        entry = self.log.at(int(rest[0])) if verb in ("amend", "void", "stopped") else None
        if verb == "void" and entry is not None:
            self.append(void_draft(entry, "by hand", NURSE, when))
        elif verb == "stopped" and entry is not None:
            self.append(read_back_draft(entry, "stopped", "", NURSE, when))
        elif verb == "end":
            self.append(followup_ended_draft(rest[0], "moved", when, NURSE, when))
        elif verb == "book":
            visit = read_instant(moment(" ".join(rest[1:])).isoformat())
            self.append(visit_booked_draft(rest[0], visit, NURSE, when))
        elif verb == "amend" and entry is not None:
            parts = _WRITTEN.fullmatch(" ".join(rest[1:]))
            assert parts is not None
            step = checked_step(self.table(parts[1], parts[2].split()))
            draft = amended_step_draft(
                entry, step, NURSE, when, answers=answers_to(step), reason="typed wrong"
            )
            self.append(draft)
        else:
            self.step(when.strftime("%d %b %Y %H:%M"), text.split())

    def step(self, when: str, words: list[str]) -> None:
        table = self.table(when, words)
        step = checked_step(table)
        draft = step_draft(
            step,
            answers_to(step),
            NURSE,
            moment(when, table["reservoir"]["zone"]),
            refilled=words[1] == "fill",
        )
        if "unread" in words:
            inputs = {**draft.body["inputs"], "system": {**draft.body["inputs"]["system"], "pump": "gone"}}
            draft = replace(draft, body={**draft.body, "inputs": inputs})
        self.append(draft)

    def table(self, when: str, words: list[str]) -> dict[str, Any]:
        patient, verb, *rest = words
        named = dict(word.split("=") for word in rest if "=" in word)
        volume = rest[0] if verb == "fill" else named.get("found", "-")
        dose = rest[1] if verb == "fill" else rest[0]
        zone = named.get("zone", "Europe/Berlin")
        changes = at_dose(
            f"{dose} mcg/day",
            moment(when, zone).isoformat(timespec="minutes"),
            current__daily_dose=f"{named.get('was', self.doses.get(patient, dose))} mcg/day",
            patient__ref=patient,
            patient__last_change=None,
            reservoir__zone=zone,
            reservoir__filled=None if volume == "-" else f"{volume} mL",
        )
        self.doses[patient] = dose
        if named.get("pump") == "B":
            changes |= {"system.pump": OTHER_PUMP, "reservoir.low_alarm": "3 mL"}
        if "boluses" in rest:
            changes["new.patient_bolus"] = BOLUSES
        return table_of(changes)

    def append(self, draft: Draft) -> None:
        body = draft.body
        if self.log.log_id.startswith("practice"):
            body = {**body, "practice": {"run": "1"}}
        self.log.append(replace(draft, body=body))


def cases() -> Iterator[tuple[str, list[str]]]:
    for block in CASES.strip().split("\n\n"):
        title, *lines = block.splitlines()
        yield title.removeprefix("# "), lines


def said(due: Due, log: MemoryLog, now: datetime, written: re.Match[str] | None) -> str:
    """What the list says of a patient, in the words of the case; only what the case tells of is told."""
    if due.refill_by is None:
        return f"{due.patient} ? {due.not_known}"
    told = f"{due.patient} {date_text(due.refill_by)} {due.days_left} {due.limit or '-'}"
    if written is None:
        return told
    if written["since"]:
        counted = moment(written["since"]).astimezone(UTC) + timedelta(
            seconds=int(Fraction(written["days"]) * 86400)
        )
        same = due.refill_by.astimezone(UTC) == counted
        told += f" {written['since']} + {written['days'] if same else due.refill_by.isoformat()}"
    if written["volume"]:
        state = state_of(standings(log.entries(due.patient)), now, library())
        volume = None if state is None or state.expected_volume is None else state.expected_volume.magnitude
        told += f" left {volume}"
    return told + (f" reason {due.not_known}" if written["reason"] else "")


@pytest.mark.parametrize("lines", [lines for _, lines in cases()], ids=[title[:60] for title, _ in cases()])
def test_the_list_is_the_one_written_by_hand(lines: list[str]) -> None:
    practised = lines[0] == "practice"
    made = HandMade(MemoryLog(f"practice{LOG_ID}" if practised else LOG_ID), {})
    looks: list[tuple[datetime, list[str]]] = []
    for line in lines[practised:]:
        written = _WRITTEN.fullmatch(line)
        if line.startswith("at "):
            looks.append((moment(line.removeprefix("at ")), []))
        elif written is not None and not looks:
            made.write(moment(written[1]), written[2])
        else:
            assert _LISTED.fullmatch(line) or _NOT_KNOWN.fullmatch(line) or line.startswith("ended "), line
            looks[-1][1].append(line)

    assert looks
    for now, expected in looks:
        found = refills(made.log, now, library())
        written_of = {line.split()[0]: _LISTED.fullmatch(line) for line in expected}
        assert [
            *(said(due, made.log, now, written_of.get(due.patient)) for due in found.due),
            *(
                f"ended {each.patient} {date_text(each.due.refill_by)}"
                for each in found.ended
                if each.due.refill_by
            ),
        ] == expected


def test_there_are_forty_of_them() -> None:
    assert len(list(cases())) >= 40
