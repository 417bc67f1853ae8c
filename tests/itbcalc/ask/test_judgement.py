"""What the library has to say about the answer to a quick question. Limits are the published ones."""

from fractions import Fraction

import pytest
from msgspec.structs import replace

from itbcalc.ask.form import Form, FormRefusedError
from itbcalc.ask.judgement import judged
from itbcalc.ask.questions import QUESTIONS, Answer, catheter, mix
from itbcalc.judge.findings import FindingCode
from itbcalc.library.reading import read_library
from itbcalc.library.records import Severity
from itbcalc.resources import resource_path
from itbcalc.say import finding_message, refusal_words, severity_of

LIBRARY = read_library(resource_path())


def found(command, library=LIBRARY, **inputs):
    return judged(QUESTIONS[command](Form(inputs)), library).answer.findings


def codes(findings):
    return [finding.code for finding in findings]


# --- a flow that no pump delivers: 28.8 and 0.048 mL/day are the widest of the library (unverified)


@pytest.mark.parametrize(
    ("flow", "above"),
    [
        pytest.param("0.0479 mL/day", False, id="below-the-lowest"),
        pytest.param("0.048 mL/day", None, id="lowest"),
        pytest.param("0.2 mL/day", None, id="usual"),
        pytest.param("28.8 mL/day", None, id="highest"),
        pytest.param("28.81 mL/day", True, id="above-the-highest"),
        pytest.param("2 mL/h", True, id="per-hour-for-per-day"),
        pytest.param("200 mL/day", True, id="a-thousand-times"),
        pytest.param("0.2 uL/day", False, id="a-thousandth"),
    ],
)
def test_a_flow_beyond_any_pump_is_found(flow, above):
    answer = found("daily-dose", flow_rate=flow, concentration="500 mcg/mL")
    findings = [finding for finding in answer if finding.code is not FindingCode.DOSE_ABOVE_LIMIT]

    if above is None:
        assert findings == []
    else:
        assert codes(findings) == [FindingCode.FLOW_RATE_BEYOND_ANY_PUMP]
        assert findings[0].above is above
        assert findings[0].place == "flow_rate"
        assert findings[0].figure.is_unverified


@pytest.mark.parametrize(
    ("dose", "concentration", "is_found"),
    [
        pytest.param("350 mcg/day", "2000 mcg/mL", False, id="right"),
        pytest.param("350 mg/day", "2000 mcg/mL", True, id="mg-for-mcg"),
        pytest.param("350 mcg/h", "500 mcg/mL", False, id="per-hour-stays-within-what-a-pump-can-do"),
        pytest.param("350 mcg/day", "2000 mg/mL", True, id="mg/mL-for-mcg/mL"),
        pytest.param("350 ng/day", "2000 mcg/mL", True, id="ng-for-mcg"),
    ],
)
def test_a_thousandfold_slip_shows_as_a_flow_no_pump_delivers(dose, concentration, is_found):
    """350 / 2000 = 0.175; x 1000 = 175; 350 x 24 / 500 = 16.8; 0.175 / 1000 = 0.000175 mL/day."""
    findings = found("flow-rate", dose=dose, concentration=concentration)

    assert (FindingCode.FLOW_RATE_BEYOND_ANY_PUMP in codes(findings)) is is_found


@pytest.mark.parametrize(
    ("dose", "is_found"),
    [
        pytest.param("1000 mcg/day", False, id="the-limit-itself"),
        pytest.param("1000.1 mcg/day", True, id="just-above"),
        pytest.param("35000 mcg/day", True, id="a-hundred-times-350"),
        pytest.param("350 mcg/h", True, id="per-hour-for-per-day"),
    ],
)
def test_a_dose_above_1000_mcg_per_day_is_a_warning_in_the_quick_questions_too(dose, is_found):
    findings = found("flow-rate", dose=dose, concentration="2000 mcg/mL")

    assert (FindingCode.DOSE_ABOVE_LIMIT in codes(findings)) is is_found


def test_patient_boluses_can_carry_the_flow_beyond_any_pump():
    """28 + 9 x 0.1 = 28.9 mL/day."""
    findings = found(
        "refill", volume="40 mL", flow_rate="28 mL/day", patient_bolus="0.1 mL", patient_boluses_per_day="9"
    )

    assert codes(findings)[:1] == [FindingCode.FLOW_RATE_BEYOND_ANY_PUMP]
    assert findings[0].place == "flow_rate_with_patient_boluses"


def test_one_flow_is_named_where_several_are_beyond_any_pump():
    findings = found(
        "refill", volume="40 mL", flow_rate="30 mL/day", patient_bolus="0.1 mL", patient_boluses_per_day="9"
    )

    assert codes(findings).count(FindingCode.FLOW_RATE_BEYOND_ANY_PUMP) == 1
    assert findings[0].place == "flow_rate"


def test_the_flow_of_a_bridge_is_judged():
    """1 mcg/day / 500 mcg/mL = 0.002 mL/day."""
    findings = found(
        "bridge",
        old_concentration="500 mcg/mL",
        new_concentration="2000 mcg/mL",
        old_dose="250 mcg/day",
        new_dose="260 mcg/day",
        bridge_dose="1 mcg/day",
        dead_volume="0.3 mL",
    )

    assert codes(findings) == [
        FindingCode.DOSE_MULTIPLIED,
        FindingCode.FLOW_RATE_BEYOND_ANY_PUMP,
        FindingCode.BRIDGE_LONG,  # 150 days
    ]
    assert findings[0].place == "bridge.dose"  # 250 times less: one finding, not two
    assert findings[1].place == "bridge_flow_rate"


