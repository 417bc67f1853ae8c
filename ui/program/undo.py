"""Undo and redo over all fields of the check panel. No Qt."""

from itbcalc.desk.texts import Texts


class Undo:
    """The texts before and after; typing on in one field is one step."""

    def __init__(self) -> None:
        self._past: list[Texts] = []
        self._future: list[Texts] = []
        self._present = Texts()
        self._typing_in = ""

    def changed(self, texts: Texts) -> None:
        """The clinician typed."""
        changed, same_file = _changed_places(self._present, texts), texts.kept == self._present.kept
        if not changed and same_file:
            return
        place = next(iter(changed)) if len(changed) == 1 and same_file else ""
        if not place or place != self._typing_in:
            self._past.append(self._present)
        self._typing_in = place
        self._present = texts
        self._future.clear()

    def start(self, texts: Texts) -> None:
        """A file was opened: nothing leads back into the patient before it."""
        self._past.clear()
        self._future.clear()
        self._go_to(texts)

    def undo(self) -> Texts | None:
        """The texts one step back, or None at the beginning."""
        if not self._past:
            return None
        self._future.append(self._present)
        return self._go_to(self._past.pop())

    def redo(self) -> Texts | None:
        """The texts one step forward again, or None at the end."""
        if not self._future:
            return None
        self._past.append(self._present)
        return self._go_to(self._future.pop())

    def _go_to(self, texts: Texts) -> Texts:
        self._present = texts
        self._typing_in = ""
        return texts


def _changed_places(before: Texts, after: Texts) -> set[str]:
    places = {*before.typed, *after.typed}
    return {place for place in places if before.typed.get(place, "") != after.typed.get(place, "")}
