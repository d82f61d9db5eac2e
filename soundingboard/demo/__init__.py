"""The demo's world: an invented brand, its public, and a local server that plays the sites."""

from __future__ import annotations

from soundingboard.demo.server import DemoServer
from soundingboard.demo.world import (
    MOMENTS,
    NOW,
    SOURCES,
    TRUTH,
    Moment,
    demo_brand,
    write_reviews,
)

__all__ = [
    "MOMENTS",
    "NOW",
    "SOURCES",
    "TRUTH",
    "DemoServer",
    "Moment",
    "demo_brand",
    "write_reviews",
]
