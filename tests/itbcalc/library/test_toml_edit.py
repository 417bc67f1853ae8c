"""Is one key set in a hand-written file without touching what else stands there?"""

import tomllib

import pytest

from itbcalc.library.toml_edit import with_key

WRITTEN = """\
# Our clinic, kept by A. Nurse
name = "Ward 3"   # as on the letters

closed = [
    "2026-12-24",  # and the day after
    "2026-12-31",
]
refill_lead_time = "5 day"

[refill_places]
mon = 2
"""


def test_a_value_is_replaced_and_every_comment_stays():
    assert with_key(WRITTEN, "refill_lead_time", "7 day") == WRITTEN.replace('"5 day"', '"7 day"')


def test_a_value_of_several_lines_is_replaced_whole():
    edited = with_key(WRITTEN, "closed", ["2027-01-01"])

    assert "2026-12-24" not in edited
    assert tomllib.loads(edited) == {**tomllib.loads(WRITTEN), "closed": ["2027-01-01"]}
    assert "# as on the letters" in edited


def test_a_new_key_stands_before_the_first_table_and_belongs_to_none():
    edited = with_key(WRITTEN, "phone", "030 1234")

    assert tomllib.loads(edited) == {**tomllib.loads(WRITTEN), "phone": "030 1234"}
    assert edited.startswith("# Our clinic")


def test_a_table_of_its_own_is_replaced():
    edited = with_key(WRITTEN, "refill_places", {"mon": 3, "thu": 1})

    assert tomllib.loads(edited)["refill_places"] == {"mon": 3, "thu": 1}
    assert "# and the day after" in edited


def test_a_key_is_taken_out():
    assert with_key(WRITTEN, "refill_lead_time", None) == WRITTEN.replace('refill_lead_time = "5 day"\n', "")


@pytest.mark.parametrize("before", ["", "# only words", 'name = "Ward 3"'])
def test_a_file_that_is_empty_or_does_not_end_its_line_takes_a_key(before):
    assert tomllib.loads(with_key(before, "phone", "1")) == {**tomllib.loads(before), "phone": "1"}


def test_what_cannot_be_taken_apart_by_lines_still_says_the_same():
    dotted = "refill_places.mon = 2\nrefill_places.thu = 1\n"

    edited = with_key(dotted, "refill_places", {"fri": 4})

    assert tomllib.loads(edited) == {"refill_places": {"fri": 4}}


def test_what_is_no_toml_is_refused_and_not_repaired():
    with pytest.raises(ValueError, match=r"[Ii]nvalid|[Ee]xpected"):
        with_key("name = ", "phone", "1")
