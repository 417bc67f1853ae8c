"""Do two names look the same to the eye? Letters of other scripts drawn like Latin ones, and digits like letters.

The pairs are those of Unicode's confusables (UTS 39, confusables.txt) for Cyrillic and Greek; accents, width and capitals are
folded by unicodedata. Other scripts are not looked at.
"""

import unicodedata

_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХԚԜаеѕіјорсухһԁԛԝ", "ABESIJKMHOPCTYXQWaesijopcyxhdqw", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲ", "ABEZHIKMNOPTYXovc", strict=True))
_LATIN = str.maketrans(_CYRILLIC | _GREEK)
_DASHES = "\N{MINUS SIGN}\N{HYPHEN BULLET}"  # the others are of the category of dashes
_LIKE_DIGITS = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l"})


def shape_of_name(name: str) -> str:
    """A name as the eye takes it: Latin letters, small, without accents, one dash for all, no blanks around and single ones within."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).translate(_LATIN).casefold())
    seen = ("-" if each in _DASHES or unicodedata.category(each) == "Pd" else each for each in plain)
    return " ".join("".join(each for each in seen if not unicodedata.combining(each)).split())


def shape_of_pseudonym(pseudonym: str) -> str:
    """The same, and a zero is an O, a one an l: in a pseudonym either may be meant."""
    return shape_of_name(pseudonym).translate(_LIKE_DIGITS)
