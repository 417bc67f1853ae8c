"""Which passphrases are accepted, how are they kept, and what follows a wrong one?"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from itbcalc.errors import RefusedError

SHORTEST, LONGEST = 12, 200  # characters
FEWEST_KINDS = 5  # different ones among them: twelve blanks are no secret
# Argon2id above the least that OWASP's Password Storage Cheat Sheet asks for (19 MiB, 2 passes, 1 lane): as much
# as a window can wait for without a thread of its own.
MEMORY_KIB, PASSES, LANES = 32 * 1024, 2, 1
FREE_FAILURES = 5  # in a row; each further one doubles the wait
FIRST_WAIT_S, LONGEST_WAIT_S = 5, 300


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


@dataclass(slots=True)
class _Failures:
    """Wrong passphrases of one operator in a row, and until when nothing more is tried."""

    count: int = 0
    until: float = 0


class Patience:
    """The growing wait after wrong passphrases. It is kept in memory: a program started anew has forgotten it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` tells seconds that never run backwards."""
        self._clock = clock
        self._failures: dict[str, _Failures] = {}

    def ask(self, operator_id: str) -> None:
        """Raises RefusedError while the wait lasts, also for the right passphrase."""
        failures = self._failures.get(operator_id)
        left = failures.until - self._clock() if failures else 0
        if left > 0:
            raise RefusedError("passphrase", "", "passphrase_wait", seconds=str(int(left) + 1))

    def failed(self, operator_id: str) -> None:
        """A wrong passphrase: from the fifth in a row on, the next has to wait."""
        failures = self._failures.setdefault(operator_id, _Failures())
        failures.count += 1
        over = failures.count - FREE_FAILURES
        if over >= 0:
            failures.until = self._clock() + min(FIRST_WAIT_S * 2**over, LONGEST_WAIT_S)

    def succeeded(self, operator_id: str) -> None:
        """The right passphrase: the row of wrong ones is over."""
        self._failures.pop(operator_id, None)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
