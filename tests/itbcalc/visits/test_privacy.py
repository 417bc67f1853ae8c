"""Names, birth dates, addresses and numbers of people are noticed in a note; ordinary notes are left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itbcalc.visits.privacy import suspected

ORDINARY = [
    "",
    "stopped at 09:40, restarted",
    "Baclofen 2000 mcg/mL",
    "left hip adductors MAS 2",
    "Dr B informed",
    "Dr B. Restarted at 10:15",
    "agreed with Dr M. Levi",
    "Discussed with Prof Stein",
    "Patient stable. Mother called. Dose 300 mcg/day",
    "Nausea, Vomiting",
    "SynchroMed II Battery Low",
    "Modified Ashworth Scale, Left Hip",
    "MAS 0 0 1 1 2 2 0",
    "Refill of 40 mL, residual 3.2 mL",
    "350 400 450 2000",
    "flow 0.1234567 mL/h",
    "1,234,567 units",
    "06:00 to 22:00 at 15 mcg/h",
    "next refill 12.05.2026",
    "implanted 2019-05-02",
    "seen again on 01-02-2026",
    "MRI L3 ok, CSF clear",
    "10 ms 2 Hz",
    "catheter tip at T10; 30 cm inside",
    "goal: transfers with one helper",
]
TELLING = [
    ("Spoke with Moshe Levi", "Moshe Levi"),
    ("Levi, Moshe", "Levi, Moshe"),
    ("M. Levi called", "M. Levi"),
    ("MOSHE LEVI", "MOSHE LEVI"),
    ("seen by wife of Anna-Maria O'Brien", "Anna-Maria O'Brien"),
    ("Mr levi fell", "Mr levi"),
    ("Mrs. Cohen says", "Mrs. Cohen"),
    ("Frau Müller berichtet", "Frau Müller"),
    ("Ms Cohen", "Ms Cohen"),
    ("born 12.04.1988", "born 12.04.1988"),
    ("*12/4/88", "*12/4/88"),
    ("DOB: 2019-03-04", "DOB: 2019-03-04"),
    ("12 April 1988", "12 April 1988"),
    ("1988-04-12", "1988-04-12"),
    ("lives at Herzl Street 12", "Herzl Street 12"),
    ("12 herzl st, third floor", "12 herzl st"),
    ("Bahnhofstraße 12", "Bahnhofstraße 12"),
    ("rue de Rivoli 10", "rue de Rivoli 10"),
    ("call 054-1234567", "054-1234567"),
    ("+972 54-123 4567", "+972 54-123 4567"),
    ("(555) 123-4567", "(555) 123-4567"),
    ("write to anna@example.org", "anna@example.org"),
    ("file 12345678-9", "file 12345678"),
    ("in record 123456782", "record 123456782"),
    ("MRN 4711", "MRN 4711"),
    ("the number is 1234567", "1234567"),
]


@pytest.mark.parametrize("note", ORDINARY)
def test_an_ordinary_note_is_left_alone(note):
    assert suspected(note) == ()


@pytest.mark.parametrize(("note", "piece"), TELLING)
def test_what_tells_who_it_is_about_is_noticed(note, piece):
    assert suspected(note)[0].startswith(piece)


@pytest.mark.parametrize(
    ("note", "piece"),
    [
        ("muller came late", "muller"),  # without accent and capital
        ("Müller came late", "Müller"),
        ("Mu\u0308ller came late", "Müller"),  # u and a combining diaeresis
        ("called ANNA", "ANNA"),
        ("Li came", "Li"),
        ("\u05dc\u05d5\u05d9 called", "\u05dc\u05d5\u05d9"),
    ],
)
def test_any_part_of_a_known_name_is_noticed_however_it_is_written(note, piece):
    assert suspected(note, ["Anna von Müller Li", "\u05de\u05e9\u05d4 \u05dc\u05d5\u05d9"]) == (piece,)


@pytest.mark.parametrize("note", ["li too late", "an annual check", "von Baclofen to morphine"])
def test_what_merely_resembles_a_known_name_is_left_alone(note):
    assert suspected(note, ["Anna von Müller Li"]) == ()


def test_several_pieces_come_in_order_and_each_once():
    note = "Moshe Levi, 054-1234567; later Moshe Levi again, anna@example.org"

    assert suspected(note) == ("Moshe Levi", "054-1234567", "anna@example.org")


@given(st.text(max_size=500))
def test_any_text_is_looked_through_and_each_piece_stands_in_it(text):
    pieces = suspected(text, [text[:20]])

    assert all(piece in unicodedata.normalize("NFC", text) for piece in pieces)
