"""The quick questions: their panels, and who answers them."""

from typing import TYPE_CHECKING

from ui.room import House, Room

if TYPE_CHECKING:
    from ui.questions.panel import QuestionPanel
    from ui.questions.presenter import QuestionPresenter


class QuestionsDesk(Room):
    """Owns the presenters of every question that was shown once."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._engine = house.engine
        self._panels: list[QuestionPanel] = []
        self._presenters: list[QuestionPresenter] = []

    def make_panel(self, name: str) -> "QuestionPanel":
        """The questions of one panel; none is answered where the library could not be read."""
        from ui.questions.panel import QuestionPanel
        from ui.questions.presenter import QuestionPresenter
        from ui.questions.specs import PANELS

        panel = QuestionPanel(name, PANELS[name])
        self._panels.append(panel)
        for card in panel.cards if self._engine.loaded else ():
            presenter = QuestionPresenter(card, card.question, self._engine.engine)
            pumps = self._engine.engine.library.pumps.values()
            card.offer_pumps([(pump.id, pump.name) for pump in pumps])
            card.texts_changed.connect(presenter.texts_changed)
            card.setEnabled(self._engine.reliable)
            self._engine.changed.connect(presenter.engine_changed)
            self._presenters.append(presenter)
        return panel

    def forget(self) -> None:
        """Empties every field."""
        for panel in self._panels:
            for card in panel.cards:
                card.clear()
