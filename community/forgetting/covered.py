"""What erasure does with every column that can hold words; a column in no list fails a test."""

from __future__ import annotations

from store import tables

SAID: dict[str, tuple[str, ...]] = {
    "alert": ("seen_by",),
    "attempt": ("words",),
    "badge": ("issued_by", "revoked_by", "revoked_why"),
    "candidate": ("why_not", "decided_by", "assignee", "claimed_by"),
    "charter": ("purpose", "cadence", "compensation", "seniors", "published_by"),
    "committee": ("made_by",),
    "committee_step": ("actor", "words", "before", "after"),
    "compensation": ("what", "entered_by", "settled_by", "cancelled_why"),
    "consent": ("words",),
    "context_event": ("title", "noted_by"),
    "customer_value": ("origin",),
    "decision": ("reason", "note", "actor", "before", "after"),
    "flag": ("evidence", "overridden_by", "override_reason"),
    "goal": ("title", "owner", "benefit_customer", "benefit_company", "baseline", "closed_why"),
    "goal_change": ("actor", "reason", "before", "after"),
    "invitation": ("subject", "body", "drafted_by", "approved_by", "sent_by"),
    "ledger_entry": ("what", "entered_by", "cancelled_why"),
    "look": ("looked_by",),
    "measurement": ("note",),
    "meeting": (
        "title", "place", "agenda", "prompts", "facilitator", "minutes", "called_by",
        "cancelled_why",
    ),
    "member": ("owner", "motives", "left_why", "thanked_by"),
    "moderation_step": ("actor", "words", "before"),
    "occurrence": ("reason",),
    "offer": ("campaign", "contact", "made_by"),
    "outbox": ("approved_by", "claimed_by", "problem"),
    "person": ("made_by",),
    "report": ("reason", "words"),
    "reset": ("owner", "escalate_to", "evidence", "findings", "decisions", "closed_by"),
    "review_item": ("why", "claimed_by", "reason", "note", "decided_by"),
    "seatchoice": ("reason", "chosen_by"),
    "source": ("problem", "paused"),
    "stakeholder": ("said_by",),
    "suggestion": ("title", "words", "owner", "decision_reason", "evidence"),
    "suggestion_step": ("actor", "words", "before"),
    "template": ("subject", "body", "made_by"),
    "verdict": ("note",),
    "access_grant": ("name", "made_by",),
    "api_token": ("name",),
    "saved_search": ("query",),
}  # fmt: skip
"""Words of people and programs: their names, words and links are taken out, the rest stays."""

CALLED: dict[str, tuple[str, ...]] = {
    "attendance": ("name",),
    "committee": ("name",),
    "occurrence": ("subject",),
    "outbox": ("key", "receiver"),
    "report": ("reporter",),
    "source": ("name",),
    "verdict": ("reviewer",),
    "label": ("labelled_by",),
    "saved_search": ("name",),
}
"""What tells rows apart: one that names them is replaced whole, by something as unique."""

APART: dict[str, tuple[str, ...]] = {
    "alert": ("posts",),
    "author": ("bio", "display_name"),
    "candidate": ("evidence",),
    "digest": ("html_path", "text_path"),
    "outbox": ("subject", "text", "html", "payload", "headers", "message"),
    "post": (
        "native_key", "url", "title", "text", "thread_key", "parent_key", "link_title", "quoted",
    ),
    "slate": ("result",),
    "source": ("cursor", "etag", "last_modified", "validated_url"),
    "theme": ("name", "named_by", "terms", "posts"),
    "replay": ("answer",),
}  # fmt: skip
"""Looked after on their own, each by its own rule."""

THEIRS: dict[str, tuple[str, ...]] = {
    "address": ("address", "basis", "noted_by"),
    "author": ("site", "key", "name", "url"),
    "badge": ("serial", "document"),
    "invitation": ("address",),
    "member": ("name", "address"),
}
"""Tells of the person whose row it is and of nobody else; it goes with their account."""

HOUSE: dict[str, tuple[str, ...]] = {
    "brand": ("name", "query_sha"),
    "source": ("address",),
    "app_user": (
        "address",
        "name",
        "made_by",
        "timezone",
        "prefs",
    ),
    "audit_entry": ("actor",),
    "sign_in_link": ("made_by",),
    "user_session": ("agent",),
}
"""What the house itself is called and where it listens; a person's own source goes whole."""

FIXED: dict[str, tuple[str, ...]] = {
    "alert": ("series", "day"),
    "attempt": ("phase", "outcome"),
    "attendance": ("role", "rsvp"),
    "candidate": ("side", "parts", "themes", "language", "state"),
    "committee_step": ("subject", "step"),
    "compensation": ("currency",),
    "consent": ("answer", "words_sha"),
    "context_event": ("kind",),
    "customer_value": ("tier", "currency"),
    "decision": ("action",),
    "digest": ("day", "zone"),
    "flag": ("kind", "strength"),
    "goal": ("kpi", "level", "direction", "status_every"),
    "host_hold": ("host",),
    "invitation": ("channel", "language", "nonce", "state", "baseline", "answer"),
    "label": ("label", "text_sha"),
    "ledger_entry": ("kind", "currency"),
    "measurement": ("kpi", "unit"),
    "meeting": ("uid", "kind", "timezone"),
    "member": ("door", "baseline"),
    "mention": ("how",),
    "moderation_step": ("step",),
    "occurrence": ("job", "day", "timezone", "state"),
    "offer": ("person_key", "state"),
    "outbox": ("channel", "kind", "message_id", "state"),
    "post": ("key_level", "kind", "text_sha", "language", "time_quality"),
    "reading": ("model", "text_sha", "language", "reason", "label"),
    "reset": ("phase",),
    "review_item": ("kind", "subject", "state", "decision"),
    "seatchoice": ("choice",),
    "source": ("kind", "body_sha", "queries_sha"),
    "stakeholder": ("kind",),
    "stance": ("stance",),
    "suggestion": ("state",),
    "suggestion_step": ("step",),
    "template": ("kind", "language"),
    "theme": ("centre", "model", "weeks"),
    "tombstone": ("mark", "kind"),
    "vector": ("model", "text_sha", "numbers"),
    "verdict": ("verdict",),
    "access_grant": (
        "kind",
        "subject",
        "nonce",
    ),
    "api_token": (
        "prefix",
        "token_sha",
        "scopes",
    ),
    "app_user": (
        "role",
        "password_hash",
    ),
    "audit_entry": (
        "action",
        "subject",
        "details",
        "before_sha",
        "sha",
    ),
    "replay": (
        "key_sha",
        "request_sha",
    ),
    "saved_search": ("page",),
    "sign_in_attempt": (
        "account",
        "client",
        "device",
    ),
    "sign_in_link": ("token_sha",),
    "tally_due": ("day",),
    "tally": (
        "day",
        "site",
        "label",
    ),
    "user_session": (
        "token_sha",
        "device",
    ),
}
"""Words out of a fixed list, numbers, times, versions and hashes: they name nobody."""

LISTS = (SAID, CALLED, APART, THEIRS, HOUSE, FIXED)

TABLES = {
    table.__tablename__: table
    for name in tables.__all__
    if hasattr(table := getattr(tables, name), "__tablename__")
}
"""Every table by its name."""
