"""The line in a check: what tubing and catheter hold at a change, what a prime does, and what was really delivered.

SynchroMed II: tubing 0.140 mL, catheter 0.19 mL; 500 to 2000 mcg/mL at 300 mcg/day, unless said: 300 / 2000 = 0.15 mL/day.
"""

from fractions import Fraction
from typing import Any

import pytest

from itbcalc.ask.form import Form
from itbcalc.ask.questions import prime
from itbcalc.errors import ItbcalcError
from itbcalc.judge.check import Checked
from itbcalc.program import complete_program, read_program
from itbcalc.quantities.display import shown
from itbcalc.say.report import finding_messages
from itbcalc.say.sheet import system_values
from itbcalc.say.table import printed_rows
from tests.itbcalc.programs import check_of, document_of, library, new_therapy, severities, table_of

BASE = {
    "system.pump": "synchromed-ii-40",
    "system.tubing_volume": "0.140 mL",
    "current.daily_dose": "300 mcg/day",
    "new.daily_dose": "300 mcg/day",
    "new.concentration": "2000 mcg/mL",
}
SAME = {**BASE, "new.concentration": "500 mcg/mL"}


def line(tubing: str, catheter: str, prime: str = "") -> dict[str, Any]:
    table: dict[str, Any] = {"tubing": tubing, "catheter": catheter}
    return {"line": table | ({"prime": {"volume": prime, "duration": "20 min"}} if prime else {})}


BRIDGE = {"bridge": {"dose": "300 mcg/day"}}


def checked_at(changes: dict[str, Any]) -> Checked:
    return check_of({**BASE, **changes})


def results_of(changes: dict[str, Any]) -> dict[str, Any]:
    results: dict[str, Any] = document_of(checked_at(changes))["results"]
    return results


def exact(value: dict[str, str]) -> str:
    return f"{value['exact']} {value['unit']}"


def stops(changes: dict[str, Any]) -> set[str]:
    return {code for code, severity in severities(checked_at(changes)).items() if severity == "stop"}


def refusal_at(changes: dict[str, Any]) -> str:
    with pytest.raises(ItbcalcError) as caught:
        complete_program(read_program(table_of({**BASE, **changes}), library()))
    return str(caught.value.field)  # type: ignore[attr-defined]


def old_left(changes: dict[str, Any]) -> list[str]:
    """What is said of old drug that is left when the bridge ends."""
    messages = finding_messages(checked_at(changes), library())
    return [each.detail for each in messages if each.code == "old_drug_after_bridge"]


# --- the cases worked by hand


@pytest.mark.parametrize(
    ("prime", "said"),
    [
        # without a prime 0.19 mL without drug lie ahead of 0.14 mL of old: the bridge of 0.14 mL moves none of it
        ("", ("0.14 mL of it (70 mcg)", "75 mcg/day for 22 h 24 min")),
        # 0.09 mL lie ahead of it: 0.05 mL leave in the bridge, 0.09 mL x 500 = 45 mcg stay; 0.09/0.15 day = 14 h 24 min
        ("0.1 mL", ("0.09 mL of it (45 mcg)", "75 mcg/day for 14 h 24 min")),
        # 0.001/0.15 day = 9.6 min
        ("0.189 mL", ("0.001 mL of it (0.5 mcg)", "75 mcg/day for 10 min")),
        ("0.19 mL", None),  # primed with all of the catheter
    ],
)
def test_old_drug_that_a_bridge_leaves_is_said_with_its_amount(
    prime: str, said: tuple[str, ...] | None
) -> None:
    found = old_left({**line("old", "none", prime), **BRIDGE})

    assert len(found) == (0 if said is None else 1)
    assert all(words in found[0] for words in said or ())


