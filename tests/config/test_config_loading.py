"""Settings from a file and the environment: what wins, where it came from, how it is shown."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from config import complaints
from config.errors import ConfigError
from config.loading import Loaded, load
from config.settings import Settings
from config.showing import described, shown
from config.starter import EXAMPLE, write_starter
from config.toml_lines import lines_of

SECRET = "correct-horse-battery"


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Path:
        (tmp_path / "soundingboard.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def origin(loaded: Loaded, name: str) -> str:
    return loaded.origins[name]


def test_without_a_file_and_variables_the_defaults_count(tmp_path):
    loaded = load(tmp_path, {})

    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {"default"}


def test_a_folder_that_is_not_there_means_defaults(tmp_path):
    assert load(tmp_path / "nowhere", {}).settings == Settings()


def test_the_file_wins_over_the_default_and_the_environment_over_the_file(written):
    folder = written("[digest]\nhour = 5\ntimezone = 'Europe/Vienna'\n")
    loaded = load(folder, {"SOUNDINGBOARD_DIGEST__HOUR": "6"})

    assert loaded.settings.digest.hour == 6
    assert loaded.settings.digest.timezone == "Europe/Vienna"
    assert origin(loaded, "digest.hour") == "environment SOUNDINGBOARD_DIGEST__HOUR"
    assert origin(loaded, "digest.timezone") == "soundingboard.toml, line 3"
    assert origin(loaded, "digest.folder") == "default"


def test_every_setting_has_an_origin(tmp_path):
    assert list(load(tmp_path, {}).origins) == [name for name, _ in complaints.leaves()]


def test_variables_are_read_in_any_case_and_empty_ones_are_not_set(tmp_path):
    loaded = load(tmp_path, {"soundingboard_digest__hour": "6", "SOUNDINGBOARD_SLATE__SEATS": ""})

    assert loaded.settings.digest.hour == 6
    assert origin(loaded, "digest.hour") == "environment soundingboard_digest__hour"
    assert loaded.settings.slate.seats == 12


@pytest.mark.parametrize("written_as", ['["en", "fr"]', "en, fr", "EN,FR"])
def test_a_list_in_the_environment_is_json_or_has_commas(tmp_path, written_as):
    loaded = load(tmp_path, {"SOUNDINGBOARD_MODEL__LANGUAGES": written_as})

    assert loaded.settings.model.languages == ("en", "fr")


def test_brands_may_come_from_the_environment(tmp_path):
    loaded = load(tmp_path, {"SOUNDINGBOARD_BRAND": '[{"name": "Lumen", "handles": ["@lumen"]}]'})

    assert loaded.settings.brand[0].handles == ("lumen",)
    assert origin(loaded, "brand") == "environment SOUNDINGBOARD_BRAND"


def test_credentials_of_file_and_environment_are_joined_by_origin(written):
    folder = written('[fetch]\ncredentials = {"https://A.example/" = "Bearer a"}\n')
    environ = {"SOUNDINGBOARD_FETCH__CREDENTIALS": '{"https://b.example": "Bearer b"}'}

    credentials = load(folder, environ).settings.fetch.credentials

    assert sorted(credentials) == ["https://a.example", "https://b.example"]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    file = tmp_path / "soundingboard.toml"
    file.write_bytes(b"\xef\xbb\xbf[digest]\r\nhour = 5\r\n")
    loaded = load(tmp_path, {})

    assert loaded.settings.digest.hour == 5
    assert origin(loaded, "digest.hour") == "soundingboard.toml, line 2"


def test_other_peoples_variables_are_left_alone(tmp_path):
    assert load(tmp_path, {"PATH": "/bin", "SOUNDINGBOARD_FAILPOINT": "commit:1"}).settings


def test_lines_are_found_through_long_values_dotted_keys_and_arrays_of_tables():
    text = '''
a.b = 1           # dotted
long = """
[digest]
hour = 7
"""
list = [
  "one]",
  "two",
]
[digest]   # the real one
"hour" = 7
[[brand]]
name = "A"
[[brand]]
name = { x = 1, y.z = 2 }
'''
    assert tomllib.loads(text)
    assert lines_of(text) == {
        ("a",): 2,
        ("a", "b"): 2,
        ("long",): 3,
        ("list",): 7,
        ("digest",): 11,
        ("digest", "hour"): 12,
        ("brand",): 13,
        ("brand", 0): 13,
        ("brand", 0, "name"): 14,
        ("brand", 1): 15,
        ("brand", 1, "name"): 16,
        ("brand", 1, "name", "x"): 16,
        ("brand", 1, "name", "y"): 16,
        ("brand", 1, "name", "y", "z"): 16,
    }


def test_every_setting_has_a_description():
    assert [name for name, field in complaints.leaves() if not field.description] == []


def test_the_example_file_loads(tmp_path):
    (tmp_path / "soundingboard.toml").write_bytes(EXAMPLE.read_bytes())

    settings = load(tmp_path, {}).settings

    assert [brand.name for brand in settings.brand] == ["Lumen Coffee"]
    assert settings.model_copy(update={"brand": ()}) == Settings()


TOP = 'database_url = "sqlite:///soundingboard.db"\nhook = []\n'


def test_the_example_file_shows_every_setting_with_its_default(written):
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    switched_on = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and " = " in line[:40] else line
        for line in lines
        if not line.startswith(("# SOUNDINGBOARD_", "#   "))
        and not line.startswith(
            ("# Sounding", '# {"', "# The environment", "# database_url", "# hook")
        )
    )
    loaded = load(written(TOP + switched_on), {})

    assert loaded.settings.model_copy(update={"brand": ()}) == Settings()
    left_out = [name for name, from_ in loaded.origins.items() if from_ == "default"]
    assert left_out == []
    assert {f"# {line}" for line in TOP.splitlines()} <= set(lines)


def test_the_starter_names_the_brand_and_loads(tmp_path):
    path = write_starter(tmp_path / "new", 'Müller "Best" \\ Söhne')

    assert path == tmp_path / "new" / "soundingboard.toml"
    assert load(path.parent, {}).settings.brand[0].name == 'Müller "Best" \\ Söhne'


def test_the_starter_never_overwrites(written):
    folder = written("# mine\n")

    with pytest.raises(ConfigError, match="already there"):
        write_starter(folder, "Lumen")

    assert (folder / "soundingboard.toml").read_text() == "# mine\n"


@pytest.mark.parametrize("name", ["", "   ", "x" * 200, "half \ud83d"])
def test_a_name_no_brand_can_have_is_refused(tmp_path, name):
    with pytest.raises(ConfigError):
        write_starter(tmp_path, name)
    assert not (tmp_path / "soundingboard.toml").exists()


def test_what_is_shown_hides_every_secret(tmp_path):
    loaded = load(
        tmp_path,
        {
            "SOUNDINGBOARD_DATABASE_URL": f"postgresql+psycopg://anna:{SECRET}@db/sb",
            "SOUNDINGBOARD_PRIVACY__SECRET_KEY": SECRET,
            "SOUNDINGBOARD_FETCH__CREDENTIALS": f'{{"https://a.example": "Bearer {SECRET}"}}',
        },
    )
    rows = described(loaded)

    assert SECRET not in repr(rows)
    assert SECRET not in repr(loaded)
    assert SECRET not in str(loaded.settings)
    by_name = {row.name: row for row in rows}
    assert by_name["database_url"].shown == '"postgresql+psycopg://anna:(hidden)@db/sb"'
    assert by_name["fetch.credentials"].shown == '{"https://a.example" = (hidden)}'
    assert by_name["database_url"].origin == "environment SOUNDINGBOARD_DATABASE_URL"
    assert by_name["digest.hour"].default == "7"


def test_values_are_shown_as_they_would_be_written(tmp_path):
    shown_now = {row.name: row.shown for row in described(load(tmp_path, {}))}

    assert shown_now["slate.love"] == "[4, 6]"
    assert shown_now["model.languages"] == '["en"]'
    assert shown_now["privacy.secret_key"] == ""
    assert shown(True) == "true"
