"""`import`: files come in once, whole, and with the bad rows named."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from tests.soundingboard.conftest import REVIEWS, CommandLine

Write = Callable[[str, str], str]


def test_an_empty_folder_is_enough_to_import_into(command: CommandLine, write: Write) -> None:
    done = command.json("import", write("reviews.csv", REVIEWS), "--brand", "Lumen")

    assert (done["added"], done["updated"], done["unchanged"], done["rejected"]) == (8, 0, 0, [])
    assert (command.folder / "soundingboard.db").exists()


def test_importing_twice_changes_nothing(command: CommandLine, write: Write) -> None:
    file = write("reviews.csv", REVIEWS)
    command.json("import", file, "--brand", "Lumen")
    before = command.json("stances")

    again = command.json("import", file, "--brand", "Lumen")

    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 8)
    assert command.json("stances") == before


def test_an_edited_row_is_updated_and_read_again(command: CommandLine, write: Write) -> None:
    command.json("import", write("reviews.csv", REVIEWS), "--brand", "Lumen")
    command.json("stances")
    edited = REVIEWS.replace("best coffee ever", "worst coffee ever")

    done = command.json("import", write("reviews.csv", edited), "--brand", "Lumen")
    command.reader.read_texts.clear()
    command.json("stances")

    assert (done["updated"], done["unchanged"]) == (1, 7)
    assert command.reader.read_texts == ["worst coffee ever"]


def test_a_bad_row_is_named_with_its_line_and_the_others_come_in(
    command: CommandLine, write: Write
) -> None:
    done = command.json("import", write("r.csv", REVIEWS + "9,eve,\n"), "--brand", "Lumen")

    assert done["added"] == 8
    assert [row["line"] for row in done["rejected"]] == [10]
    assert done["rejected"][0]["reason"]


def test_what_the_file_was_read_as_is_shown_apart_from_the_data(
    command: CommandLine, write: Write
) -> None:
    result = command("import", write("r.csv", REVIEWS), "--brand", "Lumen", "--json")

    assert "comma-separated" in result.stderr
    assert "comma-separated" not in result.stdout


def test_a_column_may_be_named_and_is_remembered(command: CommandLine, write: Write) -> None:
    odd = "wer,was\nanna,I love it\n"
    file = write("odd.csv", odd)

    first = command.json("import", file, "--brand", "L", "--map", "author=wer", "--map", "text=was")
    again = command.json("import", file, "--brand", "L")

    assert (first["added"], again["unchanged"]) == (1, 1)


def test_a_mapping_without_an_equals_sign_is_a_wrong_call(
    command: CommandLine, write: Write
) -> None:
    result = command("import", write("r.csv", REVIEWS), "--brand", "L", "--map", "text")

    assert result.exit_code == 2
    assert "FIELD=COLUMN" in result.stderr


def test_a_missing_file_is_a_wrong_call(command: CommandLine) -> None:
    assert command("import", "nowhere.csv", "--brand", "L").exit_code == 2


def test_without_a_brand_the_only_one_is_meant(imported: CommandLine, write: Write) -> None:
    assert imported.json("import", write("more.csv", REVIEWS))["added"] == 8


def test_a_packed_file_is_read_as_well(command: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv.gz"
    path.write_bytes(gzip.compress(REVIEWS.encode()))

    assert command.json("import", str(path), "--brand", "Lumen")["added"] == 8