@pytest.mark.parametrize(
    "said", [line("old", "none"), {"bridge": {"aspirated": True}}], ids=["line", "aspirated"]
)
def test_aspirated_and_not_primed_nothing_comes_for_thirty_hours(said: dict[str, Any]) -> None:
    # 0.19 / 0.15 = 19/15 day = 30 h 24 min; then 75 mcg/day for 0.14 / 0.15 = 14/15 day; the new drug after 2.2 days
    results = results_of(said)

    assert exact(results["time_without_drug"]) == "19/15 day"
    assert exact(results["unbridged_dose"]) == "75 mcg/day"
    assert exact(results["unbridged_duration"]) == "14/15 day"
    assert exact(results["time_to_arrival"]) == "11/5 day"
    assert exact(results["old_drug_volume"]) == "7/50 mL"
    assert stops(said) == {"time_without_drug", "concentration_change_without_bridge"}
    texts = [each["text"] for each in document_of(checked_at(said))["findings"]]
    assert any("30 h 24 min no drug leaves the tip" in text for text in texts)
    assert any("unverified in the pump's manual" in text for text in texts)


def test_aspirated_and_primed_the_tubing_still_holds_the_old_drug() -> None:
    results = results_of(line("old", "none", prime="0.19 mL"))

    assert exact(results["prime_volume"]) == "19/100 mL"
    assert exact(results["prime_dose"]) == "380 mcg"
    assert exact(results["prime_drug_delivered"]) == "0 mcg"
    assert [
        (exact(each["volume"]), exact(each["concentration"])) for each in results["line_after_prime"]
    ] == [
        ("7/50 mL", "500 mcg/mL"),
        ("19/100 mL", "2000 mcg/mL"),
    ]
    assert exact(results["time_without_drug"]) == "0 day"
    assert exact(results["unbridged_dose"]) == "75 mcg/day"
    assert exact(results["unbridged_duration"]) == "14/15 day"
    assert stops(line("old", "none", prime="0.19 mL")) == {"concentration_change_without_bridge"}


def test_aspirated_primed_and_bridged_nothing_stops() -> None:
    # 0.14 x 500 / 300 = 7/30 day = 5 h 36 min
    said = {**line("old", "none", prime="0.19 mL"), **BRIDGE}
    results = results_of(said)

    assert exact(results["bridge_duration"]) == "7/30 day"
    assert exact(results["bridge_volume"]) == "7/50 mL"
    assert exact(results["bridge_drug"]) == "70 mcg"
    assert stops(said) == set()
    # 20 min of prime, then the bridge
    assert exact(results["time_to_arrival"]) == f"{Fraction(1, 72) + Fraction(7, 30)} day"
    # 1/72 + 7/30 + (38 - 0.19 - 0.14) / 0.15 days
    alarm = Fraction(1, 72) + Fraction(7, 30) + Fraction("37.67") / Fraction("0.15")
    assert exact(results["time_to_alarm"]) == f"{alarm} day"


def test_a_dye_study_at_one_concentration_is_accepted_and_stops() -> None:
    # Q 0.6 mL/day: 0.19 / 0.6 day = 7 h 36 min
    for said in (line("old", "none"), {"bridge": {"aspirated": True}}):
        results = results_of({**SAME, **said})
        assert exact(results["time_without_drug"]) == "19/60 day"
        assert "old_drug_volume" not in results
        assert stops({**SAME, **said}) == {"time_without_drug"}


def test_a_new_system_purged_and_primed_begins_at_once() -> None:
    said = {"current.concentration": "2000 mcg/mL", **line("new", "none", prime="0.19 mL")}
    results = results_of(said)

    assert exact(results["prime_drug_delivered"]) == "0 mcg"
    assert exact(results["time_without_drug"]) == "0 day"
    assert stops(said) == set()


def test_a_prime_of_more_than_the_empty_catheter_is_a_bolus() -> None:
    # 0.33 - 0.19 = 0.14 mL x 2000 = 280 mcg, above the largest screening bolus of 100 mcg
    said = {"current.concentration": "2000 mcg/mL", **line("new", "none", prime="0.33 mL")}

    assert exact(results_of(said)["prime_drug_delivered"]) == "280 mcg"
    assert stops(said) == {"prime_delivers_bolus"}


