"""Which dates typed in a hurry can mean one day alone, and which are left for the reader to refuse?"""

import pytest

from itbcalc.desk.dates import said_plainly, use_date_form
from itbcalc.quantities.date_form import DateForm


@pytest.mark.parametrize(
    ("typed", "plainly"),
    [
        ("22 November 2026 9:30", "22 Nov 2026 09:30"),
        ("22 november 2026", "22 Nov 2026"),
        ("22 NOV 2026 09:30", "22 Nov 2026 09:30"),
        ("22 Nov. 2026", "22 Nov 2026"),
        ("22 Nov 2026 9:30+02:00", "22 Nov 2026 09:30+02:00"),
        ("22.11.2026", "22 Nov 2026"),
        ("22.11.2026 9:05", "22 Nov 2026 09:05"),
        ("11/22/2026", "22 Nov 2026"),  # no month is called 22
        ("13-1-2027 10:00", "13 Jan 2027 10:00"),
        ("11.11.2026", "11 Nov 2026"),  # the same in both orders
        (" 8 May 2027 ", "8 May 2027"),
    ],
)
def test_what_can_mean_one_day_alone_is_said_plainly(typed, plainly):
    assert said_plainly(typed) == plainly


@pytest.mark.parametrize(
    "typed",
    [
        "8.9.2027",  # 8 September, or August 9th
        "08/09/2027 09:30",
        "22.11.26",  # which century, and which end is the year
        "22 Nov 26",
        "22.11/2026",
        "32.1.2027",
        "31.31.2027",
        "22 Mai 2026",
        "22 N 2026",
        "Nov 22 2026",
        "2026-11-22T09:30+02:00",
        "0.570",
        "",
    ],
)
def test_what_can_mean_two_days_or_none_is_left_as_it_is(typed):
    assert said_plainly(typed) == typed


@pytest.mark.parametrize(
    ("form", "typed", "plainly"),
    [
        (DateForm.DAY_FIRST, "8.9.2027", "8 Sep 2027"),
        (DateForm.DAY_FIRST, "22.11.2026 9:30", "22 Nov 2026 09:30"),
        (DateForm.DAY_FIRST, "11/22/2026", "11/22/2026"),  # no month is called 22, and the day stands first
        (DateForm.MONTH_FIRST, "8/9/2027", "9 Aug 2027"),
        (DateForm.MONTH_FIRST, "22.11.2026", "22.11.2026"),
        (DateForm.ISO, "22.11.2026", "22.11.2026"),
        (DateForm.ISO, "8.9.2027", "8.9.2027"),
        (DateForm.ISO, "2027-09-08", "2027-09-08"),
        (DateForm.ISO, "8 September 2027", "8 Sep 2027"),
    ],
)
def test_where_the_clinic_has_said_how_it_writes_dates_they_are_read_so(form, typed, plainly):
    use_date_form(form)
    try:
        assert said_plainly(typed) == plainly
    finally:
        use_date_form(None)
