"""Views without a window: they record the states they are shown."""

from ui.states import CheckState, QuestionState, ScheduleState


class RecordingView:
    """The check panel, as far as its presenter knows it."""

    def __init__(self) -> None:
        self.states: list[CheckState] = []

    def show_state(self, state: CheckState) -> None:
        """Keeps the state."""
        self.states.append(state)

    @property
    def last(self) -> CheckState:
        """What stands there now."""
        assert self.states, "nothing has been shown"
        return self.states[-1]


class RecordingScheduleView:
    """The schedule panel, as far as its presenter knows it."""

    def __init__(self) -> None:
        self.states: list[ScheduleState] = []

    def show_state(self, state: ScheduleState) -> None:
        """Keeps the state."""
        self.states.append(state)

    @property
    def last(self) -> ScheduleState:
        """What stands there now."""
        assert self.states, "nothing has been shown"
        return self.states[-1]


class RecordingQuestionView:
    """One question, as far as its presenter knows it."""

    def __init__(self) -> None:
        self.states: list[QuestionState] = []

    def show_state(self, state: QuestionState) -> None:
        """Keeps the state."""
        self.states.append(state)

    @property
    def last(self) -> QuestionState:
        """What stands there now."""
        assert self.states, "nothing has been shown"
        return self.states[-1]
