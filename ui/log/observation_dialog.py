"""What was seen of a patient: tone by muscle group, spasms, pain, goals, side effects, a note."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from itbcalc.desk.asked import pseudonym_tick
from itbcalc.errors import ItbcalcError
from itbcalc.visits.observations import (
    MOST_GOALS,
    Goal,
    Observation,
    Scored,
    SideEffect,
    observation_body,
    t_score,
)
from itbcalc.visits.scales import Scale, all_scales
from ui.widgets.asking import Asking
from ui.widgets.basics import Choice, Field, ScrollArea, role_label, set_tone

_GOALS_AT_FIRST = 3
_NARROW = 54


class ObservationDialog(Asking):
    """One observation. Every value is typed as it stands on its scale, and refused beside its field otherwise."""

    def __init__(
        self,
        parent: QWidget,
        patient: str,
        write: Callable[["ObservationDialog"], None],
        *,
        goals: Sequence[Goal] = (),
        amends: str = "",
    ) -> None:
        """`goals` were set before: they stand there again, to be scored; `amends` names an entry to be corrected."""
        super().__init__(
            parent,
            f"Amend {amends}" if amends else "Observation",
            "observationDialog",
            verb="Amend" if amends else "Record",
        )
        self._write = write
        scales = all_scales()
        self.patient = Field("patient", "patient pseudonym")
        self.patient.setText(patient)
        self.patient.setReadOnly(bool(amends))
        self.meant = QCheckBox(pseudonym_tick())
        self.meant.setObjectName("tick:pseudonym")
        self.meant.hide()  # until it is asked for
        self.patient.textEdited.connect(lambda: self.meant.setChecked(False))  # ticked was another one
        self.at = Field("observed_at", "when it was seen")
        self.at.setPlaceholderText("now, or 25 Nov 2026 09:30")
        self.at.setReadOnly(bool(amends))
        self.reason = Field("reason", "why it is amended")
        self.note = Field("note", "note")
        self._tone = {
            site: Field(f"tone.{site}", f"Modified Ashworth, {site}") for site in scales.muscle_groups
        }
        self._scores = {
            scale.id: Field(f"score.{scale.id}", scale.name)
            for scale in scales.scales.values()
            if not scale.by_muscle_group
        }
        self._goals: list[_GoalRow] = []
        self._effects = {
            effect: Choice(
                f"effect.{effect}", effect, (("", "–"), *((each, each) for each in scales.severities))
            )
            for effect in scales.side_effects
        }
        self._gas = role_label("", "quiet", name="observationDialog:gas", wrap=True)
        self._goal_column = QVBoxLayout()
        self._lay_out(amends=bool(amends))
        for goal in goals or [Goal("", "", "", "")] * _GOALS_AT_FIRST:
            self.add_goal(goal)
        self.resize(980, 680)

    # --- what other code sees

    def show_observation(self, observation: Observation) -> None:
        """Fills in what was recorded, to be corrected."""
        for each in observation.scored:
            field = self._tone.get(each.site) if each.site else self._scores.get(each.scale)
            if field is not None:
                field.setText(each.value)
        for effect in observation.side_effects:
            self._effects[effect.effect].choose(effect.severity)
        self.note.setText(observation.note)

    def observation(self) -> Observation:
        """All that was typed; what was left empty is not there."""
        tone = [
            Scored("modified_ashworth", field.text().strip(), site)
            for site, field in self._tone.items()
            if field.text().strip()
        ]
        scores = [
            Scored(name, field.text().strip()) for name, field in self._scores.items() if field.text().strip()
        ]
        return Observation(
            scored=[*tone, *scores],
            goals=[row.goal() for row in self._goals if row.anything],
            side_effects=[
                SideEffect(effect, choice.value())
                for effect, choice in self._effects.items()
                if choice.value()
            ],
            note=self.note.text(),
        )

    def write(self) -> None:
        """The observation."""
        self._write(self)

    def refused(self, error: Exception) -> None:
        """A pseudonym that is in doubt is ticked, or typed anew."""
        if getattr(error, "rule", "") == "pseudonym_not_ticked":
            self.meant.show()
            self.meant.setFocus()

    def free_texts(self) -> Iterable[str]:
        """Note, goals and reason."""
        return [self.note.text(), self.reason.text(), *(row.name.text() for row in self._goals)]

    def add_goal(self, goal: Goal) -> None:
        """Another row for a goal."""
        row = _GoalRow(len(self._goals) + 1, goal)
        for field in row.fields:
            field.textChanged.connect(self._on_goal_typed)
        self._goals.append(row)
        self._goal_column.addWidget(row)
        self._more.setEnabled(len(self._goals) < MOST_GOALS)
        self._on_goal_typed()

    # --- building

    def _lay_out(self, *, amends: bool) -> None:
        head = QFormLayout()
        head.addRow("&Patient", self.patient)
        head.addRow("", self.meant)
        head.addRow("Seen &at", self.at)
        if amends:
            head.addRow("&Why", self.reason)
        self._more = QPushButton("Another &goal")
        self._more.setObjectName("anotherGoal")
        self._more.clicked.connect(lambda: self.add_goal(Goal("", "", "", "")))
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right, self._goal_column):
            column.setSpacing(6)
        left.addLayout(head)
        left.addWidget(_heading("Spasms and pain"))
        left.addLayout(self._score_grid())
        left.addWidget(_heading("Modified Ashworth (0, 1, 1+, 2, 3, 4)"))
        left.addLayout(self._tone_grid())
        left.addStretch(1)
        right.addWidget(_heading("Goals: importance and difficulty 0 to 3, reached −2 to 2"))
        right.addLayout(self._goal_column)
        foot = QHBoxLayout()
        foot.addWidget(self._more)
        foot.addWidget(self._gas, 1)
        right.addLayout(foot)
        right.addWidget(_heading("Side effects"))
        right.addLayout(self._effect_grid())
        right.addStretch(1)
        holder = QWidget()
        columns = QHBoxLayout(holder)
        columns.setContentsMargins(4, 4, 12, 4)
        columns.setSpacing(24)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        who = QFormLayout()
        who.addRow("&Note", self.note)
        self.who(who)
        layout = QVBoxLayout(self)
        layout.addWidget(ScrollArea(holder), 1)
        layout.addLayout(who)
        self.finish(layout)

    def _score_grid(self) -> QGridLayout:
        grid = _grid()
        for line, (name, field) in enumerate(self._scores.items()):
            scale = all_scales().scales[name]
            reading = role_label(f"{scale.values[0].value} to {scale.values[-1].value}", "quiet", wrap=True)
            _narrow(field)
            field.textChanged.connect(partial(_read, field, reading, scale))
            grid.addWidget(role_label(scale.name, "label"), line, 0)
            grid.addWidget(field, line, 1)
            grid.addWidget(reading, line, 2)
        grid.setColumnStretch(2, 1)
        return grid

    def _tone_grid(self) -> QGridLayout:
        """One line a muscle group: left and right beside each other."""
        scale = all_scales().scales["modified_ashworth"]
        reading = role_label("", "quiet", name="observationDialog:tone", wrap=True)
        grid = _grid()
        for column, side in ((1, "left"), (2, "right")):
            grid.addWidget(role_label(side, "quiet"), 0, column)
        groups = list(dict.fromkeys(site.partition(" ")[2] for site in self._tone))
        for line, group in enumerate(groups, start=1):
            grid.addWidget(role_label(group, "label"), line, 0)
            for column, side in ((1, "left"), (2, "right")):
                field = self._tone[f"{side} {group}"]
                _narrow(field)
                field.textChanged.connect(partial(_read, field, reading, scale))
                grid.addWidget(field, line, column)
        grid.addWidget(reading, 1, 3, 3, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(3, 1)
        return grid

    def _effect_grid(self) -> QGridLayout:
        grid = _grid()
        half = (len(self._effects) + 1) // 2
        for number, (effect, choice) in enumerate(self._effects.items()):
            column, line = divmod(number, half)
            choice.setFixedWidth(96)
            grid.addWidget(role_label(effect, "label"), line, 2 * column)
            grid.addWidget(choice, line, 2 * column + 1)
        return grid

    # --- reacting

    def _on_goal_typed(self) -> None:
        """The T-score of the goals as far as they can be read."""
        goals = [row.goal() for row in self._goals if row.anything]
        try:
            observation_body(Observation(goals=goals))
        except ItbcalcError:
            self._gas.setText("")
            return
        self._gas.setText(f"GAS T-score {t_score(goals)}: 50 is all goals reached as expected")


class _GoalRow(QWidget):
    """One goal: what, how important, how difficult, how far it was reached."""

    def __init__(self, number: int, goal: Goal) -> None:
        super().__init__()
        self.name = Field(f"goal.{number}", f"goal {number}")
        self.name.setPlaceholderText(f"goal {number}")
        self.importance = Field(f"importance.{number}", f"importance of goal {number}")
        self.difficulty = Field(f"difficulty.{number}", f"difficulty of goal {number}")
        self.score = Field(f"reached.{number}", f"how far goal {number} was reached")
        self.fields = (self.name, self.importance, self.difficulty, self.score)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name, 1)
        for field, words in ((self.importance, "imp."), (self.difficulty, "diff."), (self.score, "−2…2")):
            _narrow(field)
            field.setPlaceholderText(words)
            row.addWidget(field)
        for field, text in zip(self.fields, _texts(goal), strict=True):
            field.setText(text)

    @property
    def anything(self) -> bool:
        """Whether something stands there to be recorded: a goal of an earlier visit that is not scored does not."""
        typed = [field for field in self.fields if field.isModified()] or [self.score]
        return any(field.text().strip() for field in typed)

    def goal(self) -> Goal:
        """As typed; a minus sign of print counts as the one of the keyboard."""
        score = self.score.text().strip().replace("−", "-").removeprefix("+")
        return Goal(self.name.text(), self.importance.text().strip(), self.difficulty.text().strip(), score)


def _texts(goal: Goal) -> tuple[str, str, str, str]:
    return goal.goal, goal.importance, goal.difficulty, goal.score


def _narrow(field: Field) -> None:
    """Room for a value of a scale, and no more."""
    field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    field.setFixedWidth(_NARROW)


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    grid.setHorizontalSpacing(8)
    return grid


def _heading(words: str) -> QWidget:
    return role_label(words, "workingtitle", wrap=True)


def _read(field: Field, reading: QWidget, scale: Scale, text: str) -> None:
    """Says what a value means, or which values the scale has."""
    value = scale.value(text.strip())
    known = ", ".join(each.value for each in scale.values)
    refused = bool(text.strip()) and value is None
    words = f"‘{text}’ is not on the scale: {known}" if refused else ""
    if value is not None:
        words = f"{value.value}: {value.words}" if value.words else value.value
    reading.setText(words or f"{scale.values[0].value} to {scale.values[-1].value}")  # type: ignore[attr-defined]  # a label
    set_tone(field, "refused" if refused else "")


def observation_of(body: Mapping[str, object]) -> Observation:
    """What an entry holds, as it was typed."""

    def tables(name: str) -> list[Mapping[str, object]]:
        listed = body.get(name)
        return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []

    return Observation(
        scored=[
            Scored(str(each.get("scale")), str(each.get("value")), str(each.get("site", "")))
            for each in tables("scales")
        ],
        goals=[
            Goal(str(each["goal"]), str(each["importance"]), str(each["difficulty"]), str(each["score"]))
            for each in tables("goals")
        ],
        side_effects=[
            SideEffect(str(each["effect"]), str(each["severity"])) for each in tables("side_effects")
        ],
        note=str(body.get("note", "")),
    )
