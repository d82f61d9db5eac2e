"""A suggestion is heard as one, and what is concrete counts as such."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from models.ideas import idea, specificity
from training.data import rows

NLP = Path(__file__).parents[3] / "shared" / "data" / "nlp"
real = pytest.mark.skipif(not NLP.is_dir(), reason="labelled text is not on this machine")


@pytest.mark.parametrize(
    "text",
    [
        "Please add a dark mode to the app",
        "I wish the lid fit the tall cup, because mine leaks every morning.",
        "It would be great if the grinder had a timer",
        "Add an export to CSV please, the list has 300 rows",
        "You should really let us cancel online instead of calling",
    ],
)
def test_a_suggestion_is_heard(text: str) -> None:
    assert idea(text).idea >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "The coffee was cold.",
        "thank you so much!",
        "When is my order arriving?",
        "Should I buy it?",
        "I LOVE THIS!!!",
        "",
        "https://lumen.example/please-add",
    ],
)
def test_praise_complaint_and_question_are_no_suggestion(text: str) -> None:
    assert idea(text).idea <= 0.2


def test_what_is_named_makes_a_post_specific() -> None:
    vague = "This is bad, do something."
    concrete = "The 2.1 update broke the login button on my tablet because the keyboard covers it."

    assert specificity(concrete) > 0.7 > 0.2 > specificity(vague)


def test_length_alone_earns_no_more_than_sixty_words_do() -> None:
    assert specificity("word " * 60) == specificity("word " * 600)


@given(st.text(max_size=500))
def test_any_text_gets_shares(text: str) -> None:
    found = idea(text)

    assert 0.0 <= found.idea <= 1.0
    assert 0.0 <= found.specificity <= 1.0


@pytest.mark.real
@real
@pytest.mark.parametrize(("split", "least"), [("trial", 0.80), ("trialB", 0.78)])
def test_suggestions_rank_before_the_rest_in_two_domains(split: str, least: float) -> None:
    found = [r for r in rows(NLP / "semeval2019_task9_trial.tsv.gz") if r["split"] == split]

    precision = average_precision_score(
        [int(row["is_suggestion"]) for row in found], [idea(row["text"]).idea for row in found]
    )

    assert precision >= least