# --- residual


def residual(aspirated, filled="20 mL", days="50", flow_rate="0.2 mL/day", **more):
    """Of 20 mL, 50 days at 0.2 mL/day take 10 mL."""
    return found("residual", filled=filled, aspirated=aspirated, days=days, flow_rate=flow_rate, **more)


SM2 = {"pump": "synchromed-ii-20"}
PROMETRA = {"pump": "prometra-20"}
MEDSTREAM = {"pump": "medstream-20"}
ISOMED = {"pump": "isomed-20-05"}
NOBODY = {}


@pytest.mark.parametrize(
    ("pump", "aspirated", "expected"),
    [
        # delivered of the 10 mL expected: 1.145, 1.146; 0.855, 0.854
        pytest.param(SM2, "8.55 mL", None, id="synchromed-1.145"),
        pytest.param(SM2, "8.54 mL", ("delivered_too_much", "REF-RATIO-SM2-HIGH"), id="synchromed-1.146"),
        pytest.param(SM2, "11.45 mL", None, id="synchromed-0.855"),
        pytest.param(SM2, "11.46 mL", ("delivered_too_little", "REF-RATIO-SM2-LOW"), id="synchromed-0.854"),
        pytest.param(PROMETRA, "8.5 mL", None, id="prometra-1.15"),
        pytest.param(PROMETRA, "8.49 mL", ("delivered_too_much", "REF-RATIO-PRO"), id="prometra-1.151"),
        pytest.param(PROMETRA, "11.5 mL", None, id="prometra-0.85"),
        pytest.param(PROMETRA, "11.51 mL", ("delivered_too_little", "REF-RATIO-PRO"), id="prometra-0.849"),
        pytest.param(MEDSTREAM, "9 mL", None, id="medstream-1.1"),
        pytest.param(MEDSTREAM, "8.99 mL", ("delivered_too_much", "REF-RATIO-MED"), id="medstream-1.101"),
        pytest.param(MEDSTREAM, "11.01 mL", ("delivered_too_little", "REF-RATIO-MED"), id="medstream-0.899"),
    ],
)
def test_a_delivered_ratio_is_held_against_the_accuracy_of_its_own_pump(pump, aspirated, expected):
    """HK14: 14.5 %; PRO2: 85 to 115 %; MEDG: 10 %."""
    findings = residual(aspirated, **pump)

    assert [(str(finding.code), finding.limit.id) for finding in findings] == ([expected] if expected else [])
    assert all(severity_of(finding) is Severity.WARNING for finding in findings)


@pytest.mark.parametrize("pump", [NOBODY, SM2, ISOMED])
@pytest.mark.parametrize(
    ("aspirated", "said"),
    [
        ("11 mL", None),  # 9 of 10 mL: 90 % is still within 10 %
        ("11.01 mL", "0.899 times the programmed volume, where the accuracy allows down to 90 %"),
        ("9 mL", None),
        ("8.99 mL", "1.101 times the programmed volume, where the accuracy allows up to 110 %"),
    ],
)
def test_an_accuracy_that_is_typed_is_what_a_refill_is_held_against(pump, aspirated, said):
    messages = [finding_message(each, LIBRARY) for each in residual(aspirated, accuracy="10 %", **pump)]

    assert [each.severity for each in messages] == ([] if said is None else [Severity.WARNING])
    assert all(said in each.detail for each in messages)


@pytest.mark.parametrize("pump", [ISOMED, {"pump": "synchromed-iii-20"}, {"pump": "prometra-ii-40"}])
def test_of_a_pump_whose_accuracy_nobody_published_a_ratio_is_not_passed_over(pump):
    """13.2 of 20 mL left, 10 expected: 6.8/10 = 0.68, whatever another maker allows; within 0.5 mL it is silent."""
    (finding,) = residual("13.2 mL", **pump)

    assert (str(finding.code), severity_of(finding)) == ("accuracy_not_known", Severity.CAUTION)
    assert residual("10.5 mL", **pump) == ()


@pytest.mark.parametrize(
    ("aspirated", "expected"),
    [
        pytest.param("10 mL", [], id="as-expected"),
        pytest.param("9 mL", [], id="1.1-is-within-every-accuracy"),
        pytest.param("8.99 mL", [("delivered_too_much", Severity.CAUTION)], id="1.101-is-beyond-one"),
        pytest.param("8.5 mL", [("delivered_too_much", Severity.CAUTION)], id="1.15-is-within-one"),
        pytest.param("8.49 mL", [("delivered_too_much", Severity.WARNING)], id="1.151-is-beyond-all"),
        pytest.param("11.5 mL", [("delivered_too_little", Severity.CAUTION)], id="0.85-is-within-one"),
        pytest.param("11.51 mL", [("delivered_too_little", Severity.WARNING)], id="0.849-is-beyond-all"),
    ],
)
def test_while_the_pump_is_not_said_a_ratio_is_judged_by_all_that_are_published(aspirated, expected):
    findings = residual(aspirated)

    assert [(str(finding.code), severity_of(finding)) for finding in findings] == expected


