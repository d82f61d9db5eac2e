"""`stances`, `candidates`, `slate`, `themes`, `why`: what a listing says, and says at once."""

from __future__ import annotations

import pytest

from tests.soundingboard.conftest import CommandLine

STANCE_FIELDS = {
    "author", "source", "n_posts", "n_threads", "mu", "sd", "p_love", "p_hate", "p_torn", "stance",
    "first_at", "last_at",
}  # fmt: skip


def by_author(listed: list[dict[str, object]]) -> dict[object, dict[str, object]]:
    return {one["author"]: one for one in listed}


def test_whoever_only_imported_gets_stances(imported: CommandLine) -> None:
    stances = by_author(imported.json("stances", "--brand", "Lumen"))

    assert stances["anna"]["stance"] == "love"
    assert stances["bob"]["stance"] == "hate"
    assert stances["carl"]["stance"] == "undecided"
    assert all(set(one) >= STANCE_FIELDS for one in stances.values())


def test_a_listing_says_which_steps_it_did_first_and_does_them_once(imported: CommandLine) -> None:
    first = imported("stances", "--json")
    second = imported("stances", "--json")

    assert "Reading first what is new: 8 posts" in first.stderr
    assert second.stderr == ""
    assert first.stdout == second.stdout


def test_times_are_iso_utc(imported: CommandLine) -> None:
    anna = by_author(imported.json("stances"))["anna"]

    assert anna["first_at"] == "2026-02-01T00:00:00+00:00"
    assert anna["last_at"] == "2026-02-09T00:00:00+00:00"


def test_an_author_whose_posts_could_not_be_read_counts_no_post(imported: CommandLine) -> None:
    dora = by_author(imported.json("stances"))["dora"]

    assert (dora["n_posts"], dora["stance"], dora["first_at"]) == (0, "undecided", None)


def test_until_looks_back_and_keeps_nothing(imported: CommandLine) -> None:
    now = imported.json("stances")
    then = by_author(imported.json("stances", "--until", "2026-02-05T12:00:00Z"))

    assert then["anna"]["n_posts"] == 2
    assert set(then) == {"anna", "bob"}
    assert imported.json("stances") == now


def test_until_takes_a_time_with_a_zone(imported: CommandLine) -> None:
    then = by_author(imported.json("stances", "--until", "2026-02-02T01:00:00+02:00"))

    assert set(then) == {"anna"}


def test_a_time_that_is_none_is_a_wrong_call(imported: CommandLine) -> None:
    assert imported("stances", "--until", "yesterday").exit_code == 2


def test_an_unknown_brand_names_those_there_are(imported: CommandLine) -> None:
    result = imported("stances", "--brand", "Lumina")

    assert result.exit_code == 4
    assert "Lumen" in result.stderr


@pytest.mark.parametrize("listing", ["stances", "candidates", "slate", "themes"])
def test_an_empty_house_says_what_to_do_next(command: CommandLine, listing: str) -> None:
    result = command(listing, "--json")

    assert result.exit_code == 4
    assert "soundingboard import FILE --brand NAME" in result.stderr
    assert result.stdout == ""


def test_a_candidate_comes_with_posts_a_model_and_reasons(imported: CommandLine) -> None:
    anna, bob = imported.json("candidates")

    assert (anna["author"], anna["side"], bob["author"], bob["side"]) == (
        "anna", "love", "bob", "hate",
    )  # fmt: skip
    assert set(anna["parts"]) == {"side", "constructive", "passion", "volume", "recency"}
    assert anna["utility"] == pytest.approx(sum(anna["parts"].values()), abs=1e-4)
    assert (anna["state"], anna["flags"], anna["language"]) == ("proposed", [], "en")
    assert {post["link"] for post in anna["evidence"]} == {
        f"https://shop.test/{i}" for i in (1, 2, 3)
    }
    reading = anna["evidence"][0]["reading"]
    assert (reading["label"], reading["model"]) == ("positive", "fixed-1")


def test_all_shows_those_with_too_little_and_says_what_is_missing(imported: CommandLine) -> None:
    everyone = by_author(imported.json("candidates", "--all"))

    assert set(everyone) == {"anna", "bob", "carl", "dora"}
    assert everyone["carl"]["why_not"]


def test_side_and_limit_narrow_the_list(imported: CommandLine) -> None:
    assert [c["author"] for c in imported.json("candidates", "--side", "hate")] == ["bob"]
    assert len(imported.json("candidates", "--limit", "1")) == 1


def test_the_slate_seats_both_sides_and_says_what_is_unmet(imported: CommandLine) -> None:
    slate = imported.json("slate", "--seats", "8")

    assert {member["author"] for member in slate["members"]} == {"anna", "bob"}
    assert slate["unmet"]


def test_why_opens_a_stance_down_to_its_posts(imported: CommandLine) -> None:
    stance = by_author(imported.json("stances"))["anna"]
    told = imported.json("why", "anna")

    assert told["mu"] == stance["mu"]
    assert [post["silent"] for post in told["posts"]] == [None, None, None]
    for post in told["posts"]:
        e, t, d, b = (post["parts"][name] for name in "etdb")
        assert post["weight"] == pytest.approx(e * t * d * b, abs=1e-4)
    how = told["how"]
    mixed = how["posts_share"] * how["posts_say"] + how["usual_share"] * how["usual_here"]
    assert how["mu"] == pytest.approx(mixed, abs=1e-5)


def test_why_says_what_would_change_the_stance(imported: CommandLine) -> None:
    told = imported.json("why", "@anna")
    praise, complaint = told["changes"][1:]

    assert praise["mu"] > told["mu"] > complaint["mu"]


def test_why_says_what_makes_a_post_count_for_nothing(imported: CommandLine) -> None:
    (post,) = imported.json("why", "dora")["posts"]

    assert post["weight"] == 0
    assert post["silent"] == "not read: language de"
    assert post["reading"]["label"] is None


def test_an_unknown_author_is_not_found(imported: CommandLine) -> None:
    assert imported("why", "nobody").exit_code == 4


@pytest.mark.parametrize("listing", ["stances", "candidates", "slate", "themes"])
@pytest.mark.parametrize("width", ["80", "140"])
def test_tables_fit_the_terminal(
    imported: CommandLine, listing: str, width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    result = imported(listing)

    assert result.exit_code == 0
    assert max(len(line) for line in result.stdout.splitlines()) <= int(width)


def test_peoples_words_are_never_read_as_markup_or_control(
    command: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("f") / "odd.csv"
    name = "[red]eve[/red]\u202e"
    rows = [f"{i},{name},I love \x1b[31m this,2026-02-0{i}" for i in (1, 2, 3)]
    file.write_text("\n".join(["id,author,text,date", *rows]), encoding="utf-8")
    command("import", str(file), "--brand", "Lumen")

    shown = command("candidates", "--all").stdout

    assert "[red]eve[/red]" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
