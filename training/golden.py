"""Write what the shipped weights say of the fixed sentences: `python -m training.golden`.

The labels in the file are a person's; only the probabilities are written anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from models import manifest, sentiment

GOLDEN = Path(__file__).parents[1] / "tests" / "models" / "golden_sentiment.json"


def main() -> None:
    """Read the fixed sentences with the shipped weights and write the file."""
    rows = json.loads(GOLDEN.read_text(encoding="utf-8"))
    reader = sentiment.shipped(
        manifest.embedded_encoder(),
        manifest.embedded_sentiment(),
        temperature=manifest.manifest().temperature,
        batch=64,
    )
    found = reader.probabilities([(row["text"], row["brand"]) for row in rows])
    right = sum(
        row["label"] == ("negative", "neutral", "positive")[int(p.argmax())]
        for row, p in zip(rows, found, strict=True)
    )
    lines = [
        json.dumps(row | {"probabilities": [round(float(x), 4) for x in p]}, ensure_ascii=False)
        for row, p in zip(rows, found, strict=True)
    ]
    GOLDEN.write_text("[\n  " + ",\n  ".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{right} of {len(rows)} as a person reads them")


if __name__ == "__main__":
    main()