@pytest.mark.parametrize(
    ("tubing", "catheter", "volume", "dose", "beside"),
    [
        ("none", "none", "0.33 mL", "660 mcg", "tubing and catheter"),  # 0.14 + 0.19, x 2000
        ("new", "none", "0.19 mL", "380 mcg", "catheter alone"),  # purged before: x 2000
        ("old", "none", "0.19 mL", "380 mcg", "catheter alone"),
    ],
)
def test_a_prime_that_was_not_typed_ends_with_the_last_part_without_drug(
    tubing: str, catheter: str, volume: str, dose: str, beside: str
) -> None:
    rows = {row.key: row for row in printed_rows(checked_at(line(tubing, catheter)))}

    assert (rows["prime_volume"].new, rows["prime_volume"].change) == ((volume,), beside)
    assert (rows["prime_dose"].new, rows["prime_dose"].change) == ((dose,), beside)
    asked = prime(
        Form(
            {
                "tubing_volume": "0.140 mL",
                "catheter_volume": "0.19 mL",
                "concentration": "2000 mcg/mL",
                "old_concentration": "500 mcg/mL" if tubing == "old" else None,
                "tubing": tubing,
                "catheter": catheter,
            }
        )
    ).results
    assert (shown(asked["prime_volume"]), shown(asked["prime_dose"])) == (volume, dose)


def test_a_purged_pump_on_the_old_catheter_is_bridged_for_the_catheter() -> None:
    # 0.19 x 500 / 300 = 19/60 day = 7 h 36 min
    said = {**line("new", "old"), **BRIDGE}
    results = results_of(said)

    assert [exact(each["volume"]) for each in results["line_after_prime"]] == ["19/100 mL", "7/50 mL"]
    assert exact(results["bridge_duration"]) == "19/60 day"
    assert stops(said) == set()
    assert stops(line("new", "old")) == {"concentration_change_without_bridge"}


# --- what was really delivered


def corrected(programmed: str, really: str, new: str, old_dose: str, new_dose: str) -> dict[str, Any]:
    return {
        "current.concentration": f"{programmed} mcg/mL",
        "current.really": {"concentration": f"{really} mcg/mL"},
        "current.daily_dose": f"{old_dose} mcg/day",
        "new.concentration": f"{new} mcg/mL",
        "new.daily_dose": f"{new_dose} mcg/day",
    }


def test_a_corrected_concentration_is_held_against_what_was_really_delivered() -> None:
    # 958 x 2000 / 4000 = 479; 472 / 479 - 1 = -7/479
    said = corrected("4000", "2000", "2000", "958", "472")
    results = results_of(said)

    assert exact(results["current"]["delivered_daily_dose"]) == "479 mcg/day"
    assert exact(results["dose_change_percent"]) == "-700/479 %"
    assert exact(results["programmed_change_percent"]) == "-24300/479 %"  # 472 / 958 - 1 = -486/958
    assert not [name for name in results if name.startswith(("bridge_", "unbridged_"))]
    found = severities(checked_at(said))
    assert "dose_decrease_large" not in found
    assert stops(said) == set()


def test_a_corrected_concentration_at_the_dose_of_before_may_be_four_times_the_real_one() -> None:
    # 790 x 500 / 2000 = 197.5; 790 / 197.5 - 1 = 300 %
    said = corrected("2000", "500", "500", "790", "790")
    results = results_of(said)

    assert exact(results["current"]["delivered_daily_dose"]) == "395/2 mcg/day"
    assert exact(results["dose_change_percent"]) == "300 %"
    assert exact(results["programmed_change_percent"]) == "0 %"
    assert stops(said) == {"dose_multiplied"}