@pytest.mark.parametrize("pump", [NOBODY, SM2, ISOMED])
@pytest.mark.parametrize(
    ("aspirated", "code"),
    [
        pytest.param("14.99 mL", None, id="0.501"),
        pytest.param("15 mL", None, id="one-half"),
        pytest.param("15.01 mL", "delivered_too_little", id="0.499"),
        pytest.param("0 mL", None, id="twice"),
    ],
)
def test_less_than_half_is_a_stop_whatever_the_pump(pump, aspirated, code):
    stops = [finding for finding in residual(aspirated, **pump) if severity_of(finding) is Severity.STOP]

    assert [str(finding.code) for finding in stops] == ([code] if code else [])


def test_more_than_twice_is_a_stop():
    """20 - 9.99 = 10.01 mL of 5 mL, after 25 days; 10 mL are twice exactly."""
    assert severity_of(residual("9.99 mL", days="25")[0]) is Severity.STOP
    assert severity_of(residual("10 mL", days="25")[0]) is Severity.WARNING


@pytest.mark.parametrize(
    ("aspirated", "speaks"),
    [
        # 1 mL expected to be gone after 5 days: 0.25 mL each of two readings
        pytest.param("18.5 mL", False, id="half-a-millilitre-less"),
        pytest.param("18.49 mL", True, id="0.51-mL-less"),
        pytest.param("19.5 mL", False, id="half-a-millilitre-more"),
        pytest.param("19.51 mL", True, id="0.51-mL-more"),
    ],
)
def test_within_the_reading_error_of_two_syringes_nothing_is_said(aspirated, speaks):
    assert bool(residual(aspirated, days="5", **SM2)) is speaks


def test_the_ratio_stands_between_what_the_readings_allow():
    """(20 - 8 ± 0.5) / 10."""
    inputs = {"filled": "20 mL", "aspirated": "8 mL", "days": "50", "flow_rate": "0.2 mL/day"}

    results = judged(QUESTIONS["residual"](Form(inputs)), LIBRARY).answer.results

    assert results["delivered_ratio_least"].magnitude == Fraction("1.15")
    assert results["delivered_ratio_most"].magnitude == Fraction("1.25")


def test_what_cannot_have_been_delivered_is_no_lower_end():
    inputs = {"filled": "20 mL", "aspirated": "19.6 mL", "days": "50", "flow_rate": "0.2 mL/day"}

    results = judged(QUESTIONS["residual"](Form(inputs)), LIBRARY).answer.results

    assert "delivered_ratio_least" not in results  # 0.4 - 0.5 mL


def test_a_pump_that_is_not_in_the_library_is_refused_by_name():
    with pytest.raises(FormRefusedError, match="medtronic-iii"):
        residual("10 mL", pump="medtronic-iii")


@pytest.mark.parametrize("pump", [NOBODY, SM2])
def test_the_child_with_19_ml_left_is_a_stop_that_says_not_to_restart(pump):
    """Sgouros et al. 2010: 180 mcg/day, 19 mL left: 1 mL of 0.36 x 30 = 10.8 mL."""
    (finding,) = found(
        "residual",
        filled="20 mL",
        aspirated="19 mL",
        days="30",
        dose="180 mcg/day",
        concentration="500 mcg/mL",
        **pump,
    )

    message = finding_message(finding, LIBRARY)

    assert message.severity is Severity.STOP
    assert message.title == "Far less left the reservoir than programmed"
    assert "do not restart the pump before the cause is known" in message.detail
    assert "85.5 % (SynchroMed II)" in message.detail


@pytest.mark.parametrize(
    ("aspirated", "words"),
    [
        ("4 mL", ("over-infusion", "pocket", "leak", "filled volume other than recorded")),  # 16 of 10 mL
        (
            "13 mL",
            ("stall", "stopped", "occluded catheter", "filled volume other than recorded"),
        ),  # 7 of 10 mL
        ("16 mL", ("stall", "stop", "occluded catheter", "filled volume other than recorded")),
    ],
)
def test_the_direction_names_what_it_may_be(aspirated, words):
    (finding,) = residual(aspirated, **SM2)

    detail = finding_message(finding, LIBRARY).detail

    assert all(word in detail for word in words)


def test_what_was_aspirated_is_named_as_it_was_typed():
    finding = residual("13.5 mL")[0]

    assert finding.values["aspirated"].magnitude == 13.5  # exactly a half
    assert finding.values["expected"].magnitude == 10


def test_a_reservoir_that_must_have_run_dry_is_not_held_against_limits():
    assert codes(residual("1 mL", days="200")) == [FindingCode.EXPECTED_BELOW_ZERO]


def test_more_than_was_filled_is_a_stop():
    findings = residual("21 mL")

    assert codes(findings)[0] is FindingCode.ASPIRATED_ABOVE_FILLED
    assert severity_of(findings[0]) is Severity.STOP


def drawn_off(aspirated: str, days: str, **more: str) -> Answer:
    """20 mL filled, 0.2 mL/day programmed since."""
    typed = {"filled": "20 mL", "aspirated": aspirated, "days": days, "flow_rate": "0.2 mL/day", **more}
    return judged(QUESTIONS["residual"](Form(typed)), LIBRARY).answer


