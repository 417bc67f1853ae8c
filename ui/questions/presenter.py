"""What does a quick question answer for these texts? No Qt."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from itbcalc.ask.form import Form, FormRefusedError
from itbcalc.ask.judgement import judged
from itbcalc.ask.questions import QUESTIONS, Answer, InUnit, Result, catheter, mix, read_drug
from itbcalc.compute.calculation import HeldInLine
from itbcalc.errors import Refusal, RefusedError
from itbcalc.quantities.display import date_text, moment_text, shown, shown_change
from itbcalc.quantities.kinds import CONCENTRATION, LENGTH, VOLUME, VOLUME_PER_LENGTH
from itbcalc.say import by_severity, finding_message, refusal_words
from itbcalc.say.answer_report import plug_words, step_lines
from itbcalc.say.answers import result_words
from itbcalc.say.sheet import question_sheet
from ui.cards import card_of
from ui.engine import Engine
from ui.questions.specs import Ask, Question
from ui.states import FieldState, QuestionState, WorkingText

WORKING_WIDTH = 56
SIGNED = ("dose_change_percent",)


# Questions that take pairs of texts, and the kinds of the two.
_PAIRS = {"mix": ("volume", "concentration"), "catheter": ("length", "volume_per_length")}
_PAIR_KINDS = {
    "volume": VOLUME,
    "concentration": CONCENTRATION,
    "length": LENGTH,
    "volume_per_length": VOLUME_PER_LENGTH,
}


class QuestionView(Protocol):
    """What the presenter asks of one question on a panel."""

    def show_state(self, state: QuestionState) -> None:
        """Shows exactly this state."""


class QuestionPresenter:
    """Answers one question anew at every change of a text."""

    def __init__(self, view: QuestionView, question: Question, engine: Engine) -> None:
        self.view = view
        self.question = question
        self.engine = engine
        self.texts: Mapping[str, str] = {}

    def engine_changed(self, engine: Engine) -> None:
        """The library was read anew (a figure was confirmed)."""
        self.engine = engine
        self.texts_changed(self.texts)

    def texts_changed(self, texts: Mapping[str, str]) -> None:
        """The clinician typed: the answer is recomputed, or cleared with the reason beside its field."""
        self.texts = texts
        if self.engine.read_only or not any(text.strip(" ") for text in texts.values()):
            self.view.show_state(QuestionState())
            return
        units = {ask.name: ask.unit for ask in self.question.asks if ask.unit}
        form = Form(texts, units)
        try:
            state = self._state(self._answer(form, texts))
        except FormRefusedError as error:
            state = QuestionState(fields=_problems(error.refusals))
        self.view.show_state(state)

    def sheet(self, printed_at: datetime) -> str:
        """The question on paper, with what stands in its fields; empty while there is no answer."""
        form = Form(self.texts, {ask.name: ask.unit for ask in self.question.asks if ask.unit})
        try:
            judgement = judged(self._answer(form, self.texts), self.engine.library)
        except FormRefusedError:
            return ""
        asked = [
            (ask.label, self._as_asked(ask))
            for ask in self.question.asks
            if self.texts.get(ask.name, "").strip(" ")
        ]
        answer = judgement.answer
        answered = [(result_words(name), _result(name, value)[0]) for name, value in answer.results.items()]
        messages = by_severity([finding_message(f, judgement.library) for f in answer.findings])
        return question_sheet(
            self.question.title,
            asked=asked,
            answered=answered,
            messages=messages,
            working=answer.working,
            library=self.engine.library,
            printed_at=printed_at,
        )

    def _as_asked(self, ask: Ask) -> str:
        """What was typed, with the unit beside the field where none was typed; what was chosen in its words."""
        text = self.texts[ask.name].strip(" ")
        if ask.name == "pump":
            return self.engine.library.pumps[text].name
        chosen = dict(ask.options).get(text, text)
        return f"{chosen} {ask.unit}".strip() if text.replace(".", "").isdigit() else chosen

    def _answer(self, form: Form, texts: Mapping[str, str]) -> Answer:
        """The answer, with units that fields show put behind bare numbers in repeated parts."""
        if self.question.command not in _PAIRS:
            return QUESTIONS[self.question.command](form)
        first, second = _PAIRS[self.question.command]
        parts = self._parts(texts)
        for number in parts:  # so that a refusal stands at its own field
            form.quantity(f"{first}_{number}", _PAIR_KINDS[first])
            form.quantity(f"{second}_{number}", _PAIR_KINDS[second], zero_allowed=second == "concentration")
        form.finish()
        pairs = [self._pair(texts, number, first, second) for number in parts]
        if self.question.command == "mix":
            return mix(form, pairs, self._drugs(form, parts))
        return catheter(form, [length for length, _ in pairs], [per for _, per in pairs])

    def _drugs(self, form: Form, parts: Sequence[int]) -> list[str]:
        """The drug of each part, where that of one is said: then all are needed."""
        fields = [f"drug_{number}" for number in parts]
        if not any(form.has(field) for field in fields):
            return []
        for field in fields:
            if form.has(field):
                read_drug(form, field, form.texts[field] or "")
            else:
                form.refuse(field, "missing")
        form.finish()
        return [form.texts[field] or "" for field in fields]

    def _parts(self, texts: Mapping[str, str]) -> list[int]:
        """The numbers of the parts in which something stands."""
        numbers = {int(name.rsplit("_", 1)[1]) for name, text in texts.items() if text.strip(" ")}
        return sorted(numbers)

    def _pair(self, texts: Mapping[str, str], number: int, first: str, second: str) -> tuple[str, str]:
        """The two texts of a part that were read, each with its unit."""
        units = {ask.name: ask.unit for ask in self.question.asks}
        found = []
        for name in (f"{first}_{number}", f"{second}_{number}"):
            text = texts[name].strip(" ")
            found.append(f"{text} {units[name]}" if text.replace(".", "").isdigit() else text)
        return found[0], found[1]

    def _state(self, answer: Answer) -> QuestionState:
        judgement = judged(answer, self.engine.library)
        messages = by_severity([finding_message(f, judgement.library) for f in judgement.answer.findings])
        results = tuple((result_words(name), *_result(name, value)) for name, value in answer.results.items())
        blocks = ["\n".join(step_lines(step, WORKING_WIDTH)) for step in answer.working]
        return QuestionState(
            results=results,
            cards=tuple(card_of(message) for message in messages),
            working=WorkingText(self.question.title, "\n\n".join(blocks)),
        )


def _problems(refusals: tuple[Refusal, ...]) -> dict[str, FieldState]:
    """Per field the first refusal; a field that is still empty is quiet, not wrong."""
    problems: dict[str, FieldState] = {}
    for refusal in refusals:
        unfinished = isinstance(refusal, RefusedError) and refusal.rule in ("missing", "one_of")
        words = refusal_words(refusal)
        state = FieldState(reading="needed") if unfinished else FieldState(problem=words)
        problems.setdefault(refusal.field, state)
    return problems


def _result(name: str, value: Result) -> tuple[str, str]:
    """A result as shown and as copied."""
    if isinstance(value, tuple):
        text = ", ".join(plug_words(each) if isinstance(each, HeldInLine) else shown(each) for each in value)
    elif isinstance(value, datetime):
        return date_text(value), moment_text(value)
    elif isinstance(value, InUnit):
        text = value.text
    else:
        text = shown_change(value) if name in SIGNED else shown(value)
    return text, text.replace(",", "") if not isinstance(value, tuple) else text
