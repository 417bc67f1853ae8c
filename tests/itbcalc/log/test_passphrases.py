"""Which passphrases are accepted, and what is kept of them. The least that OWASP names for Argon2id: 19 MiB, 2 passes, 1 lane."""

import pytest
from argon2 import PasswordHasher

from itbcalc.errors import RefusedError
from itbcalc.log.passphrases import accepted_passphrase, hash_of, is_weaker, matches, standard_hasher

CHEAP = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
WORDS = "correct horse battery"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "missing"),
        ("abcdefghijk", "passphrase_short"),  # 11
        ("abcdefghijkl", ""),
        ("abcde" * 40, ""),  # 200
        ("abcde" * 40 + "f", "passphrase_long"),
        ("abcdabcdabcd", "passphrase_alike"),  # 4 different ones
        ("abcdABCDabcd", "passphrase_alike"),  # small and capital count as one
        ("abcdeabcdeab", ""),
        ("correct\thorse battery", "passphrase_unseen"),
    ],
)
def test_a_passphrase_has_12_to_200_characters_that_can_be_typed_again_and_five_kinds(
    text: str, rule: str
) -> None:
    if not rule:
        assert accepted_passphrase(text) == text
        return
    with pytest.raises(RefusedError) as refused:
        accepted_passphrase(text)
    assert (refused.value.rule, refused.value.typed) == (rule, "")


def test_it_is_the_same_however_its_letters_are_composed() -> None:
    composed, apart = "größere Wörter", "gro\u0308ßere Wo\u0308rter"

    assert accepted_passphrase(apart) == composed
    assert matches(CHEAP, hash_of(CHEAP, composed), apart)
    assert matches(CHEAP, hash_of(CHEAP, apart), composed)


@pytest.mark.parametrize("typed", ["", "Correct horse battery", WORDS + " ", "\ud800" * 12, "a" * 201])
def test_anything_else_is_not_the_passphrase(typed: str) -> None:
    assert not matches(CHEAP, hash_of(CHEAP, WORDS), typed)


def test_one_of_the_greatest_length_still_opens() -> None:
    longest = "abcde" * 40

    assert matches(CHEAP, hash_of(CHEAP, longest), longest)


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=16,t=2,p=1$"])
def test_a_hash_that_cannot_be_read_is_opened_by_nothing(kept: str) -> None:
    assert not matches(CHEAP, kept, WORDS)


@pytest.mark.parametrize(
    ("passes", "memory", "weaker"),
    [(2, 16, False), (1, 16, True), (2, 15, True), (1, 32, True), (3, 15, True), (3, 32, False)],
)
def test_a_hash_of_less_memory_or_fewer_passes_is_weaker(passes: int, memory: int, weaker: bool) -> None:
    kept = hash_of(PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1), WORDS)

    assert is_weaker(kept, CHEAP) is weaker


def test_what_is_kept_is_made_as_slowly_as_is_asked_for_and_on_one_lane() -> None:
    hasher = standard_hasher()

    assert hasher.memory_cost >= 19 * 1024
    assert hasher.time_cost >= 2
    assert hasher.parallelism == 1
