"""The export of a review and survey tool, opened in a German Excel once and saved again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from soundingboard.demo.cast import Review, read_reviews

FILE_NAME = "wendlow-reviews.csv"
HEADER = (
    "Response ID",
    "Submitted at",
    "Respondent",
    "Product",
    "Stars",
    "How likely are you to recommend Wendlow to a friend? (0-10)",
    "Comment",
)


def write_reviews(folder: Path) -> Path:
    """The CSV in `folder`: UTF-8 with BOM, semicolons, CRLF, day before month, decimal commas.

    Formula cells, quoted line ends, an empty row and a ragged row are in it, as in real exports.
    """
    path = folder / FILE_NAME
    path.write_bytes(_table().encode("utf-8-sig"))
    return path


def _table() -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=";", lineterminator="\r\n")
    table.writerow(HEADER)
    for review in read_reviews("reviews.tsv"):
        table.writerow(_row(review))
    table.writerow([""] * len(HEADER))
    text.write("R9999;31/10/2026;cut off by a full disk\r\n")
    return text.getvalue()


def _row(review: Review) -> tuple[str, ...]:
    return (
        review.key,
        review.at.strftime("%d/%m/%Y %H:%M"),
        review.person.name.replace("\n", "\r\n"),
        review.product,
        review.stars,
        review.nps,
        review.text,
    )
