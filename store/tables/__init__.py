"""All tables, one family of nouns per file: `from store import tables`, then `tables.Post`."""

from store.tables.community import Candidate, Decision, Flag, Slate, Tombstone
from store.tables.listening import Author, BrandRow, HostHold, Mention, Post, Source
from store.tables.measuring import Digest, Measurement
from store.tables.understanding import Reading, Stance, Theme, Vector

__all__ = [
    "Author",
    "BrandRow",
    "Candidate",
    "Decision",
    "Digest",
    "Flag",
    "HostHold",
    "Measurement",
    "Mention",
    "Post",
    "Reading",
    "Slate",
    "Source",
    "Stance",
    "Theme",
    "Tombstone",
    "Vector",
]
