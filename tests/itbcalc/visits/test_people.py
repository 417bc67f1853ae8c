"""Who works here and whom a pseudonym stands for: passphrases, roles, and names that can be forgotten."""

import multiprocessing
import random
import sqlite3
import unicodedata
from contextlib import closing

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itbcalc.errors import FieldEntryError, PeopleUnavailableError, RefusedError
from itbcalc.say import refusal_words
from itbcalc.visits.people import Operator, OperatorChange, People, Role

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
WORDS = "correct horse battery"
OTHER = "staple of another kind"


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "people.sqlite"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def people(path, clock):
    return People(path, hasher=CHEAP, clock=clock)


@pytest.fixture
def levi(people):
    return people.add("M. Levi", "pump nurse", WORDS).operator


@pytest.fixture
def cohen(people, levi):
    return people.add("S. Cohen", "physician", OTHER, acting=levi).operator


def refused(call, *arguments, **named):
    with pytest.raises(RefusedError) as caught:
        call(*arguments, **named)
    return caught.value


# --- the file


def test_nobody_is_there_before_the_first_and_reading_makes_no_file(people, path):
    assert people.operators() == []
    assert people.identities() == []
    assert people.identity("P-1") is None
    assert not people.erase_identity("P-1")

    assert not path.exists()


def test_only_the_owner_may_read_the_file(people, levi, path):
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["people.sqlite"]


def test_another_file_in_its_place_is_left_as_it_is(people, path):
    path.parent.mkdir()
    path.write_bytes(b"a letter to somebody, longer than a header of SQLite would ever be " * 3)
    before = path.read_bytes()

    with pytest.raises(PeopleUnavailableError) as caught:
        people.add("M. Levi", "pump nurse", WORDS)

    assert caught.value.reason == "not_people"
    assert "no operators" in refusal_words(caught.value)
    assert path.read_bytes() == before


def test_a_file_of_a_newer_program_is_not_touched(people, levi, path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 2")

    with pytest.raises(PeopleUnavailableError) as caught:
        people.operators()

    assert caught.value.reason == "too_new"


def test_a_file_that_another_window_holds_is_said_to_be_held(people, levi, path, monkeypatch):
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("itbcalc.log.sqlite_file.BUSY_MS", 20)

    with pytest.raises(PeopleUnavailableError) as caught:
        people.change_role(levi.id, "trainee", acting=levi)
    holder.close()

    assert caught.value.reason == "locked"
    assert people.operators() == [levi]


def test_an_operator_cannot_be_deleted_from_whatever_program(people, levi, path):
    with (
        pytest.raises(sqlite3.IntegrityError, match="never deleted"),
        closing(sqlite3.connect(path)) as connection,
    ):
        connection.execute("DELETE FROM operator")


# --- passphrases


def test_the_standard_hash_is_argon2id_above_what_owasp_asks_for(path):
    People(path).add("M. Levi", "pump nurse", WORDS)
    with closing(sqlite3.connect(path)) as connection, connection:
        (kept,) = connection.execute("SELECT passphrase_hash FROM operator").fetchone()

    found = extract_parameters(kept)
    assert found.type is Type.ID
    assert found.memory_cost >= 19 * 1024
    assert found.time_cost >= 2
    assert found.parallelism == 1


def test_the_passphrase_stands_nowhere_in_the_file(people, levi, path):
    assert WORDS.encode() not in path.read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=210))
def test_the_right_passphrase_is_accepted_and_no_other(tmp_path_factory, typed):
    people = People(tmp_path_factory.mktemp("people") / "people.sqlite", hasher=CHEAP)
    levi = people.add("M. Levi", "pump nurse", WORDS).operator
    assert people.check(levi.id, WORDS) == levi
    if unicodedata.normalize("NFC", typed) != WORDS:
        assert refused(people.check, levi.id, typed).rule == "passphrase_wrong"

    right = typed if _changed(people, levi, typed) else WORDS
    assert people.check(levi.id, right) == levi


