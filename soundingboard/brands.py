"""The brands we listen for, as known to both the settings and the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from config.brand import Brand
from listener.query import BrandQuery


@dataclass(frozen=True, slots=True)
class Brands:
    """The brands posts are matched with: store id -> what it is called."""

    by_id: Mapping[int, Brand]

    @property
    def sha(self) -> str:
        """Fingerprint of all their names; another one means looking again."""
        told = "\x1e".join(f"{n}\x1f{b.model_dump_json()}" for n, b in sorted(self.by_id.items()))
        return hashlib.sha256(told.encode()).hexdigest()

    def queries(self) -> dict[int, BrandQuery]:
        """What finds each brand in a text."""
        return {brand_id: BrandQuery(brand) for brand_id, brand in self.by_id.items()}
