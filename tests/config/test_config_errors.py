"""A wrong setting is named with its place, the reason in plain words, and what to do."""

from __future__ import annotations

import traceback
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError, HttpStatusError
from config.loading import load

SECRET = "correct-horse-battery"


def complaint(folder: Path, text: str | bytes = "", environ: dict[str, str] | None = None):
    data = text.encode("utf-8") if isinstance(text, str) else text
    (folder / "soundingboard.toml").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load(folder, environ or {})
    return caught.value


def test_an_error_says_the_problem_and_the_mend():
    error = ConfigError("seats is 0.", mend="Give 1 or more.", file="soundingboard.toml", line=3)

    assert str(error) == "soundingboard.toml, line 3: seats is 0. Give 1 or more."
    assert error.exit_code == 3
    assert HttpStatusError("https://a.example", 404, "not found").status == 404


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("\n[digest]\nhour = 99", 3, "digest.hour is '99'. Give a whole number from 0 up to 23."),
        ("[fetch]\ntimeout_s = 0", 2, "Give a number above 0 up to 120."),
        ("[stance]\ntau = 'x'", 2, "stance.tau is 'x'. Give a number above 0 and below 1."),
        ("[utility]\nside = nan", 2, "Give a number from 0 up to 1."),
        ("[digest]\nhuor = 7", 2, "no setting 'huor' in digest. Did you mean digest.hour?"),
        ("[digset]\nhour = 7", 1, "no setting 'digset'. Did you mean digest?"),
        ("hour = 7", 1, "no setting 'hour'. Did you mean digest.hour?"),
        ("[digest]\nzzz = 7", 2, "Known here: folder, hour, timezone, recipient."),
        ("[digest]\ntimezone = 'Europe/Viena'", 2, "names look like 'Europe/Vienna'"),
        ("[digest]\ntimezone = '../../etc/passwd'", 2, "there is no time zone"),
        ("[slate]\n\nlove = [6, 4]", 3, "the fewest (6) comes first"),
        ("[slate]\nlove = [4]", 2, "two whole numbers from 0 up"),
        ("[slate]\nseats = 3", 1, "ask for at least 8 people, but seats is 3"),
        ("[model]\nlanguages = ['en',\n'deu']", 2, "a language is two letters"),
        ("[model]\nlanguages = 'en'", 2, 'Give a list, as in ["a", "b"].'),
        ("[fetch]\ncontact = 'me'", 2, "write a mail address or a web address"),
        ('[fetch]\ncontact = "a@b\\nX: y"', 2, "must be one line"),
        ("[fetch]\nallow_private = ['10.0.0.1']", 2, "write host:port"),
        ("[fetch.credentials]\n'github.com' = 'x'", 1, "its keys are origins"),
        ("database_url = 'sqlite://file.db'", 1, "three slashes"),
        ("database_url = 'mysql://x'", 1, "write sqlite:///file or postgresql+psycopg://"),
        ("[utility]\nside=0\nconstructive=0\npassion=0\nvolume=0\nrecency=0", 1, "weights are 0"),
        ("[stance]\nwindow_days = 30", 1, "recent_days (365) is longer than window_days (30)"),
        ("[[brand]]\nname='A'\n[[brand]]\nname = ' a '", 1, "two brands are called"),
        ("[[brand]]\nname='A'\n[[brand]]\naliases = []", 3, "brand 2: name is missing."),
        (
            "[[brand]]\nname='A'\nalias = []",
            3,
            "no setting 'alias' in brand 1. Did you mean aliases",
        ),
        ("[brand]\nname = 'A'", 1, "Give a list of tables [[brand]]."),
        ("[digest]\n[[digest.recipient]]\nname='A'", 2, "digest.recipient 1: address is missing."),
        (
            "[[digest.recipient]]\naddress='a@b.at'\nroll='x'",
            3,
            "no setting 'roll' in digest.recipient 1. Did you mean role?",
        ),
        ("[[digest.recipient]]\naddress='a.b.at'", 2, "is no mail address"),
        ("[mail]\nsender = 'us'", 2, "is no mail address"),
        ("[web]\npublic_url = 'example.com'", 2, "write how readers reach the pages"),
        ("[[hook]]\nname='A'\nkind='fax'\nurl='x'", 3, "hook 1: kind"),
        ("hook = 5", 1, "Give a list of tables [[hook]]."),
        ("digest = 5", 1, "Give a table, as in [digest], with folder, hour, timezone, recipient."),
        ("[digest]\nhour =\n", 2, "this is not TOML"),
        ("[digest]\nhour = 7\nhour = 8", 3, "Cannot overwrite a value"),
        ('\nx = """abc\n\n', 2, "Unterminated string"),
        ("a = 1\nb = " + "[" * 5000, 2, "nested too deeply"),
        ("a = 1\nb = " + "9" * 5000, 2, "a number is too long"),
    ],
)
def test_a_wrong_file_is_named_with_line_reason_and_mend(tmp_path, text, line, says):
    error = complaint(tmp_path, text)

    assert error.file == str(tmp_path / "soundingboard.toml")
    assert error.line == line
    assert says in str(error)


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path):
    error = complaint(tmp_path, b"[digest]\n# caf\xe9\nhour = 7")

    assert error.line == 2
    assert "UTF-8" in str(error)


