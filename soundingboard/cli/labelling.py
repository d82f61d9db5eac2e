"""Commands about labels: `moderation sample`, `label`, `accuracy`, `labels`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption, moment
from soundingboard.cli.output import plain, put_json, put_text, say

if TYPE_CHECKING:
    from community.kpis.accuracy import Accuracy

SIZE, SEED = 50, 1

SizeOption = Annotated[int, typer.Option("--size", min=1, max=1000, help="Posts drawn a week.")]
SeedOption = Annotated[int, typer.Option("--seed", help="The same seed draws the same posts.")]


def add_to(group: typer.Typer) -> None:
    for command in (sample, label, accuracy, labels):
        group.command()(command)


def week(text: str) -> datetime:
    """A week, as 2026-W08 or any day or time in it.

    >>> week("2026-W08").date().isoformat()
    '2026-02-16'
    """
    year, mark, number = text.strip().upper().partition("-W")
    if not mark:
        return moment(text)
    try:
        return moment(date.fromisocalendar(int(year), int(number), 1).isoformat())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no week; write 2026-W08 or a day in it") from None


def sample(
    ctx: typer.Context,
    brand: BrandOption = None,
    size: SizeOption = SIZE,
    seed: SeedOption = SEED,
    of: Annotated[
        datetime | None,
        typer.Option(
            "--week",
            parser=week,
            metavar="WEEK",
            help="2026-W08, or a day; else the last with posts.",
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Only what this person has still to label.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Posts of a week drawn at random, to be labelled without seeing what the model says.

    Only these measure the model; corrections show where it errs, but not how often.
    """
    from community.moderating.labels import blind_sample, week_of
    from soundingboard.cli.showing_moderation import show_sample
    from soundingboard.reviewing import sample_cards
    from store.brands import get_brand
    from store.labels import newest_post_at

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_brand(session, brand)
        last = of or newest_post_at(session, row.id or 0, parts.clock.now())
        monday = week_of(last or parts.clock.now())
        drawn = blind_sample(session, row.id or 0, monday, size=size, seed=seed)
        cards = sample_cards(session, row.id or 0, drawn, by)
    left = [card for card in cards if not (by and card["labelled"])]
    if as_json:
        put_json({"week": monday.date().isoformat(), "seed": seed, "posts": left})
    else:
        show_sample(row.name, monday, cards, left)


def label(
    ctx: typer.Context,
    post: Annotated[int, typer.Argument(help="Its number, as in: moderation sample")],
    feeling: Annotated[str, typer.Argument(metavar="LABEL", help="negative, neutral or positive.")],
    by: ByOption,
    brand: BrandOption = None,
    size: SizeOption = SIZE,
    seed: SeedOption = SEED,
) -> None:
    """Say what a post of the blind sample feels towards the brand; saying it again replaces it."""
    from community.moderating.labels import label_blind
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_brand(session, brand)
        now = parts.clock.now()
        label_blind(session, row.id or 0, post, feeling, by, now, size=size, seed=seed)
    typer.echo(plain(f"Post {post} is {feeling} towards {row.name}, says {by}."))


def accuracy(ctx: typer.Context, brand: BrandOption = None, as_json: JsonOption = False) -> None:
    """How often the model says of your own posts what people say, from blind labels alone."""
    from dataclasses import asdict

    from community.kpis.accuracy import accuracy_of
    from store.brands import get_brand
    from store.labels import judged_between
    from store.readings import newest_model

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_brand(session, brand)
        model = newest_model(session, row.id or 0)
        judged = judged_between(session, row.id or 0, model, None, None)
    told = accuracy_of(judged)
    if as_json:
        put_json({"brand": row.name, "model": model, **asdict(told)})
    else:
        typer.echo(plain(_in_words(row.name, model, told)))


def labels(
    ctx: typer.Context,
    brand: BrandOption = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", dir_okay=False, help="A file; else stdout.")
    ] = None,
) -> None:
    """Write all labels as JSONL: examples to learn from; a file is written whole or not at all."""
    import io

    from community.export import write_jsonl
    from soundingboard.cli.exports import write_whole
    from soundingboard.reviewing import label_rows
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        rows = label_rows(session, get_brand(session, brand))
    stream = io.StringIO(newline="")
    write_jsonl(rows, stream)
    if out is None:
        put_text(stream.getvalue())
    else:
        write_whole(out, stream.getvalue())
        say(f"Wrote {len(rows)} labels to {plain(str(out))}.")
    if not rows:
        say("Nobody labelled anything yet; start with: soundingboard moderation sample")


def _in_words(brand: str, model: str | None, told: Accuracy) -> str:
    lines = []
    if told.share is None:
        lines.append(f"How accurate the model is for {brand} cannot be said: {told.note}.")
        lines.append("Label a blind sample: soundingboard moderation sample")
    else:
        lines.append(
            f"For {brand}, people agree with the model on {told.agreeing} of {told.n} posts "
            f"labelled blind: {told.share:.0%} (95 % interval {told.low:.0%} to {told.high:.0%})."
        )
    if told.macro_recall is not None:
        lines.append(
            f"Mean over negative, neutral and positive (macro recall): {told.macro_recall:.0%}."
        )
    if told.abstained:
        lines.append(f"On {told.abstained} more the model said nothing; they are in no share.")
    if told.corrected:
        lines.append(
            f"{told.corrected} corrections are left out: they were picked because they looked "
            "wrong."
        )
    return "\n".join([*lines, f"Model: {model or 'none has read anything yet'}."])
