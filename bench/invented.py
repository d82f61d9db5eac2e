"""What is known of the invented world while it is made."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class World:
    """What is being made, and what later parts need to know of earlier ones.

    side  : author id -> how they stand to the first brand; said : author id -> their posts on it
    """

    posts: int
    authors: int
    draw: random.Random
    side: dict[int, str] = field(default_factory=dict)
    said: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
