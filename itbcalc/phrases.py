"""Words that are looked up later, where they are said: marked for the catalogue, and with what stands in them kept apart."""

from typing import Self


def N_(template: str, /) -> str:  # noqa: N802 - the name by which gettext's tools know it
    """Marks a template of a table for the catalogue and leaves it as it is."""
    return template


class Phrase(str):
    """A name with something in it, `step {time}`: a text in English, put together anew in another language.

    `places` are texts, phrases among them, by name.
    """

    template: str
    places: dict[str, str]

    def __new__(cls, template: str, /, **places: str) -> Self:
        """`Phrase("dose on {day}", day="Mon")`."""
        made = super().__new__(cls, template.format_map(places))
        made.template, made.places = template, places
        return made
