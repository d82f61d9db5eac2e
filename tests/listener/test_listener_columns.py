"""Which column is which, and what only a whole column can tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.errors import ConfigError
from listener.parsing.cells import count_of, moment, number_of, rating, score_of
from listener.parsing.columns import FIELDS, assign, plain
from listener.parsing.evidence import DateEvidence, RatingEvidence

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def fields(*headers: str, **mapping: str) -> dict[str, str]:
    return assign(headers, mapping, "export.csv")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Text", "text"),
        (" VERBATIM* ", "text"),
        ("Review-Text", "text"),
        ("full_text", "text"),
        ("Tweet", "text"),
        ("userName", "author"),
        ("screen_name", "author"),
        ("Respondent", "author"),
        ("From", "author"),
        ("Response ID", "id"),
        ("tweet_id", "id"),
        ("Submitted At", "created_at"),
        ("createdAt", "created_at"),
        ("tweet_created", "created_at"),
        ("Stars", "rating"),
        ("NPS", "nps"),
        ("Permalink", "url"),
        ("lang", "language"),
        ("conversation_id", "thread"),
        ("in_reply_to_status_id", "parent"),
        ("retweet_count", "reposts"),
        ("public_metrics.like_count", "likes"),
        ("Platform", "site"),
        ("reviews.rating", "rating"),
        ("reviews.username", "author"),
        ("Product", "product"),
        ("How likely are you to recommend us to a friend or colleague?", "nps"),
        ("What is the most important reason for your score?", "text"),
        ("What could we improve in the future?", "text"),
    ],
)
def test_a_header_is_known_in_many_spellings(header, field):
    assert fields("zzz", header).get(field) == header


def test_the_likeliest_of_several_columns_is_taken():
    found = fields("name", "username", "comment", "text", "date", "created_at")

    assert found["text"] == "text"
    assert found["author"] == "username"
    assert found["display_name"] == "name"
    assert found["created_at"] == "created_at"


def test_an_account_with_a_number_has_key_and_name():
    assert fields("author.name", "author.id", "text") == {
        "text": "text",
        "author": "author.name",
        "author_id": "author.id",
    }
    assert fields("user_id", "text")["author"] == "user_id"


def test_a_mapping_beats_what_a_column_is_called():
    found = fields("text", "Wortlaut", "score", text="Wortlaut", nps="SCORE ")

    assert found["text"] == "Wortlaut"
    assert found["nps"] == "score"
    assert "rating" not in found


def test_a_field_that_is_none_is_refused_with_all_there_are():
    with pytest.raises(ConfigError, match="no field 'texxt'") as caught:
        fields("a", texxt="a")
    assert all(field in str(caught.value) for field in FIELDS)


def test_a_column_that_is_not_there_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"no column 'zz' for text.* Columns are 'a', 'b'"):
        fields("a", "b", text="zz")


@pytest.mark.parametrize(("field", "value"), [("date_order", "ymd"), ("rating_max", "many")])
def test_a_declaration_that_says_nothing_is_refused(field, value):
    with pytest.raises(ConfigError, match=f"{field} cannot be"):
        assign(["text"], {field: value}, "export.csv")


def test_plain_takes_case_marks_and_humps_away():
    assert plain("  How_likely…are YOU?") == "how likely are you"
    assert plain("createdAt") == "created at"


@pytest.mark.parametrize(
    ("cells", "order", "guess"),
    [
        (["24/12/2025", "1/2/2025"], "dmy", False),
        (["12/24/2025", "1/2/2025"], "mdy", False),
        (["1/2/2025 3:04 PM"], "mdy", True),
        (["1/2/2025"], "dmy", True),
        (["1.2.2025"], "dmy", True),
        (["24/12/2025", "23/12/2025", "12/25/2025"], "dmy", False),
        (["2025-01-02", "1764000000", ""], None, False),
    ],
)
def test_the_order_of_dates_is_decided_for_the_whole_column(cells, order, guess):
    evidence = DateEvidence()
    for cell in cells:
        evidence.add(cell)

    assert evidence.order == order
    assert evidence.is_guess is guess


@pytest.mark.parametrize(
    ("cell", "order", "iso"),
    [
        ("2015-02-24 11:47:53 -0800", None, "2015-02-24T19:47:53"),
        ("2025-12-24T10:00:00Z", None, "2025-12-24T10:00:00"),
        ("2025-12-24 10:00", None, "2025-12-24T10:00:00"),
        ("2025-12-24", None, "2025-12-24T00:00:00"),
        ("2025/12/4", None, "2025-12-04T00:00:00"),
        ("Wed, 24 Dec 2025 10:00:00 +0100", None, "2025-12-24T09:00:00"),
        ("Tue Nov 24 10:00:00 +0000 2020", None, "2020-11-24T10:00:00"),
        ("1764000000", None, "2025-11-24T16:00:00"),
        ("1764000000000", None, "2025-11-24T16:00:00"),
        ("45000", None, "2023-03-15T00:00:00"),
        ("45000.5", None, "2023-03-15T12:00:00"),
        ("45000,5", None, "2023-03-15T12:00:00"),
        ("3/4/2026", "dmy", "2026-04-03T00:00:00"),
        ("3/4/2026", "mdy", "2026-03-04T00:00:00"),
        ("3/4/26 1:05 PM", "mdy", "2026-03-04T13:05:00"),
        ("24.12.2025 13:05", "dmy", "2025-12-24T13:05:00"),
        ("24.12.2025, 13:05:06 +01:00", "dmy", "2025-12-24T12:05:06"),
        ("2026-11-24T00:00:60Z", None, "2026-11-24T00:01:00"),
        ("2026-11-25T11:00:00Z", None, "2026-11-25T11:00:00"),
    ],
)
def test_a_moment_is_read_as_it_is_written(cell, order, iso):
    assert moment(cell, order, NOW) == datetime.fromisoformat(iso + "+00:00")


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "soon",
        "1970-01-01",
        "9999-12-31T23:59:59-12:00",
        "2026-11-25T13:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "31/2/2026",
        "24/24/2026",
        "3/4/2026 25:61",
        "3/4/2026 13:00 PM",
        "Fri, 31 Feb 2026 10:00:00 GMT",
        "1e400",
        "-1",
        "9" * 10_000,
    ],
)
def test_a_moment_that_cannot_be_is_none(cell):
    assert moment(cell, "dmy", NOW) is None


@pytest.mark.parametrize(
    ("cells", "declared", "scale"),
    [
        (["1", "5", "3"], None, (1, 5)),
        (["0", "5"], None, (0, 5)),
        (["4,5"], None, (1, 5)),
        (["1", "7"], None, (1, 10)),
        (["0", "10"], None, (0, 10)),
        (["55", "80"], None, (0, 100)),
        (["0.25", "0.5"], None, (0, 1)),
        (["3"], 10.0, (1, 10)),
        (["-1", "5"], None, None),
        (["4000"], None, None),
        (["good"], None, None),
    ],
)
def test_the_scale_of_ratings_is_decided_for_the_whole_column(cells, declared, scale):
    evidence = RatingEvidence()
    for cell in cells:
        evidence.add(cell)

    assert evidence.scale(declared) == scale


@pytest.mark.parametrize(
    ("cell", "share"),
    [("1", 0.0), ("5", 1.0), ("3,0", 0.5), ("6", None), ("0", None), ("5.0 out of 5 stars", 1.0)],
)
def test_a_rating_is_a_share_of_its_scale(cell, share):
    assert rating(cell, (1.0, 5.0)) == share


def test_a_rating_may_say_its_own_scale():
    assert rating("3/5", None) == 0.5
    assert rating("80 %", None) == 0.8
    assert rating("★★★☆☆", None) == 0.5
    assert rating("3", None) is None
    assert number_of("9" * 5000) is not None


@pytest.mark.parametrize(
    ("cell", "score"),
    [
        ("0", 0),
        ("10", 10),
        ("9.0", 9),
        ("10 - extremely likely", 10),
        ("11", None),
        ("-1", None),
        ("9.5", None),
        ("very", None),
    ],
)
def test_an_answer_is_a_whole_number_from_0_to_10(cell, score):
    assert score_of(cell) == score


@pytest.mark.parametrize(
    ("cell", "count"),
    [("7", 7), ("1,234", 1234), ("1.234.567", 1234567), ("12.0", 12), ("-1", None), ("x", None)],
)
def test_a_count_is_read_with_its_separators(cell, count):
    assert count_of(cell) == count
