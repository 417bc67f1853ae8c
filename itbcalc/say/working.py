"""The working of a value in words: its formula, the numbers put in, the result."""

import re
from fractions import Fraction

from msgspec.structs import replace

from itbcalc.compute.working import Worked
from itbcalc.phrases import Phrase
from itbcalc.quantities.display import is_shown_exactly, unit_text
from itbcalc.quantities.units import Quantity
from itbcalc.say.catalogue import _, in_language, said

_LONGEST_NAME_IN_LINE = 10
_OPERAND = re.compile("{([^{}]*)}")


def phrase_words(text: str) -> str:
    """A name, an operand or a note in the reader's language."""
    if isinstance(text, Phrase):
        return said(text.template, {name: phrase_words(each) for name, each in text.places.items()})
    return in_language(text) if text else ""


def in_words(worked: Worked[Quantity]) -> Worked[Quantity]:
    """The same value, with every word of its working in the reader's language."""
    words = {name: phrase_words(name) for name, _ in worked.operands}
    template = _OPERAND.sub(lambda name: f"{{{words[name[1]]}}}", phrase_words(worked.template))
    operands = tuple((words[name], quantity) for name, quantity in worked.operands)
    name, note = phrase_words(worked.name), phrase_words(worked.note)
    return replace(worked, name=name, template=template, operands=operands, note=note)


def working_lines(worked: Worked[Quantity]) -> tuple[str, ...]:
    """The working as lines of text, equal signs below one another; a long name has its own line."""
    worked = in_words(worked)
    number = Fraction(worked.value.magnitude)
    rest = [worked.formula]
    if worked.numbers != worked.formula:
        rest.append(worked.numbers)
    if number.denominator != 1:
        rest.append(_("{number}   (exact)", number=worked.exact))
    if worked.text not in rest:
        rest.append(rounded_words(worked.value, worked.text))
    short = len(worked.name) <= _LONGEST_NAME_IN_LINE
    indent = " " * len(worked.name) if short else "  "
    lines = [f"{indent} = {text}" for text in rest]
    if short:
        lines[0] = f"{worked.name} = {rest[0]}"
    else:
        lines.insert(0, worked.name)
    return (*lines, *((worked.note,) if worked.note else ()))


def rounded_words(value: Quantity, text: str) -> str:
    """`text`, as which `value` is shown, with how it was rounded; alone where it is exact."""
    number = abs(Fraction(value.magnitude))
    if unit_text(value) == "day":
        minutes = number * 1440
        if number >= 2:
            exact = (number * 24).denominator == 1
            return text if exact else _("{number}   (down to the whole hour)", number=text)
        if minutes >= 1:
            exact = minutes.denominator == 1
            return text if exact else _("{number}   (to the nearest minute)", number=text)
        number = minutes * 60
    return text if is_shown_exactly(number) else _("{number}   (rounded half up)", number=text)
