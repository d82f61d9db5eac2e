"""Addresses opened, listed and closed from the command line; their secrets are shown once."""

from __future__ import annotations

from tests.soundingboard.conftest import CommandLine


def test_a_hook_is_opened_listed_without_its_secret_and_closed(imported: CommandLine) -> None:
    made = imported.json("grant", "add", "import-hook", "shop", "--by", "Ann")
    assert made["secret"].startswith("whsec_")
    assert made["url"].endswith("/api/v1/import/1")
    assert imported("grant", "revoke", "1", "--by", "Ann").exit_code == 0
    (listed,) = imported.json("grant", "list")
    assert (listed["opens"], listed["revoked_at"] is None) == ("brand:1", False)
    assert made["secret"] not in imported("grant", "list", "--json").output


def test_a_calendar_needs_a_committee_and_a_name(imported: CommandLine) -> None:
    assert imported("grant", "add", "calendar", "phone", "--by", "Ann").exit_code == 4
    imported("committee", "make", "Table", "--by", "Ann", "--brand", "Lumen")
    made = imported.json("grant", "add", "calendar", "phone", "--by", "Ann")
    assert made["url"].endswith(".ics")
    assert "secret" not in made
    assert imported("grant", "add", "calendar", " ", "--by", "Ann").exit_code == 5