def test_a_reservoir_that_was_dry_has_days_without_drug_and_no_ratio():
    """20 mL at 0.2 mL/day last 100 days; of 114 days 14 are without drug."""
    answer = drawn_off("0 mL", "114")

    assert answer.results["time_to_empty"].magnitude == 100
    assert answer.results["time_without_drug"].magnitude == 14
    assert "delivered_ratio" not in answer.results
    message = finding_message(answer.findings[0], LIBRARY)
    assert message.title == "The reservoir must have run dry"
    assert message.detail.startswith("At this flow it was dry on day 100: ")


# a SynchroMed cannot deliver its last 1.4 mL; a syringe is read to 0.25 mL: (20 - 1.4) / 0.2 = 93 days


@pytest.mark.parametrize(("aspirated", "empty"), [("1.4 mL", Fraction(93)), ("1.65 mL", Fraction(1835, 20))])
def test_no_more_drawn_off_than_cannot_be_pumped_may_be_a_dry_pump(aspirated: str, empty: Fraction) -> None:
    """Its last 1.65 mL may be 1.4: 18.35 / 0.2 days; what is longer ago than that was without drug."""
    answer = drawn_off(aspirated, "114", **SM2)

    assert answer.results["time_to_empty"].magnitude == empty
    assert answer.results["time_without_drug"].magnitude == 114 - empty
    assert "delivered_ratio" not in answer.results
    message = finding_message(answer.findings[0], LIBRARY)
    assert (message.severity, message.title) == (Severity.STOP, "The reservoir may have run dry")
    assert f"on day {int(empty)}, " in message.detail
    assert "1.4 mL cannot be delivered" in message.detail


@pytest.mark.parametrize(("more", "hint"), [(SM2, False), ({}, True)])
def test_more_than_that_was_not_delivered_and_of_no_pump_it_is_not_known(
    more: dict[str, str], hint: bool
) -> None:
    answer = drawn_off("1.66 mL", "114", **more)

    assert "time_without_drug" not in answer.results
    message = finding_message(answer.findings[0], LIBRARY)
    assert message.severity is Severity.STOP
    assert "At this flow 20 mL last 100 days; yet 1.66 mL were drawn off: look for" in message.detail
    assert ("it may have run dry" in message.detail) is hint


def test_a_pump_at_its_residual_volume_too_soon_has_only_a_least_ratio() -> None:
    """10 mL should be left: at least (18.6 - 2 x 0.25) / 10 = 1.81 times."""
    answer = drawn_off("1.4 mL", "50", **SM2)

    assert answer.results["delivered_ratio_least"].magnitude == Fraction(181, 100)
    assert not {"delivered_ratio", "delivered_ratio_most"} & set(answer.results)
    message = finding_message(answer.findings[0], LIBRARY)
    assert message.title == "The reservoir may have run dry too soon"
    assert "At least 1.81 times the programmed volume left it" in message.detail


@pytest.mark.parametrize(("days", "said"), [("95.5", False), ("95.51", True), ("98", True)])
def test_a_pump_at_its_residual_volume_later_than_programmed_may_be_dry_since(days: str, said: bool) -> None:
    """1.4 mL are left from day 93 on; after 95.5 days 0.9 mL should be: within two readings."""
    found = drawn_off("1.4 mL", days, **SM2).findings

    assert [each.code for each in found] == ([FindingCode.FOUND_EMPTY] if said else [])
    assert all("on day 93, " in finding_message(each, LIBRARY).detail for each in found)


def test_a_reservoir_found_empty_too_soon_has_only_a_least_ratio():
    """20 - 0.2 x 50 = 10 mL should be left: at least (20 - 2 x 0.25) / 10 = 1.95 times; how much more, nobody knows."""
    answer = judged(
        QUESTIONS["residual"](
            Form({"filled": "20 mL", "aspirated": "0 mL", "days": "50", "flow_rate": "0.2 mL/day"})
        ),
        LIBRARY,
    ).answer

    assert answer.results["delivered_ratio_least"].magnitude == Fraction(39, 20)
    assert not {"delivered_ratio", "delivered_ratio_most"} & set(answer.results)
    assert "delivered ratio" not in [step.name for step in answer.working]
    message = finding_message(answer.findings[0], LIBRARY)
    assert message.title == "The reservoir was found empty too soon"
    assert message.detail.startswith("10 mL should have been left: since when it is empty, ")


def test_a_reservoir_emptied_on_the_very_day_has_a_ratio():
    answer = QUESTIONS["residual"](
        Form({"filled": "20 mL", "aspirated": "0 mL", "days": "100", "flow_rate": "0.2 mL/day"})
    )

    assert answer.results["delivered_ratio"].magnitude == 1
    assert "time_without_drug" not in answer.results
    assert answer.findings == ()