def _changed(people, operator, passphrase):
    try:
        people.change_passphrase(operator.id, passphrase, acting=operator, old=WORDS)
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize(
    ("passphrase", "rule"),
    [
        ("", "missing"),
        ("1234", "passphrase_short"),
        ("elevenchars", "passphrase_short"),
        ("e\u0301" * 11, "passphrase_short"),  # eleven characters, however they are typed
        ("x" * 201, "passphrase_long"),
        (" " * 12, "passphrase_alike"),
        ("abababababababab", "passphrase_alike"),
        ("correct\thorse battery", "passphrase_unseen"),
        ("correct\u200bhorse battery", "passphrase_unseen"),
    ],
)
def test_a_passphrase_that_will_not_do_is_refused_and_not_repeated(people, passphrase, rule):
    error = refused(people.add, "M. Levi", "pump nurse", passphrase)

    assert (error.field, error.rule, error.typed) == ("passphrase", rule, "")
    assert people.operators() == []


@pytest.mark.parametrize(
    "passphrase",
    ["twelve chars", "five!" * 40, "e\u0301n fu\u0308nf K" + "e\u0301" * 6, " blanks count too "],
)
def test_a_passphrase_of_twelve_to_two_hundred_characters_is_accepted(people, passphrase):
    levi = people.add("M. Levi", "pump nurse", passphrase).operator

    assert people.check(levi.id, unicodedata.normalize("NFD", passphrase)) == levi


def test_why_a_short_one_will_not_do_is_said(people):
    words = refusal_words(refused(people.add, "M. Levi", "pump nurse", "1234"))

    assert "at least 12 characters" in words
    assert "PIN" in words


def test_half_a_character_is_a_wrong_passphrase(people, levi):
    assert refused(people.check, levi.id, "\ud800" * 12).rule == "passphrase_wrong"


def test_after_five_wrong_ones_in_a_row_there_is_a_wait_that_grows(people, levi, clock):
    for _ in range(5):
        assert refused(people.check, levi.id, "a wrong passphrase").rule == "passphrase_wrong"

    waiting = refused(people.check, levi.id, WORDS)
    assert (waiting.rule, waiting.values) == ("passphrase_wait", {"seconds": "6"})
    clock.now += 4.5
    assert "wait 1 s" in refusal_words(refused(people.check, levi.id, WORDS))
    clock.now += 0.5
    assert refused(people.check, levi.id, "a wrong passphrase").rule == "passphrase_wrong"
    clock.now += 9.5  # ten seconds after the sixth
    assert refused(people.check, levi.id, WORDS).rule == "passphrase_wait"
    clock.now += 0.5
    assert people.check(levi.id, WORDS) == levi


def test_the_right_one_ends_the_row_of_wrong_ones(people, levi):
    for _ in range(3):
        for _ in range(4):
            refused(people.check, levi.id, "a wrong passphrase")
        assert people.check(levi.id, WORDS) == levi


def test_the_wait_is_never_longer_than_five_minutes_and_of_one_operator_only(people, levi, cohen, clock):
    for _ in range(30):
        assert refused(people.check, levi.id, "a wrong passphrase").rule == "passphrase_wrong"
        clock.now += 300

    assert people.check(cohen.id, OTHER) == cohen
    assert people.check(levi.id, WORDS) == levi


def test_a_hash_of_weaker_parameters_is_made_anew_and_a_stronger_one_left(path, levi):
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)

    People(path, hasher=stronger).check(levi.id, WORDS)
    made_anew = _kept(path)
    People(path, hasher=CHEAP).check(levi.id, WORDS)

    assert (extract_parameters(made_anew).time_cost, extract_parameters(made_anew).memory_cost) == (2, 16)
    assert _kept(path) == made_anew


def _kept(path):
    connection = sqlite3.connect(path)
    (kept,) = connection.execute("SELECT passphrase_hash FROM operator").fetchone()
    connection.close()
    return kept


