"""The certificate: what it must say, and what of it could be taken for something else."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from itbcalc import __version__
from itbcalc.errors import LogDamagedError
from itbcalc.log.store import MemoryLog
from itbcalc.practice.certificate import PRACTICE_ONLY, certificate, is_certificate_of, log_words
from itbcalc.practice.parameters import NOT_VALIDATED
from tests.itbcalc.practice.playing import NAMES, after, library, scripted, start

PRINTED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


class Text(HTMLParser):
    """The words of a page, and whether its tags close."""

    def __init__(self):
        super().__init__()
        self.words, self.open, self.sources = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.sources.append(dict(attrs)["src"])
        else:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


def read(page):
    text = Text()
    text.feed(page)
    assert text.open == []
    return " ".join(" ".join(text.words).split()), text.sources


def page_of(run, **more):
    return read(certificate(run, library(), PRINTED, **more))[0]


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is_and_by_what_it_is_verified(name):
    run = scripted(name, "good")

    page = page_of(run)

    assert page.startswith(PRACTICE_ONLY)
    for words in (
        PRACTICE_ONLY,
        NOT_VALIDATED,
        run.scenario.title,
        f"itbcalc {__version__}",
        run.scenario.digest,
        run.log.head().hash,
        library().digest,
        "25 Nov 2026",
    ):
        assert words in page
    assert f"Seed {run.seed}" in page


def test_every_criterion_stands_with_points_reason_and_source():
    page = page_of(scripted("bridge-down", "bad"))

    assert "40 of 100 points, 40 %" in page
    assert (
        "0 of 35 The change of concentration was bridged. The concentration was changed without a bridge."
        in page
    )
    assert "OD91: Seven overdoses in five patients, 1991" in page


def test_what_was_overridden_stands_with_its_reason():
    page = page_of(scripted("bridge-up", "bad"))

    assert "Stop: Old drug is left in the line, and no bridge runs it out." in page
    assert "Reason for concentration_change_without_bridge: it is the same dose." in page


def test_help_and_instructor_are_told():
    run = after(start("kink"), {"do": "hint"}, {"do": "reveal"}, {"do": "advance", "by": "1 day"})

    page = page_of(run)

    assert "hints: 1" in page
    assert "an instructor looked behind the scenes" in page
    assert "Played to its end no" in page


def test_a_name_is_a_name_and_no_markup():
    page = certificate(start("kink", trainee="<b>Mal</b> & Co"), library(), PRINTED)

    assert "<b>Mal" not in page
    assert "<b>Mal</b> & Co" in read(page)[0]


def test_a_picture_of_the_course_is_taken_in():
    _, sources = read(certificate(start("kink"), library(), PRINTED, "data:image/png;base64,AAAA"))

    assert sources == ["data:image/png;base64,AAAA"]


class BeginsLate(MemoryLog):
    """A log whose first entry was lost."""

    def written(self, *, start=1):
        return super().written(start=max(start, 2))


def test_a_log_that_does_not_verify_certifies_nothing():
    run = scripted("bridge-up", "good")
    whole = after(start("bridge-up"), {"do": "observe", "what": "tone"}, {"do": "observe", "what": "tone"})
    begun_late = BeginsLate(whole.log.head().log_id)
    for draft in whole.drafts:
        begun_late.append(draft)

    assert "whole, 2 entries" in log_words(run)
    with pytest.raises(LogDamagedError):
        log_words(SimpleNamespace(log=begun_late))


# --- held against its run


def test_a_certificate_is_known_by_its_run_whenever_it_was_printed_and_with_any_picture():
    run = scripted("bridge-up", "good")
    page = certificate(run, library(), PRINTED, "data:image/png;base64,AAAA")

    assert is_certificate_of(page, run, library())
    assert not is_certificate_of(page, scripted("bridge-up", "bad"), library())
    assert not is_certificate_of(page, run, library(), debriefed=1)


@pytest.mark.parametrize(
    ("stands", "forged"), [("100 of 100", "99 of 100"), ("not named", "Anna"), ("Trainee", "Doctor")]
)
def test_a_word_that_was_changed_is_seen(stands, forged):
    run = scripted("bridge-up", "good")
    page = certificate(run, library(), PRINTED)

    assert stands in page
    assert not is_certificate_of(page.replace(stands, forged, 1), run, library())


def test_a_run_by_a_script_says_so_for_ever():
    moves = [move.table for move in scripted("bridge-up", "good").moves]
    by_hand, by_script = (after(start("bridge-up", scripted=each), *moves) for each in (False, True))

    assert "played by a script" in page_of(by_script)
    assert "played by a script" not in page_of(by_hand)
    assert log_words(by_script) != log_words(by_hand)
