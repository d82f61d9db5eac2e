"""`kpis` and `values import`: every number with its n, and no stranger's row kept."""

from __future__ import annotations

from pathlib import Path

from community.kpis import KPIS
from tests.soundingboard.conftest import CommandLine

TIERS = """\
Author;Source;Tier;Value;Currency;As of
anna;;advance;1,200.50;EUR;2026-01-01
@BOB;;Standalone;;;2026-01-01
carl;;repeat;;;
dora;;repeat;-5;EUR;
dora;;gold;;;
nobody;;repeat;;;
dora;;repeat;;;2027-01-01
dora;;repeat;;;3/4/2026
"""
PUBLISHED = {
    "kpi", "title", "family", "definition", "formula", "source", "unit", "kind", "direction",
    "since", "until", "value", "low", "high", "numerator", "denominator", "n", "note",
}  # fmt: skip


def test_json_tells_every_field_of_every_kpi(imported: CommandLine) -> None:
    answer = imported.json("kpis", "--window", "30")
    assert [one["kpi"] for one in answer["kpis"]] == list(KPIS)
    assert all(set(one) == PUBLISHED for one in answer["kpis"])
    assert (answer["since"][:10], answer["until"][:10]) == ("2026-01-30", "2026-03-01")


def test_the_table_goes_by_family_and_names_what_rests_on_nothing(imported: CommandLine) -> None:
    result = imported("kpis")
    assert result.exit_code == 0
    places = [result.stdout.index(name) for name in ("Listening", "Community", "Promises")]
    assert places == sorted(places)
    assert "Nothing to count yet: active_members" in result.stdout


def test_one_kpi_is_explained_even_before_there_is_a_brand(command: CommandLine) -> None:
    result = command("kpis", "--about", "stickiness")
    assert "WAU / MAU" in result.stdout
    assert command.json("kpis", "--about", "roi")["family"] == "business"
    unknown = command("kpis", "--about", "luck")
    assert unknown.exit_code == 4
    assert "There are: people_heard" in unknown.stderr


def test_without_a_brand_it_says_how_to_start(command: CommandLine) -> None:
    result = command("kpis")
    assert result.exit_code == 4
    assert "soundingboard import" in result.stderr


def test_tiers_are_taken_in_once_and_only_of_people_we_know(imported: CommandLine) -> None:
    file = imported.folder / "tiers.csv"
    file.write_text(TIERS, encoding="utf-8")
    for _ in range(2):
        answer = imported.json("values", "import", str(file))
        assert answer["kept"] == 3
        assert [(one["line"], one["reason"]) for one in answer["rejected"]] == [
            (5, "'-5' is no amount."),
            (6, "its tier 'gold' is none of initial, repeat, advance"),
            (7, "no account that we know called 'nobody'"),
            (8, "its day 2027-01-01 has not come yet"),
            (9, "its day '3/4/2026' is not written as 2026-03-01"),
        ]
    mix = next(one for one in imported.json("kpis")["kpis"] if one["kpi"] == "customer_value")
    assert (mix["value"], mix["n"], mix["note"]) == (None, 3, "too few")
    assert (mix["numerator"], mix["denominator"]) == (2, 3)


def test_a_table_without_tiers_is_refused(imported: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("name,age\nanna,9\n", encoding="utf-8")
    result = imported("values", "import", str(file))
    assert result.exit_code == 6
    assert "author and tier" in result.stderr