def test_a_hash_somebody_broke_lets_nobody_in(people, levi, path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE operator SET passphrase_hash = 'none'")

    assert refused(people.check, levi.id, WORDS).rule == "passphrase_wrong"


# --- operators


def test_the_first_operator_needs_nobody_and_the_next_one_does(people, levi):
    assert refused(people.add, "S. Cohen", "physician", OTHER).rule == "needs_operator"
    stranger = Operator("none", "X", "physician")
    assert refused(people.add, "S. Cohen", "physician", OTHER, acting=stranger).rule == "needs_operator"

    change = people.add("S. Cohen", "physician", OTHER, acting=levi)

    assert change.change == "added"
    assert people.operators() == [levi, change.operator]


def test_a_change_says_what_its_entry_holds():
    change = OperatorChange(Operator("7f", "M. Levi", "trainee"), "role")

    assert change.body == {"operator": {"id": "7f", "name": "M. Levi", "role": "trainee"}, "change": "role"}


@pytest.mark.parametrize("name", ["M. Levi", "m. LEVI", "  M.   Levi "])
def test_a_name_is_given_once(people, levi, name):
    error = refused(people.add, name, "physician", OTHER, acting=levi)

    assert (error.field, error.rule) == ("name", "name_taken")


def test_the_name_of_somebody_who_left_stays_taken(people, levi, cohen):
    people.deactivate(cohen.id, acting=levi)

    assert refused(people.add, "s. cohen", "physician", OTHER, acting=levi).rule == "name_taken"


@pytest.mark.parametrize(
    ("name", "rule"), [("", "missing"), ("a\x00b", "invisible"), ("x" * 501, "too_long")]
)
def test_a_name_that_will_not_do_is_refused(people, name, rule):
    assert refused(people.add, name, "physician", WORDS).rule == rule


def test_a_role_is_one_of_a_closed_list(people, levi):
    assert refused(people.add, "S. Cohen", "chief", OTHER, acting=levi).rule == "unknown_role"
    assert refused(people.change_role, levi.id, "", acting=levi).rule == "missing"
    assert "pump nurse" in list(Role)


def test_role_and_name_are_changed_and_told(people, levi):
    role = people.change_role(levi.id, "physician", acting=levi)
    name = people.change_name(levi.id, "M. Levi-Katz", acting=levi)

    assert (role.change, role.operator.role) == ("role", "physician")
    assert (name.change, name.operator.name) == ("name", "M. Levi-Katz")
    assert people.operators() == [Operator(levi.id, "M. Levi-Katz", "physician")]


def test_a_name_may_change_its_capitals_but_not_become_anothers(people, levi, cohen):
    people.change_name(levi.id, "M. LEVI", acting=levi)

    assert refused(people.change_name, levi.id, "s. cohen", acting=levi).rule == "name_taken"


def test_ones_own_passphrase_needs_the_old_one(people, levi):
    error = refused(people.change_passphrase, levi.id, OTHER, acting=levi, old="not the old one")
    assert (error.field, error.rule) == ("old", "passphrase_wrong")

    assert people.change_passphrase(levi.id, OTHER, acting=levi, old=WORDS).change == "passphrase"

    assert people.check(levi.id, OTHER) == levi
    assert refused(people.check, levi.id, WORDS).rule == "passphrase_wrong"


def test_a_forgotten_passphrase_is_replaced_by_a_colleague_and_ends_the_wait(people, levi, cohen):
    for _ in range(6):
        refused(people.check, levi.id, "forgotten passphrase")

    people.change_passphrase(levi.id, "a new one for her", acting=cohen)

    assert people.check(levi.id, "a new one for her") == levi


def test_who_is_deactivated_neither_unlocks_nor_acts(people, levi, cohen):
    change = people.deactivate(cohen.id, acting=levi)

    assert (change.change, change.operator.active) == ("deactivated", False)
    assert [each.active for each in people.operators()] == [True, False]
    assert refused(people.check, cohen.id, OTHER).rule == "no_operator"
    assert refused(people.deactivate, levi.id, acting=cohen).rule == "needs_operator"
    assert refused(people.change_role, cohen.id, "trainee", acting=levi).rule == "no_operator"


def test_the_last_operator_stays(people, levi, cohen):
    people.deactivate(cohen.id, acting=levi)

    assert refused(people.deactivate, levi.id, acting=levi).rule == "last_operator"


def _add(path, name):
    try:
        People(path, hasher=CHEAP).add(name, "pump nurse", WORDS)
    except RefusedError as error:
        return error.rule
    return "added"


def test_of_two_windows_that_add_a_first_operator_only_one_does(path):
    path.parent.mkdir()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        told = pool.starmap(_add, [(path, "M. Levi"), (path, "S. Cohen")])

    assert sorted(told) == ["added", "needs_operator"]
    assert len(People(path).operators()) == 1


# --- identities


def test_an_identity_is_said_found_and_said_anew(people):
    people.set_identity("P-0102", "Moshe Levi", "12 Apr 1988", "ward 3")
    assert people.identity(" P-0102 ") == people.identities()[0]
    assert people.identity("P-0102").born == "1988-04-12"

    people.set_identity("P-0102", "Moshe Levy")

    assert [(each.name, each.born, each.note) for each in people.identities()] == [("Moshe Levy", "", "")]
    assert people.identity("P-0103") is None


@pytest.mark.parametrize(("pseudonym", "name"), [("", "Moshe Levi"), ("P-1", " ")])
def test_an_identity_needs_pseudonym_and_name(people, pseudonym, name):
    assert refused(people.set_identity, pseudonym, name).rule == "missing"


def test_a_birth_date_that_can_be_read_two_ways_is_refused(people):
    with pytest.raises(FieldEntryError) as caught:
        people.set_identity("P-1", "Moshe Levi", "4/12/88")

    assert caught.value.field == "born"


def test_an_erased_name_is_gone_from_the_bytes_of_the_file(people, path):
    for number in range(60):
        people.set_identity(f"P-{number:02}", f"Zebulon{number:02} Quartermaine", "1988-04-12", "n" * number)
    for number in range(0, 60, 3):
        people.set_identity(f"P-{number:02}", f"Ysolde{number:02} Featherstonehaugh")

    for number in range(0, 60, 2):
        assert people.erase_identity(f"P-{number:02}")

    left = path.read_bytes()
    assert [each.name for each in path.parent.iterdir()] == ["people.sqlite"]
    assert not [n for n in range(0, 60, 2) if f"Zebulon{n:02}".encode() in left]
    assert not [n for n in range(0, 60, 6) if f"Ysolde{n:02}".encode() in left]
    assert b"Zebulon01" in left
    assert b"Ysolde03" in left
    assert len(people.identities()) == 30


@pytest.mark.parametrize("forget", ["erase_identity", "set_identity"])
@pytest.mark.parametrize(
    "seed", [6, 17, 54, 59]
)  # after these, SQLite's own overwriting has left names in gaps
def test_nothing_is_left_of_names_that_the_file_moved_about(people, path, seed, forget):
    people.set_identity("P-last", "Somebody Else")
    gone = _come_and_go(path, seed)
    people.erase_identity("P-last") if forget == "erase_identity" else people.set_identity(
        "P-last", "Another"
    )

    left = path.read_bytes()
    assert len(gone) > 250
    assert not [name for name in gone if name.encode() in left]


def _come_and_go(path, seed):
    """Hundreds of identities said, said anew and deleted; returns the names that must be gone."""
    chance, live, gone = random.Random(seed), {}, set()  # noqa: S311  # the same history each time
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = OFF")
    for number in range(600):
        pseudonym = f"P-{chance.randrange(120)}"
        if chance.random() < 0.6:
            name, note = f"Zeb{seed}x{number:05}Q", "n" * chance.choice([0, 5, 50, 300, 500, 1500])
            gone |= {live.pop(pseudonym)} if pseudonym in live else set()
            connection.execute("REPLACE INTO identity VALUES (?, ?, '', ?)", (pseudonym, name, note))
            live[pseudonym] = name
        elif pseudonym in live:
            connection.execute("DELETE FROM identity WHERE pseudonym = ?", (pseudonym,))
            gone.add(live.pop(pseudonym))
    connection.close()
    return gone


def test_forgetting_a_patient_leaves_the_operators(people, levi):
    people.set_identity("P-1", "Moshe Levi")

    people.erase_identity("P-1")

    assert people.operators() == [levi]
    assert people.check(levi.id, WORDS) == levi


def test_a_program_that_is_started_anew_has_not_forgotten_wrong_ones(path, levi, clock):
    for _ in range(5):
        assert refused(People(path, hasher=CHEAP, clock=clock).check, levi.id, "a wrong passphrase").rule == (
            "passphrase_wrong"
        )

    assert refused(People(path, hasher=CHEAP, clock=clock).check, levi.id, WORDS).rule == "passphrase_wait"
    clock.now -= 10_000  # set back: nobody waits longer than the longest
    waits = refused(People(path, hasher=CHEAP, clock=clock).check, levi.id, WORDS)
    assert (waits.rule, waits.values) == ("passphrase_wait", {"seconds": "301"})
    clock.now += 10_005
    assert People(path, hasher=CHEAP, clock=clock).check(levi.id, WORDS) == levi
