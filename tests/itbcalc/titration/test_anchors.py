"""An anchor: one line of text, there and back, and refused in words where it is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itbcalc.errors import EntryError, Problem
from itbcalc.titration.anchors import Anchor, AnchorVerdict, anchor_verdict, read_anchor
from itbcalc.titration.entries import Head
from itbcalc.words import refusal_words

LOG_ID, HASH, NONE = "0123456789abcdef" * 2, "ab" * 32, "0" * 64
LINE = f"itbcalc-anchor 1 {LOG_ID} 42 {HASH} 2026-11-25T12:00:00.000000Z"  # as docs/log-format.md has it
HEAD = Head(LOG_ID, 42, HASH, "2026-11-25T12:00:00.000000Z")


def test_an_anchor_is_one_line() -> None:
    assert Anchor(HEAD).line == LINE
    assert read_anchor(LINE) == Anchor(HEAD)


def test_an_anchor_of_an_empty_log_can_be_read() -> None:
    line = Anchor(Head(LOG_ID, 0, NONE)).line

    assert "\n" not in line
    found = read_anchor(line).head
    assert (found.log_id, found.count, found.hash) == (LOG_ID, 0, NONE)


@pytest.mark.parametrize("around", [f" {LINE}", f"{LINE}\n", f"\t{LINE}\r\n"])
def test_blanks_around_an_anchor_do_not_matter(around: str) -> None:
    assert read_anchor(around) == Anchor(HEAD)


HEX = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(HEX, st.integers(0, 10**14), HEX, st.datetimes())
def test_there_and_back(log_id: str, count: int, last: str, moment: object) -> None:
    head = Head(log_id[:32], count, last, f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}".rjust(27, "0"))

    assert read_anchor(Anchor(head).line) == Anchor(head)


MALFORMED = {
    "nothing": "",
    "blank": " ",
    "only its name": "itbcalc-anchor 1",
    "a newer version": LINE.replace("anchor 1", "anchor 2"),
    "another program's": LINE.replace("itbcalc", "other"),
    "cut off": LINE[:-20],
    "cut in the hash": LINE[:90],
    "without the time": LINE.rpartition(" ")[0],
    "more behind it": f"{LINE} more",
    "two of them": f"{LINE}\n{LINE}",
    "two blanks": LINE.replace(" 42 ", "  42 "),
    "capitals": LINE.replace(HASH, HASH.upper()),
    "a letter of the hash lost": LINE.replace(HASH, HASH[1:]),
    "a letter O for a zero": LINE.replace(LOG_ID, "O" + LOG_ID[1:]),
    "a negative count": LINE.replace(" 42 ", " -1 "),
    "a count with a zero before it": LINE.replace(" 42 ", " 042 "),
    "a count in other digits": LINE.replace(" 42 ", " ٤٢ "),
    "a huge count": LINE.replace(" 42 ", f" {'9' * 5000} "),
}


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in MALFORMED.items()])
def test_what_is_no_anchor_is_refused_in_words(line: str) -> None:
    with pytest.raises(EntryError) as refused:
        read_anchor(line)

    assert refused.value.problem is Problem.ANCHOR
    words = refusal_words(refused.value)
    assert "is no anchor; write the whole line as it was printed: itbcalc-anchor 1 <log id>" in words
    assert len(words) < 300


@pytest.mark.parametrize(
    ("head", "at", "verdict"),
    [
        pytest.param(HEAD, HASH, AnchorVerdict.AGREES, id="the same end"),
        pytest.param(Head(LOG_ID, 50, "cd" * 32), HASH, AnchorVerdict.AGREES, id="the log went on"),
        pytest.param(Head(LOG_ID, 50, "cd" * 32), "ef" * 32, AnchorVerdict.REWRITTEN, id="another entry 42"),
        pytest.param(Head(LOG_ID, 41, HASH), NONE, AnchorVerdict.CUT_OFF, id="one entry less"),
        pytest.param(Head(LOG_ID, 0, NONE), NONE, AnchorVerdict.CUT_OFF, id="empty"),
        pytest.param(Head("f" * 32, 42, HASH), HASH, AnchorVerdict.OTHER_LOG, id="another log"),
    ],
)
def test_what_an_anchor_of_42_entries_says(head: Head, at: str, verdict: AnchorVerdict) -> None:
    assert anchor_verdict(Anchor(HEAD), head, at) is verdict


def test_the_verdicts_keep_their_text() -> None:
    assert [str(each) for each in AnchorVerdict] == ["agrees", "other_log", "cut_off", "rewritten"]
