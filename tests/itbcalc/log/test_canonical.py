"""The one way to write an entry down: bytes written here by hand, after docs/log-format.md."""

import hashlib
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itbcalc.errors import LogDamagedError
from itbcalc.log.canonical import LARGEST_ENTRY, canonical_bytes, entry_hash, read_entry
from itbcalc.log.entries import Head, entry_of
from tests.itbcalc.log.logs import LOG_ID, draft, stand_alone

# The first entry of a log, written by hand: keys sorted, no blanks, characters outside ASCII as themselves.
BY_HAND = (
    b'{"author":"J. M\xc3\xbcller","body":{"note":"\\"quiet\\"","of":["1","7/40"]},"clock_went_back":false,'
    b'"effective_at":"","entry_id":"00000000-0000-4000-8000-000000000001","format":1,"kind":"dose_step_recorded",'
    b'"library":{"digest":"ab12","version":"3"},"log_id":"0123456789abcdef0123456789abcdef","offset":"+02:00",'
    b'"patient":"P-1","prev_hash":"0000000000000000000000000000000000000000000000000000000000000000",'
    b'"program":"0.1.0","recorded_at":"2026-11-25T12:01:00.000000Z","role":"nurse","seq":1,"signed":"typed","workstation":"ward",'
    b'"zone":"Europe/Berlin"}'
)


def test_an_entry_is_written_as_by_hand() -> None:
    entry = entry_of(
        draft(
            1,
            author="J. Mu\u0308ller",  # as some keyboards type it: two code points
            role="nurse",
            workstation="ward",
            zone="Europe/Berlin",
            program="0.1.0",
            library={"version": "3", "digest": "ab12"},
            body={"of": ["1", "7/40"], "note": '"quiet"'},
        ),
        Head(LOG_ID, 0, "0" * 64),
    )

    assert entry.written == BY_HAND
    assert entry.hash == hashlib.sha256(b"\x00" + BY_HAND).hexdigest()
    assert read_entry(BY_HAND, 1) == entry.content == json.loads(BY_HAND)


def test_the_hash_is_of_a_zero_byte_and_the_entry() -> None:
    # printf '\000{"a":1}' | sha256sum
    assert canonical_bytes({"a": 1}) == b'{"a":1}'
    assert entry_hash(b'{"a":1}') == SHA_OF_A_1


SHA_OF_A_1 = "c7261463ebd776f4650b6d0fe942d9cc38c925d90f77d440ab6df8d5dd258c5f"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("\x00\x1f", rb'"\u0000\u001f"', id="control characters"),
        pytest.param("\b\f\n\r\t", rb'"\b\f\n\r\t"', id="control characters with a letter"),
        pytest.param('"\\/', rb'"\"\\/"', id="quote and backslash, not the slash"),
        pytest.param("\x7f\u2028", '"\x7f\u2028"'.encode(), id="delete and line separator as themselves"),
        pytest.param("😀", b'"\xf0\x9f\x98\x80"', id="outside the basic plane"),
        pytest.param("\u212b", '"\u00c5"'.encode(), id="angstrom sign is a letter in form C"),
        pytest.param(-5, b"-5", id="negative"),
        pytest.param(2**53, b"9007199254740992", id="largest"),
        pytest.param([True, None, []], b"[true,null,[]]", id="list"),
        pytest.param({"b": 1, "a": 2, "A": 3, "_": 4}, b'{"A":3,"_":4,"a":2,"b":1}', id="keys by code point"),
    ],
)
def test_values_are_written_one_way(value: Any, written: bytes) -> None:
    assert canonical_bytes({"v": value}) == b'{"v":' + written + b"}"
    assert stand_alone.canonical({"v": value}) == b'{"v":' + written + b"}"


OTHER_WAYS = {
    "blank": b'{"a": 1}',
    "blank before": b' {"a":1}',
    "line end after": b'{"a":1}\n',
    "keys not sorted": b'{"b":1,"a":2}',
    "keys not sorted below": b'{"a":{"c":1,"b":2}}',
    "key twice": b'{"a":1,"a":1}',
    "key twice, otherwise": b'{"a":1,"a":2}',
    "escape not needed": rb'{"a":"\u0061"}',
    "slash escaped": rb'{"a":"\/"}',
    "escape in capitals": rb'{"a":"\u001F"}',
    "escape for a newline by number": rb'{"a":"\u000a"}',
    "text outside ASCII escaped": rb'{"a":"\u00e9"}',
    "form D": '{"a":"e\u0301"}'.encode(),
    "minus zero": b'{"a":-0}',
    "leading zero": b'{"a":01}',
    "float": b'{"a":1.0}',
    "exponent": b'{"a":1e3}',
    "not a number": b'{"a":NaN}',
    "infinity": b'{"a":Infinity}',
    "too large": b'{"a":9007199254740993}',
    "4,400 digits": b'{"a":' + b"9" * 4400 + b"}",
    "byte order mark": b'\xef\xbb\xbf{"a":1}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "not UTF-8": b'{"a":"\xff"}',
    "overlong": b'{"a":"\xc0\x80"}',
    "half a character": rb'{"a":"\ud800"}',
    "half a character in bytes": b'{"a":"\xed\xa0\x80"}',
    "key outside ASCII": '{"é":1}'.encode(),
    "list": b"[1]",
    "text": b'"a"',
    "null": b"null",
    "two": b'{"a":1}{"a":1}',
    "cut": b'{"a":',
    "nothing": b"",
    "nested too deeply": b'{"a":' + b"[" * 21 + b"]" * 21 + b"}",
    "nested beyond any stack": b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "larger than an entry can be": b'{"a":"' + b"x" * LARGEST_ENTRY + b'"}',
}


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in OTHER_WAYS.items()])
def test_any_other_way_to_write_is_refused_by_both_verifiers(content: bytes) -> None:
    with pytest.raises(LogDamagedError) as damaged:
        read_entry(content, 12)
    assert damaged.value.first_bad_entry == 12

    with pytest.raises(
        stand_alone.BrokenError, match=r"^entry 1: (not readable|not written in canonical form)"
    ):
        stand_alone.verify([(content, None)], LOG_ID)


