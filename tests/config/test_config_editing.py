"""Settings changed by a program: comments stay, and what would be wrong is never written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.editing import blocks, edit, put, table
from config.errors import ConfigError
from config.loading import FILE_NAME

MINE = "# mine\n[digest]\nhour = 8 # early\n"


def write(folder: Path, text: str = MINE) -> Path:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return folder / FILE_NAME


def test_a_change_keeps_every_comment(tmp_path: Path) -> None:
    path = write(tmp_path)
    loaded = edit(tmp_path, {}, lambda d: put(table(d, "privacy"), {"text_days": 90}))
    assert loaded.settings.privacy.text_days == 90
    assert loaded.settings.digest.hour == 8
    assert "# mine" in path.read_text()
    assert "# early" in path.read_text()


def test_what_would_be_wrong_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    path = write(tmp_path)
    with pytest.raises(ConfigError, match="text_days"):
        edit(tmp_path, {}, lambda d: put(table(d, "privacy"), {"text_days": 0}))
    assert path.read_text() == MINE


def test_a_house_without_a_file_gets_one(tmp_path: Path) -> None:
    def add(document):
        found = blocks(document, "brand")
        found.append(table_of(name="Lumen"))

    assert [brand.name for brand in edit(tmp_path, {}, add).settings.brand] == ["Lumen"]


def test_a_file_that_is_broken_is_left_to_a_person(tmp_path: Path) -> None:
    path = write(tmp_path, "[digest\nhour = 8")
    with pytest.raises(ConfigError, match="broken"):
        edit(tmp_path, {}, lambda d: None)
    assert path.read_text() == "[digest\nhour = 8"


def test_an_emptied_value_falls_back_to_its_default(tmp_path: Path) -> None:
    write(tmp_path)
    loaded = edit(tmp_path, {}, lambda d: put(table(d, "digest"), {"hour": ""}))
    assert loaded.settings.digest.hour == 7


def table_of(**values: object):
    import tomlkit

    made = tomlkit.table()
    put(made, values)
    return made


NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda text: text.strip()
)


@given(name=NAMES)
def test_whatever_a_brand_is_called_is_read_back_as_it_was_written(tmp_path_factory, name) -> None:
    folder = tmp_path_factory.mktemp("brand")
    loaded = edit(folder, {}, lambda d: blocks(d, "brand").append(table_of(name=name)))
    assert loaded.settings.brand[0].name == name.strip()
