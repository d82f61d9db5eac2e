"""Every kind of place we can listen to, by its short name."""

from __future__ import annotations

from collections.abc import Mapping

from listener.sources.base import Source
from listener.sources.discourse import DiscourseSource
from listener.sources.feed import FeedSource
from listener.sources.mastodon import MastodonSource

_EVERY: tuple[Source, ...] = (FeedSource(), MastodonSource(), DiscourseSource())

SOURCES: Mapping[str, Source] = {source.kind: source for source in _EVERY}
