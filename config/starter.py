"""The first `soundingboard.toml` of a new installation."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from config import complaints
from config.brand import Brand
from config.errors import ConfigError
from config.loading import FILE_NAME

EXAMPLE = Path(__file__).with_name("soundingboard.example.toml")
_EXAMPLE_NAME = '"Lumen Coffee"'


def write_starter(folder: Path, brand_name: str) -> Path:
    """The example file for one brand, every line explained; returns where it was written.

    Raises ConfigError where a file already stands (it is left as it is), where nothing can be
    written, or where the name cannot be a brand's.
    """
    name = _toml_text(brand_name)
    text = EXAMPLE.read_text(encoding="utf-8").replace(_EXAMPLE_NAME, name, 1)
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        mend = "It was left as it is; edit it, or choose another folder."
        raise ConfigError("it is already there.", mend=mend, file=str(path)) from None
    except OSError as error:
        mend = "Choose a folder this user may write to."
        problem = f"cannot be written: {error.strerror}."
        raise ConfigError(problem, mend=mend, file=str(path)) from error
    return path


def _toml_text(brand_name: str) -> str:
    try:
        name = Brand(name=brand_name).name
        name.encode()
    except ValidationError as error:
        problem, mend = complaints.complaint({**error.errors()[0], "loc": ("brand", 0, "name")})
        raise ConfigError(problem, mend=mend) from None
    except UnicodeEncodeError:
        raise ConfigError(
            "the brand's name holds half a character.", mend="Type it anew."
        ) from None
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