def test_a_folder_in_place_of_the_file_is_an_error_not_a_default(tmp_path):
    (tmp_path / "soundingboard.toml").mkdir()

    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        (
            "SOUNDINGBOARD_DIGEST__HOUR",
            "x",
            "digest.hour is 'x'. Give a whole number from 0 up to 23",
        ),
        ("SOUNDINGBOARD_DIGEST__HUOR", "7", "Did you mean digest.hour?"),
        ("SOUNDINGBOARD_DIGSET__HOUR", "7", "Did you mean SOUNDINGBOARD_DIGEST__HOUR?"),
        ("SOUNDINGBOARD_DIGEST_HOUR", "7", "Did you mean SOUNDINGBOARD_DIGEST__HOUR?"),
        ("SOUNDINGBOARD_QQ__WW", "7", "it sets nothing. Unset it."),
        ("SOUNDINGBOARD_DIGEST", "7", "Give a table"),
        ("SOUNDINGBOARD_BRAND", "[" * 100_000, "brand"),
        ("SOUNDINGBOARD_SLATE__SEATS", "3", "slate: love, hate and torn ask for at least 8"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path, variable, value, says):
    error = complaint(tmp_path, environ={variable: value})

    assert str(error).startswith(f"environment {variable}: ")
    assert says in str(error)


def test_several_errors_are_all_listed_in_the_order_of_the_file(tmp_path):
    text = "[slate]\nseats = 0\n[digest]\nhour = 99\nhuor = 1\n"
    error = complaint(tmp_path, text, {"SOUNDINGBOARD_STANCE__TAU": "2"})

    first, *rest = str(error).splitlines()
    assert first == "4 settings are wrong:"
    places = ["SOUNDINGBOARD_STANCE__TAU", "line 2", "line 4", "line 5"]
    assert len(rest) == len(places)
    assert all(place in said for place, said in zip(places, rest, strict=True))


def test_a_file_mistake_under_an_overriding_variable_is_blamed_on_its_file(tmp_path):
    text = '[fetch.credentials]\n"https://a.example" = 5\n'
    environ = {"SOUNDINGBOARD_FETCH__CREDENTIALS": '{"https://b.example": "x"}'}

    assert complaint(tmp_path, text, environ).line == 2


@pytest.mark.parametrize(
    "text",
    [
        f"database_url = 'postgres://anna:{SECRET}@db/x'",
        f"[privacy]\nsecret_key = ['{SECRET}']",
        f"[privacy]\nsecret_kye = '{SECRET}'",
        f"[fetch.credentials]\n'https://a.example' = ['{SECRET}']",
        f"[fetch.credentials]\n'https://a.example' = \"{SECRET}\\n\"\n[digest]\nhour='{SECRET}'"[
            :70
        ],
        f"[fetch.credentials]\n'https://anna:{SECRET}@a.example' = 'x'",
        f"[fetch.credentials]\n'https://anna:{SECRET}@a.example' = 5",
        f"[fetch]\ncredentials = '{SECRET}'",
        f"[privacy]\nsecret_key = '{SECRET}",
    ],
)
def test_an_error_never_shows_a_secret(tmp_path, text):
    error = complaint(tmp_path, text)

    assert SECRET not in "".join(traceback.format_exception(error))


@given(st.binary(max_size=200))
def test_any_bytes_load_or_are_a_config_error(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    (folder / "soundingboard.toml").write_bytes(data)
    with suppress(ConfigError):
        load(folder, {})