# --- titration: US 30 % spinal, 15 % cerebral and children, in maintenance 40 and 20 %; DE 30 %; down 20 %, half is a slip


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        pytest.param("1", [], id="a-small-step"),
        pytest.param("5", [], id="5"),
        pytest.param("10", [], id="10"),
        pytest.param("15", [], id="15-is-within-every-rule"),
        pytest.param("15.01", [("dose_step_maybe_above_label", False)], id="above-15-for-some"),
        pytest.param("30", [("dose_step_maybe_above_label", False)], id="30-is-within-for-some"),
        pytest.param("40", [("dose_step_maybe_above_label", False)], id="40-is-within-for-some"),
        pytest.param("40.01", [("dose_step_above_label", True)], id="above-40-for-all"),
        pytest.param("99.99", [("dose_step_above_label", True)], id="almost-twice"),
        pytest.param("100", [("dose_multiplied", True)], id="twice"),
        pytest.param("400", [("dose_multiplied", True)], id="five-times"),
        pytest.param("-20", [], id="20-down"),
        pytest.param("-20.01", [("dose_decrease_large", True)], id="more-than-20-down"),
        pytest.param("-49.99", [("dose_decrease_large", True)], id="almost-half"),
        pytest.param("-50", [("dose_multiplied", True)], id="half"),
        pytest.param("-90", [("dose_multiplied", True)], id="a-tenth-is-left"),
    ],
)
def test_a_step_of_a_titration_against_the_published_steps(percent, expected):
    findings = found("titrate", dose="100 mcg/day", percent=percent)

    assert [(str(finding.code), finding.certain) for finding in findings] == expected
    assert all(finding.place == "daily_dose" for finding in findings)


def test_each_step_counts_and_not_all_of_them_together():
    """Six steps of 10 % are 77 % together."""
    assert found("titrate", dose="100 mcg/day", percent="10", steps="6") == ()


def test_a_step_to_another_dose_is_judged_alike():
    by_percent = found("titrate", dose="100 mcg/day", percent="41")
    by_dose = found("titrate", dose="100 mcg/day", to="141 mcg/day")

    assert by_percent == by_dose
    assert codes(by_dose) == [FindingCode.DOSE_STEP_ABOVE_LABEL]


def test_exactly_30_percent_is_not_a_hair_above():
    findings = found("titrate", dose="100 mcg/day", to="130 mcg/day")

    assert codes(findings) == [FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL]


def test_the_morning_bolus_that_ran_every_hour_is_a_stop():
    """ISMP: 60 mcg per day became 60 mcg per hour, 24 times as much."""
    findings = found("titrate", dose="60 mcg/day", to="60 mcg/h")

    assert findings[0].code is FindingCode.DOSE_MULTIPLIED
    assert severity_of(findings[0]) is Severity.STOP


def test_no_change_is_no_step():
    assert found("titrate", dose="100 mcg/day", to="0.1 mg/day") == ()


# --- doses, concentrations, boluses and lengths as in the check


def test_48000_mcg_per_day_from_a_flow_is_a_stop_and_not_little_experience():
    """24 mL/day of 2000 mcg/mL; twice the highest dose reported, 2003, is 4006 mcg/day."""
    (finding,) = found("daily-dose", flow_rate="24 mL/day", concentration="2000 mcg/mL")

    assert finding.code is FindingCode.DOSE_ABOVE_LIMIT
    assert severity_of(finding) is Severity.STOP
    assert finding.limit.id == "OWN-DOSE"


@pytest.mark.parametrize(
    ("dose", "severity"), [("4006 mcg/day", Severity.WARNING), ("4006.1 mcg/day", Severity.STOP)]
)
def test_a_dose_of_baclofen_stops_above_twice_what_is_reported(dose, severity):
    (finding,) = found("flow-rate", dose=dose, concentration="2000 mcg/mL")

    assert severity_of(finding) is severity


def test_a_dose_at_a_strength_of_another_drug_is_not_stopped():
    """Morphine, 8 mg/day of 40 mg/mL: no drug is named here."""
    findings = found("flow-rate", dose="8 mg/day", concentration="40 mg/mL")

    assert codes(findings) == [FindingCode.DOSE_ABOVE_LIMIT, FindingCode.CONCENTRATION_ABOVE_LIMIT]
    assert [severity_of(finding) for finding in findings] == [Severity.WARNING, Severity.CAUTION]


@pytest.mark.parametrize(
    ("strength", "severities"),
    [
        ("4000 mcg/mL", []),
        ("4000.1 mcg/mL", [Severity.CAUTION]),
        ("100 mg/mL", [Severity.CAUTION]),
        ("100.1 mg/mL", [Severity.WARNING]),
    ],
)
def test_a_concentration_far_above_any_known_is_asked_about(strength, severities):
    findings = found("prime", dead_volume="0.3 mL", concentration=strength)

    assert [severity_of(finding) for finding in findings] == severities


def test_a_bridge_to_twice_the_dose_stops():
    inputs = {
        "old_concentration": "500 mcg/mL",
        "new_concentration": "2000 mcg/mL",
        "old_dose": "250 mcg/day",
        "bridge_dose": "250 mcg/day",
        "dead_volume": "0.3 mL",
    }

    assert codes(found("bridge", **inputs, new_dose="500 mcg/day")) == [FindingCode.DOSE_MULTIPLIED]
    assert codes(found("bridge", **inputs, new_dose="499 mcg/day")) == []


@pytest.mark.parametrize(("bolus", "is_found"), [("100 mcg", False), ("100.1 mcg", True)])
def test_a_patient_bolus_is_held_against_the_largest_of_a_screening_trial(bolus, is_found):
    findings = found(
        "refill",
        volume="40 mL",
        dose="300 mcg/day",
        concentration="2000 mcg/mL",
        patient_bolus=bolus,
        patient_boluses_per_day="2",
    )

    assert (FindingCode.BOLUS_ABOVE_LIMIT in codes(findings)) is is_found