def nested(depth: int, innermost: bytes = b"") -> bytes:
    """An entry with lists in one another, the innermost so deep: 20 is as deep as anything may lie."""
    return b'{"a":' + b"[" * depth + innermost + b"]" * depth + b"}"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(nested(20), id="as deep as a list may lie"),
        pytest.param(nested(19, b"1"), id="as deep as a number may lie"),
        pytest.param(nested(19, '"é"'.encode()), id="as deep as a text outside ASCII may lie"),
        pytest.param(b'{"a":"' + b"[{" * 30 + b'"}', id="brackets in a text"),
        pytest.param(b'{"a":"' + b"x" * (LARGEST_ENTRY - 8) + b'"}', id="as large as an entry can be"),
        # A tilde behind the n of an escape joins nothing: what stands before it is the end of a line.
        pytest.param(b'{"a":"\\n\xcc\x83"}', id="a combining mark behind an escape"),
        pytest.param(b'{"a":"\xcc\x88"}', id="a combining mark behind a quote"),
        pytest.param(b'{"a":[9007199254740992,-9007199254740992]}', id="the largest numbers"),
        pytest.param('{"a":"\u1100\u0020\u1161"}'.encode(), id="parts of a syllable that do not join"),
    ],
)  # fmt: skip
def test_what_is_written_the_one_way_is_read_by_both_verifiers(content: bytes) -> None:
    found = read_entry(content, 1)

    assert canonical_bytes(found) == content
    assert stand_alone.canonical(json.loads(content)) == content


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(nested(21), id="a list too deep"),
        pytest.param(nested(20, b"1"), id="a number too deep"),
        pytest.param(nested(20, '"é"'.encode()), id="a text outside ASCII too deep"),
        pytest.param('{"a":"é","b":{"é":1}}'.encode(), id="a key outside ASCII below"),
        pytest.param('{"a":[[{"é":"e\u0301"}]]}'.encode(), id="a key outside ASCII, and form D"),
        pytest.param('{"a":"\u1100\u1161"}'.encode(), id="parts of a syllable that join"),
        pytest.param('{"a":"a\u0301\u0323"}'.encode(), id="marks out of order"),
        pytest.param(b'{"a":-9007199254740993}', id="too far below zero"),
    ],
)
def test_what_lies_too_deep_or_is_in_another_form_is_refused_by_both_verifiers(content: bytes) -> None:
    with pytest.raises(LogDamagedError):
        read_entry(content, 1)

    with pytest.raises(stand_alone.BrokenError):
        stand_alone.verify([(content, None)], LOG_ID)


MARKS = st.text('ne\n"\\\u0303\u0301\u0323\u0338\u1100\u1161\u11a8\u212b\u00e9=<', max_size=8)


@given(st.lists(MARKS, max_size=4))
def test_texts_that_may_join_are_accepted_exactly_in_form_c(texts: list[str]) -> None:
    content = json.dumps({"a": texts}, ensure_ascii=False, separators=(",", ":")).encode()
    composed = all(unicodedata.is_normalized("NFC", text) for text in texts)

    try:
        accepted = read_entry(content, 1) == {"a": texts}
    except LogDamagedError:
        accepted = False

    assert accepted == composed


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
KEYS = st.text("abAB_0", max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)


@given(OBJECTS)
def test_there_and_back_is_the_same_but_for_form_c(entry: dict[str, Any]) -> None:
    content = canonical_bytes(entry)

    found = read_entry(content, 1)
    assert found == _composed(entry)
    assert canonical_bytes(found) == content
    assert stand_alone.canonical(entry) == content


@given(OBJECTS, st.randoms())
def test_the_order_of_keys_does_not_matter(entry: dict[str, Any], random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, list):
            return [shuffled(each) for each in value]
        if isinstance(value, dict):
            items = list(value.items())
            random.shuffle(items)
            return {key: shuffled(each) for key, each in items}
        return value

    assert canonical_bytes(shuffled(entry)) == canonical_bytes(entry)


@given(OBJECTS.filter(bool), st.sampled_from(["indent", "blanks", "ascii"]))
def test_the_same_object_written_otherwise_is_refused(entry: dict[str, Any], way: str) -> None:
    options: dict[str, Any] = {"indent": {"indent": 1}, "blanks": {}, "ascii": {"separators": (",", ":")}}[
        way
    ]
    content = json.dumps(_composed(entry), sort_keys=True, ensure_ascii=way == "ascii", **options).encode()
    if content == canonical_bytes(entry):
        return  # nothing outside ASCII in it: this way is the one way

    with pytest.raises(LogDamagedError):
        read_entry(content, 1)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_alike(content: bytes) -> None:
    try:
        read_entry(content, 1)
    except LogDamagedError:
        with pytest.raises(stand_alone.BrokenError):
            stand_alone.verify([(content, None)], LOG_ID)
    else:
        assert stand_alone.canonical(json.loads(content)) == content


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_composed(each) for each in value]
    if isinstance(value, dict):
        return {key: _composed(each) for key, each in value.items()}
    return value