def test_a_corrected_concentration_may_be_less_than_was_really_delivered() -> None:
    # 40 x 125 / 100 = 50; 40 / 50 - 1 = -20 %
    results = results_of(corrected("100", "125", "125", "40", "40"))

    assert exact(results["current"]["delivered_daily_dose"]) == "50 mcg/day"
    assert exact(results["dose_change_percent"]) == "-20 %"


def test_of_a_wrong_mixture_the_line_holds_what_was_really_there() -> None:
    # really 1000 in the pump, now refilled with 2000: 0.33 x 1000 / 300 = 1.1 days
    said = {"current.really": {"concentration": "1000 mcg/mL"}, **BRIDGE}
    assert exact(results_of(said)["bridge_duration"]) == "11/10 day"


# --- accepted and refused


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        pytest.param(
            {**line("old", "none"), "bridge": {"aspirated": True}},
            "bridge.aspirated",
            id="line and aspirated",
        ),
        pytest.param({**line("full", "none")}, "line.tubing", id="no filling"),
        pytest.param({"line": {"tubing": "old"}}, "line.catheter", id="one part alone"),
        pytest.param({"line": {"pump": "old"}}, "line.pump", id="no part"),
        pytest.param({"line": {"prime": "0.19 mL"}}, "line.prime", id="a prime without its table"),
        pytest.param(
            {"line": {"prime": {"duration": "20 min"}}}, "line.prime.volume", id="a prime without volume"
        ),
        pytest.param({"line": {"prime": {"volume": "0 mL"}}}, "line.prime.volume", id="a prime of nothing"),
        pytest.param(
            {"line": {"prime": {"volume": "1 mL", "dose": "2 mcg"}}},
            "line.prime.dose",
            id="a prime of a dose",
        ),
        pytest.param(
            {"line": {"prime": {"volume": "40 mL"}}}, "line.prime.volume", id="a prime of all there is"
        ),
        pytest.param({**line("new", "none"), **BRIDGE}, "bridge", id="a bridge without old drug"),
        pytest.param({**SAME, **line("old", "none"), **BRIDGE}, "bridge", id="a bridge at one concentration"),
        pytest.param(
            {**corrected("2000", "500", "500", "300", "300"), **BRIDGE}, "bridge", id="a corrected number"
        ),
        pytest.param({"current.really": "500 mcg/mL"}, "current.really", id="no table"),
        pytest.param({"current.really": {}}, "current.really.concentration", id="nothing in it"),
        pytest.param({"new.really": {"concentration": "500 mcg/mL"}}, "new.really", id="of the new therapy"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(changes: dict[str, Any], place: str) -> None:
    assert refusal_at(changes) == place


def test_a_pump_from_the_box_pauses_behind_the_drug_of_the_catheter() -> None:
    # 0.19 mL of the old drug, bridged in 19/60 day, then 0.14 mL of nothing at 0.15 mL/day
    said = {**line("none", "old"), **BRIDGE}
    assert exact(results_of(said)["time_without_drug"]) == "14/15 day"


def test_a_prime_alone_primes_the_line_as_it_is() -> None:
    # 0.2 mL of the old drug leave: 100 mcg, as much as the largest screening bolus; 0.13 mL stay
    said = {"line": {"prime": {"volume": "0.2 mL", "duration": "20 min"}}, **BRIDGE}
    results = results_of(said)

    assert exact(results["prime_drug_delivered"]) == "100 mcg"
    assert exact(results["old_drug_volume"]) == "13/100 mL"
    assert stops(said) == set()
    said["line"]["prime"]["volume"] = "0.201 mL"
    assert stops(said) == {"prime_delivers_bolus"}


def test_a_prime_without_its_duration_is_counted_from_its_end() -> None:
    said = {"line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL"}}, **BRIDGE}
    results = results_of(said)

    assert exact(results["time_to_arrival"]) == "7/30 day"
    working = document_of(checked_at(said))["working"]
    assert any("time to the low-reservoir alarm" in step["name"] for step in working)


