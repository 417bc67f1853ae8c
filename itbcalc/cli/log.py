"""The commands of the log: `itbcalc log ...`. Texts in, words or one document out; what is done is done in `log` and `visits`."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from itbcalc import __version__
from itbcalc.cli import log_copies as copies
from itbcalc.cli import log_reading as reading
from itbcalc.cli import log_server as server
from itbcalc.cli import log_waiting as waiting
from itbcalc.cli import log_writing as writing
from itbcalc.cli.calls import HELP_NAMES, CarefulCommand, CarefulGroup
from itbcalc.cli.log_shared import Command, unlock_named
from itbcalc.cli.refills import refills
from itbcalc.cli.shared import json_option, print_json

_LOG = click.Option(
    ["--log", "log_file"], metavar="PATH", help="The log; without it that of this workstation."
)
_AUTHOR = click.Option(["--author"], help="Who writes the entry.")
_ROLE = click.Option(["--role"], default="", help="As what: nurse, physician …")
_REASON = click.Option(["--reason"], help="Why.")
_NOTE = click.Option(["--note"], default="", help="A note; no names.")
_ANSWER = click.Option(
    ["--answer"], nargs=2, multiple=True, metavar="CODE REASON", help="The reason for a finding."
)
_YES = click.Option(
    ["--yes-a-pseudonym"], is_flag=True, help="A pseudonym that looks like a name, or like another, is meant."
)
_YES_AN_EXAMPLE = click.Option(
    ["--yes-an-example"], is_flag=True, help="A bundled example is meant to stand in this log."
)
_ENTRY = click.Argument(["entry"], required=False, default=None)
_WHO = (_AUTHOR, _ROLE)


def log_group(guarded: Callable[..., int]) -> click.Group:
    """The group `log`; `guarded` ends a refusal in its words and status 2."""
    words = "The titration log: write, read, verify, copy, put back."
    group = CarefulGroup("log", help=words, context_settings=HELP_NAMES)
    for name, (words, params, work) in _COMMANDS.items():
        group.add_command(
            CarefulCommand(
                name,
                callback=_calling(f"log {name}", work, guarded),
                params=[*params, _LOG, json_option()],
                help=words,
                epilog=f"Example: itbcalc log {name} {_EXAMPLES[name]}".rstrip(),
                context_settings=HELP_NAMES,
            )
        )
    return group


def refills_command(guarded: Callable[..., int]) -> click.Command:
    """The command `refills`: the log as a list of what is due."""
    return CarefulCommand(
        "refills",
        callback=_calling("refills", refills, guarded),
        params=[
            click.Argument(["what"], required=False, default=None),
            click.Argument(["patient"], required=False, default=None),
            click.Option(["--leaves"], metavar="MOMENT", help="travel: when the patient leaves."),
            click.Option(["--returns"], metavar="MOMENT", help="travel: when the patient is back."),
            click.Option(
                ["--zone"], metavar="ZONE", help="travel: the time zone there; moments may be local then."
            ),
            click.Option(["--delay"], metavar="DAYS", help="travel: for how many days the return may fail."),
            click.Option(["--dose"], metavar="MCG/DAY", help="before-implant: the daily dose."),
            click.Option(["--jurisdiction"], help="before-implant: whose marketed strengths count; us, de …"),
            click.Option(["--html"], metavar="FILE", help="before-implant: write it as one page; FILE.html."),
            click.Option(["--at"], metavar="MOMENT", help="As of which moment; without it now."),
            click.Option(["--due-within"], metavar="DAYS", help="Only those due within so many days."),
            click.Option(["--ref"], help="Only of this pseudonym."),
            click.Option(["--overdue"], is_flag=True, help="Only who is overdue, or whose day is not known."),
            click.Option(["--csv"], metavar="FILE", help="Write them as a table; FILE.csv."),
            click.Option(["--calendar"], metavar="FILE", help="Write them as a calendar file; FILE.ics."),
            _LOG,
            json_option(),
        ],
        help="By when whose pump must be refilled, by what the log holds: overdue first; with travel and a pseudonym, a journey; with before-implant, the visits a year that a dose would mean.",
        epilog="Example: itbcalc refills --calendar refills.ics",
        context_settings=HELP_NAMES,
    )


def _calling(name: str, work: Command, guarded: Callable[..., int]) -> Callable[..., int]:
    def call(*, as_json: bool, **given: Any) -> int:  # click's own
        def do() -> int:
            if name not in _BEFORE_UNLOCKING:
                unlock_named(given)
            results, lines, status = work(given)
            if as_json:
                document = {"itbcalc": __version__, "command": name, "results": results}
                print_json({**document, "working": [], "findings": []})
            else:
                click.echo("\n".join(lines))
            return status

        return guarded(do, as_json=as_json)

    return call


def _path(name: str) -> click.Argument:
    return click.Argument([name], required=False, default=None)


def _several(name: str, metavar: str, words: str) -> click.Option:
    return click.Option([name], nargs=len(metavar.split()), multiple=True, metavar=metavar, help=words)


_BEFORE_UNLOCKING = (
    "log passphrase",
    "log new-key",
    "log server",
)  # two ask for the old one themselves, the other has none

_EXAMPLES: Mapping[str, str] = {
    "add": 'program.toml --author "N. Urse" --role nurse --refilled',
    "read-back": '12 --state running --author "N. Urse"',
    "second-check": '12 --setting new.daily_dose "350 mcg/day" --author "P. Hysician"',
    "observe": 'P-0147 --score penn_spasm_frequency 2 --tone "left hip adductors" 1+ --author "N. Urse"',
    "end-followup": 'P-0147 --reason moved --author "N. Urse"',
    "ask-second-check": '12 --order "350 mcg/day, 2000 mcg/mL" --out ask.itbcheck --author "N. Urse"',
    "answer-second-check": 'ask.itbcheck --setting new.daily_dose "350 mcg/day" --out answer.itbcheck --author "P. Hysician"',
    "take-second-check": 'answer.itbcheck --author "N. Urse"',
    "card": "P-0147 card.html",
    "letter": "P-0147 letter.html",
    "book": 'P-0147 --at "1 Mar 2027 09:30" --zone Asia/Jerusalem --author "N. Urse"',
    "cancel-visit": 'P-0147 --reason "on holiday" --author "N. Urse"',
    "amend": '12 program.toml --reason "the dose was mistyped" --author "N. Urse"',
    "void": '12 --reason "another patient" --author "N. Urse"',
    "list": "--patient P-0147",
    "show": "12",
    "compare": "P-0147 2026-10-01 2026-11-25",
    "state": "P-0147",
    "verify": "--anchor anchor.txt",
    "anchor": "anchor.txt",
    "sheet": "12 sheet.html",
    "export": "log.itbexport",
    "import": "log.itbexport",
    "backup": "/media/stick",
    "restore": "titration-2026-11-25.backup --yes",
    "encrypt": "",
    "new-key": "",
    "waiting": "",
    "send": "",
    "server": "init --workstation room_1",
    "passphrase": "",
}

_COMMANDS: Mapping[str, tuple[str, tuple[click.Parameter, ...], Command]] = {
    "add": (
        "Check a program file and record the step; warnings and stops need an answer.",
        (
            _path("file"),
            *_WHO,
            _ANSWER,
            click.Option(["--refilled"], is_flag=True, help="The reservoir was refilled."),
            _YES,
            _YES_AN_EXAMPLE,
        ),
        writing.add,
    ),
    "read-back": (
        "Record that the pump was seen running (stopped, not_read) after the update.",
        (_ENTRY, click.Option(["--state"], metavar="running|stopped|not_read"), _NOTE, *_WHO),
        writing.read_back,
    ),
    "second-check": (
        "Record the settings of a step as another person typed them from the prescription.",
        (
            _ENTRY,
            _several(
                "--setting",
                "PLACE TEXT",
                "A setting as typed, for each the step has: new.daily_dose '350 mcg/day'.",
            ),
            _NOTE,
            *_WHO,
        ),
        writing.second_check,
    ),
    "observe": (
        "Record what was seen of a patient: scores, goals, side effects.",
        (
            _path("patient"),
            _several(
                "--score",
                "SCALE VALUE",
                "A score: penn_spasm_frequency 2, pain_nrs 4, penn_spasm_severity 1.",
            ),
            _several(
                "--tone", "MUSCLES GRADE", "Modified Ashworth of a muscle group: 'left hip adductors' 1+."
            ),
            _several(
                "--goal", "GOAL IMPORTANCE DIFFICULTY SCORE", "A goal, weighed 0 to 3 each, scored -2 to 2."
            ),
            _several("--side-effect", "EFFECT SEVERITY", "A side effect: drowsiness mild."),
            click.Option(["--at"], default="", metavar="MOMENT", help="When it was seen; without it now."),
            _YES,
            _NOTE,
            *_WHO,
        ),
        writing.observe,
    ),
    "end-followup": (
        "Record that nobody here follows a patient any more: no refill is due here.",
        (
            _path("patient"),
            click.Option(["--reason"], metavar="moved|explanted|died|other_clinic", help="Why."),
            click.Option(["--at"], metavar="MOMENT", help="Since when; without it now."),
            _NOTE,
            *_WHO,
        ),
        writing.end_followup,
    ),
    "ask-second-check": (
        "Ask a colleague elsewhere for the second check of a step: a small file without results.",
        (
            _ENTRY,
            click.Option(["--order"], metavar="TEXT", help="The prescription as it was written; no names."),
            click.Option(["--out"], metavar="FILE", help="The new file for the colleague."),
            *_WHO,
        ),
        writing.ask_second_check,
    ),
    "answer-second-check": (
        "Type the settings that a colleague asks for, from the prescription, into a file to be sent back.",
        (
            _path("file"),
            _several("--setting", "PLACE TEXT", "A setting as typed: new.daily_dose '350 mcg/day'."),
            click.Option(["--out"], metavar="FILE", help="The new file for whoever asked."),
            _NOTE,
            *_WHO,
        ),
        writing.answer_second_check,
    ),
    "take-second-check": (
        "Hold a colleague's answer against the step, and record it as its second check.",
        (_path("file"), *_WHO),
        writing.take_second_check,
    ),
    "book": (
        "Record that a visit for a refill is booked.",
        (
            _path("ref"),
            click.Option(["--at"], metavar="MOMENT", help="When: with its offset, or local with --zone."),
            click.Option(["--zone"], metavar="ZONE", help="The patient's time zone: Europe/Berlin."),
            _NOTE,
            *_WHO,
        ),
        writing.book,
    ),
    "cancel-visit": (
        "Record that a booked visit does not take place.",
        (
            _path("ref"),
            click.Option(["--entry"], metavar="NUMBER", help="Which, where several are booked."),
            click.Option(["--reason"], default="", help="Why."),
            *_WHO,
        ),
        writing.cancel_visit,
    ),
    "amend": (
        "Record a step as it should have been: the program file is checked anew; the old entry stays, struck through.",
        (_ENTRY, _path("file"), _REASON, _ANSWER, *_WHO),
        writing.amend,
    ),
    "void": (
        "Say that an entry does not hold, and why; it stays in the log.",
        (_ENTRY, _REASON, *_WHO),
        writing.void,
    ),
    "list": ("One line an entry.", (click.Option(["--patient"], help="Of one patient."),), reading.listed),
    "show": ("One entry, whole.", (_ENTRY,), reading.show),
    "compare": (
        "What differs between the therapies of a patient in force at two dates.",
        (
            _path("patient"),
            click.Argument(["first"], required=False, default=None),
            click.Argument(["second"], required=False, default=None),
        ),
        reading.compare,
    ),
    "state": (
        "What the pump of a patient holds, what leaves the tip and what is left in the reservoir, by what the log tells.",
        (
            _path("ref"),
            click.Option(["--at"], metavar="MOMENT", help="At which moment; without it now."),
        ),
        reading.state,
    ),
    "verify": (
        "Follow the chain to its end.",
        (click.Option(["--anchor"], help="The line of an anchor, or the file that holds it."),),
        reading.verify,
    ),
    "anchor": (
        "Where the log ends now, as a line to be kept elsewhere; with a file, saved there and recorded.",
        (_path("target"), *_WHO),
        copies.anchor,
    ),
    "sheet": (
        "Write the visit sheet of a step, as a page of HTML.",
        (_ENTRY, _path("target")),
        copies.sheet,
    ),
    "card": (
        "Write the card of a patient to be carried: four on a page of HTML.",
        (_path("ref"), _path("target")),
        copies.card,
    ),
    "letter": (
        "Write a letter to a colleague who meets the patient elsewhere, as a page of HTML.",
        (_path("ref"), _path("target")),
        copies.letter,
    ),
    "export": (
        "Write the whole log to a new file.",
        (
            _path("target"),
            click.Option(
                ["--csv", "as_csv"], is_flag=True, help="As a table, which cannot be read in again."
            ),
        ),
        copies.export,
    ),
    "import": (
        "Read an export in where there is no log yet, and record that.",
        (_path("source"), *_WHO),
        copies.read_in,
    ),
    "backup": (
        "Make a verified copy, record that, and let older ones go.",
        (_path("folder"), *_WHO),
        copies.backup,
    ),
    "restore": (
        "Compare a backup with the log; with --yes put it back.",
        (
            _path("source"),
            click.Option(["--yes"], is_flag=True, help="Put it back."),
            click.Option(
                ["--recovery-key"],
                metavar="KEY",
                help="The printed key of a backup that is older than the key of its log.",
            ),
            *_WHO,
        ),
        copies.restore,
    ),
    "encrypt": (
        "Put an encrypted log in the place of this one; shows its recovery key before.",
        (),
        copies.encrypt,
    ),
    "new-key": (
        "Give an encrypted log another key and passphrase, when somebody leaves who knew them.",
        (),
        copies.new_key,
    ),
    "waiting": (
        "What waits to be sent to the log on a server, and is not in the log.",
        (),
        waiting.listed,
    ),
    "send": (
        "Send what waits, each entry with its own moment; one that stands in the log already is not written again.",
        (),
        waiting.send,
    ),
    "server": (
        "For whoever looks after the server of a log. init: what makes its tables and roles; check: whether all is well.",
        (
            _path("what"),
            click.Option(
                ["--workstation"], multiple=True, metavar="LOGIN", help="init: a login for a workstation."
            ),
            click.Option(
                ["--apply"], metavar="CONNECTION", help="init: carry it out, connected as an administrator."
            ),
        ),
        server.server,
    ),
    "passphrase": (
        "Give an encrypted log another passphrase.",
        (
            click.Option(
                ["--recovery-key"], metavar="KEY", help="The printed key, where the old passphrase is lost."
            ),
            click.Option(
                ["--show-recovery-key"], is_flag=True, help="Show the recovery key again; nothing is changed."
            ),
        ),
        copies.passphrase,
    ),
}
