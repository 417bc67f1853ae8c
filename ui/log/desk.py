"""The log in the window: the panel, its presenter, and the dialogs between a wish to write and the entry."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QThread, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from itbcalc.desk.asked import asked_of
from itbcalc.desk.local_time import read_local, read_visit
from itbcalc.desk.writer import LogWriter, step_words
from itbcalc.errors import (
    EntryError,
    FieldEntryError,
    ItbcalcError,
    LogError,
    PeopleUnavailableError,
    RefusedError,
)
from itbcalc.judge.check import check
from itbcalc.library.records import Library
from itbcalc.log.anchors import Anchor, write_anchor
from itbcalc.log.encrypting import change_key, encrypt_log, is_locked
from itbcalc.log.entries import Entry
from itbcalc.log.folders import log_path, people_path
from itbcalc.log.places import is_on_server
from itbcalc.log.waiting import Sent, Waits, waits_here
from itbcalc.program import complete_program, read_program
from itbcalc.say import found_words, place_words, refusal_words, waits_words
from itbcalc.visits.body_words import STATE_WORDS
from itbcalc.visits.entry_kinds import EntryKind, kind_of
from itbcalc.visits.entry_words import what_happened
from itbcalc.visits.people import Operator, OperatorChange
from itbcalc.visits.read_back_words import to_be_shown_after
from itbcalc.visits.recording import BY_ITSELF, CheckedStep, Signature
from itbcalc.visits.second_check import choices_of, settings_of
from itbcalc.visits.sending import Sending, said_beside
from itbcalc.visits.typed import table_of
from itbcalc.visits.visit_sheet import sheet_foot, visit_sheet
from itbcalc.visits.whose import plain_copy
from ui.beside import Beside
from ui.log.afar import Afar
from ui.log.dialogs import ReadBackDialog, VoidDialog
from ui.log.observation_dialog import ObservationDialog, observation_of
from ui.log.opening import Opening
from ui.log.panel import LogPanel
from ui.log.presenter import LogPresenter
from ui.log.restoring import RestoreDialog
from ui.log.second_check_dialog import SecondCheckDialog
from ui.log.unlocking import KeyDialog, UnlockDialog
from ui.log.visit_dialogs import BookVisitDialog, CancelVisitDialog, EndFollowUpDialog
from ui.log.waiting_band import WaitingBand
from ui.room import House, Room
from ui.theme import Colours
from ui.watching import Watch
from ui.widgets.asking import Asking
from ui.widgets.record_dialog import RecordDialog
from ui.widgets.who import WhoField

# After the last entry: a step, its read-back and its second check come close together.
BACKUP_AFTER_MS = 60_000
_NOT_READ_BACK = (
    "NOT READ BACK: nobody has written that the pump was seen running. Read back… in the log does."
)
_ENCRYPTED = (
    "The plain log is kept as {aside} beside it, and the backups made before are plain too: remove them when you have "
    "unlocked the encrypted log once."
)
_CHANGED = (
    "The log as it was is kept as {aside} beside it. It and the backups made before are opened by the older key alone: "
    "keep the older recovery key as long as you keep them. Windows that are open elsewhere ask for the new passphrase."
)


class Backup(QThread):
    """Makes a backup beside the window, where one is due."""

    ended = Signal(str, str)  # words, tone

    def __init__(self, writer: LogWriter) -> None:
        super().__init__()
        self._writer = writer

    def run(self) -> None:
        """In the thread: says only what went wrong, or nothing."""
        try:
            if self._writer.backup_due():
                self._writer.back_up()
        except (ItbcalcError, OSError) as error:
            words = refusal_words(error) if isinstance(error, ItbcalcError) else str(error)
            self.ended.emit(f"No backup was made: {words}", "warning")


class LogDesk(Room):
    """Owns the log panel and what is asked before it is written."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._window, self._session = house.window, house.session
        self._tell, self._ask_where = house.door.tell, house.door.ask_where
        self._signature = Signature()  # of this session: nobody signs twice
        self._backup: Backup | None = None
        self._backup_later = QTimer(self)
        self._backup_later.setSingleShot(True)
        self._backup_later.setInterval(BACKUP_AFTER_MS)
        self._backup_later.timeout.connect(self.back_up_if_due)
        path = log_path()
        self.panel = LogPanel(path, house.window)
        self.presenter = LogPresenter(self.panel, path, house.engine.now, lambda: house.engine.library)
        self.writer = LogWriter(path, house.engine.now, self.presenter.entry, Opening(house.window.say))
        self.afar = Afar(house, self.writer, self._open, self._written, self._blind)
        self._watch = Watch(self, path, self._wants_to_know)
        self._watch.changed.connect(self._on_changed)
        self._sending, self._looking_up = Beside(self), Beside(self)
        self._said_of = ("", "")  # beside the fields: of which step, and what
        self._not_known = False  # of something that waits, whether it stands in the log
        self.band = WaitingBand(house.window)
        house.window.place_band(self.band)
        self._connect()

    def _connect(self) -> None:
        panel = self.panel
        panel.read_back_requested.connect(self.ask_read_back)
        panel.void_requested.connect(self.ask_void)
        panel.anchor_requested.connect(lambda: self._guarded(self._copy_anchor))
        panel.backup_requested.connect(lambda: self._guarded(self._back_up))
        panel.second_check_requested.connect(self.ask_second_check)
        panel.afar_requested.connect(lambda entry_id: self._about(entry_id, self.afar.ask))
        panel.afar_file_requested.connect(self.afar.open_file)
        panel.observe_requested.connect(self.ask_observe)
        panel.amend_requested.connect(self.ask_amend)
        panel.sheet_requested.connect(self.show_sheet)
        panel.sheet_pdf_requested.connect(self.ask_sheet_as_pdf)
        panel.paper_requested.connect(self.house.paper_requested)
        panel.anchor_save_requested.connect(self.ask_save_anchor)
        panel.export_requested.connect(self.ask_export)
        panel.restore_requested.connect(self.ask_restore)
        panel.picture_requested.connect(self.house.door.save_picture)
        panel.next_step_requested.connect(self.house.next_step_requested)
        panel.follow(self.presenter)
        self.band.send_requested.connect(self._send)

    def make_panel(self, _: str) -> LogPanel:
        """The list of entries, and what is known of the one selected."""
        return self.panel

    def dress(self, _: Colours) -> None:
        """The chart is drawn anew."""
        self.panel.redress()

    def forget(self) -> None:
        """Nobody is looked for any more."""
        self.presenter.patient_typed("")

    def stop(self) -> None:
        """Ends what still runs beside the window; what no backup holds yet is copied the next time."""
        self._backup_later.stop()
        self._watch.stop()
        self._sending.stop()
        self._looking_up.stop()
        self.panel.stop()
        if self._backup is not None:
            self._backup.wait()

    def shown(self, _: str) -> None:
        """The panel came to the front: another window may have written meanwhile, and may write on."""
        self._watch.begin()
        self.panel.take_keyboard()
        self.presenter.refresh()
        if is_locked(self.writer.path):
            UnlockDialog(self._window, self.writer.path, self.presenter.refresh).open()
        elif self.writer.path.exists():
            self._backup_later.start()

    def show_waiting(self) -> None:
        """Says in every panel what waits, and looks whether the server came back as long as something does."""
        try:
            waiting = self.writer.waiting()
        except ItbcalcError as error:
            self._tell("What waits for the log cannot be read", refusal_words(error))
            return
        self.band.show_waiting(waiting)
        self._not_known = any(each.not_known for each in waiting)
        if waiting and not self._watch.looks:
            self._watch.begin()

    def _wants_to_know(self) -> bool:
        return self.panel.isVisible() or self.band.isVisibleTo(self._window)

    def _on_changed(self) -> None:
        """What another window or a command has written is shown without being asked for; what is not known is looked up."""
        self.show_waiting()
        self.presenter.refresh()
        if self._not_known and not self._looking_up.busy:
            self._looking_up.do(self._looked_up, self._on_looked_up)

    def _looked_up(self) -> Sequence[Sent]:
        """A server that is still away is looked for again with the next change."""
        try:
            return self.writer.look_up()
        except LogError:
            return ()

    def _on_looked_up(self, found: Sequence[Sent]) -> None:
        if found:
            words = "\n".join(found_words(each.entry.seq) for each in found)
            self.panel.show_verdict(words)
            self.house.window.say(words)
        self.show_waiting()

    def _send(self) -> None:
        """Sends what waits, beside the window."""
        self.band.show_sending(sending=True)
        self._sending.do(self._sent_or_refused, self._on_sent)

    def _sent_or_refused(self) -> Sending:
        try:
            return self.writer.send()
        except LogError as error:
            return Sending((), error)

    def _on_sent(self, found: Sending) -> None:
        self.band.show_sending(sending=False)
        saved = [
            f"Saved: entry {sent.entry.seq} of the log" for sent, _ in found.sent if not sent.stood_there
        ]
        beside = [words for sent, meanwhile in found.sent for words in said_beside(sent, meanwhile)]
        if found.trouble is not None:
            beside.append(f"What was not sent still waits: {refusal_words(found.trouble)}")
        if beside:
            self._tell("Not sent" if found.trouble is not None else "Sent", "\n".join((*saved, *beside)))
        self.house.window.say("; ".join(saved) or "Nothing was written")
        self.show_waiting()
        self.presenter.refresh()
        self.house.log_written.emit()

    def ask_encrypt(self) -> None:
        """Asks for the passphrase with which the log is to be encrypted."""
        if not self.writer.path.exists():
            self._tell("Nothing to encrypt", "There is no log yet.")
            return
        if not self._told_on_a_server():
            KeyDialog(self._window, self.writer.path, self._put_under, self._print_recovery_key).open()

    def _told_on_a_server(self) -> bool:
        """Whether the log is on a server: then what is done with a file is not done, and that is said."""
        if not is_on_server(self.writer.path):
            return False
        refused = RefusedError("log", str(self.writer.path), "on_a_server")
        self._tell("The log is on a server", refusal_words(refused))
        return True

    # --- what is asked

    def ask_record(self, table: Mapping[str, Any], library: Library, amends: Entry | None = None) -> None:
        """Asks what has to be answered about a program, and records it as a step; then asks for the read-back.

        With `amends` it takes the place of that entry.
        """
        if is_locked(self.writer.path):
            then = partial(self.ask_record, table, library, amends)
            UnlockDialog(self._window, self.writer.path, then).open()
            return
        try:
            checked = check(complete_program(read_program(table, library)), library, now=self.writer.now())
            step = self.writer.held_against_log(CheckedStep(table, checked, library), amends)
        except ItbcalcError as error:
            place = place_words(str(getattr(error, "field", ""))).capitalize()
            self._tell("Not recorded", f"{place}: {refusal_words(error)}" if place else refusal_words(error))
            return
        write = partial(self._record, step) if amends is None else partial(self._amend_step, step, amends)
        self._open(
            RecordDialog(
                self._window,
                step_words(step.checked),
                asked_of(step),
                write,
                noted=[message.text for message in step.beside],
                amends="" if amends is None else f"entry {amends.seq}",
                refilled=step.checked.program.refill is not None,
            )
        )

    def ask_read_back(self, entry_id: str) -> None:
        """Asks how the pump was found after a step."""
        self._about(
            entry_id,
            lambda entry: self._open(
                ReadBackDialog(
                    self._window,
                    f"{_named(entry)}: read back",
                    to_be_shown_after(entry, self.house.engine.library),
                    partial(self._read_back, entry_id),
                )
            ),
        )

    def ask_void(self, entry_id: str) -> None:
        """Asks why an entry does not hold."""
        self._about(
            entry_id,
            lambda entry: self._open(
                VoidDialog(
                    self._window,
                    f"Entry {entry.seq} does not hold",
                    self.writer.lost_by_voiding(entry),
                    partial(self._void, entry_id),
                )
            ),
        )

    def ask_second_check(self, entry_id: str) -> None:
        """Asks another person for the settings of a step; the panel behind shows nothing of them meanwhile."""
        self._about(entry_id, self._ask_second_check)

    def ask_observe(self, patient: str) -> None:
        """Asks what was seen of a patient."""
        try:
            goals = self.writer.goals_before(patient)
        except ItbcalcError as error:
            self._tell("The log cannot be read", refusal_words(error))
            return
        self._open(ObservationDialog(self._window, patient, self._observe, goals=goals))

    def ask_book(self, patient: str, zone: str) -> None:
        """Asks when a visit for the refill is booked, on the clocks of `zone`."""
        self._open(BookVisitDialog(self._window, patient, zone, partial(self._book, patient, zone)))

    def ask_cancel_visit(self, entry_id: str) -> None:
        """Asks why a booked visit does not take place."""
        self._about(
            entry_id,
            lambda entry: self._open(
                CancelVisitDialog(
                    self._window,
                    f"{_named(entry)}, {entry.patient}: {what_happened(entry)}",
                    partial(self._cancel_visit, entry_id),
                )
            ),
        )

    def ask_end_followup(self, patient: str) -> None:
        """Asks why nobody here follows a patient any more."""
        self._open(EndFollowUpDialog(self._window, patient, partial(self._end_followup, patient)))

    def ask_amend(self, entry_id: str) -> None:
        """A step is corrected in the fields of the check; an observation in its own dialog."""
        try:
            entry = self.writer.entry_to_amend(entry_id) if entry_id else None
        except ItbcalcError as error:
            self._tell("Not amended", refusal_words(error))
            return
        if entry is None:
            return
        if kind_of(entry) == EntryKind.OBSERVATION_RECORDED:
            self._ask_amend_observation(entry)
            return
        self.house.amend_requested.emit(table_of(entry), entry)

    def ask_export(self) -> None:
        """Asks where the whole log is written to."""
        kinds = "Whole, to be read in again (*.itbexport);;Table (*.csv)"
        self._ask_where(
            "Export the log", kinds, ".itbexport", lambda path: self._guarded(partial(self._export, path))
        )

    def ask_save_anchor(self) -> None:
        """Asks where the anchor is saved."""
        self._ask_where(
            "Save the anchor",
            "Anchor (*.itbanchor)",
            ".itbanchor",
            lambda path: self._guarded(partial(self._save_anchor, path)),
        )

    def ask_restore(self) -> None:
        """Asks which backup is put back, and shows what that would mean."""
        if self._told_on_a_server():
            return
        dialog = RestoreDialog(self._window, self.writer.path, self.writer.now)
        dialog.restored.connect(self.writer.log_replaced)
        dialog.restored.connect(self.presenter.log_replaced)
        dialog.restored.connect(self.house.log_written)
        dialog.restored.connect(self.house.log_replaced)
        dialog.open()

    def operator_changed(self, change: OperatorChange, author: Operator) -> None:
        """Writes into the log that an operator was added or changed. Raises LogError."""
        signature = Signature(author.name, str(author.role), "passphrase")
        recorded = self.writer.operator_changed(change.body, signature)
        if isinstance(recorded, Waits):
            self.show_waiting()
        self.presenter.refresh()

    def show_sheet(self, entry_id: str) -> None:
        """The visit sheet of a step, to be printed or saved; the anchor on it is recorded."""
        if entry_id:
            self._guarded(partial(self._show_sheet, entry_id))

    def ask_sheet_as_pdf(self, entry_id: str) -> None:
        """Asks where the visit sheet of a step is written to."""
        if entry_id:
            self._ask_where(
                "Save the visit sheet",
                "PDF (*.pdf)",
                ".pdf",
                lambda path: self._guarded(partial(self._write_sheet, entry_id, path)),
            )

    # --- writing

    def _record(self, step: CheckedStep, dialog: RecordDialog) -> None:
        recorded = self.writer.record(
            step, dialog.answered(), dialog.signature(), refilled=dialog.refilled.isChecked()
        )
        if isinstance(recorded, Waits):
            self._signature = dialog.signature()
            self.ask_read_back(recorded.draft.entry_id)  # behind what is said of the waiting
        else:
            self.panel.table.bring(recorded.entry_id)
            self.presenter.patient_recorded(recorded.patient)
        self._recorded(recorded, dialog.signature())
        if isinstance(recorded, Entry):
            self._say_of_step(recorded, _NOT_READ_BACK)
            self.house.step_recorded.emit()
            self.ask_read_back(recorded.entry_id)

    def _say_of_step(self, entry: Entry, how: str) -> None:
        """Beside the fields, until they are begun anew: that their step is in the log, and how the pump was found after it."""
        words = f"Recorded: entry {entry.seq}, {entry.patient or 'no patient named'}. {how}"
        self._said_of = (entry.entry_id, words)
        self._window.show_mode(words)

    def _amend_step(self, step: CheckedStep, amended: Entry, dialog: RecordDialog) -> None:
        entry = self.writer.amend_step(
            amended.entry_id, step, dialog.answered(), dialog.reason.text(), dialog.signature()
        )
        self._written(entry, dialog.signature())
        self.house.amended.emit()

    def _read_back(self, entry_id: str, state: str, note: str, signature: Signature) -> None:
        self._recorded(self.writer.read_back(entry_id, state, note, signature), signature)
        if (entry_id, self._window.mode()) == self._said_of:  # the fields still hold the step it is of
            how = _NOT_READ_BACK if state == "not_read" else f"Read back: {STATE_WORDS[state]}."
            self._say_of_step(self.writer.entry(entry_id), how)

    def _void(self, entry_id: str, reason: str, signature: Signature) -> None:
        self._written(self.writer.void(entry_id, reason, signature), signature)

    def _ask_second_check(self, entry: Entry) -> None:
        settings = settings_of(entry)
        if not settings:
            self._tell("No second check", "This entry holds no settings.")
            return
        about = (
            f"{_named(entry)}, {entry.patient or 'no patient named'}, recorded by {entry.content['author']}"
        )
        dialog = SecondCheckDialog(
            self._window,
            about,
            {place: choices_of(place, text) for place, text in settings.items()},
            partial(self._second_check, entry),
            self._second_person(),
        )
        self._blind(dialog)
        dialog.known_names = self._known_names()
        dialog.open()

    def _blind(self, dialog: QDialog) -> None:
        """While it is open nothing of the log is seen behind it: it shows what the first person typed."""
        self.panel.setVisible(False)
        dialog.finished.connect(self._see_again)

    def _see_again(self) -> None:
        """The keyboard comes back as well: it went to a button of the header when the panel was gone."""
        self.panel.setVisible(True)
        self.panel.table.setFocus(Qt.FocusReason.TabFocusReason)

    def _second_check(self, entry: Entry, dialog: SecondCheckDialog) -> Sequence[Mapping[str, str]]:
        typed = dialog.typed()
        signature = dialog.signature()
        recorded = self.writer.second_check(
            entry.entry_id, typed, dialog.note.text(), signature, self.house.engine.library
        )
        self._recorded(recorded, self._who_signs())
        body = recorded.body if isinstance(recorded, Entry) else recorded.draft.body
        compared: Sequence[Mapping[str, str]] = body["typed"]
        return compared

    def _book(self, patient: str, zone: str, dialog: BookVisitDialog) -> None:
        signature = dialog.signature()
        at = read_visit(dialog.at.text(), zone)
        self._recorded(self.writer.book_visit(patient, at, dialog.note.text(), signature), signature)

    def _cancel_visit(self, entry_id: str, dialog: CancelVisitDialog) -> None:
        signature = dialog.signature()
        self._recorded(self.writer.cancel_visit(entry_id, dialog.reason.text(), signature), signature)

    def _end_followup(self, patient: str, dialog: EndFollowUpDialog) -> None:
        signature, text = dialog.signature(), dialog.at.text().strip()
        try:
            ended_at = read_local(text) if text else None
        except EntryError as error:
            raise FieldEntryError("at", error) from error
        recorded = self.writer.end_followup(
            patient, dialog.reason.value(), ended_at, dialog.note.text(), signature
        )
        self._recorded(recorded, signature)

    def _observe(self, dialog: ObservationDialog) -> None:
        text = dialog.at.text().strip()
        try:
            seen_at = read_local(text) if text else None
        except EntryError as error:
            raise FieldEntryError("observed_at", error) from error
        signature = dialog.signature()
        recorded = self.writer.observe(
            dialog.patient.text(), dialog.observation(), seen_at, signature, meant=dialog.meant.isChecked()
        )
        self._recorded(recorded, signature)

    def _ask_amend_observation(self, entry: Entry) -> None:
        observation = observation_of(entry.body)
        dialog = ObservationDialog(
            self._window,
            entry.patient,
            partial(self._amend_observation, entry),
            goals=observation.goals,
            amends=f"entry {entry.seq}",
        )
        dialog.show_observation(observation)
        self._open(dialog)

    def _amend_observation(self, entry: Entry, dialog: ObservationDialog) -> None:
        signature = dialog.signature()
        written = self.writer.amend_observation(
            entry.entry_id, dialog.observation(), dialog.reason.text(), signature
        )
        self._written(written, signature)

    def _recorded(self, recorded: Entry | Waits, signature: Signature) -> None:
        """It stands in the log, or it waits for its server: then that is said, and stays in sight."""
        if isinstance(recorded, Entry):
            self._written(recorded, signature)
            return
        self._signature = signature
        self.house.window.say("NOT IN THE LOG: it waits to be sent")
        self._tell(
            "Not known" if recorded.not_known else "Not in the log",
            waits_words(not_known=recorded.not_known),
        )
        self.show_waiting()
        self.presenter.refresh()

    def _written(self, entry: Entry, signature: Signature) -> None:
        """Said only of what was read back from the disk."""
        self._signature = signature
        self.presenter.refresh()
        self.house.window.say(f"Saved: entry {entry.seq} of the log")
        self.house.log_written.emit()
        self._backup_later.start()

    def _put_under(self, dialog: KeyDialog) -> None:
        """Encrypts the log, or gives it another key; says what is left to be done."""
        path, new, now = self.writer.path, dialog.passphrase.text(), self.writer.now()

        def typed_back(_: str) -> str:
            return dialog.typed.text()

        if dialog.changes:
            _printed, aside = change_key(path, dialog.old.text(), new, now, typed_back, key=dialog.key)
            self._tell("The log has another key", _CHANGED.format(aside=aside.name))
        else:
            _printed, aside = encrypt_log(path, new, now, typed_back, dialog.key)
            self._tell("The log is encrypted", _ENCRYPTED.format(aside=aside.name))
        self.presenter.refresh()
        self._backup_later.start()

    def _print_recovery_key(self, page: str) -> None:
        from ui.paper import preview

        preview(self._window, page, "Print the recovery key")

    # --- copies

    @property
    def is_backing_up(self) -> bool:
        """Whether a backup is being made beside the window, or looked whether one is due."""
        return self._backup is not None and self._backup.isRunning()

    def back_up_if_due(self) -> None:
        """Makes a backup beside the window, where one is due."""
        if self.is_backing_up:
            return
        self._backup = Backup(self.writer)
        self._backup.ended.connect(self.panel.show_verdict)
        self._backup.start()

    def _copy_anchor(self) -> None:
        line = self.writer.anchor().line
        QGuiApplication.clipboard().setText(line)
        self.panel.show_verdict(f"Copied; keep it where this log cannot be reached: {line}")

    def _save_anchor(self, path: Path) -> None:
        anchor = self.writer.anchor()
        write_anchor(path, anchor)
        self.panel.show_verdict(f"Anchor of {anchor.head.count:,} entries written to {path.name}")
        self._record_anchor(anchor, "file")

    def _back_up(self) -> None:
        path = self.writer.back_up(self._signature_or_program())
        self.presenter.refresh()
        self.panel.show_verdict(f"Copied and verified: {path}")

    def _export(self, path: Path) -> None:
        count = self.writer.export_to(path)
        self._written_plain(f"{count:,} entries written to {path.name}")

    def _written_plain(self, words: str) -> None:
        """Something of the log was written elsewhere; said too where it is encrypted no longer."""
        self.panel.show_verdict(". ".join((words, *plain_copy(self.writer.path))))

    def _show_sheet(self, entry_id: str) -> None:
        from ui.paper import preview

        html, foot = self.sheet(entry_id)
        preview(self._window, html, "Print the visit sheet", foot)

    def _write_sheet(self, entry_id: str, path: Path) -> None:
        from ui.paper import write_pdf

        html, foot = self.sheet(entry_id)
        write_pdf(path, html, "itbcalc visit sheet", foot)
        self._written_plain(f"Written {path.name}")

    def sheet(self, entry_id: str) -> tuple[str, str]:
        """The sheet of a step and what stands at the foot of its pages; that its anchor leaves the program is recorded."""
        library = self.house.engine.library
        visit, anchor = self.writer.visit(entry_id, library)
        now = self.writer.now().astimezone()
        html = visit_sheet(visit.step, visit.around, visit.checked, library, anchor, now)
        self._record_anchor(anchor, "sheet")
        return html, sheet_foot(visit.step)

    def _record_anchor(self, anchor: Anchor, where: str) -> None:
        """That an anchor left the program; it has, even where that cannot be recorded."""
        try:
            self.writer.anchor_taken(anchor, where, self._signature_or_program())
        except ItbcalcError as error:
            self.panel.show_verdict(
                f"The anchor is not recorded in the log: {refusal_words(error)}", "warning"
            )
        self.presenter.refresh()

    def _second_person(self) -> WhoField | None:
        """Asks another operator than the one at the window; None where nobody has a passphrase."""
        if not self._session.has_operators:
            return None
        who = WhoField(self._session.people.check)
        own = self._session.operator
        who.offer(each for each in self._session.operators if own is None or each.id != own.id)
        return who

    def _known_names(self) -> tuple[str, ...]:
        """The names of patients that this workstation knows."""
        if not people_path().exists():
            return ()
        try:
            return tuple(identity.name for identity in self._session.people.identities())
        except PeopleUnavailableError:
            return ()

    def _who_signs(self) -> Signature:
        """The operator who unlocked the window; else who signed last in it."""
        operator = self._session.operator
        if operator is not None:
            return Signature(operator.name, str(operator.role), "passphrase")
        return self._signature if self._signature.signed == "typed" else Signature()

    def _signature_or_program(self) -> Signature:
        """Who writes; the program, where nobody has signed yet."""
        signature = self._who_signs()
        return signature if signature.author else BY_ITSELF

    # --- what they share

    def _about(self, entry_id: str, then: Callable[[Entry], None]) -> None:
        """Looks an entry up and goes on with it; says why where it cannot be read."""
        if not entry_id:
            return
        try:
            entry = self.writer.entry(entry_id)
        except ItbcalcError as error:
            self._tell("The entry cannot be read", refusal_words(error))
            return
        then(entry)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except ItbcalcError as error:
            self.panel.show_verdict(refusal_words(error), "refused")
        except OSError as error:
            self.panel.show_verdict(f"Not written: {error.strerror or error}", "refused")

    def _open(self, dialog: Asking) -> None:
        dialog.sign(self._who_signs())
        dialog.known_names = self._known_names()
        dialog.open()


def _named(entry: Entry) -> str:
    """An entry by its number, where it has one."""
    return "An entry that waits" if waits_here(entry) else f"Entry {entry.seq}"
