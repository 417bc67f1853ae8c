"""Which passphrases are accepted, and how are they kept?"""

import unicodedata

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from itbcalc.errors import RefusedError

SHORTEST, LONGEST = 12, 200  # characters
FEWEST_KINDS = 5  # different ones among them: twelve blanks are no secret
# Argon2id above the least that OWASP's Password Storage Cheat Sheet asks for (19 MiB, 2 passes, 1 lane): as much
# as a window can wait for without a thread of its own.
MEMORY_KIB, PASSES, LANES = 32 * 1024, 2, 1


def standard_hasher() -> PasswordHasher:
    """Argon2id as passphrases are kept here."""
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def accepted_passphrase(text: str) -> str:
    """`text` as it is hashed, in normalization form C, so that every keyboard writes the same.

    Raises RefusedError, without the passphrase in it: too short, too long, or not to be typed again.
    """
    normal = _normal(text)
    if not normal:
        raise RefusedError("passphrase", "", "missing")
    if not normal.isprintable():
        raise RefusedError("passphrase", "", "passphrase_unseen")
    if len(normal) < SHORTEST:
        raise RefusedError("passphrase", "", "passphrase_short", limit=str(SHORTEST))
    if len(normal) > LONGEST:
        raise RefusedError("passphrase", "", "passphrase_long", limit=str(LONGEST))
    if len(set(normal.casefold())) < FEWEST_KINDS:
        raise RefusedError("passphrase", "", "passphrase_alike", limit=str(FEWEST_KINDS))
    return normal


def hash_of(hasher: PasswordHasher, passphrase: str) -> str:
    """What is kept of an accepted passphrase."""
    return hasher.hash(_normal(passphrase))


def matches(hasher: PasswordHasher, kept: str, typed: str) -> bool:
    """Whether `typed` is the passphrase of which `kept` is the hash; a hash that cannot be read matches nothing."""
    normal = _normal(typed)
    if len(normal) > LONGEST:
        return False
    try:
        return hasher.verify(kept, normal)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def is_weaker(kept: str, hasher: PasswordHasher) -> bool:
    """Whether `kept` was made with less memory or fewer passes than today's: it is then made anew, never the other way."""
    found = extract_parameters(kept)
    return found.memory_cost < hasher.memory_cost or found.time_cost < hasher.time_cost


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