def test_a_pump_without_tubing_is_accepted() -> None:
    # 0.19 x 500 / 300 = 19/60 day
    assert exact(results_of({"system.tubing_volume": "0 mL", **BRIDGE})["bridge_duration"]) == "19/60 day"


def test_a_bridge_that_is_not_at_the_tip_stops() -> None:
    # the catheter holds 2000 mcg/mL: the bridge pushes it out at 300 / 500 = 0.6 mL/day, 1200 mcg/day
    assert stops({**line("old", "new"), **BRIDGE}) == {"bridge_not_at_the_tip"}


def test_a_bridge_for_what_the_prime_has_pushed_out_is_not_counted() -> None:
    said = {**line("none", "old", prime="0.19 mL"), **BRIDGE}
    assert severities(checked_at(said))["bridge_without_old_drug"] == "warning"
    assert "bridge_duration" not in results_of(said)


# --- refill no later than


def test_the_worst_case_of_emptiness_is_the_residual_volume_at_the_upper_accuracy() -> None:
    # the clinic's own pump keeps 1 mL: 39 / (0.92 x 1.145) = 37.0229 days, before 38 / 0.92 = 41.3 to the alarm
    results: dict[str, Any] = document_of(check_of({}))["results"]

    assert exact(results["time_to_empty_worst"]) == f"{39 / (Fraction('0.92') * Fraction('1.145'))} day"
    assert results["latest_refill_limit"] == "empty_worst"
    assert results["latest_refill_date"] == results["empty_date_worst"]


# --- what cannot be drawn off


@pytest.mark.parametrize(
    ("changes", "mixture", "deviation"),
    [
        # (1 x 500 + 39 x 2000) / 40 = 78500 / 40; -37.5 of 2000 are -1.875 %
        ({"new.concentration": "2000 mcg/mL"}, "3925/2", "-15/8"),
        # (1 x 2000 + 39 x 500) / 40 = 21500 / 40; 37.5 of 500 are 7.5 %
        ({"current.concentration": "2000 mcg/mL"}, "1075/2", "15/2"),
        # MedStream's manual: 2 mL of 20 leave 90 %, of 40 95 %, where the rest held none: here of 1000 mcg/mL, after 500
        (
            {
                "system.pump.residual_volume": "2 mL",
                "reservoir.filled": "20 mL",
                "new.concentration": "1000 mcg/mL",
            },
            "950",  # (2 x 500 + 18 x 1000) / 20
            "-5",
        ),
    ],
)
def test_what_is_left_in_the_reservoir_mixes_with_what_is_filled(
    changes: dict[str, Any], mixture: str, deviation: str
) -> None:
    checked = check_of({**changes, "bridge.dose": "400 mcg/day"})

    results = document_of(checked)["results"]

    assert results["reservoir_mixture"]["exact"] == mixture
    assert results["mixture_deviation_percent"]["exact"] == deviation


def test_the_mixture_has_a_row_of_its_own_with_how_far_off_it_is() -> None:
    """(1 x 2000 + 39 x 500) / 40 = 537.5: 37.5 of 500 are 7.5 %."""
    checked = check_of({"current.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"})

    row = next(each for each in printed_rows(checked) if each.key == "reservoir_mixture")

    assert (row.words, row.new, row.change) == (
        "mixed in the reservoir",
        ("537.5 mcg/mL",),
        "+7.5 %",
    )
    assert [step.exact for step in row.working] == ["1075/2 mcg/mL", "15/2 %"]


@pytest.mark.parametrize(
    ("residual", "said"),
    [
        # V x 1500 / 40 of 500 mcg/mL: 2/3 mL are 5 %
        ("0.666 mL", False),
        ("0.667 mL", True),
        ("1 mL", True),
    ],
)
def test_it_is_said_where_it_is_more_than_a_vial_may_be_off(residual: str, said: bool) -> None:
    changes = {
        "current.concentration": "2000 mcg/mL",
        "bridge.dose": "400 mcg/day",
        "system.pump.residual_volume": residual,
    }

    assert ("reservoir_mixes" in severities(check_of(changes))) is said


