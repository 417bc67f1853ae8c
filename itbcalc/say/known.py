"""What does the library hold? Pumps, catheters, drugs and limits, each figure with its grade and its sources."""

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence

from itbcalc.library.records import (
    PUMP_FIGURES,
    Catheter,
    Drug,
    Fact,
    Figure,
    Library,
    Limit,
    MarketedStrength,
    Pump,
    figures_named,
)
from itbcalc.quantities.display import shown
from itbcalc.say.catalogue import N_, _
from itbcalc.say.findings import figure_name, figure_source, sources_words
from itbcalc.say.therapy_report import WIDTH, Table, quantity_json

LISTS: Mapping[str, Callable[[Library], Sequence[Pump | Catheter | Drug | Limit]]] = {
    "pumps": lambda library: tuple(library.pumps.values()),
    "catheters": lambda library: tuple(library.catheters.values()),
    "drugs": lambda library: tuple(library.drugs.values()),
    "limits": lambda library: library.limits,
}
"""What can be listed, by the name of the command and the key of the results."""

_NO_FIGURE = N_("no figure is known of it")
_CLINIC = N_("the clinic's own")


def known_json(name: str, library: Library) -> Table:
    """The results of a list: every record with its figures."""
    return {name: [_record_json(record, library) for record in LISTS[name](library)]}


def known_text(name: str, library: Library) -> str:
    """The same for the terminal: a record, and below it a line for each figure."""
    return "\n\n".join("\n".join(_record_lines(record, library)) for record in LISTS[name](library))


def _record_json(record: Pump | Catheter | Drug | Limit, library: Library) -> Table:
    common: Table = {"id": record.id, "name": _title(record), "clinic": record.clinic}
    figures = [_figure_json(name, figure, library) for name, figure in _figures(record)]
    return {**common, **_particulars(record, library), "figures": figures}


def _particulars(record: Pump | Catheter | Drug | Limit, library: Library) -> Table:
    if isinstance(record, Drug):
        return {
            "covered": record.covered,
            "marketed": [_strength_json(each) for each in record.marketed],
            "facts": [_fact_json(each, library) for each in record.facts],
        }
    if isinstance(record, Limit):
        return {
            "jurisdiction": record.jurisdiction,
            "quantity": str(record.quantity),
            "origin": None if record.origin is None else str(record.origin),
            "phase": None if record.phase is None else str(record.phase),
            "age_from": record.age_from,
            "age_below": record.age_below,
            "pumps": list(record.pumps),
            "grade": str(record.grade),
            "note": record.note,
        }
    facts = record.facts if isinstance(record, Pump) else ()
    return {
        "maker": record.maker,
        "models": list(record.models),
        "facts": [_fact_json(each, library) for each in facts],
    }


def _fact_json(fact: Fact, library: Library) -> Table:
    return {
        "text": fact.text,
        "grade": str(fact.grade),
        "sources": [
            {"key": key, "title": library.sources[key].title, "reference": library.sources[key].reference}
            for key in fact.sources
        ],
    }


def _strength_json(strength: MarketedStrength) -> Table:
    """A strength on a vial; its grade and sources stand among the figures."""
    return {
        "concentration": quantity_json(strength.concentration.quantity),
        "product": strength.product,
        "jurisdictions": list(strength.jurisdictions),
        "pump_fill": strength.pump_fill,
        "volumes": [quantity_json(volume) for volume in strength.volumes],
    }


def _figure_json(name: str, figure: Figure, library: Library) -> Table:
    return {
        "name": name,
        "value": quantity_json(figure.quantity),
        "grade": str(figure.grade),
        "sources": [_source_json(key, figure, library) for key in figure.sources],
        "note": figure.note,
        "applies": figure.applies,
    }


def _source_json(key: str, figure: Figure, library: Library) -> Table:
    """A published page; of a clinic's own figure its own words."""
    if figure.clinic or key not in library.sources:
        return {"key": "", "title": key, "reference": ""}
    source = library.sources[key]
    return {"key": source.key, "title": source.title, "reference": source.reference}


def _figures(record: Pump | Catheter | Drug | Limit) -> Iterator[tuple[str, Figure]]:
    """Each figure of a record with its name."""
    if isinstance(record, Drug):
        if record.molar_mass is not None:
            yield "molar_mass", record.molar_mass
        yield from (("concentration", strength.concentration) for strength in record.marketed)
    elif isinstance(record, Limit):
        yield from ((figure.address.rpartition(".")[2], figure) for figure in record.figures)
    else:
        names = PUMP_FIGURES if isinstance(record, Pump) else ("length", "volume_per_length")
        yield from ((name, figure) for name in names for figure in figures_named(record, name))


def _title(record: Pump | Catheter | Drug | Limit) -> str:
    return record.title if isinstance(record, Limit) else record.name


def _record_lines(record: Pump | Catheter | Drug | Limit, library: Library) -> Iterator[str]:
    words = [record.id, _title(record)]
    if isinstance(record, Pump | Catheter):
        words.append(record.maker)
    if isinstance(record, Limit):
        words += [record.jurisdiction, str(record.quantity).replace("_", " "), *_for_whom(record)]
    if record.clinic:
        words.append(_(_CLINIC))
    yield from textwrap.wrap("  ".join(word for word in words if word), WIDTH, subsequent_indent="    ")
    figures = list(_figures(record))
    if not figures:
        yield f"  {_(_NO_FIGURE)}"
    for _name, figure in figures:
        said = f"{figure_name(figure)}: {shown(figure.quantity)}"
        beside = [each for each in (_product(record, figure), figure.applies, figure.note) if each]
        text = "  ".join([said, *beside, f"[{figure_source(figure, library)}]"])
        yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")
    for fact in record.facts if isinstance(record, Pump | Drug) else ():
        yield from _fact_lines(fact, library)


def _fact_lines(fact: Fact, library: Library) -> list[str]:
    text = f"{fact.text}  [{sources_words(fact.sources, fact.grade, library)}]"
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")


def _product(record: Pump | Catheter | Drug | Limit, figure: Figure) -> str:
    """Whose strength a concentration is, and where it is marketed."""
    if not isinstance(record, Drug):
        return ""
    found = [strength for strength in record.marketed if strength.concentration is figure]
    return f"{found[0].product} ({', '.join(found[0].jurisdictions)})" if found else ""


def _for_whom(limit: Limit) -> Iterator[str]:
    if limit.origin is not None:
        yield str(limit.origin)
    if limit.phase is not None:
        yield str(limit.phase)
    if limit.age_from is not None:
        yield _("from {age} years on", age=str(limit.age_from))
    if limit.age_below is not None:
        yield _("below {age} years", age=str(limit.age_below))
