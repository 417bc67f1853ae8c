"""A name that was only typed is none of an operator's: who has a passphrase signs with it.

Which operators there are stands in the log too, so that the file of people being elsewhere, or gone, opens no door.
"""

import re

from itbcalc.errors import RefusedError
from itbcalc.log.entries import TYPED, Draft, Entry
from itbcalc.log.store import Guard, TitrationLog
from itbcalc.look_alikes import shape_of_name
from itbcalc.visits.entry_kinds import EntryKind

PROGRAM = "itbcalc"  # the author of what the program writes without being asked


def operators_known(log: TitrationLog) -> tuple[str, ...]:
    """The names that operators had in this log, those who left among them."""
    told = (each.body.get("operator") for each in log.entries("") if each.kind == EntryKind.OPERATOR_CHANGED)
    names = (str(each["name"]) for each in told if isinstance(each, dict) and "name" in each)
    return tuple(dict.fromkeys(names))


def own_name(draft: Draft, guard: Guard | None = None) -> Guard | None:
    """The guard of an entry: nobody signs with an operator's name by typing it, and then what `guard` asks."""
    if draft.signed != TYPED or draft.author == PROGRAM:
        return guard

    def refuse(log: TitrationLog) -> None:
        if any(same_name(draft.author, name) for name in operators_known(log)):
            raise RefusedError("author", draft.author, "operators_name")
        if guard is not None:
            guard(log)

    return refuse


def only_typed(entry: Entry) -> bool:
    """Whether nobody's passphrase stands for the author of an entry, and it was not the program by itself."""
    return entry.content.get("signed") == TYPED and entry.content.get("author") != PROGRAM


def same_name(first: str, second: str) -> bool:
    """Whether two names are of one person, as far as letters tell: in whatever order, capitals, accents, points, or letters drawn alike."""
    return _name_parts(first) == _name_parts(second)


def _name_parts(name: str) -> list[str]:
    return sorted(re.findall(r"\w+", shape_of_name(name)))
