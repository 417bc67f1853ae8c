"""A page of paper as HTML, from a template of `resources/paper`: what is put in is text there, never markup."""

import re
from functools import cache
from typing import TYPE_CHECKING

from itbcalc import __version__
from itbcalc.quantities.display import date_text, moment_text
from itbcalc.resources import resource_path
from itbcalc.say.catalogue import in_language, plural
from itbcalc.say.message import SEVERITY_SIGNS, SEVERITY_WORDS
from itbcalc.say.report import NOT_A_PROGRAMMER

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

# Qt's rich text takes the end of a line between two paragraphs for a blank of the first, as high as the page's letters.
_LINE_ENDS_BETWEEN_TAGS = re.compile(r">\n\s*<")


def page(name: str, **values: object) -> str:
    """The page of the template `name` with these values; each text among them is escaped.

    Raises jinja2.UndefinedError where the template asks for a value that was not given.
    """
    written = _environment().get_template(f"{name}.html.jinja").render(values)
    return _LINE_ENDS_BETWEEN_TAGS.sub("><", written)


@cache
def _environment() -> "Environment":
    """Made at the first page: most runs print nothing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resource_path("paper")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"date": date_text, "moment": moment_text}
    environment.globals |= {
        "_": _sentence,
        "plural": plural,
        "not_a_programmer": NOT_A_PROGRAMMER,
        "severity_signs": SEVERITY_SIGNS,
        "severity_words": SEVERITY_WORDS,
        "version": __version__,
    }
    return environment


def _sentence(template: str, /, **places: object) -> "Markup":
    """A sentence of the catalogue as `_` says it; what a template put into its places stays markup, all else is escaped."""
    from markupsafe import escape

    return escape(in_language(template)).format(**places)
