"""What one therapy comes to, mode by mode, worked by hand; and what is not known, while something is missing."""

from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.working import Once, Worked
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.kinds import as_concentration, as_volume
from tests.itbcalc.compute.schedules import patient_bolus_of, schedule_of
from tests.vectors.reading import quantity

SIMPLE = {"mode": "simple-continuous", "daily_dose": "350 mcg/day"}
NIGHT = {"mode": "flex", "basal": "240 mcg/day", "steps": [["22:00", "8 h", "100 mcg"]]}
SUNDAY_MORE = {**NIGHT, "days": {"sun": {"basal": "240 mcg/day", "steps": [["22:00", "8 h", "170 mcg"]]}}}
EVERY_4_H = {
    "mode": "periodic-bolus",
    "basal": "48 mcg/day",
    "bolus": "20 mcg",
    "duration": "10 min",
    "every": "4 h",
    "first": "06:00",
    "replaces": False,
}
SINGLE = {"mode": "single-bolus", "basal": "240 mcg/day", "bolus": "30 mcg", "duration": "2 h"}
BOLUSES = {"dose": "10 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}
STROKE = as_volume(quantity("0.001 mL"))


def therapy(schedule=None, strength="2000 mcg/mL", boluses=None) -> TherapyValues:
    return TherapyValues(
        None if schedule is None else schedule_of(schedule),
        None if strength is None else as_concentration(quantity(strength)),
        None if boluses is None else patient_bolus_of(boluses),
        "new",
        Once(),
    )


def exact(value) -> str | None:
    """The magnitude as a fraction in lowest terms, in the unit of its kind; the Sunday in mcg, a flow in mL/day."""
    if value is None:
        return None
    return str((value.value if isinstance(value, Worked) else value).magnitude)


# --- one mode after the other


def test_a_simple_day_has_one_flow_and_no_computed_dose():
    """350 ÷ 2,000 = 7/40 mL/day."""
    values = therapy(SIMPLE)

    assert exact(values.dose) == "350"
    assert values.daily_dose is None
    assert [exact(each) for each in (values.flow_rate, values.peak_flow_rate, values.lowest_flow_rate)] == [
        "7/40"
    ] * 3
    assert exact(values.daily_volume) == "7/40"
    assert values.is_simple
    assert values.is_steady
    assert not values.delivers_nothing


def test_a_night_step_changes_dose_peak_and_volume():
    """240 × 16/24 + 100 = 260 mcg/day; 260 ÷ 2,000; 100 mcg in 8 h are 300 a day."""
    values = therapy(NIGHT)

    assert exact(values.dose) == "260"
    assert values.daily_dose is not None
    assert (values.daily_dose.name, values.daily_dose.exact) == ("daily dose, new", "260 mcg/day")
    assert exact(values.daily_volume) == "13/100"
    assert exact(values.peak_flow_rate) == "3/20"
    assert exact(values.lowest_flow_rate) == "3/25"
    assert values.flow_rate is None
    assert not values.is_simple
    assert not values.is_steady


def test_where_every_day_is_the_same_there_is_no_week():
    values = therapy(NIGHT)

    assert not values.differs_by_weekday
    assert values.weekly_dose is None
    assert values.weekly_volume is None
    assert [exact(dose) for dose in values.doses_by_day] == ["260"] * 7
    assert exact(values.highest_day) == "260"


def test_a_sunday_of_its_own_makes_a_week_whose_mean_is_the_dose():
    """On Sunday from 22:00 170 mcg in 8 h, of which 2 h still on Sunday; the other 6 h on Monday.

    Sunday: 75 (Saturday's step, 6 of 8 h of 100) + 16 h of 240 = 160 + 42.5 = 277.5.
    Monday: 127.5 + 160 + 25 = 312.5. The other five days 260. Week: 1,300 + 277.5 + 312.5 = 1,890, mean 270.
    """
    values = therapy(SUNDAY_MORE)

    assert values.differs_by_weekday
    assert [exact(dose) for dose in values.doses_by_day] == ["625/2", *["260"] * 5, "555/2"]
    assert exact(values.highest_day) == "625/2"
    assert exact(values.weekly_dose) == "1890"
    assert exact(values.weekly_volume) == "189/200"
    assert exact(values.dose) == "270"
    assert exact(values.dose_on(Weekday.MON)) == "625/2"


def test_periodic_boluses_on_top_of_a_basal():
    """48 + 6 × 20 = 168 mcg/day; during a bolus 48 + 20 × 144 = 2,928 mcg/day ÷ 2,000."""
    values = therapy(EVERY_4_H)

    assert exact(values.daily_dose) == "168"
    assert exact(values.peak_flow_rate) == "183/125"
    assert exact(values.lowest_flow_rate) == "3/125"
    assert values.dose_in_first_day is None


def test_a_single_bolus_counts_in_its_first_day_and_not_in_the_dose():
    """22 h of 240 and 30 mcg: 250 in the first 24 h. In 2 h 30 mcg are 360 a day, 240 without."""
    values = therapy(SINGLE)

    assert exact(values.dose) == "240"
    assert exact(values.dose_in_first_day) == "250"
    assert exact(values.highest_dose) == "250"
    assert exact(values.peak_flow_rate) == "9/50"
    assert exact(values.lowest_flow_rate) == "3/25"


def test_a_single_bolus_slower_than_the_basal_is_the_lowest_flow():
    """10 mcg in 2 h are 120 a day, half the basal: 3/50 mL/day against 3/25."""
    values = therapy({**SINGLE, "bolus": "10 mcg"})

    assert exact(values.lowest_flow_rate) == "3/50"
    assert exact(values.peak_flow_rate) == "3/25"


def test_a_single_bolus_on_top_runs_faster_than_alone():
    """240 + 360 = 600 mcg/day ÷ 2,000; the day brings 240 + 30."""
    values = therapy({**SINGLE, "replaces": False})

    assert exact(values.peak_flow_rate) == "3/10"
    assert exact(values.dose_in_first_day) == "270"


def test_what_delivers_nothing_any_more():
    without_basal = {key: value for key, value in SINGLE.items() if key != "basal"}

    assert therapy({"mode": "stopped"}).delivers_nothing
    assert therapy(without_basal).delivers_nothing
    assert not therapy(SINGLE).delivers_nothing
    assert not therapy().delivers_nothing  # not known is not nothing


# --- boluses the patient calls for


def test_patient_boluses_come_on_top_of_the_day_and_of_the_highest_day():
    """260 + 3 × 10; of the week's days 312.5 + 30."""
    values, week = therapy(NIGHT, boluses=BOLUSES), therapy(SUNDAY_MORE, boluses=BOLUSES)

    assert exact(values.dose) == "260"
    assert values.dose_with_patient_boluses is not None
    assert values.dose_with_patient_boluses.name == "daily dose with all patient boluses, new"
    assert exact(values.dose_with_patient_boluses) == "290"
    assert exact(values.highest_dose) == "290"
    assert [exact(dose) for dose in week.doses_by_day_with_patient_boluses][:2] == ["685/2", "290"]
    assert exact(week.highest_dose) == "685/2"


def test_without_patient_boluses_there_is_no_dose_with_them():
    values = therapy(NIGHT)

    assert values.dose_with_patient_boluses is None
    assert values.doses_by_day_with_patient_boluses == values.doses_by_day
    assert exact(values.highest_dose) == "260"


# --- whole strokes


def test_strokes_of_a_day_and_of_a_bolus():
    """260 mcg ÷ 2,000 ÷ 0.001 mL: 130 strokes. 21 mcg are 10.5 strokes, halves down: 10, which is 20 mcg."""
    uneven = therapy({**EVERY_4_H, "bolus": "21 mcg"})

    assert exact(therapy(NIGHT).achievable_dose(STROKE)) == "260"
    assert exact(uneven.achievable_bolus(STROKE)) == "20"
    assert exact(therapy({**SINGLE, "bolus": "21 mcg"}).achievable_bolus(STROKE)) == "20"


def test_no_strokes_where_nothing_comes_in_strokes():
    assert therapy(NIGHT).achievable_bolus(STROKE) is None
    assert therapy(NIGHT).achievable_dose(None) is None
    assert therapy(EVERY_4_H).achievable_bolus(None) is None


# --- while something is missing

COMPUTED = (
    "profile",
    "daily_dose",
    "daily_volume",
    "weekly_dose",
    "weekly_volume",
    "flow_rate",
    "peak_flow_rate",
    "lowest_flow_rate",
)


def test_without_a_concentration_only_a_typed_dose_is_known():
    simple, week, bolus = (therapy(each, strength=None) for each in (SIMPLE, SUNDAY_MORE, EVERY_4_H))

    for values in (simple, week, bolus):
        assert {name: getattr(values, name) for name in COMPUTED} == dict.fromkeys(COMPUTED)
        assert values.day_doses == ()
        assert values.segments() == ()
        assert values.hourly_doses() == ()
        assert values.dose_on(Weekday.MON) is None
        assert values.achievable_dose(STROKE) is None
        assert values.achievable_bolus(STROKE) is None
    assert exact(simple.dose) == "350"
    assert week.dose is None
    assert not week.differs_by_weekday
    assert week.doses_by_day == ()
    assert week.highest_day is None


def test_without_a_schedule_nothing_is_known():
    values = therapy(boluses=BOLUSES)

    assert {name: getattr(values, name) for name in COMPUTED} == dict.fromkeys(COMPUTED)
    assert values.dose is None
    assert values.dose_with_patient_boluses is None
    assert values.highest_dose is None
    assert values.achievable_bolus(STROKE) is None
