"""A second check from afar in the window: the question as a file, a colleague's answer as another, and both in the log."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from itbcalc.desk.writer import LogWriter
from itbcalc.errors import ItbcalcError
from itbcalc.log.entries import Entry
from itbcalc.quantities.display import moment_text
from itbcalc.say import refusal_words
from itbcalc.visits.entry_body import moment_in
from itbcalc.visits.recording import Signature
from itbcalc.visits.second_check import choices_of
from ui.log.afar_dialogs import AnswerAfarDialog, AskAfarDialog, TakeAfarDialog
from ui.room import House

if TYPE_CHECKING:
    from itbcalc.visits.remote_check import SecondCheckFile
    from ui.widgets.asking import Asking

CHECK_FILES = "Second check (*.itbcheck)"
SUFFIX = ".itbcheck"


class Afar:
    """Asks, answers and takes; what is written into the log goes through the one writer."""

    def __init__(
        self,
        house: House,
        writer: LogWriter,
        open_dialog: "Callable[[Asking], None]",
        written: Callable[[Entry, Signature], None],
        blind: Callable[[QDialog], None],
    ) -> None:
        """`blind` hides what the first person typed for as long as a dialog is open."""
        self._house, self._writer = house, writer
        self._open, self._written, self._blind = open_dialog, written, blind

    def ask(self, entry: Entry) -> None:
        """Asks for the prescription, and where the question goes."""
        about = f"Entry {entry.seq}, {entry.patient or 'no patient named'}: a second check by a colleague elsewhere"
        self._open(AskAfarDialog(self._house.window, about, partial(self._ask_where, entry)))

    def open_file(self) -> None:
        """A question is answered, an answer is taken: the file says which it is."""
        self._house.door.ask_which(CHECK_FILES, self.read, title="Open a question or an answer")

    def read(self, path: Path) -> None:
        """Goes on with a file; why it is refused is said."""
        from itbcalc.visits.remote_check import QUESTION, read_check

        try:
            check = read_check(path)
        except ItbcalcError as error:
            self._house.door.tell(f"{path.name} is not read", refusal_words(error))
            return
        if check.content["is"] == QUESTION:
            self._ask_answer(check, path)
        else:
            self._ask_take(check)

    # --- the question

    def _ask_where(self, entry: Entry, dialog: AskAfarDialog) -> None:
        """Raises RefusedError where there is no prescription."""
        from itbcalc.visits.remote_check import question_of

        order, signature = dialog.order.text(), dialog.signature()
        question_of(entry, order, signature, self._writer.now())
        self._house.door.ask_where(
            "Save the question",
            CHECK_FILES,
            SUFFIX,
            partial(self._write_question, entry, order, signature),
            name=f"{entry.patient or 'entry'}-{entry.seq}{SUFFIX}",
        )

    def _write_question(self, entry: Entry, order: str, signature: Signature, path: Path) -> None:
        try:
            asked = self._writer.ask_second_check(entry.entry_id, order, path, signature)
        except ItbcalcError as error:
            self._house.door.tell("Not asked", refusal_words(error))
            return
        self._written(asked, signature)
        self._house.window.say(f"Saved: entry {asked.seq}. Send {path.name} to the colleague")

    # --- the answer

    def _ask_answer(self, check: "SecondCheckFile", path: Path) -> None:
        question = check.question
        about = (
            f"Asked by {question['asked_by']}, of {question['patient'] or 'no patient named'}, entry {question['number']}.\n"
            f"Prescription: {question['order']}"
        )
        dialog = AnswerAfarDialog(
            self._house.window,
            about,
            {place: choices_of(place, "") for place in question["settings"]},
            partial(self._write_answer, check, path),
        )
        self._blind(dialog)
        self._open(dialog)

    def _write_answer(self, check: "SecondCheckFile", path: Path, dialog: AnswerAfarDialog) -> None:
        """Beside the question. Raises RefusedError, FieldEntryError, LogUnavailableError."""
        from itbcalc.visits.remote_check import answer_to, write_check

        answer = answer_to(
            check,
            dialog.typed(),
            dialog.signature(),
            self._writer.now(),
            library=self._house.engine.library,
            note=dialog.note.text(),
        )
        target = path.with_name(f"{path.stem}-answer{SUFFIX}")
        write_check(target, answer)
        self._house.door.tell("The answer is written", f"{target}\nSend it back to whoever asked.")

    def _ask_take(self, check: "SecondCheckFile") -> None:
        content, question = check.content, check.question
        at = moment_in(content["answered_at"])
        when = "" if at is None else f", {moment_text(at)}"
        about = (
            f"Answer of {content['answered_by']} ({content['role'] or 'no role'}){when}, "
            f"to entry {question['number']} of {question['patient'] or 'no patient named'}"
        )
        self._open(TakeAfarDialog(self._house.window, about, partial(self._take, check)))

    def _take(self, check: "SecondCheckFile", dialog: TakeAfarDialog) -> "list[dict[str, str]]":
        """Raises RefusedError, LogError."""
        signature = dialog.signature()
        entry = self._writer.take_second_check(check, signature, self._house.engine.library)
        self._written(entry, signature)
        compared: list[dict[str, str]] = entry.body["typed"]
        return compared
