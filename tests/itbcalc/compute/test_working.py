"""Is the working true? A small evaluator of its own recomputes what stands there, from the printed text alone."""

import re
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from itbcalc.ask.form import Form
from itbcalc.ask.questions import QUESTIONS, catheter, mix
from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.schedule import SimpleContinuous
from itbcalc.compute.working import Worked
from itbcalc.quantities.kinds import (
    as_concentration,
    as_daily_dose,
    as_duration,
    as_flow_rate,
    as_percentage,
    as_volume,
)
from itbcalc.say.working import working_lines
from tests.vectors.reading import quantity

# --- the evaluator: knows the printed text and these units, and nothing of the program

MASS, VOLUME, TIME, LENGTH, SUBSTANCE = "mass", "volume", "time", "length", "substance"
UNIT_SYMBOLS = {
    "1": (1, ""),
    "%": (Fraction(1, 100), ""),
    "mcg": (1, MASS),
    "ng": (Fraction(1, 1000), MASS),
    "mg": (1000, MASS),
    "g": (1_000_000, MASS),
    "uL": (Fraction(1, 1000), VOLUME),
    "mL": (1, VOLUME),
    "L": (1000, VOLUME),
    "day": (1, TIME),
    "h": (Fraction(1, 24), TIME),
    "min": (Fraction(1, 1440), TIME),
    "s": (Fraction(1, 86_400), TIME),
    "cm": (1, LENGTH),
    "umol": (1, SUBSTANCE),
    "mmol": (1000, SUBSTANCE),
    "mol": (1_000_000, SUBSTANCE),
}
NUMBER = re.compile(r"[-−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:/[0-9]+)?")
UNIT = re.compile(r" (?:%|1/day|(?:[A-Za-z]+)(?:/[A-Za-z]+)?)(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Value:
    """A number in base units and its dimensions, each with its power."""

    number: Fraction
    powers: tuple[tuple[str, int], ...] = ()

    def times(self, other, sign=1):
        powers = dict(self.powers)
        for dimension, power in other.powers:
            powers[dimension] = powers.get(dimension, 0) + sign * power
        left = tuple(sorted((dimension, power) for dimension, power in powers.items() if power))
        number = self.number * other.number if sign == 1 else self.number / other.number
        return Value(number, left)

    def plus(self, other, sign=1):
        assert self.powers == other.powers, f"{self.powers} and {other.powers} cannot be added"
        return Value(self.number + sign * other.number, self.powers)


def unit_value(text):
    above, _, below = ("mmol/L" if text == "mM" else text).partition("/")
    value = Value(Fraction(1))
    for symbol, sign in ((above, 1), (below, -1)):
        if symbol:
            factor, dimension = UNIT_SYMBOLS[symbol]
            value = value.times(Value(Fraction(factor), ((dimension, 1),) if dimension else ()), sign)
    return value


class Evaluator:
    """Sum of products, brackets first; `earliest of a, b, less c` for the latest refill."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def whole(self):
        value = self.earliest() if self.takes("earliest of ") else self.sum()
        if self.takes(", less "):
            value = value.plus(self.sum(), -1)
        assert self.at == len(self.text), f"not understood: {self.text[self.at :]!r} of {self.text!r}"
        return value

    def earliest(self):
        values = [self.sum()]
        while not self.text.startswith(", less ", self.at) and self.takes(", "):
            values.append(self.sum())
        return min(values, key=lambda value: value.number)

    def sum(self):
        value = self.product()
        while True:
            if self.takes(" + "):
                value = value.plus(self.product())
            elif self.takes(" − "):
                value = value.plus(self.product(), -1)
            else:
                return value

    def product(self):
        value = self.atom()
        while True:
            if self.takes(" × "):
                value = value.times(self.atom())
            elif self.takes(" ÷ "):
                value = value.times(self.atom(), -1)
            else:
                return value

    def atom(self):
        if self.takes("("):
            value = self.sum()
            assert self.takes(")"), f"no closing bracket in {self.text!r}"
            return value
        number = self.takes_match(NUMBER)
        assert number, f"no number at {self.text[self.at :]!r} of {self.text!r}"
        unit = self.takes_match(UNIT)
        plain = number.replace(",", "").replace("−", "-")
        return Value(Fraction(plain)).times(unit_value(unit.strip(" ") if unit else ""))

    def takes(self, text):
        found = self.text.startswith(text, self.at)
        self.at += len(text) if found else 0
        return found

    def takes_match(self, pattern):
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found.group() if found else ""


def evaluated(text):
    return Evaluator(text).whole()


@pytest.mark.parametrize(
    ("text", "number", "powers"),
    [
        ("350 mcg/day ÷ 2,000 mcg/mL", "7/40", {VOLUME: 1, TIME: -1}),
        ("40 mL − 2 mL", "38", {VOLUME: 1}),
        ("(40 mL − 2 mL) ÷ (1/3 mL/day)", "114", {TIME: 1}),
        ("2 mL × 3 mcg/mL + 4 mcg", "10", {MASS: 1}),
        ("100 mcg/day × (100 % + (−15 %)) ÷ 100 %", "85", {MASS: 1, TIME: -1}),
        ("8 day ÷ 4 ÷ 2", "1", {TIME: 1}),
        ("0.1 mL/day + (1/30 mL) × 3 1/day", "1/5", {VOLUME: 1, TIME: -1}),
        ("1 umol/L × 213.66 g/mol", "213.66/1000", {MASS: 1, VOLUME: -1}),
        ("-3087/80 %", "-3087/8000", {}),
        ("1,234,567.5 cm × 2 mL/cm", "2469135", {VOLUME: 1}),
        ("earliest of 100 day, 1,180 day, 80 day, less 7 day", "73", {TIME: 1}),
        ("earliest of 5 day, 6 day", "5", {TIME: 1}),
    ],
)
def test_evaluator_itself(text, number, powers):
    above, _, below = number.partition("/")
    value = evaluated(text)

    assert value.number == Fraction(above) / Fraction(below or 1)
    assert dict(value.powers) == powers


@pytest.mark.parametrize("text", ["2 mL + 3 mcg", "2 mL +3 mL", "(2 mL", "2 mL)", "two mL", "", "2 mL 3 mL"])
def test_evaluator_refuses_what_cannot_be_computed(text):
    with pytest.raises(AssertionError):
        evaluated(text)


# --- every line of working, over generated inputs


def assert_true(worked: Worked):
    assert evaluated(worked.numbers) == evaluated(worked.exact), (worked.name, worked.numbers, worked.exact)
    assert not set("{}") & set(worked.numbers + worked.formula)
    for name, _ in worked.operands:
        assert f"{{{name}}}" in worked.template, f"{name} is not in the formula of {worked.name}"


def typed(units, largest=10**6):
    """Texts as typed: up to three decimals, one of the units."""
    numbers = st.builds(
        lambda whole, decimals: f"{whole}.{decimals}" if decimals else f"{whole}",
        st.integers(0, largest),
        st.sampled_from(["", "5", "25", "125", "001", "7", "33", "999"]),
    ).filter(lambda text: Fraction(text) > 0)
    return st.builds("{} {}".format, numbers, st.sampled_from(units))


DOSES = typed(["mcg/day", "mg/day", "mcg/h", "mcg/24 h", "ng/min"])
CONCENTRATIONS = typed(["mcg/mL", "mg/mL", "g/L", "mcg/uL"])
FLOWS = typed(["mL/day", "mL/h", "uL/h", "uL/min"])
VOLUMES = typed(["mL", "uL", "L"])
SMALL_VOLUMES = typed(["uL"])
DURATIONS = typed(["day", "h", "min", "s"])
PERCENTS = typed(["%"], largest=200)
FEW = st.integers(1, 8).map(str)
SIGNED = st.builds("{}{}".format, st.sampled_from(["", "-"]), st.integers(1, 99))
MASSES = typed(["g/mol"], largest=500)

FLOW_OR_DOSE = st.one_of(
    st.fixed_dictionaries({"flow_rate": FLOWS}),
    st.fixed_dictionaries({"dose": DOSES, "concentration": CONCENTRATIONS}),
)
DEAD_VOLUME = st.one_of(
    st.fixed_dictionaries({"dead_volume": SMALL_VOLUMES}),
    st.fixed_dictionaries({"tubing_volume": SMALL_VOLUMES, "catheter_volume": SMALL_VOLUMES}),
)


def joined(*strategies):
    return st.tuples(*strategies).map(
        lambda parts: {key: text for part in parts for key, text in part.items()}
    )


def with_boluses(inputs):
    """A bolus is a dose beside a dose, a volume beside a flow rate."""
    bolus = "25 mcg" if "dose" in inputs else "0.02 mL"
    return inputs | {"patient_bolus": bolus, "patient_boluses_per_day": "3"}


def diluted(stock, share, volume):
    """A target at or below the stock: `share` hundredths of its whole part."""
    number, _, unit = stock.partition(" ")
    thousandths = int(Fraction(number)) * share * 10
    return {
        "stock": stock,
        "target": f"{thousandths // 1000}.{thousandths % 1000:03d} {unit}",
        "volume": volume,
    }


REFILL = joined(
    FLOW_OR_DOSE,
    st.fixed_dictionaries({"volume": typed(["mL", "L"]).map(lambda t: f"1{t}"), "alarm": typed(["uL"], 999)}),
    st.fixed_dictionaries({}, optional={"accuracy": PERCENTS}),
)
STRATEGIES = {
    "flow-rate": st.fixed_dictionaries({"dose": DOSES, "concentration": CONCENTRATIONS}),
    "daily-dose": st.fixed_dictionaries({"flow_rate": FLOWS, "concentration": CONCENTRATIONS}),
    "constant-flow": st.one_of(
        st.fixed_dictionaries({"dose": DOSES, "flow_rate": FLOWS}),
        st.fixed_dictionaries(
            {
                "dose": typed(["mcg/day", "mcg/h", "mg/day"], 5000),
                "flow_rate": typed(["mL/day", "mL/h"], 100),
                "stock": typed(["g/mL"], 999).map(lambda text: f"1000{text}"),
                "volume": VOLUMES,
            }
        ),
    ),
    "refill": st.one_of(REFILL, REFILL.map(with_boluses)),
    "residual": joined(
        FLOW_OR_DOSE,
        st.fixed_dictionaries({"filled": VOLUMES, "aspirated": VOLUMES, "days": typed([""]).map(str.strip)}),
    ),
    "pocket": st.fixed_dictionaries({"injected": VOLUMES, "measured": VOLUMES}),
    "bridge": joined(
        DEAD_VOLUME,
        st.fixed_dictionaries(
            {
                "old_concentration": typed(["mcg/mL"], 5000),
                "new_concentration": typed(["mg/mL"], 5000).map(lambda text: f"1{text}"),
                "old_dose": DOSES,
                "new_dose": DOSES,
            },
            optional={"bridge_dose": DOSES},
        ),
    ),
    "prime": joined(
        DEAD_VOLUME,
        st.fixed_dictionaries({"concentration": CONCENTRATIONS}, optional={"duration": DURATIONS}),
    ),
    "convert": st.one_of(
        st.fixed_dictionaries({"quantity": CONCENTRATIONS, "to": st.just("%")}),
        st.fixed_dictionaries({"quantity": PERCENTS, "to": st.sampled_from(["mcg/mL", "g/L", "ng/uL"])}),
        st.fixed_dictionaries(
            {
                "quantity": st.one_of(CONCENTRATIONS, PERCENTS),
                "to": st.sampled_from(["mM", "umol/L"]),
                "molar_mass": MASSES,
            }
        ),
        st.fixed_dictionaries(
            {
                "quantity": typed(["mM", "umol/L"]),
                "to": st.sampled_from(["%", "mcg/mL", "mg/L"]),
                "molar_mass": MASSES,
            }
        ),
    ),
    "dilute": st.builds(
        diluted, typed(["mcg/mL", "mg/mL"], 5000).map(lambda t: f"1{t}"), st.integers(1, 100), VOLUMES
    ),
    "titrate": st.one_of(
        st.fixed_dictionaries({"dose": DOSES, "to": DOSES}),
        st.fixed_dictionaries({"dose": DOSES, "percent": SIGNED}, optional={"steps": FEW}),
    ),
}


def check_every_line(data, command):
    answer = QUESTIONS[command](Form(data.draw(STRATEGIES[command])))

    for worked in answer.working:
        assert_true(worked)


def check_catheter(data):
    segments = data.draw(
        st.lists(st.tuples(typed(["cm", "mm"]), typed(["mL/cm", "uL/cm", "uL/mm"])), min_size=1, max_size=12)
    )

    answer = catheter(Form({}), [length for length, _ in segments], [per for _, per in segments])

    for worked in answer.working:
        assert_true(worked)


def check_mix(data):
    parts = st.tuples(VOLUMES, st.one_of(CONCENTRATIONS, st.just("0 mcg/mL")))

    answer = mix(Form({}), data.draw(st.lists(parts, min_size=1, max_size=12)))

    for worked in answer.working:
        assert_true(worked)


def positive(unit, largest=4000):
    numbers = st.fractions(Fraction(1, 50), largest, max_denominator=60)
    return numbers.map(lambda number: quantity(f"{number} {unit}"))


@st.composite
def dose_changes(draw):
    """All that a dose change depends on; the new concentration may be the old one, and then there is no bridge."""
    old, new = draw(positive("mcg/mL")), draw(positive("mcg/mL"))
    bridge = draw(st.none() | positive("mcg/day")) if old != new else None
    dose = draw(positive("mcg/day"))
    return Inputs(
        current_concentration=as_concentration(old),
        new_concentration=as_concentration(new),
        current_schedule=SimpleContinuous(as_daily_dose(draw(positive("mcg/day")))),
        new_schedule=SimpleContinuous(as_daily_dose(dose)),
        tubing_volume=as_volume(draw(positive("mL", 1))),
        catheter_volume=as_volume(draw(positive("mL", 1))),
        bridge_dose=None if bridge is None else as_daily_dose(bridge),
        filled=as_volume(draw(positive("mL", 40))),
        low_alarm=as_volume(draw(positive("mL", 5))),
        accuracy=as_percentage(draw(positive("%", 20))),
        accuracy_lower=as_percentage(draw(positive("%", 20))),
        stroke_volume=as_volume(draw(positive("mL", 1))),
        fixed_flow_rate=draw(st.none() | st.just(as_flow_rate(dose / new))),
        stability_limit=draw(st.none() | positive("day", 200).map(as_duration)),
        pump_limit=draw(st.none() | positive("day", 200).map(as_duration)),
        lead_time=draw(st.none() | positive("day", 14).map(as_duration)),
    )


def worked_values(calculation):
    for name in dir(Calculation):
        value = None if name.startswith("_") else getattr(calculation, name)
        yield from (
            each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, Worked)
        )


FOLLOWED = re.compile(r"time in which .* delivers? (?P<volume>.*)")


def assert_delivers(worked, calculation):
    """A time found by following the pump: the flows printed elsewhere deliver the printed volume in it."""
    volume = evaluated(FOLLOWED.fullmatch(worked.numbers)["volume"])
    time = evaluated(worked.exact)
    parts = [(calculation.new_flow_rate, time)]
    if calculation.bridge_duration is not None:
        bridge = min(time, evaluated(calculation.bridge_duration.exact), key=lambda each: each.number)
        parts = [(calculation.bridge_flow_rate, bridge), (calculation.new_flow_rate, time.plus(bridge, -1))]
    first, *rest = (evaluated(flow.exact).times(lasting) for flow, lasting in parts)
    for delivered in rest:
        first = first.plus(delivered)
    assert first == volume, (worked.name, worked.numbers, worked.exact)


def check_dose_change(data):
    calculation = Calculation(data.draw(dose_changes()))

    values = list(worked_values(calculation))

    assert len(values) >= 10
    for worked in values:
        if FOLLOWED.fullmatch(worked.numbers):
            assert_delivers(worked, calculation)
        else:
            assert_true(worked)


CHECKS = {
    **{name: lambda data, name=name: check_every_line(data, name) for name in STRATEGIES},
    "catheter": check_catheter,
    "mix": check_mix,
    "dose change": check_dose_change,
}


def run(check, examples):
    """Runs `check` over generated data; the same data each time, so that a failure is found again."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(st.data())
    def generated(data):
        check(data)

    generated()


def test_every_command_has_its_working_recomputed():
    assert set(CHECKS) == {*QUESTIONS, "catheter", "mix", "dose change"}


@pytest.mark.parametrize("name", CHECKS)
def test_what_stands_in_the_working_can_be_recomputed_to_the_exact_result(name):
    run(CHECKS[name], 60)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_what_stands_in_the_working_can_be_recomputed_at_length(name):
    run(CHECKS[name], 1000)


@pytest.mark.parametrize(
    "name", ["constant-flow", "refill", "residual", "bridge", "prime", "dilute", "titrate"]
)
def test_a_result_that_is_not_typed_has_its_working(name):
    def check(data):
        inputs = data.draw(STRATEGIES[name])
        answer = QUESTIONS[name](Form(inputs))
        shown = {evaluated(worked.exact) for worked in answer.working}
        typed_in = {"flow_rate", "dead_volume", "bridge_dose", "prime_volume", "daily_dose", "steps"}
        without_formula = {"whole_days_to_alarm", "daily_dose_with_patient_boluses"}
        for key in set(answer.results) - typed_in - without_formula:
            value = answer.results[key]
            assert Value(Fraction(value.magnitude)).times(unit_value(unit_of(value))) in shown, key

    run(check, 20)


def unit_of(value):
    return (
        "%"
        if str(value.units) == "percent"
        else str(value.units).replace(" ", "").replace("dimensionless", "")
    )


# --- how it is laid out


def worked(name="flow rate", value="7/40 mL/day", template="{daily dose} ÷ {concentration}", note=""):
    operands = (("daily dose", quantity("350 mcg/day")), ("concentration", quantity("2000 mcg/mL")))
    return Worked(name, quantity(value), template, operands, note)


def test_formula_and_numbers_are_two_readings_of_one_template():
    assert worked().formula == "daily dose ÷ concentration"
    assert worked().numbers == "350 mcg/day ÷ 2,000 mcg/mL"
    assert worked().exact == "7/40 mL/day"
    assert worked().text == "0.175 mL/day"


def test_short_names_stand_before_equal_signs_below_one_another():
    assert working_lines(worked(note="So it is.")) == (
        "flow rate = daily dose ÷ concentration",
        "          = 350 mcg/day ÷ 2,000 mcg/mL",
        "          = 7/40 mL/day   (exact)",
        "          = 0.175 mL/day",
        "So it is.",
    )


def test_long_names_have_their_own_line():
    assert working_lines(worked(name="flow rate of the new therapy"))[:2] == (
        "flow rate of the new therapy",
        "   = daily dose ÷ concentration",
    )


def test_a_name_of_ten_letters_stands_in_line_and_of_eleven_does_not():
    assert working_lines(worked(name="ten-letter"))[0] == "ten-letter = daily dose ÷ concentration"
    assert working_lines(worked(name="eleven-long"))[:2] == ("eleven-long", "   = daily dose ÷ concentration")


def test_a_whole_result_is_not_said_twice():
    assert working_lines(worked(value="2 mL/day"))[2:] == ("          = 2 mL/day",)


@pytest.mark.parametrize(
    ("value", "last"),
    [
        pytest.param("1/3 mL/day", "0.3333 mL/day   (rounded half up)", id="no-end"),
        pytest.param("2/3 mL/day", "0.6667 mL/day   (rounded half up)", id="no-end-upwards"),
        pytest.param("7/40 mL/day", "0.175 mL/day", id="ends"),
        pytest.param("1234567/1000 mL/day", "1,235 mL/day   (rounded half up)", id="too-many-digits"),
        pytest.param("75 day", "75 days", id="whole-days"),
        pytest.param("151/2 day", "75 days 12 h", id="whole-hours"),
        pytest.param("90/7 day", "12 days 20 h   (down to the whole hour)", id="hours-go-down"),
        pytest.param("1679/2500 day", "16 h 7 min   (to the nearest minute)", id="nearest-minute"),
        pytest.param("1/2 day", "12 h", id="half-a-day"),
        pytest.param("1/480 day", "3 min", id="whole-minutes"),
        pytest.param("97/48 day", "2 days   (down to the whole hour)", id="half-an-hour-above-two-days"),
        pytest.param("2 day", "2 days", id="two-days"),
        pytest.param("2879/1440 day", "47 h 59 min", id="just-below-two-days"),
        pytest.param("1/1440 day", "1 min", id="one-minute"),
        pytest.param("61/86400 day", "1 min   (to the nearest minute)", id="a-second-above-a-minute"),
        pytest.param("1/8640 day", "10 s", id="ten-seconds"),
        pytest.param("1/2880 day", "30 s", id="seconds"),
        pytest.param("1/259200 day", "0.3333 s   (rounded half up)", id="parts-of-a-second"),
        pytest.param("-90/7 day", "−12 days 20 h   (down to the whole hour)", id="before-the-start"),
    ],
)
def test_every_rounding_is_named(value, last):
    """Hand arithmetic: 12/7 h = 20.57 h of 90/7 days; 0.6716 x 1440 = 967.1 min = 16 h 7 min."""
    assert working_lines(worked(value=value))[-1] == f"          = {last}"


def test_fractions_and_negative_numbers_stand_in_brackets():
    operands = (
        ("a", quantity("1/3 mL")),
        ("b", quantity("-2 mL")),
        ("c", quantity("-1/3 mL")),
        ("d", quantity("2 mL")),
    )

    step = Worked("sum", quantity("-1/3 mL"), "{a} + {b} + {c} − {d}", operands)

    assert step.numbers == "(1/3 mL) + (−2 mL) + (-1/3 mL) − 2 mL"


def test_an_operand_that_stands_twice_is_put_in_twice():
    step = Worked(
        "area", quantity("9 mL"), "{a} + {a} + {aa}", (("a", quantity("2 mL")), ("aa", quantity("5 mL")))
    )

    assert step.numbers == "2 mL + 2 mL + 5 mL"


def test_flow_rate_keeps_every_digit_of_what_was_typed():
    step = Worked(
        "x", as_flow_rate(quantity("1 mL/day")), "{a}", (("a", quantity("0.123456789012345 mL/day")),)
    )

    assert step.numbers == "0.123456789012345 mL/day"


def test_a_value_taken_over_is_not_said_twice():
    step = Worked("volume", quantity("2 mL"), "{filled}", (("filled", quantity("2 mL")),))

    assert working_lines(step) == ("volume = filled", "       = 2 mL")


def test_a_formula_without_operands_has_no_line_of_numbers():
    step = Worked("days", quantity("180 day"), "by the label", ())

    assert working_lines(step) == ("days = by the label", "     = 180 days")


# --- the words: names and formulas as people and scripts know them

PLUG_FLOW = "Plug flow, mixing not modelled."
FULL_OF_OLD_DRUG = "Plug flow, mixing not modelled. The whole dead volume is taken to hold the old drug."
PERCENT_NOTE = "1 % w/v = 1 g in 100 mL = 10 mg/mL."
BY_DOSE = {"dose": "250 mcg/day", "concentration": "500 mcg/mL"}
DEAD = {"tubing_volume": "0.14 mL", "catheter_volume": "0.2 mL"}
WORDS = {
    "flow-rate": (BY_DOSE, [("flow rate", "daily dose ÷ concentration", "")]),
    "daily-dose": (
        {"flow_rate": "0.2 mL/day", "concentration": "500 mcg/mL"},
        [("daily dose", "flow rate × concentration", "")],
    ),
    "refill": (
        {
            **BY_DOSE,
            "volume": "40 mL",
            "alarm": "2 mL",
            "accuracy": "14.5 %",
            "patient_bolus": "10 mcg",
            "patient_boluses_per_day": "3",
        },
        [
            ("flow rate", "daily dose ÷ concentration", ""),
            ("volume of a patient bolus", "patient bolus ÷ concentration", ""),
            (
                "flow rate with all patient boluses",
                "flow rate + volume of a patient bolus × boluses per day",
                "",
            ),
            ("daily dose", "flow rate × concentration", ""),
            (
                "time to the low-reservoir alarm",
                "(filled volume − low-reservoir alarm volume) ÷ flow rate",
                "",
            ),
            (
                "time to the low-reservoir alarm, worst case",
                "time to the low-reservoir alarm ÷ (100 % + flow accuracy) × 100 %",
                "",
            ),
            ("time to empty", "filled volume ÷ flow rate", ""),
            ("time to empty, worst case", "time to empty ÷ (100 % + flow accuracy) × 100 %", ""),
        ],
    ),
    "residual": (
        {"filled": "20 mL", "aspirated": "2 mL", "days": "90", "flow_rate": "0.2 mL/day"},
        [
            ("expected volume", "filled volume − flow rate × time since the fill", ""),
            ("difference", "aspirated volume − expected volume", ""),
            ("delivered volume", "filled volume − aspirated volume", ""),
            ("mean flow rate since the fill", "delivered volume ÷ time since the fill", ""),
            (
                "delivered ratio",
                "(filled volume − aspirated volume) ÷ (filled volume − expected volume)",
                "",
            ),
        ],
    ),
    "bridge": (
        {
            **DEAD,
            "old_concentration": "500 mcg/mL",
            "new_concentration": "2000 mcg/mL",
            "old_dose": "250 mcg/day",
            "new_dose": "260 mcg/day",
        },
        [
            ("dead volume", "pump tubing volume + catheter volume", ""),
            ("bridge duration", "dead volume × old concentration ÷ bridge dose", FULL_OF_OLD_DRUG),
            ("bridge flow rate", "bridge dose ÷ old concentration", ""),
            ("bridge drug", "dead volume × old concentration", ""),
            (
                "bridge dose shown at the new concentration",
                "dead volume × new concentration",
                "The same volume, counted as if it were the new drug.",
            ),
            (
                "dose at the tip without a bridge",
                "new dose × old concentration ÷ new concentration",
                PLUG_FLOW,
            ),
            (
                "time until the new drug arrives without a bridge",
                "dead volume × new concentration ÷ new dose",
                PLUG_FLOW,
            ),
            ("without a bridge, times the new dose", "old concentration ÷ new concentration", ""),
        ],
    ),
    "prime": (
        {**DEAD, "concentration": "2000 mcg/mL", "duration": "20 min"},
        [
            ("dead volume", "pump tubing volume + catheter volume", ""),
            (
                "priming dose",
                "priming volume × concentration",
                "Plug flow: at the high flow of a priming bolus some drug arrives before its end (not modelled).",
            ),
            ("priming flow rate", "priming volume ÷ duration", ""),
        ],
    ),
    "convert": (
        {"quantity": "0.05 %", "to": "mmol/L", "molar_mass": "213.66 g/mol"},
        [
            ("concentration", "percent ÷ 1 % × 1 % w/v", PERCENT_NOTE),
            ("molar concentration", "concentration ÷ molar mass", ""),
            ("converted", "quantity ÷ an amount in umol/L × the same in mmol/L", ""),
        ],
    ),
    "convert back": (
        {"quantity": "2 mmol/L", "to": "%", "molar_mass": "213.66 g/mol"},
        [
            ("concentration", "molar concentration × molar mass", ""),
            ("percent w/v", "concentration ÷ 1 % w/v × 1 %", PERCENT_NOTE),
        ],
    ),
    "dilute": (
        {"stock": "2000 mcg/mL", "target": "500 mcg/mL", "volume": "20 mL"},
        [
            ("stock volume", "volume × target concentration ÷ stock concentration", ""),
            ("diluent volume", "volume − stock volume", ""),
            ("drug", "volume × concentration", ""),
        ],
    ),
    "titrate": (
        {"dose": "100 mcg/day", "percent": "15"},
        [
            ("daily dose", "daily dose × (100 % + change) ÷ 100 %", ""),
            ("change", "(new dose − old dose) ÷ old dose", ""),
        ],
    ),
}


def words_of(answer):
    return [(step.name, step.formula, step.note) for step in answer.working]


@pytest.mark.parametrize("way", WORDS)
def test_steps_are_named_and_formulas_worded_as_documented(way):
    inputs, words = WORDS[way]

    assert words_of(QUESTIONS[way.split(" ")[0]](Form(inputs))) == words


def test_words_of_a_catheter_and_a_mixture():
    parts = [("2 mL", "500 mcg/mL"), ("18 mL", "2 mg/mL")]

    assert words_of(catheter(Form({}), ["89 cm"], ["0.0022 mL/cm"])) == [
        ("catheter volume", "length × volume per length", "")
    ]
    assert words_of(mix(Form({}), parts)) == [
        ("volume", "volume 1 + volume 2", ""),
        ("drug", "volume 1 × concentration 1 + volume 2 × concentration 2", ""),
        ("concentration", "drug ÷ volume", ""),
    ]
