"""The commands of moderators, from an empty queue to a decision taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from soundingboard.pipeline.moderate import moderate
from soundingboard.wiring import Parts
from store import tables
from tests.fakes import NOW, make_parts
from tests.soundingboard.conftest import CommandLine

TWINS = """\
id,author,display_name,text,date,url
1,quiet_kettle9,Mara K,I love Lumen,2026-02-01,https://other.test/1
"""


@pytest.fixture
def forum(tmp_path: Path) -> Parts:
    """A house with a forum of its own, in which somebody insults and repeats."""
    parts = make_parts(tmp_path)
    with parts.store.write() as session:
        brand = tables.BrandRow(name="Lumen", created_at=NOW)
        session.add(brand)
        session.flush()
        source = tables.Source(
            kind="discourse", address="https://f.test", name="f", about_id=brand.id, added_at=NOW
        )
        author = tables.Author(site="f.test", key="1", name="grump", first_seen=NOW)
        session.add_all([source, author])
        session.flush()
        said = ["you idiot", "the lid of my new lumen leaks again and again", "thanks"]
        for number, text in enumerate([*said, said[1]]):
            post = tables.Post(
                source_id=source.id,
                native_key=str(number),
                key_level="guid",
                kind="post",
                author_id=author.id,
                text=text,
                text_sha=text,
                at=NOW,
                time_quality="given",
                first_seen=NOW,
            )
            session.add(post)
            session.flush()
            session.add(tables.Mention(post_id=post.id, brand_id=brand.id, how="given"))
    from soundingboard.pipeline.understand import understand

    understand(parts)
    return parts


def test_the_step_brings_up_what_insults_and_repeats_and_a_second_run_nothing(
    forum: Parts,
) -> None:
    assert moderate(forum).counts == {"new": 2, "open": 2}
    assert moderate(forum).counts == {"open": 2}


def test_an_empty_queue_says_what_would_come_here(imported: CommandLine) -> None:
    assert imported.json("moderation", "list") == []
    said = imported("moderation", "list")
    assert said.exit_code == 0
    assert "Nothing waits for a moderator" in said.output
    assert "Bring something up" in said.output


def test_a_wrong_reading_is_reported_corrected_told_and_taken_back(imported: CommandLine) -> None:
    run = imported
    assert (
        run("moderation", "report", "reading", "https://shop.test/4", "--by", "Ben").exit_code == 0
    )
    (card,) = run.json("moderation", "list")
    assert (card["kind"], card["why"]) == ("reading", ["the model read negative"])
    number = str(card["id"])
    assert "is yours" in run("moderation", "claim", "--by", "Ana").output
    taken = run("moderation", "decide", number, "positive", "--reason", "irony", "--by", "Cem")
    assert taken.exit_code == 5
    assert "Ana is deciding this" in taken.output
    done = run("moderation", "decide", number, "positive", "--reason", "irony", "--by", "Ana")
    assert done.exit_code == 0, done.output
    shown = run.json("moderation", "show", number)
    assert (shown["reading"]["label"], shown["reading"]["corrected"]) == ("negative", "positive")
    assert "You were right" in run("moderation", "list", "--mine", "Ben").output
    assert "You were right" in run("moderation", "told", "Ben").output
    assert "Nothing new" in run("moderation", "told", "Ben").output
    assert '"label": "positive"' in run("moderation", "labels").stdout
    assert run.json("moderation", "accuracy")["note"].startswith("only corrections")
    assert run("moderation", "undo", number, "--by", "Cem").exit_code == 0
    assert run.json("moderation", "show", number)["reading"]["corrected"] is None
    assert run("moderation", "show", number).exit_code == 0


def test_two_accounts_are_merged_by_name_and_site(
    imported: CommandLine, write: Callable[[str, str], str]
) -> None:
    run = imported
    for source in ("one", "two"):
        path = write(f"{source}.csv", TWINS)
        assert run("import", path, "--brand", "Lumen", "--source", source).exit_code == 0
    pair = ("Lumen/one/quiet_kettle9", "Lumen/two/quiet_kettle9")
    assert run("moderation", "report", "merge", *pair, "--by", "Ben").exit_code == 0
    (card,) = run.json("moderation", "list", "--kind", "merge")
    done = run(
        "moderation", "decide", str(card["id"]), "same", "--reason", "profiles", "--by", "Ana"
    )
    assert done.exit_code == 0, done.output
    few = run("moderation", "report", "merge", pair[0], "--by", "Ben")
    assert (few.exit_code, "two accounts" in few.output) == (5, True)


def test_a_post_on_somebody_elses_site_is_not_ours_to_moderate(
    command: CommandLine, write: Callable[[str, str], str]
) -> None:
    path = write("r.csv", TWINS)
    assert command("import", path, "--brand", "Lumen").exit_code == 0
    said = command("moderation", "report", "post", "77", "--by", "Ben", "--reason", "spam")
    assert said.exit_code == 4


def test_a_blind_sample_never_shows_what_the_model_says(imported: CommandLine) -> None:
    run = imported
    drawn = run.json("moderation", "sample", "--week", "2026-02-05")
    assert {"negative", "positive", "label"}.isdisjoint(set().union(*drawn["posts"]))
    for post in drawn["posts"]:
        done = run("moderation", "label", str(post["post"]), "neutral", "--by", "Ana")
        assert done.exit_code == 0, done.output
    left = run.json("moderation", "sample", "--week", "2026-W06", "--by", "Ana")
    assert left["posts"] == []
    assert run("moderation", "sample", "--week", "2026-W60").exit_code == 2
    assert "Nobody spoke" in run("moderation", "sample", "--week", "2020-W01").output
    assert "cannot be said" in run("moderation", "accuracy").output
