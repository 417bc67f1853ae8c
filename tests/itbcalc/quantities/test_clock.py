"""Which time of day does a text name, and how does a clock show a moment?"""

from fractions import Fraction

import pytest

from itbcalc.errors import Problem
from itbcalc.quantities.clock import TIME_EXAMPLE, TimeOfDay, Weekday, clock_text, read_time_of_day


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("00:00", 0),
        ("00:01", 1),
        ("06:00", 360),
        ("07:05", 425),
        ("09:59", 599),
        ("10:00", 600),
        ("12:00", 720),
        ("19:30", 1170),
        ("20:00", 1200),
        ("22:00", 1320),
        ("23:59", 1439),
        (" 22:00 ", 1320),
    ],
)
def test_hours_and_minutes_of_two_digits_each_are_a_time(text, minute):
    time = read_time_of_day(text)

    assert time == TimeOfDay(minute)
    assert time.text == text.strip()


@pytest.mark.parametrize(
    ("text", "problem", "shown"),
    [
        ("", Problem.EMPTY, ""),
        (" ", Problem.EMPTY, ""),
        ("7:00", Problem.TIME_OF_DAY, "7:00"),
        ("07:5", Problem.TIME_OF_DAY, "07:5"),
        ("0700", Problem.TIME_OF_DAY, "0700"),
        ("7", Problem.TIME_OF_DAY, "7"),
        ("22", Problem.TIME_OF_DAY, "22"),
        ("22.00", Problem.TIME_OF_DAY, "22.00"),
        ("22,00", Problem.TIME_OF_DAY, "22,00"),
        ("22h00", Problem.TIME_OF_DAY, "22h00"),
        ("22 h", Problem.TIME_OF_DAY, "22 h"),
        ("22-00", Problem.TIME_OF_DAY, "22-00"),
        ("22 :00", Problem.TIME_OF_DAY, "22 :00"),
        ("22: 00", Problem.TIME_OF_DAY, "22: 00"),
        ("22:00:00", Problem.TIME_OF_DAY, "22:00:00"),
        ("022:00", Problem.TIME_OF_DAY, "022:00"),
        ("22:000", Problem.TIME_OF_DAY, "22:000"),
        ("-22:00", Problem.TIME_OF_DAY, "-22:00"),
        ("22:60", Problem.TIME_OF_DAY, "22:60"),
        ("25:00", Problem.TIME_OF_DAY, "25:00"),
        ("99:99", Problem.TIME_OF_DAY, "99:99"),
        ("24:01", Problem.TIME_OF_DAY, "24:01"),
        ("24:00", Problem.TIME_MIDNIGHT, "24:00"),
        ("24.00", Problem.TIME_MIDNIGHT, "24.00"),
        ("2400", Problem.TIME_MIDNIGHT, "2400"),
        ("10 pm", Problem.TIME_AM_PM, "10 pm"),
        ("10pm", Problem.TIME_AM_PM, "10pm"),
        ("10:00 PM", Problem.TIME_AM_PM, "10:00 PM"),
        ("10:00 a.m.", Problem.TIME_AM_PM, "10:00 a.m."),
        ("06:00am", Problem.TIME_AM_PM, "06:00am"),
        ("12 p. m.", Problem.TIME_AM_PM, "12 p. m."),
        ("noon", Problem.TIME_OF_DAY, "noon"),
        ("midnight", Problem.TIME_OF_DAY, "midnight"),
        ("22:00 Uhr", Problem.TIME_OF_DAY, "22:00 Uhr"),
        ("22:00Z", Problem.TIME_OF_DAY, "22:00Z"),
        ("22:00+01:00", Problem.TIME_OF_DAY, "22:00+01:00"),
        ("2026-11-10T22:00", Problem.TIME_OF_DAY, "2026-11-10T22:00"),
        ("２２:00", Problem.TIME_OF_DAY, "２２:00"),
        ("22：00", Problem.TIME_OF_DAY, "22：00"),
        ("٢٢:٠٠", Problem.TIME_OF_DAY, "٢٢:٠٠"),
        ("2²:00", Problem.TIME_OF_DAY, "2²:00"),
        ("XXII:00", Problem.TIME_OF_DAY, "XXII:00"),
        ("22\u200b:00", Problem.INVISIBLE, "22[U+200B]:00"),
        ("\ufeff22:00", Problem.INVISIBLE, "[U+FEFF]22:00"),
        ("22:00\n", Problem.INVISIBLE, "22:00[U+000A]"),
        ("22:00\t", Problem.INVISIBLE, "22:00[U+0009]"),
        ("22\u00a0:00", Problem.INVISIBLE, "22[U+00A0]:00"),
        ("22:00\u202e", Problem.INVISIBLE, "22:00[U+202E]"),
        ("22:0\x000", Problem.INVISIBLE, "22:0[U+0000]0"),
        ("2" * 10_000, Problem.TOO_LONG, "2" * 40),
    ],
)
def test_what_is_no_time_or_may_be_two_is_refused_shown_and_answered(text, problem, shown, refusal_of):
    refusal = refusal_of(lambda: read_time_of_day(text))

    assert refusal.problem is problem
    assert refusal.typed == text
    assert shown in refusal.words
    assert ("00:00" if problem is Problem.TIME_MIDNIGHT else TIME_EXAMPLE) in refusal.words


@pytest.mark.parametrize(
    ("minute", "later", "text"),
    [
        (1320, 480, "06:00"),  # 22:00 + 8 h
        (1320, 120, "00:00"),
        (360, 720, "18:00"),
        (1080, 720, "06:00"),
        (0, -60, "23:00"),
        (360, -30, "05:30"),
        (1439, 1, "00:00"),
        (360, 1440, "06:00"),
        (360, 0, "06:00"),
    ],
)
def test_a_later_time_goes_on_past_midnight(minute, later, text):
    assert TimeOfDay(minute).later(later).text == text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (Fraction(0), "00:00"),
        (Fraction(1, 4), "06:00"),
        (Fraction(11, 12), "22:00"),
        (Fraction(1), "24:00"),
        (Fraction(1439, 1440), "23:59"),
        (Fraction(1, 86400), "00:00:01"),
        (Fraction(21700, 86400), "06:01:40"),
        (Fraction(21660, 86400), "06:01"),
        (Fraction(1, 1440) + Fraction(1, 172_800), "00:01:00"),  # half a second past: it is no whole minute
    ],
)
def test_a_clock_shows_seconds_only_where_there_are_any(days, text):
    assert clock_text(days) == text


def test_a_time_is_a_part_of_the_day():
    assert TimeOfDay(360).days == Fraction(1, 4)
    assert TimeOfDay(0).days == 0
    assert TimeOfDay(1439).days == Fraction(1439, 1440)


def test_the_week_begins_on_monday():
    assert [weekday.number for weekday in Weekday] == [0, 1, 2, 3, 4, 5, 6]
    assert [weekday.words for weekday in Weekday] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