@pytest.mark.parametrize(
    "changes",
    [
        {},  # the same drug
        {"system.pump.residual_volume": None, "new.concentration": "2000 mcg/mL"},  # not known of this pump
        {"new.concentration": "2000 mcg/mL", "line": {"tubing": "new", "catheter": "old"}},  # another pump
    ],
)
def test_where_nothing_old_is_left_or_nobody_knows_how_much_nothing_mixes(changes: dict[str, Any]) -> None:
    checked = check_of(changes)

    assert "reservoir_mixture" not in document_of(checked)["results"]
    assert "reservoir_mixes" not in severities(checked)


# --- on the sheet


def test_the_sheet_says_what_was_done_to_the_line() -> None:
    changed = {
        "new.concentration": "2000 mcg/mL",
        "line": {"tubing": "new", "catheter": "old", "prime": {"volume": "0.1 mL"}},
        "bridge.dose": "400 mcg/day",
    }

    assert {
        ("what the pump tubing holds", "the new drug"),
        ("what the catheter holds", "the old drug"),
        ("volume of the priming bolus", "0.1 mL"),
    } <= set(system_values(check_of(changed)))
    assert not [words for words, _ in system_values(check_of({})) if "holds" in words]


def test_the_sheet_says_what_was_really_in_the_pump() -> None:
    values = system_values(check_of({"current.really": {"concentration": "125 mcg/mL"}}))

    assert ("concentration really in the pump", "125 mcg/mL") in values


# --- what the programmer counts for a prime, and what the catheter then holds


def test_beside_the_dose_of_a_prime_stands_what_the_catheter_then_holds() -> None:
    """After aspiration 0.14 x 500 + 0.05 x 2000 = 170 mcg, where the programmer counts 0.19 x 2000 = 380."""
    checked = check_of(
        {
            "new.concentration": "2000 mcg/mL",
            "line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL"}},
            "bridge.dose": "400 mcg/day",
        }
    )
    results = document_of(checked)["results"]
    row = next(each for each in printed_rows(checked) if each.key == "prime_dose")

    assert (results["prime_dose"]["exact"], results["catheter_drug_after_prime"]["exact"]) == ("380", "170")
    assert (row.new, row.change) == (("380 mcg",), "in the catheter 170 mcg")


# --- at the bedside: what could go wrong without a word


def test_another_drug_at_the_same_number_of_mcg_is_no_change_of_nothing() -> None:
    """500 mcg/mL of morphine, then of baclofen: 0.33 mL of morphine leave first."""
    found = severities(checked_at({**SAME, "current.drug": "morphine"}))

    assert found["other_drug_in_line"] == "stop"
    assert found["first_dose_high"] == "warning"  # 300 mcg/day, of baclofen the first: up to 200 are reported
    assert "nothing_changes" not in found


def test_of_another_drug_no_step_is_judged() -> None:
    """From 300 mcg/day of morphine to 60 of baclofen: no doubling, no decrease, nothing that could be compared."""
    found = severities(checked_at({**SAME, "current.drug": "morphine", "new.daily_dose": "60 mcg/day"}))

    assert not found.keys() & {"dose_multiplied", "dose_decrease_large", "first_dose_high"}


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (line("new", "old"), True),
        (line("new", "old", prime="0.19 mL"), False),
        (line("new", "none"), False),
        (line("old", "none", prime="0.32 mL"), True),
        (line("old", "none", prime="0.33 mL"), False),
    ],
)
def test_another_drug_is_a_stop_while_it_is_in_the_line(said: dict[str, Any], held: bool) -> None:
    found = severities(checked_at({**SAME, **said, "current.drug": "morphine"}))

    assert ("other_drug_in_line" in found) is held
    assert ("drug_changes" in found) is not held