@pytest.mark.parametrize(
    ("lengths", "is_found"),
    [(["26.5 cm"], True), (["40 cm"], False), (["66 cm", "54 cm"], False), (["66 cm", "54.1 cm"], True)],
)
def test_the_length_of_a_catheter_is_asked_about(lengths, is_found):
    answer = catheter(Form({}), lengths, ["0.0022 mL/cm"] * len(lengths))

    assert (
        codes(judged(answer, LIBRARY).answer.findings) == [FindingCode.CATHETER_LENGTH_UNUSUAL]
    ) is is_found


# --- what cannot be drawn up


def test_a_stock_volume_too_small_to_draw_up_comes_with_a_dilution_beforehand():
    """10 x 60 / 10000 = 0.06 mL; of the stock diluted ten times, 1 mg/mL, it is 0.6 mL."""
    inputs = {"stock": "10 mg/mL", "target": "60 mcg/mL", "volume": "10 mL"}

    answer = judged(QUESTIONS["dilute"](Form(inputs)), LIBRARY).answer

    assert codes(answer.findings) == [FindingCode.STOCK_VOLUME_TOO_SMALL]
    assert severity_of(answer.findings[0]) is Severity.WARNING
    assert answer.results["stock_volume"].magnitude == Fraction("0.06")
    assert answer.results["diluted_stock_concentration"].magnitude == 1000
    assert answer.results["diluted_stock_volume"].magnitude == Fraction("0.6")


@pytest.mark.parametrize(("target", "is_found"), [("100 mcg/mL", False), ("99 mcg/mL", True)])
def test_a_tenth_of_a_millilitre_can_still_be_drawn_up(target, is_found):
    """10 x 100 / 10000 = 0.1 mL."""
    assert bool(found("dilute", stock="10 mg/mL", target=target, volume="10 mL")) is is_found


def test_a_dilution_beforehand_is_never_weaker_than_the_target():
    """0.05 x 1.8 / 2 = 0.045 mL, ten times diluted 0.45 mL: more than the 0.05 mL that are wanted."""
    inputs = {"stock": "2 mg/mL", "target": "1.8 mg/mL", "volume": "0.05 mL"}

    answer = judged(QUESTIONS["dilute"](Form(inputs)), LIBRARY).answer

    assert codes(answer.findings) == [FindingCode.STOCK_VOLUME_TOO_SMALL]
    assert "diluted_stock_volume" not in answer.results


@pytest.mark.parametrize(
    ("dose", "stock", "refused"),
    [
        # at 0.3 mL/day: 600 / 0.3 = 2000 mcg/mL, the strongest vial for a pump
        ("600 mcg/day", {}, False),
        ("600.1 mcg/day", {}, True),
        # what a stock can make is asked of the stock
        ("600.1 mcg/day", {"stock": "4000 mcg/mL", "volume": "20 mL"}, False),
    ],
)
def test_a_mixture_for_a_fixed_flow_that_no_vial_holds_is_refused_beside_its_dose(dose, stock, refused):
    inputs = {"dose": dose, "flow_rate": "0.3 mL/day", **stock}
    if not refused:
        assert found("constant-flow", **inputs) is not None
        return

    with pytest.raises(FormRefusedError) as raised:
        found("constant-flow", **inputs)

    (refusal,) = raised.value.refusals
    assert (refusal.field, refusal.rule) == ("dose", "no_vial_so_strong")
    assert "2,000 mcg/mL" in refusal_words(refusal)


# --- what it does not touch


def test_findings_of_the_answer_come_first_and_stay():
    answer = QUESTIONS["refill"](
        Form({"volume": "40 mL", "flow_rate": "100 mL/day", "from": "2026-11-22T09:30+02:00"})
    )

    findings = judged(answer, LIBRARY).answer.findings

    assert findings[: len(answer.findings)] == answer.findings
    assert codes(findings) == [
        FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY,
        FindingCode.ZONE_NOT_SAID,
        FindingCode.FLOW_RATE_BEYOND_ANY_PUMP,
        FindingCode.PUMP_INTERVAL_NOT_KNOWN,
    ]


def test_results_and_working_are_untouched():
    answer = QUESTIONS["titrate"](Form({"dose": "100 mcg/day", "percent": "50"}))

    judgement = judged(answer, LIBRARY)

    assert replace(judgement.answer, findings=()) == answer
    assert judgement.library is LIBRARY


def test_an_empty_library_has_nothing_to_say():
    silent = replace(LIBRARY, pumps={}, limits=())

    assert found("daily-dose", silent, flow_rate="900 mL/day", concentration="500 mcg/mL") == ()
    assert found("titrate", silent, dose="100 mcg/day", percent="31") == ()
    assert (
        found("residual", silent, filled="20 mL", aspirated="3 mL", days="10", flow_rate="0.2 mL/day") == ()
    )


@pytest.mark.parametrize(
    ("command", "inputs"),
    [
        ("prime", {"dead_volume": "0.3 mL", "concentration": "500 mcg/mL"}),
        ("convert", {"quantity": "900 mL/day", "to": "mL/h"}),
        ("dilute", {"stock": "2000 mcg/mL", "target": "500 mcg/mL", "volume": "20 mL"}),
    ],
)
def test_questions_without_a_dose_or_flow_of_a_pump_are_not_judged(command, inputs):
    assert found(command, **inputs) == ()


