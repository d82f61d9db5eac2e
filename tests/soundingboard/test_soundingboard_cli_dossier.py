"""`dossier`, `claim`, `assign`, `review`, `agreement`, `stakeholder`: deciding together."""

from __future__ import annotations

import re
from pathlib import Path

from soundingboard.dossier import page
from tests.soundingboard.conftest import CommandLine


def test_a_dossier_opens_down_to_the_posts_and_says_who_looked(listed: CommandLine) -> None:
    listed("dossier", "anna", "--by", "Ben")
    told = listed.json("dossier", "anna", "--by", "Ann")

    assert (told["author"], told["stance"], told["n_posts"]) == ("anna", "love", 3)
    assert {post["link"] for post in told["quotes"]} == {
        f"https://shop.test/{i}" for i in (1, 2, 3)
    }
    assert told["models"] == ["fixed-1"]
    assert told["changes"][0]["if"] == "without their heaviest post"
    assert [(look["by"], look["times"]) for look in told["looks"]] == [("Ann", 1), ("Ben", 1)]


def test_nobody_looks_namelessly(listed: CommandLine) -> None:
    assert listed("dossier", "anna", "--by", " ", "--json").exit_code == 5
    assert listed.json("dossier", "anna", "--by", "Ann")["looks"][0]["times"] == 1


def test_the_page_escapes_what_people_wrote_and_loads_nothing(
    listed: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "anna.html"
    assert listed("dossier", "anna", "--by", "Ann", "--html", str(path)).exit_code == 0
    assert "wonderful! You should add 2 kinds of decaf" in path.read_text("utf-8")

    told = listed.json("dossier", "anna", "--by", "Ann")
    evil = '<script>alert(1)</script>"><img src=x>'
    told["quotes"][0] |= {"text": evil, "link": "javascript:alert(1)"}
    told["quotes"][1] |= {"text": "أحب هذه الدراجة"}
    told["author"], told["profile"] = evil, "javascript:alert(1)"
    html = page(told)

    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in re.findall(r'(?:href|src)="([^"]*)', html)
    assert 'href="javascript' not in html
    assert 'dir="rtl">أحب' in html
    assert html.count("<blockquote") == html.count('<p lang="en" dir=')


def test_somebody_who_claimed_keeps_others_off(listed: CommandLine) -> None:
    assert "Ann is deciding" in listed("claim", "anna", "--by", "Ann").stdout
    refused = listed("decide", "anna", "shortlist", "--by", "Ben")
    assert (refused.exit_code, "Ann is deciding since 12:00" in refused.stderr) == (5, True)
    assert listed.json("dossier", "anna", "--by", "Ben")["claim"]["by"] == "Ann"

    listed("release", "anna", "--by", "Ann")
    assert listed("decide", "anna", "shortlist", "--by", "Ben").exit_code == 0


def test_two_reviewers_must_agree_where_the_settings_say_so(listed: CommandLine) -> None:
    (listed.folder / "soundingboard.toml").write_text(
        '[recruiting]\nsecond_reviewer = true\n\n[[brand]]\nname = "Lumen"\n'
    )
    alone = listed("decide", "anna", "approve", "--by", "Ann")
    listed("review", "anna", "approve", "--by", "Ann")
    hidden = listed.json("dossier", "anna", "--by", "Ben")
    told = listed("review", "anna", "approve", "--by", "Ben")

    assert (alone.exit_code, "Two people must look first" in alone.stderr) == (5, True)
    assert (hidden["verdicts"], hidden["verdicts_hidden"]) == ([], 1)
    assert "Ann: approve; Ben: approve" in told.stdout
    assert listed("decide", "anna", "approve", "--by", "Ann").exit_code == 0
    (pair,) = listed.json("agreement")["pairs"]
    assert (pair["n"], pair["kappa"], pair["note"][:9]) == (1, None, "undefined")


def test_agreement_of_nobody_says_how_to_start(listed: CommandLine) -> None:
    assert "start with: soundingboard review" in listed("agreement").stderr


def test_an_assignment_is_shown_with_who_had_them_before(listed: CommandLine) -> None:
    told = listed("assign", "anna", "--to", "Cem", "--due", "2026-04-01", "--by", "Ann")
    assert "nobody -> Cem, due 2026-04-01" in told.stdout
    assert listed.json("candidates")[0]["assignee"] == "Cem"
    assert "-> nobody" in listed("assign", "anna", "--by", "Ann").stdout


def test_stakeholders_are_dated_and_taken_back(listed: CommandLine) -> None:
    def kinds() -> list[tuple[str, bool]]:
        told = listed.json("dossier", "anna", "--by", "Ann")
        return [(one["kind"], one["until"] is None) for one in told["stakeholder"]]

    said = ("stakeholder", "anna")
    assert listed(*said, "add", "client", "--by", "Ann", "--since", "2024-05-01").exit_code == 0
    assert listed(*said, "add", "partner", "--by", "Ann").exit_code == 0
    assert listed(*said, "add", "client", "--by", "Ben").exit_code == 5
    assert listed(*said, "end", "partner", "--by", "Ben").exit_code == 0
    assert kinds() == [("client", True), ("partner", False)]
    assert listed(*said, "add", "partner", "--by", "Ann").exit_code == 0
    assert kinds() == [("client", True), ("partner", True)]
    assert "regulator" in listed(*said, "add", "fan", "--by", "Ann").stderr
    assert listed(*said, "end", "agent", "--by", "Ann").exit_code == 4


def test_whoever_is_put_off_leaves_the_list(listed: CommandLine) -> None:
    listed("decide", "bob", "defer", "--by", "Kim", "--reason", "later")
    assert [one["author"] for one in listed.json("candidates")] == ["anna"]
    assert "bob" in [one["author"] for one in listed.json("candidates", "--all")]
