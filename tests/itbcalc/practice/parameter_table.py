"""The table of parameters of docs/practice-model.md, from the data file. Run as a script, it prints it."""

from collections.abc import Iterator

from itbcalc.practice.parameters import Parameter, all_parameters
from itbcalc.quantities.display import exact_number


def parameter_lines() -> Iterator[str]:
    for each in all_parameters().values():
        sources = ", ".join(each.source) or "none"
        yield f"| `{each.id}` | {_value(each)} | {each.grade} | {sources} | {each.note} | {each.weakness} |"


def _value(each: Parameter) -> str:
    value = f"{exact_number(each.value)} {each.unit}".strip()
    if each.low is not None and each.high is not None:
        value += f"; {exact_number(each.low)} to {exact_number(each.high)}"
    return value if each.spread is None else f"{value}; spread {exact_number(each.spread)}"


if __name__ == "__main__":
    print("\n".join(parameter_lines()))