def test_a_prime_smaller_than_the_emptied_catheter_leaves_time_without_drug() -> None:
    # 0.19 - 0.1 = 0.09 mL at 0.6 mL/day
    said = {**SAME, **line("old", "none", prime="0.1 mL")}

    assert exact(results_of(said)["time_without_drug"]) == "3/20 day"
    assert stops(said) == {"time_without_drug"}


def test_a_prime_by_the_length_of_the_catheter_before_is_a_bolus_that_is_shown() -> None:
    # revised to 60 cm x 0.0022 = 0.132 mL, primed with the 0.19 mL of before: 0.058 x 500 = 29 mcg
    revised = {"system.catheter": {"length": "60 cm", "volume_per_length": "0.0022 mL/cm"}}

    results = results_of({**SAME, **revised, **line("old", "none", prime="0.19 mL")})

    assert exact(results["prime_drug_delivered"]) == "29 mcg"


def test_a_prime_of_a_full_catheter_is_warned_of_below_the_largest_bolus_too() -> None:
    # 0.04 x 2000 = 80 mcg; 0.05 x 2000 = 100, and a little more is beyond the largest of a trial
    down = {**SAME, "current.concentration": "2000 mcg/mL", **BRIDGE}

    below, above = (
        severities(checked_at({**down, "line": {"prime": {"volume": each}}}))
        for each in ("0.04 mL", "0.051 mL")
    )

    assert below["prime_of_full_catheter"] == "warning"
    assert above["prime_delivers_bolus"] == "stop"
    assert "prime_of_full_catheter" not in above


def test_after_a_stop_of_days_the_line_is_as_it_was_and_the_dose_a_starting_dose() -> None:
    # 150 mcg/day of 500 mcg/mL with an emptied catheter: 0.19 / 0.3 = 19/30 day
    stopped = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}
    restarted = {
        **SAME,
        "current": stopped,
        "current.daily_dose": None,
        "patient.last_change": "2026-11-07T09:00+01:00",
        "new.daily_dose": "150 mcg/day",
    }

    assert stops(restarted) == set()
    assert stops({**restarted, "new.daily_dose": "201 mcg/day"}) == {"restart_above_starting_dose"}
    assert exact(results_of({**restarted, **line("old", "none")})["time_without_drug"]) == "19/30 day"


def test_a_wrong_mixture_aspirated_and_refilled_is_bridged_for_what_was_really_there() -> None:
    # really 1000: 0.14 mL of it at 300 mcg/day, 7/15 day; 150 programmed at 500 were 300
    said = {
        "current.really": {"concentration": "1000 mcg/mL"},
        "current.daily_dose": "150 mcg/day",
        **line("old", "none", prime="0.19 mL"),
        **BRIDGE,
    }

    assert exact(results_of(said)["bridge_duration"]) == "7/15 day"
    assert exact(results_of(said)["dose_change_percent"]) == "0 %"


def test_a_prime_is_seen_through_a_schedule_of_boluses() -> None:
    # at 09:00 0.19 mL of nothing: 0.15 mL with the bolus of 12:00, 0.04 of the 0.15 mL in the 10 min from 18:00 on
    boluses = new_therapy(
        "periodic-bolus", basal="0 mcg/day", bolus="75 mcg", duration="10 min", every="6 h", first="06:00"
    )
    said = {key: value for key, value in SAME.items() if not key.startswith("new.")}

    results = document_of(check_of({**said, **boluses, **line("old", "none")}))["results"]

    assert (
        exact(results["time_without_drug"]) == f"{Fraction(9, 24) + Fraction(4, 15) * Fraction(10, 1440)} day"
    )


@pytest.mark.parametrize(
    ("changes", "place"), [(line("old", "none"), "line"), ({"bridge": {"aspirated": True}}, "bridge")]
)
def test_that_nothing_reaches_the_patient_is_said_where_the_line_was_said(
    changes: dict[str, Any], place: str
) -> None:
    found = {each.place for each in check_of(changes).findings if each.code == "system_aspirated"}

    assert found == {place}
