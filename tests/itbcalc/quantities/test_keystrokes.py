"""Do endless keystrokes ever lead anywhere but to an exact value or a refusal?

Generated with a fixed seed, fast and without hypothesis: half are accepted texts with a few keys hit wrong, half are
whatever the nasty keys give.
"""

import random
from collections import Counter

import pytest

from itbcalc.errors import EntryError, Problem
from itbcalc.quantities.display import exact_text
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    LENGTH,
    MOLAR_CONCENTRATION,
    MOLAR_MASS,
    PERCENTAGE,
    VOLUME,
    VOLUME_PER_LENGTH,
)

KINDS = (
    DAILY_DOSE,
    DOSE,
    CONCENTRATION,
    FLOW_RATE,
    VOLUME,
    DURATION,
    LENGTH,
    VOLUME_PER_LENGTH,
    PERCENTAGE,
    MOLAR_CONCENTRATION,
    MOLAR_MASS,
)
KEYS = (
    "0123456789" * 4 + "...... ,,--+/eE_'%"
    "mcgnuLldayhsiMGU\u00b5\u03bc"
    "\u2212\u2013\u2019\u00a0\u202f\u200b\ufeff\u202e\u0665\uff15\u00bd\u00b2\u2162\u4e94\u0301\ufe0f\ud800\x00\t\n"
    '*^()=<>:;#$"\\{}'
)
STARTS = (
    "350 mcg/day", "0.170 mL/day", "1500.5 ug/24 h", "16 h 7 min", "2 d 3 h 4 min 5 s", "0.5 mg/mL", "500 mcg/ml",
    "40 mL", "140 \u00b5L", "89 cm", "0.0022 mL/cm", "15 %", "2.34 mmol/L", "213.66 g/mol", "0", "1000000", "10 mcg/h",
)  # fmt: skip


def keystrokes(seed, count):
    """`count` texts; the same ones for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # nothing secret
    for number in range(count):
        if number % 2:
            yield "".join(dice.choices(KEYS, k=dice.randint(0, 14)))
            continue
        text = dice.choice(STARTS)
        for _ in range(dice.randint(1, 3)):
            place = dice.randint(0, len(text))
            text = (
                text[:place]
                + dice.choice(("", "", dice.choice(KEYS), dice.choice(KEYS) * 2))
                + text[place + dice.randint(0, 2) :]
            )
        yield text


def _type_into_every_field(seed, count):
    """What came of it: how often read, how often refused and why."""
    outcomes = Counter()
    for text in keystrokes(seed, count):
        for kind in KINDS:
            try:
                entered = read_quantity(text, kind, signed=kind is PERCENTAGE)
            except EntryError as error:
                outcomes[error.problem] += 1
                continue
            outcomes["read"] += 1
            _assert_the_text_read_back_means_the_same(entered, kind)
    return outcomes


def _assert_the_text_read_back_means_the_same(entered, kind):
    again = exact_text(entered.quantity).replace(",", "").replace("\u2212", "-")
    if entered.of_a_vial and "/" in again.split(" ")[0]:
        return  # `5 mg/3 mL` has no decimal number, so it could not be typed in another way
    if sum(character.isdigit() for character in again) <= 15:
        assert read_quantity(again, kind, signed=True).quantity == entered.quantity, (entered.text, again)


def test_twenty_thousand_texts_typed_into_every_field_are_read_or_refused():
    outcomes = _type_into_every_field(seed=1, count=20_000)

    assert outcomes.total() == 20_000 * len(KINDS)
    assert outcomes["read"] > 1_000
    assert len(set(outcomes) & set(Problem)) >= 20


@pytest.mark.slow
def test_a_million_texts_typed_into_every_field_are_read_or_refused():
    outcomes = _type_into_every_field(seed=2, count=1_000_000)

    assert outcomes.total() == 1_000_000 * len(KINDS)
    assert outcomes["read"] > 50_000
