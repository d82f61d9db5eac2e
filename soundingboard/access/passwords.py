"""Passwords: kept as argon2id, checked two at a time, refused where they are easily guessed."""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.errors import RuleError

FEWEST, MOST = 10, 256
STRONG = 3
"""The score of zxcvbn, 0..4, from which on a password is taken: over 10^8 guesses."""
_SCORED = 72  # letters zxcvbn looks at; what is longer is judged by its beginning
_MEND = "Take four words that have nothing to do with each other, or let a password manager pick."


class Hasher:
    """Makes and checks password hashes, each with 64 MiB and some 0.1 s by argon2's defaults.

    at_once : how many may be worked on together; more would starve the pages of memory and time
    """

    def __init__(self, argon: PasswordHasher | None = None, at_once: int = 2) -> None:
        self._argon = argon or PasswordHasher()
        self._turn = threading.BoundedSemaphore(at_once)
        self._nobody = _made_up(self._argon)

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        with self._turn:
            return self._argon.hash(_normal(password))

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the one; where there is no hash the same work is done."""
        try:
            with self._turn:
                self._argon.verify(password_hash or self._nobody, _normal(password)[: MOST + 1])
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether today's parameters are others than those it was made with."""
        return self._argon.check_needs_rehash(password_hash)


def refuse_weak(password: str, about: Iterable[str]) -> None:
    """Raises RuleError for a password that is too short, too long or easily guessed.

    about : what anyone would try first: the user's address and name, the brands' names
    """
    given = _normal(password)
    if len(given) < FEWEST:
        raise RuleError(f"A password needs at least {FEWEST} characters.", mend=_MEND)
    if len(given) > MOST:
        raise RuleError(
            f"That is longer than the {MOST} characters we keep.", mend="Leave some of it out."
        )
    obvious = {word for told in about for word in _words(told)}
    if _folded(given) in obvious:
        raise RuleError("Your own name, your address or a brand is no password.", mend=_MEND)
    if _score(given, obvious) < STRONG:
        raise RuleError("This password is easy to guess.", mend=_MEND)


def _score(password: str, obvious: set[str]) -> int:
    from zxcvbn import zxcvbn  # its word lists take longer to load than a page to show

    return int(zxcvbn(password[:_SCORED], user_inputs=sorted(obvious))["score"])


def _words(told: str) -> set[str]:
    """A name or an address, whole and in its pieces."""
    folded = _folded(told)
    pieces = "".join(c if c.isalnum() else " " for c in folded).split()
    return {word for word in (folded, folded.replace(" ", ""), *pieces) if len(word) > 2}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _normal(password: str) -> str:
    """Equal for one password, on whichever keyboard its accents were typed (NFC)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode("utf-8")


def _made_up(argon: PasswordHasher) -> str:
    """The hash of nobody's password, as costly to check as one made today."""

    def noise(length: int) -> str:
        return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")

    cost = f"m={argon.memory_cost},t={argon.time_cost},p={argon.parallelism}"
    return f"$argon2id$v=19${cost}${noise(argon.salt_len)}${noise(argon.hash_len)}"


HOUSE = Hasher()
"""The hasher of the house."""
