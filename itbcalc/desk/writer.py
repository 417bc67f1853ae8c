"""What the window writes into the log, and what it copies out of it. No Qt."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from itbcalc.errors import LogUnavailableError, RefusedError
from itbcalc.judge.check import Checked
from itbcalc.library.records import Library
from itbcalc.log.anchors import Anchor
from itbcalc.log.canonical import Json
from itbcalc.log.chain import whole_head
from itbcalc.log.entries import Draft, Entry
from itbcalc.log.folders import BACKUPS
from itbcalc.log.keeping import due, keep
from itbcalc.log.places import in_file, is_on_server, open_log
from itbcalc.log.store import Guard, TitrationLog
from itbcalc.log.waiting import Sent, Waiting, Waits, may_wait, put_waiting, waits_here
from itbcalc.quantities.instants import Instant
from itbcalc.visits.against_log import held_against_log, held_or_said, pseudonym_in_doubt
from itbcalc.visits.authors import own_name
from itbcalc.visits.begun import expect_not_vanished, remember_begun
from itbcalc.visits.bookings import still_booked
from itbcalc.visits.entry_body import results_today
from itbcalc.visits.history import holds, not_voided, standings, still_holds
from itbcalc.visits.observations import Goal, Observation
from itbcalc.visits.recording import (
    BY_ITSELF,
    CheckedStep,
    Signature,
    amended_observation_draft,
    amended_step_draft,
    anchor_draft,
    backup_draft,
    followup_ended_draft,
    observation_draft,
    operator_draft,
    read_back_draft,
    second_check_draft,
    step_draft,
    visit_booked_draft,
    visit_cancelled_draft,
    void_draft,
)
from itbcalc.visits.remote_check import SecondCheckFile, question_of, taken_draft, write_check
from itbcalc.visits.sending import Sending, send_waiting
from itbcalc.visits.transfer import write_export
from itbcalc.visits.visit import Visit, visit_of
from itbcalc.visits.voiding import lost_by_voiding


class LogWriter:
    """Opens the log for each thing it writes: another window may write too."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        shown: Callable[[str], Entry | None] = lambda _: None,
        opening: Callable[..., TitrationLog] = open_log,
    ) -> None:
        """`shown` gives the entry with an id as it was read last, for as long as the server of the log is away.

        `opening` opens the log as `open_log` does.
        """
        self.path = path
        self.now = now
        self._shown, self._opening = shown, opening
        self._log_id = ""  # of the log of this session: another in its place is not written into

    def log_replaced(self) -> None:
        """A backup was put back: whatever log lies there now is the one of this session."""
        self._log_id = ""

    # --- writing

    def record(
        self, step: CheckedStep, answers: Mapping[str, str], signature: Signature, *, refilled: bool
    ) -> Entry | Waits:
        """Writes a checked step, and returns it as it was read back, or as it waits for the server. Raises RefusedError, LogError."""
        return self._append_new(step_draft(step, answers, signature, self.now(), refilled=refilled))

    def read_back(self, entry_id: str, state: str, note: str, signature: Signature) -> Entry | Waits:
        """Writes how the pump was found after a step; it may wait for the server. Raises RefusedError, LogError."""
        step = self.entry(entry_id)
        draft = read_back_draft(step, state, note, signature, self.now())
        return self._append_after(step, draft, not_voided(step))

    def second_check(
        self, entry_id: str, typed: Mapping[str, str], note: str, signature: Signature, library: Library
    ) -> Entry | Waits:
        """Writes the settings of a step as a second person typed them; it may wait for the server. Raises RefusedError, LogError."""
        step = self.entry(entry_id)
        draft = second_check_draft(step, typed, signature, self.now(), library=library, note=note)
        return self._append_after(step, draft, holds(step))

    def ask_second_check(self, entry_id: str, order: str, path: Path, signature: Signature) -> Entry:
        """Writes the question to a colleague into a new file, and that it was asked. Raises RefusedError, LogError."""
        with self._opened() as log:
            step = _named(log, entry_id)
            asked, draft = question_of(step, order, signature, self.now())
            write_check(path, asked)
            return _append(log, draft, holds(step))

    def take_second_check(self, answered: SecondCheckFile, signature: Signature, library: Library) -> Entry:
        """Writes a colleague's answer as the second check of its step; `signature` is who takes it. Raises RefusedError, LogError."""
        with self._opened() as log:
            entries = list(log.entries(str(answered.question["patient"])))
            step, draft = taken_draft(
                answered, log.log_id, entries, signature.author, self.now(), library=library
            )
            return log.append(draft, holds(step))

    def observe(
        self,
        patient: str,
        observation: Observation,
        seen_at: datetime | None,
        signature: Signature,
        *,
        meant: bool,
    ) -> Entry | Waits:
        """Writes what was seen of a patient; it may wait for the server. Raises RefusedError, LogError.

        A new pseudonym that looks like a name or like another one is refused, unless it is `meant`.
        """
        if not meant and (doubt := self._doubt(patient.strip())):
            raise RefusedError("patient", patient, "pseudonym_not_ticked", known=doubt)
        return self._append_new(observation_draft(patient, observation, seen_at, signature, self.now()))

    def book_visit(self, patient: str, visit_at: Instant, note: str, signature: Signature) -> Entry | Waits:
        """Writes that a visit is booked; it may wait for the server. Raises RefusedError, LogError."""
        return self._append_or_wait(visit_booked_draft(patient, visit_at, signature, self.now(), note=note))

    def cancel_visit(self, entry_id: str, reason: str, signature: Signature) -> Entry | Waits:
        """Writes that a booked visit does not take place; it may wait for the server. Raises RefusedError, LogError."""
        booked = self.entry(entry_id)
        draft = visit_cancelled_draft(booked, reason, signature, self.now())
        return self._append_after(booked, draft, still_booked(booked))

    def end_followup(
        self, patient: str, reason: str, ended_at: datetime | None, note: str, signature: Signature
    ) -> Entry | Waits:
        """Writes that nobody here follows a patient any more; it may wait for the server. Raises RefusedError, LogError."""
        draft = followup_ended_draft(patient, reason, ended_at, signature, self.now(), note=note)
        return self._append_or_wait(draft)

    def amend_step(
        self, entry_id: str, step: CheckedStep, answers: Mapping[str, str], reason: str, signature: Signature
    ) -> Entry:
        """Writes a step as it should have been. Raises RefusedError, LogError."""
        with self._opened() as log:
            entry = _named(log, entry_id)
            draft = amended_step_draft(entry, step, signature, self.now(), answers=answers, reason=reason)
            return _append(log, draft, holds(entry))

    def amend_observation(
        self, entry_id: str, observation: Observation, reason: str, signature: Signature
    ) -> Entry:
        """Writes an observation as it should have been. Raises RefusedError, LogError."""
        with self._opened() as log:
            entry = _named(log, entry_id)
            draft = amended_observation_draft(entry, observation, signature, self.now(), reason=reason)
            return _append(log, draft, holds(entry))

    def void(self, entry_id: str, reason: str, signature: Signature) -> Entry:
        """Writes that an entry does not hold. Raises RefusedError, LogError."""
        with self._opened() as log:
            entry = _named(log, entry_id)
            draft = void_draft(entry, reason, signature, self.now())
            return _append(log, draft, not_voided(entry))

    def lost_by_voiding(self, entry: Entry) -> str:
        """What goes with an entry that is voided, to be said before; empty where nothing else does. Raises LogError."""
        with self._opened() as log:
            return " ".join(lost_by_voiding(entry, standings(log.entries(entry.patient)), self.now()))

    def operator_changed(self, body: Mapping[str, Json], signature: Signature) -> Entry | Waits:
        """Writes that an operator was added or changed; it may wait for the server. Raises LogError."""
        return self._append_new(operator_draft(body, signature, self.now()))

    # --- reading what a dialog needs

    def held_against_log(self, step: CheckedStep, amends: Entry | None = None) -> CheckedStep:
        """A checked step with what does not fit what the log holds of its patient, and what its refill tells. Raises LogError."""
        if amends is None:
            opened = self._opened(create=is_on_server(self.path))  # there it may not be begun yet
            return held_or_said(step, self.path, self.now(), opened)
        with self._opened() as log:
            return held_against_log(step, log, self.now(), amends=amends)

    def entry(self, entry_id: str) -> Entry:
        """The entry with this id: of the log, or one that waits; as it was read last while the server is away.

        Raises RefusedError, LogError.
        """
        waiting = self.waiting() if is_on_server(self.path) else []
        for each in waiting:
            if each.draft.entry_id == entry_id:
                return each.entry
        try:
            with self._opened() as log:
                return _named(log, entry_id)
        except LogUnavailableError as error:
            read_before = self._shown(entry_id)
            if read_before is None or not may_wait(self.path, error):
                raise
            return read_before

    def entry_to_amend(self, entry_id: str) -> Entry:
        """The same, where it still holds. Raises RefusedError, LogError."""
        with self._opened() as log:
            entry = _named(log, entry_id)
            still_holds(entry, log.entries(entry.patient))
            return entry

    def goals_before(self, patient: str) -> tuple[Goal, ...]:
        """The goals of the last observation of a patient that holds, without how far they were reached."""
        if not patient or not self.path.exists():
            return ()
        try:
            with self._opened() as log:
                found = [each for each in standings(log.entries(patient)) if each.holds]
        except LogUnavailableError as error:
            if not may_wait(self.path, error):
                raise
            return ()  # they are typed anew
        listed: list[dict[str, object]] = next(
            (each.entry.body["goals"] for each in reversed(found) if each.entry.body.get("goals")), []
        )
        return tuple(
            Goal(str(each["goal"]), str(each["importance"]), str(each["difficulty"]), "") for each in listed
        )

    def visit(self, entry_id: str, library: Library) -> tuple[Visit, Anchor]:
        """What the sheet of a step shows, with an anchor of the log: only of a log that is whole."""
        with self._opened() as log:
            head = whole_head(log.verify())
            return visit_of(log, _named(log, entry_id), library), Anchor(head)

    # --- while the server is away

    def waiting(self) -> list[Waits]:
        """What waits to be sent. Raises LogUnavailableError."""
        return Waiting(self.path).all()

    def look_up(self) -> list[Sent]:
        """Looks whether that stands in the log of which nobody knows; what is found waits no longer. Raises LogError."""
        with self._opened() as log:
            return Waiting(self.path).look_up(log)

    def send(self) -> Sending:
        """Sends what waits. Raises LogUnavailableError."""
        return send_waiting(self.path)

    # --- copies

    def anchor(self) -> Anchor:
        """Where the log ends now: only of a log that is whole. Raises LogError."""
        with self._opened() as log:
            return Anchor(whole_head(log.verify()))

    def anchor_taken(self, anchor: Anchor, where: str, signature: Signature) -> Entry:
        """Writes that an anchor left the program, as a `file` or on a `sheet`. Raises LogError."""
        with self._opened() as log:
            return _append(log, anchor_draft(anchor.head, where, signature, self.now()))

    def export_to(self, path: Path) -> int:
        """Writes all entries into a new file: as a table where its name ends in .csv, else whole. Raises LogError."""
        with self._opened() as log:
            head = whole_head(log.verify())
            write_export(log, head, path, as_csv=path.suffix.casefold() == ".csv")
        return head.count

    def backup_due(self) -> bool:
        """Whether something was written that no backup of the last hour holds. Raises LogError."""
        if is_on_server(self.path):  # whoever looks after the server makes them
            return False
        with self._opened() as log:
            return due(in_file(log, self.path), self.path.parent / BACKUPS, self.now())

    def back_up(self, signature: Signature = BY_ITSELF) -> Path:
        """A verified copy, which is recorded; then older ones go. Raises LogError."""
        now = self.now()
        with self._opened() as log:
            kept = keep(
                in_file(log, self.path),
                self.path.parent / BACKUPS,
                now,
                lambda path, head: _append(log, backup_draft(path.name, head, now, signature)),
            )
        return kept.path

    def _doubt(self, patient: str) -> str:
        """What makes doubt that a pseudonym is one, or that of this patient; empty where nothing does. Raises LogError."""
        doubts = pseudonym_in_doubt(patient, None)
        if self.path.exists():
            try:
                with self._opened() as log:
                    doubts = pseudonym_in_doubt(patient, log)
            except LogUnavailableError as error:
                if not may_wait(self.path, error):
                    raise
        return doubts[0].text if doubts else ""

    def _append_new(self, draft: Draft) -> Entry | Waits:
        """Writes an entry, into a new log where there is none; where the server of the log is away it waits."""
        expect_not_vanished(self.path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        recorded = self._append_or_wait(draft, create=True)
        if isinstance(recorded, Entry):
            remember_begun(self.path)
        return recorded

    def _append_after(self, entry: Entry, draft: Draft, guard: Guard) -> Entry | Waits:
        """Writes what tells of an earlier entry: never before that one, so where it waits this waits behind it."""
        return Waiting(self.path).put(draft) if waits_here(entry) else self._append_or_wait(draft, guard)

    def _append_or_wait(
        self, draft: Draft, guard: Guard | None = None, *, create: bool = False
    ) -> Entry | Waits:
        try:
            with self._opened(create=create) as log:
                return _append(log, draft, guard)
        except LogUnavailableError as error:
            return put_waiting(self.path, draft, error)

    @contextmanager
    def _opened(self, *, create: bool = False) -> Iterator[TitrationLog]:
        if create and self._log_id and not self.path.exists():
            raise LogUnavailableError("missing", str(self.path))
        log = self._opening(self.path, create=create)
        if self._log_id not in ("", log.log_id):
            raise LogUnavailableError("replaced", str(self.path))
        self._log_id = log.log_id
        try:
            yield log
        finally:
            log.close()


def _append(log: TitrationLog, draft: Draft, guard: Guard | None = None) -> Entry:
    """Writes an entry, unless its author only typed the name of somebody who has a passphrase."""
    return log.append(draft, own_name(draft, guard))


def step_words(checked: Checked) -> str:
    """What is about to be recorded: `P-0102: 400 mcg/day → 350 mcg/day`, and the concentrations where another one is filled in."""
    results = results_today(checked)

    def both(key: str) -> list[str]:
        return [results.get(when, {}).get(key, {}).get("text", "?") for when in ("current", "new")]

    strengths = both("concentration")
    changes = [both("daily_dose"), *([strengths] if strengths[0] != strengths[1] else [])]
    told = ", ".join(" → ".join(change) for change in changes)
    return f"{checked.program.patient.ref or 'No patient named'}: {told}"


def _named(log: TitrationLog, entry_id: str) -> Entry:
    entry = log.find(entry_id)
    if entry is None:
        raise RefusedError("entry", entry_id, "no_such_entry")
    return entry
