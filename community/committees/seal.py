"""The seal of the house: signs badges so that anybody can check them without asking us."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"soundingboard.badge"
SIGNATURE = "signature"


class Seal:
    """An Ed25519 key (RFC 8032) derived from the house's secret by HKDF (RFC 5869).

    So there is no second key to keep; the house's secret cannot be found from what it signs.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(self._secret)
        return Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> str:
        """The public key: its 32 bytes as base64url without padding (as in a JWK, RFC 8037)."""
        return _encoded(self._key.public_key().public_bytes_raw())

    def sign(self, document: Mapping[str, object]) -> dict[str, object]:
        """The document with its signature."""
        return {**document, SIGNATURE: _encoded(self._key.sign(signed_bytes(document)))}


def verify(document: Mapping[str, object] | str | bytes, public_key: str) -> bool:
    """Whether the holder of `public_key` signed this very document; False for anything broken.

    It says nothing of revocation: that only the issuer's verify page can tell.
    """
    try:
        read = document if isinstance(document, Mapping) else json.loads(document)
        key = Ed25519PublicKey.from_public_bytes(_decoded(public_key))
        key.verify(_decoded(str(read[SIGNATURE])), signed_bytes(read))
    except (InvalidSignature, ValueError, KeyError, TypeError, RecursionError):
        return False
    return True


def signed_bytes(document: Mapping[str, object]) -> bytes:
    """What is signed: the document without its signature as compact JSON, names sorted, UTF-8.

    For documents of text alone, as ours are, that is RFC 8785 where names are ASCII.
    """
    told = {name: value for name, value in document.items() if name != SIGNATURE}
    return json.dumps(
        told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """The bytes of the one writing we use. Raises ValueError for any other writing of them."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(raw) != text:
        raise ValueError("not the writing we use")
    return raw
