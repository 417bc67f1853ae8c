"""The settings: what is typed on the page is kept at once, or refused beside its field."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from itbcalc.desk.own_profiles import (
    CATHETERS,
    PUMPS,
    ConfirmedFigure,
    OwnProfile,
    confirmed_figures,
    keep_profile,
    own_profiles,
    take_out_profile,
)
from itbcalc.desk.settings import setting_texts, settle
from itbcalc.errors import ItbcalcError
from itbcalc.library.clinic_days import public_holidays
from itbcalc.library.folders import own_folder
from itbcalc.library.workstation import is_accepted
from itbcalc.log.folders import log_path
from itbcalc.quantities.instants import zone_names
from itbcalc.resources import resource_path
from itbcalc.say import figure_name, refusal_words
from itbcalc.say.findings import FIGURE_WORDS
from ui.clinic.fields import EVERY_FIELD, WORKSTATION_KEYS
from ui.clinic.page import OwnCard, OwnRow, SettingsPage
from ui.room import House, Room

if TYPE_CHECKING:
    from itbcalc.library.records import Library

_OWN = {
    PUMPS: ("Own pumps", "None: only the pumps that are built in are offered.", "Add a pump…"),
    CATHETERS: ("Own catheters", "None.", "Add a catheter…"),
}
_CONFIRMED = ("Confirmed figures", "None: figures nobody has seen in print are named as unverified.")


class ClinicDesk(Room):
    """Owns the page of settings. What it keeps is in force at once: the library is read anew."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._window, self._engine, self._door = house.window, house.engine, house.door
        self.page = SettingsPage()
        self.page.finished.connect(self._on_finished)
        self.page.act_requested.connect(self._on_act)
        self._offer()

    def make_panel(self, _: str) -> SettingsPage:
        """The one page."""
        return self.page

    def shown(self, _: str) -> None:
        """The page comes to the front: what somebody has written into the files meanwhile stands in it."""
        self._show()
        self.page.focus_first()

    # --- showing

    @property
    def _library(self) -> "Library":
        return self._engine.library

    def _offer(self) -> None:
        library, nothing = self._library, ("", "not said")
        rules = ((each.id, each.title) for each in library.jurisdictions)
        countries = ((key, country.name) for key, country in public_holidays().items())
        self.page.offer("jurisdiction", (nothing, *rules))
        self.page.offer("holidays", (nothing, *countries))
        self.page.offer("pump", tuple((pump.id, pump.name) for pump in library.pumps.values()))
        self.page.offer("zone", tuple((name, name) for name in zone_names()))
        self.page.offer("language", (("", "English"), *((each, each) for each in _languages())))

    def _show(self) -> None:
        here = self.house.settings.workstation
        texts = {key: str(getattr(here, key)) for key in WORKSTATION_KEYS}
        wrong = [refusal_words(error) for error in self._engine.engine.profile_errors]
        try:
            texts |= setting_texts(own_folder())
            self.page.show_own(self._own_cards())
        except ItbcalcError as error:
            wrong = wrong or [refusal_words(error)]
        self.page.show_problem("", "\n".join((*wrong, *filter(None, [here.refused]))))
        self.page.show_texts(texts)
        self.page.offer_anew(offered=self.house.settings.waits_for_a_start)
        self.page.show_folders(
            (
                ("log", "The log", str(log_path())),
                ("profiles", "Settings and own profiles", str(own_folder())),
            )
        )

    def _own_cards(self) -> Sequence[OwnCard]:
        cards = [
            OwnCard(
                kind,
                title,
                none,
                add,
                tuple(map(_profile_row, own_profiles(kind, self._library, own_folder()))),
            )
            for kind, (title, none, add) in _OWN.items()
        ]
        confirmed = tuple(map(self._confirmed_row, confirmed_figures(own_folder())))
        return *cards, OwnCard("figure", *_CONFIRMED, "Confirm a figure…", confirmed)

    def _confirmed_row(self, confirmed: ConfirmedFigure) -> OwnRow:
        figure = self._library.figure(confirmed.address)
        words = confirmed.address if figure is None else self._figure_words(confirmed.address)
        detail = f"{confirmed.value} · {confirmed.reference} · {confirmed.by}, {confirmed.on}"
        return OwnRow(confirmed.address, words, detail, (("change", "Change…"),))

    def _figure_words(self, address: str) -> str:
        """`SynchroMed II 20 mL: residual volume`."""
        figure = self._library.figure(address)
        assert figure is not None
        kind, key, *_ = address.split(".")
        records: Mapping[str, object] = getattr(self._library, kind, {})
        named = getattr(records.get(key), "name", key)
        return f"{named}: {figure_name(figure).lower()}"

    # --- keeping

    def _on_finished(self, key: str, text: str) -> None:
        """One setting, kept or refused."""
        if key in WORKSTATION_KEYS:
            self._keep_here(key, text)
            return
        try:
            settle(key, text, self._library, own_folder())
        except ItbcalcError as error:
            where = getattr(error, "field", "")
            self.page.show_problem(where if where in EVERY_FIELD else "", refusal_words(error))
            return
        self.page.show_problem(key, "")
        self._in_force(
            f"Kept: {EVERY_FIELD[key].label.lower()}"
            if text
            else f"Taken out: {EVERY_FIELD[key].label.lower()}"
        )

    def _keep_here(self, key: str, text: str) -> None:
        value: str | int = int(text) if key == "text_size" else text
        if is_accepted(key, value) and self._door.set_here({key: value}):
            if key == "look":
                self.house.look_chosen.emit()
            self._window.say(f"Kept: {EVERY_FIELD[key].label.lower()}")
        self._show()

    def _in_force(self, words: str) -> None:
        self._engine.load()
        self.house.library_read.emit()
        self._offer()
        self._show()
        self._window.say(words)

    # --- what is pressed

    def _on_act(self, act: str, about: str) -> None:
        acts: Mapping[str, Callable[[str], None]] = {
            "people": lambda _: self._window.operators_requested.emit(),
            "anew": lambda _: self.house.anew_requested.emit(),
            "copy": self._copy,
            "open": self._open,
            "add:figure": self._ask_which_figure,
            "change:figure": self._ask_figure,
            **{f"add:{kind}": partial(self._ask_profile, kind) for kind in _OWN},
            **{f"change:{kind}": partial(self._ask_profile, kind) for kind in _OWN},
            **{f"takeout:{kind}": partial(self._ask_take_out, kind) for kind in _OWN},
        }
        acts[act](about)

    def _copy(self, path: str) -> None:
        QGuiApplication.clipboard().setText(path)
        self._window.say(f"Copied {path}")

    def _open(self, path: str) -> None:
        """The folder in which it lies, in the system's own window."""
        folder = Path(path) if Path(path).is_dir() else Path(path).parent
        if not folder.is_dir() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._door.tell(
                "The folder was not opened", f"{folder}: there is nothing yet, or nothing here opens folders."
            )

    def _ask_profile(self, kind: str, changed: str) -> None:
        from ui.clinic.own_dialog import OwnProfileDialog

        profiles = {each.id: each for each in own_profiles(kind, self._library, own_folder())}
        texts = profiles[changed].texts if changed else {}
        OwnProfileDialog(self._window, kind, texts, partial(self._keep_profile, kind, changed)).open()

    def _keep_profile(self, kind: str, changed: str, texts: Mapping[str, str]) -> None:
        figures = {name: text for name, text in texts.items() if name not in ("by", "reference")}
        keep_profile(
            kind,
            figures,
            by=texts["by"],
            on=self._engine.now().date(),
            reference=texts["reference"],
            library=self._library,
            folder=own_folder(),
            changed=changed,
        )
        self._in_force(f"Kept: {texts['name'].strip()}")

    def _ask_take_out(self, kind: str, profile: str) -> None:
        from ui.dialogs import ask

        ask(
            self._window,
            "takeOut",
            "Take this profile out?",
            "Steps recorded with it keep what they say. The check offers it no more.",
            yes=("Take it out", "takeItOut"),
            no="Go back",
            then=partial(self._take_out, kind, profile),
        )

    def _take_out(self, kind: str, profile: str) -> None:
        try:
            take_out_profile(kind, profile, own_folder())
        except ItbcalcError as error:
            self._door.tell("Not taken out", refusal_words(error))
            return
        self._in_force("Taken out")

    def _ask_which_figure(self, _: str) -> None:
        from ui.clinic.figure_dialog import WhichFigureDialog

        unverified = [figure for figure in self._library.figures() if figure.is_unverified]
        others = [figure for figure in self._library.figures() if not figure.is_unverified]
        offered = [
            (figure.address, f"{self._figure_words(figure.address)}, {figure.text}")
            for figure in (*unverified, *others)
        ]
        WhichFigureDialog(self._window, offered, self._ask_figure).open()

    def _ask_figure(self, address: str) -> None:
        from ui.confirm import ask_to_confirm

        ask_to_confirm(
            self._window, f"confirm:{address}", self._engine, partial(self._in_force, "Confirmed and saved")
        )


def _profile_row(profile: OwnProfile) -> OwnRow:
    figures = (
        f"{FIGURE_WORDS[name].lower()} {text}" for name, text in profile.texts.items() if name != "name"
    )
    written = () if profile.changeable else ("written by hand: change it in its file",)
    detail = " · ".join((*figures, *profile.sources, *written))
    acts = (("change", "Change…"), ("takeout", "Take out…")) if profile.changeable else ()
    return OwnRow(profile.id, profile.texts["name"], detail, acts)


def _languages() -> list[str]:
    return sorted(
        path.name for path in resource_path("languages").iterdir() if (path / "LC_MESSAGES").is_dir()
    )
