"""Signed links: what they carry cannot be changed, and each is good for one purpose only."""

from __future__ import annotations

from collections.abc import Sequence

from itsdangerous import BadSignature, URLSafeSerializer

from config.errors import RuleError


class Signer:
    """Signs what a link carries, and reads it back.

    key : the secret of the house; another one makes all earlier links worthless
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, purpose: str, *values: str | int) -> str:
        """A token for a link of that purpose ("invitation", "unsubscribe")."""
        return self._serializer(purpose).dumps(list(values))

    def read(self, purpose: str, token: str) -> Sequence[str | int]:
        """What the token carries. Raises RuleError if it is not one of ours for that purpose."""
        try:
            values: list[str | int] = self._serializer(purpose).loads(token)
        except BadSignature:
            raise RuleError(
                "This link is not one of ours, or was cut short.",
                mend="Open it from the message as it was sent.",
            ) from None
        return values

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._key, salt=f"soundingboard.{purpose}")
