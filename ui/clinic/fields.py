"""Which settings does the page have, in which order, and what is each called? No Qt."""

from msgspec import Struct

from itbcalc.library.clinic_days import WEEKDAYS
from itbcalc.library.workstation import TEXT_SIZES, Look
from itbcalc.quantities.date_form import DateForm

_DAY_WORDS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Options = tuple[tuple[str, str], ...]


class SettingField(Struct, frozen=True):
    """One setting: its key in the file, what it is called, and an example where it is typed.

    `options` are what may be chosen, as (value, words); `library` names those that the library has; `names` those that are
    completed while they are typed.
    """

    key: str
    label: str
    example: str = ""
    unit: str = ""
    options: Options = ()
    library: str = ""
    names: str = ""


class SettingCard(Struct, frozen=True):
    """Settings that belong together, with what holds of all of them."""

    title: str
    about: str
    fields: tuple[SettingField, ...]


CLINIC_CARDS = (
    SettingCard(
        "Usual in this clinic",
        "Offered inside an empty field of the check, to be clicked. Nothing is filled in by itself.",
        (
            SettingField("zone", "Time zone", "Asia/Jerusalem", names="zones"),
            SettingField("jurisdiction", "Rules of", library="jurisdictions"),
            SettingField("pump", "Pump", "type a name", names="pumps"),
            SettingField("catheter", "Catheter", "89 cm × 0.0022 mL/cm"),
            SettingField("low_alarm", "Low-reservoir alarm", "2", "mL"),
        ),
    ),
    SettingCard(
        "Dates and refills",
        "The lead time is taken off the latest refill day. A weekday without places is no refill day once one has places.",
        (
            SettingField(
                "date_form",
                "Dates in figures",
                options=(
                    ("", "only where one order is possible"),
                    (DateForm.DAY_FIRST, "day first: 8.9.2027 is 8 Sep 2027"),
                    (DateForm.MONTH_FIRST, "month first: 8/9/2027 is 9 Aug 2027"),
                    (DateForm.ISO, "ISO alone: 2027-09-08"),
                ),
            ),
            SettingField("refill_lead_time", "Lead time for refills", "7", "day"),
            *(
                SettingField(f"refill_places.{day}", f"Places on {words}")
                for day, words in zip(WEEKDAYS, _DAY_WORDS, strict=True)
            ),
            SettingField("holidays", "Public holidays of", library="holidays"),
            SettingField("closed", "Also closed on", "24 Dec 2026, 31 Dec 2026"),
        ),
    ),
    SettingCard(
        "On papers for patients",
        "Marked as a draft until it is said who has reviewed their words, and when.",
        (
            SettingField("name", "Name of the clinic", "Spasticity clinic"),
            SettingField("phone", "Telephone", "030 1234"),
            SettingField("paper_reviewed_by", "Reviewed by", "Dr A. Example"),
            SettingField("paper_reviewed_on", "Reviewed on", "3 Nov 2026"),
        ),
    ),
)
LOOK_WORDS: dict[str, str] = {
    Look.SYSTEM: "as the system",
    Look.LIGHT: "light",
    Look.DARK: "dark",
    Look.CONTRAST: "high contrast, light",
    Look.CONTRAST_DARK: "high contrast, dark",
}
WORKSTATION_CARD = SettingCard(
    "This workstation",
    "Size and language hold once the window is opened anew.",
    (
        SettingField("look", "Look and contrast", options=tuple(LOOK_WORDS.items())),
        SettingField("text_size", "Size", options=tuple((str(size), f"{size} %") for size in TEXT_SIZES)),
        SettingField("language", "Language", library="languages"),
    ),
)
PLACES_OF_THE_WEEK = tuple(f"refill_places.{day}" for day in WEEKDAYS)
CLINIC_KEYS = tuple(field.key for card in CLINIC_CARDS for field in card.fields)
WORKSTATION_KEYS = tuple(field.key for field in WORKSTATION_CARD.fields)
EVERY_FIELD = {field.key: field for card in (*CLINIC_CARDS, WORKSTATION_CARD) for field in card.fields}