# --- what the line holds: tubing 0.14, catheter 0.19 mL, 300 mcg/day, 500 to 2000 mcg/mL

CHANGE = {
    "old_concentration": "500 mcg/mL",
    "new_concentration": "2000 mcg/mL",
    "old_dose": "300 mcg/day",
    "new_dose": "300 mcg/day",
    "bridge_dose": "300 mcg/day",
    "tubing_volume": "0.14 mL",
    "catheter_volume": "0.19 mL",
}


def test_an_emptied_catheter_that_is_not_primed_stops_the_bridge_too():
    """Bridge: 0.14 mL at 0.6 mL/day, 5 h 36 min; the other 0.05 mL without drug at 0.15 mL/day: 8 h more."""
    findings = found("bridge", **CHANGE, tubing="old", catheter="none")
    stop = next(each for each in findings if each.code is FindingCode.TIME_WITHOUT_DRUG)

    assert severity_of(stop) is Severity.STOP
    assert stop.values["longest"].magnitude == Fraction(136, 240)  # days


@pytest.mark.parametrize(
    ("prime", "stops"),
    [
        pytest.param("0.189 mL", True, id="a-thousandth-of-a-millilitre-short"),
        pytest.param("0.19 mL", False, id="the-catheter"),
        pytest.param("0.2 mL", False, id="more"),
    ],
)
def test_a_prime_of_the_catheter_ends_the_time_without_drug(prime, stops):
    findings = found("bridge", **CHANGE, tubing="old", catheter="none", prime_volume=prime)

    assert (FindingCode.TIME_WITHOUT_DRUG in codes(findings)) is stops


def test_a_bridge_where_no_old_drug_is_left_is_named_and_not_counted():
    answer = judged(
        QUESTIONS["bridge"](Form({**CHANGE, "tubing": "new", "catheter": "none"})), LIBRARY
    ).answer

    assert FindingCode.BRIDGE_WITHOUT_OLD_DRUG in codes(answer.findings)
    assert not [name for name in answer.results if name.startswith("bridge_")]


@pytest.mark.parametrize(
    ("prime", "stops"),
    [pytest.param("0.24 mL", False, id="100 mcg"), pytest.param("0.2401 mL", True, id="100.2 mcg")],
)
def test_a_prime_that_gives_more_than_the_largest_screening_bolus_stops(prime, stops):
    """New system, purged: (0.24 - 0.19) x 2000 = 100 mcg reach the patient."""
    findings = found(
        "prime",
        concentration="2000 mcg/mL",
        tubing_volume="0.14 mL",
        catheter_volume="0.19 mL",
        tubing="new",
        catheter="none",
        prime_volume=prime,
    )

    assert (FindingCode.PRIME_DELIVERS_BOLUS in codes(findings)) is stops


# --- right after a refill, and several drugs


@pytest.mark.parametrize(
    ("injected", "measured", "pump", "severity"),
    [
        ("20 mL", "19 mL", "synchromed-ii-20", None),
        ("20 mL", "18.99 mL", "synchromed-ii-20", Severity.WARNING),
        ("40 mL", "38 mL", "synchromed-ii-40", None),
        ("40 mL", "37.99 mL", "synchromed-ii-40", Severity.WARNING),
        ("20 mL", "18.5 mL", "", Severity.CAUTION),  # beyond the bound of a small pump only
        ("20 mL", "17.99 mL", "", Severity.WARNING),
        ("20 mL", "20.5 mL", "synchromed-ii-20", None),
    ],
)
def test_what_was_injected_and_is_not_found_is_held_against_the_pump(injected, measured, pump, severity):
    findings = found("pocket", injected=injected, measured=measured, pump=pump)

    assert [severity_of(each) for each in findings if each.code is FindingCode.POCKET_FILL] == (
        [] if severity is None else [severity]
    )


def mixed(*parts, drugs=()):
    return judged(mix(Form({}), parts, drugs), LIBRARY).answer


def test_of_several_drugs_each_has_its_own_concentration():
    """10 mL of 2000 mcg/mL and 10 mL of 10 mg/mL: 20,000 and 100,000 mcg in 20 mL; 5 mL more of the first: 30,000 in 25."""
    two = mixed(("10 mL", "2000 mcg/mL"), ("10 mL", "10 mg/mL"), drugs=("Baclofen", "morphine"))
    three = mixed(
        ("10 mL", "2000 mcg/mL"),
        ("10 mL", "10 mg/mL"),
        ("5 mL", "2000 mcg/mL"),
        drugs=("baclofen", "morphine", "baclofen"),
    )

    assert two.results["concentration_baclofen"].magnitude == 1000
    assert two.results["concentration_morphine"].magnitude == 5000
    assert "concentration" not in two.results
    assert three.results["drug_baclofen"].magnitude == 30_000
    assert three.results["concentration_baclofen"].magnitude == 1200
    assert codes(three.findings) == [FindingCode.DRUGS_MIXED]


def test_one_drug_thinned_with_saline_is_no_mixture_of_drugs():
    answer = mixed(("10 mL", "2000 mcg/mL"), ("10 mL", "0 mcg/mL"), drugs=("baclofen", "saline"))

    assert answer.results["concentration"].magnitude == 1000
    assert codes(answer.findings) == []


