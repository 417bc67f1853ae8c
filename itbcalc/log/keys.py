"""The key of an encrypted log: made at random, kept wrapped by a passphrase, printed once to recover it.

The log itself is encrypted by SQLCipher with this key. The key file beside the log holds it wrapped (AES-GCM) by a
key that Argon2id derives from the passphrase; the recovery key is the key itself, written for paper.
"""

import base64
import hashlib
import json
import re
import secrets
import stat
import unicodedata
from pathlib import Path

from itbcalc.errors import LogUnavailableError, RefusedError
from itbcalc.log.passphrases import LONGEST, accepted_passphrase
from itbcalc.safe_files import private_mode, read_plain, replace_file, write_new

KEY_BYTES = 32
# Argon2id above the least that OWASP names (19 MiB, 2 passes): a stolen file can be tried without end.
MEMORY_KIB, PASSES, LANES = 65_536, 3, 1
_PURPOSE = b"itbcalc log key 1"
_CHECK_BYTES = 3  # with the key 35 bytes: 56 letters without padding, 14 groups of four
_GROUP = 4
_LARGEST_FILE = 4096


def new_key() -> bytes:
    """A key that nobody can guess."""
    return secrets.token_bytes(KEY_BYTES)


def recovery_key(key: bytes) -> str:
    """The key for paper: 14 groups of four letters and digits, the last of them to find a slip of the pen."""
    text = base64.b32encode(key + _check(key)).decode("ascii")
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def read_recovery_key(text: str) -> bytes:
    """The key on a printed recovery key, small letters and blanks for hyphens allowed. Raises RefusedError."""
    groups = re.split(r"[- ]+", text.strip().upper())
    raw = "".join(groups)
    if not re.fullmatch("[A-Z2-7]{56}", raw):
        raise RefusedError("recovery_key", "", "no_recovery_key")  # never shown back
    content = base64.b32decode(raw)
    key, check = content[:KEY_BYTES], content[KEY_BYTES:]
    if check != _check(key):
        raise RefusedError("recovery_key", "", "recovery_key_mistyped")
    return key


def write_key_file(path: Path, key: bytes, passphrase: str) -> None:
    """Writes the key, wrapped by a passphrase, into a new file. Raises RefusedError, LogUnavailableError."""
    content = _wrapped(key, passphrase)
    write_new(path, [content], mode=0o600)
    if private_mode(path.parent) != 0o600:
        path.chmod(private_mode(path.parent))


def rewrap_key_file(path: Path, key: bytes, passphrase: str) -> None:
    """Writes the key into the place of an older key file, or of one that was lost, wrapped by another passphrase.

    Raises as `write_key_file`.
    """
    if not path.exists():
        write_key_file(path, key, passphrase)
        return
    content = _wrapped(key, passphrase)
    try:
        if stat.S_IMODE(path.stat().st_mode) != private_mode(path.parent):
            path.chmod(
                private_mode(path.parent)
            )  # one of an earlier program was open to all; the new one takes after it
        replace_file(path, content)
    except OSError as error:
        raise LogUnavailableError("not_written", error.strerror or str(error)) from error


def _wrapped(key: bytes, passphrase: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    passphrase = accepted_passphrase(passphrase)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    wrapped = AESGCM(_derived(passphrase, salt, MEMORY_KIB, PASSES, LANES)).encrypt(nonce, key, _PURPOSE)
    table = {
        "format": 1,
        "memory_kib": MEMORY_KIB,
        "passes": PASSES,
        "lanes": LANES,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "wrapped": wrapped.hex(),
    }
    return json.dumps(table, indent=1).encode("ascii") + b"\n"


def read_key_file(path: Path, passphrase: str) -> bytes:
    """The key in a key file. Raises RefusedError for a wrong passphrase, LogUnavailableError for a file that is none."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        table = json.loads(read_plain(path, _LARGEST_FILE))
        salt, nonce, wrapped = (bytes.fromhex(table[name]) for name in ("salt", "nonce", "wrapped"))
        costs = [int(table[name]) for name in ("memory_kib", "passes", "lanes")]
        sane = table["format"] == 1 and 19_456 <= costs[0] <= 2**21 and 1 <= costs[1] <= 64 and costs[2] == 1
    except OSError as error:
        raise LogUnavailableError("key_file", error.strerror or str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise LogUnavailableError("key_file", "it is not one") from error
    if not sane:
        raise LogUnavailableError("key_file", "it is of another format")
    try:
        return AESGCM(_derived(passphrase, salt, *costs)).decrypt(nonce, wrapped, _PURPOSE)
    except InvalidTag as error:
        raise RefusedError("passphrase", "", "passphrase_wrong", known="the log") from error


def _derived(passphrase: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    text = unicodedata.normalize("NFC", passphrase)[: LONGEST + 1].encode("utf-8", "surrogatepass")
    return hash_secret_raw(text, salt, passes, memory_kib, lanes, KEY_BYTES, Type.ID)


def _check(key: bytes) -> bytes:
    return hashlib.sha256(_PURPOSE + key).digest()[:_CHECK_BYTES]