@pytest.mark.parametrize(("drugs", "rule"), [(("baclofen",), "pairs"), (("baclofen", "5 %"), "drug_name")])
def test_the_drug_of_each_part_is_needed_and_must_be_a_name(drugs, rule):
    with pytest.raises(FormRefusedError) as refused:
        mixed(("10 mL", "2000 mcg/mL"), ("10 mL", "10 mg/mL"), drugs=drugs)

    assert [(each.field, each.rule) for each in refused.value.refusals] == [("drug", rule)]


@pytest.mark.parametrize(("aspirated", "flow"), [("5 mL", Fraction(1, 2)), ("0 mL", None)])
def test_residual_says_the_true_mean_flow_where_something_was_left(aspirated, flow):
    """(20 - 5) / 30 = 1/2 mL/day; of a reservoir found empty nobody knows when it was."""
    inputs = {"filled": "20 mL", "aspirated": aspirated, "days": "30", "flow_rate": "0.6 mL/day"}

    result = judged(QUESTIONS["residual"](Form(inputs)), LIBRARY).answer.results.get("delivered_flow_rate")

    assert (None if result is None else result.magnitude) == flow


@pytest.mark.parametrize(
    ("volume", "limited"),
    [
        pytest.param("38 mL", False, id="180 days: (38 - 2) / 0.2"),
        pytest.param("38.01 mL", True, id="180.05 days"),
    ],
)
def test_a_reservoir_that_outlasts_the_drug_is_said_to(volume, limited):
    findings = found("refill", volume=volume, alarm="2 mL", flow_rate="0.2 mL/day")

    assert (FindingCode.REFILL_LIMITED_BY_DRUG in codes(findings)) is limited


@pytest.mark.parametrize(
    ("pump", "said"),
    [
        ({}, "No pump was named: it may have to be refilled before these times."),
        (
            {"pump": "prometra-20"},
            "None is held here for Prometra 20 mL: it may have to be refilled before these times.",
        ),
        (SM2, "SynchroMed II 20 mL is to be refilled after 180 days at the latest."),
    ],
)
def test_a_refill_says_the_interval_of_the_pump_or_that_it_is_not_known(pump, said):
    (finding,) = found("refill", volume="20 mL", alarm="2 mL", flow_rate="0.2 mL/day", **pump)

    assert finding_message(finding, LIBRARY).detail == said


def test_the_interval_of_a_pump_that_is_named_counts_too():
    pump, figure = next(
        (p.id, p.refill_interval) for p in LIBRARY.pumps.values() if p.refill_interval is not None
    )
    days = figure.quantity.magnitude
    inputs = {"flow_rate": "0.1 mL/day", "pump": pump}

    within = found("refill", volume=f"{float(days) / 10:.1f} mL", **inputs)
    beyond = found("refill", volume=f"{float(days) / 10 + 0.1:.1f} mL", **inputs)

    assert FindingCode.REFILL_LIMITED_BY_PUMP not in codes(within)
    assert FindingCode.REFILL_LIMITED_BY_PUMP in codes(beyond)


# --- the worst case of the pump that was named


def refilled(**more):
    inputs = {"volume": "40 mL", "alarm": "2 mL", "flow_rate": "0.2 mL/day", **more}
    return judged(QUESTIONS["refill"](Form(inputs)), LIBRARY).answer.results


def test_of_a_named_pump_the_worst_case_of_alarm_and_of_empty_is_told():
    """38 / 0.2 = 190 days, less 1.4 mL 38.6 / 0.2 = 193: each over 1.145."""
    found = refilled(pump="synchromed-ii-40")

    assert found["time_to_alarm_worst"].magnitude == 190 / Fraction("1.145")
    assert found["time_to_empty_worst"].magnitude == 193 / Fraction("1.145")


def test_without_a_pump_and_with_an_accuracy_typed_that_of_the_library_is_not_taken():
    assert "time_to_alarm_worst" not in refilled()
    typed = refilled(pump="synchromed-ii-40", accuracy="10 %")
    assert typed["time_to_alarm_worst"].magnitude == 190 / Fraction("1.1")
    assert typed["time_to_empty_worst"].magnitude == 193 / Fraction("1.1")  # 1.4 mL cannot be delivered


@pytest.mark.parametrize(
    ("more", "alarm", "empty"),
    [
        # 190 / 1.145 = 165.938 days = 165 d 22 h 31 min after 30 Nov 09:30; 193 / 1.145 = 168.559 = 168 d 13 h 24 min 53 s
        ({}, "2027-05-15T08:01", "2027-05-17T22:54"),
        # 190 / 1.1 = 172 d 17 h 27 min; 193 / 1.1 = 175 d 10 h 54 min
        ({"accuracy": "10 %"}, "2027-05-22T02:57", "2027-05-24T20:24"),
    ],
)
def test_the_worst_case_has_its_dates_too(more, alarm, empty):
    found = refilled(pump="synchromed-ii-40", **{"from": "2026-11-30T09:30+00:00"}, **more)

    assert f"{found['low_alarm_date_worst']:%Y-%m-%dT%H:%M}" == alarm
    assert f"{found['empty_date_worst']:%Y-%m-%dT%H:%M}" == empty
