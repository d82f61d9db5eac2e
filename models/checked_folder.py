"""What a model folder must satisfy before anything is loaded from it.

Loading a folder can run code: a module named in `modules.json`, a class in `auto_map`, a pickle in
a `.bin`. So it is read as plain text first, against a list of what is allowed.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from config.errors import ModelError

_PICKLES = (".bin", ".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".npy", ".npz", ".h5")
_PROGRAMS = (".py", ".pyc", ".so", ".dll", ".dylib", ".sh")
_FORBIDDEN_SUFFIXES = frozenset({*_PICKLES, *_PROGRAMS})
_ALLOWED_MODULES = re.compile(
    r"sentence_transformers\.(?:[a-z_]+\.)*(?:Transformer|Pooling|Normalize)"
)
_TYPES = (
    "albert bert camembert deberta deberta-v2 distilbert electra modernbert mpnet roberta "
    "xlm-roberta"
)
_ALLOWED_TYPES = frozenset(_TYPES.split())
_ALLOWED_ARCHITECTURES = re.compile(r"[A-Z][A-Za-z0-9]*(?:Model|MaskedLM|SequenceClassification)")
_ALLOWED_TOKENIZERS = re.compile(r"[A-Z][A-Za-z0-9]*(?:Tokenizer|TokenizerFast|TokenizersBackend)")
_FORBIDDEN_KEYS = frozenset({"auto_map", "custom_pipelines", "quantization_config"})
_ATTENTION = frozenset({None, "eager", "sdpa"})
_MAX_JSON = 64 * 2**20  # bytes; a large vocabulary has some tens of MB


def named_folder(name: str, setting: str) -> Path:
    """The folder an operator named, or that of a hub model already pulled, checked.

    Nothing is fetched. Raises ModelError where neither is here.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return allowed_folder(folder)
    go_offline()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return allowed_folder(Path(snapshot_download(name, local_files_only=True)))
    except (HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(
            f"{setting} = {name!r} is no folder, and no model of that name is on this machine.",
            mend="Name a folder, pull the model first, or use 'embedded'.",
        ) from error


def go_offline() -> None:
    """Keep the model libraries off the network and off the terminal; before their first import.

    Their threads wait asleep: on a busy machine, waiting awake made a post cost ten times as much.
    """
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def weights_of(folder: Path) -> Path:
    """The safetensors file of a checked folder."""
    return folder / "model.safetensors"


def allowed_folder(folder: Path) -> Path:
    """The folder, if it holds safetensors and nothing that could run; else ModelError."""
    if not weights_of(folder).is_file():
        raise _refused(weights_of(folder), "missing; only safetensors are loaded")
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _FORBIDDEN_SUFFIXES:
            raise _refused(path, "files of this kind can carry code")
        if path.name == "adapter_config.json":
            raise _refused(path, "it would load a second model")
        if path.suffix.lower() == ".json" and path.is_file():
            _check_json(path, folder)
    _check_config(folder / "config.json")
    return folder


def _check_json(path: Path, folder: Path) -> None:
    content = _read_json(path)
    for key, value in _pairs(content):
        if key in _FORBIDDEN_KEYS and value:
            raise _refused(path, f"it sets {key}")
        if "attn_implementation" in key and value not in _ATTENTION:
            raise _refused(path, f"attention {value!r} is not built in")
        if key == "tokenizer_class" and value and not _is(_ALLOWED_TOKENIZERS, value):
            raise _refused(path, f"tokenizer {value!r} is not known")
    if path.name == "modules.json":
        _check_modules(path, folder, content)


def _check_modules(path: Path, folder: Path, modules: Any) -> None:
    for module in modules if isinstance(modules, list) else [modules]:
        if not isinstance(module, dict) or not _is(_ALLOWED_MODULES, module.get("type")):
            raise _refused(path, f"it names a module that is not allowed: {module!r:.120}")
        inside = (folder / str(module.get("path", ""))).resolve()
        if not inside.is_relative_to(folder.resolve()):
            raise _refused(path, "it points outside its folder")


def _check_config(path: Path) -> None:
    config = _read_json(path)
    if not isinstance(config, dict) or config.get("model_type") not in _ALLOWED_TYPES:
        raise _refused(path, "its model_type is not one we load")
    for name in config.get("architectures") or ():
        if not _is(_ALLOWED_ARCHITECTURES, name):
            raise _refused(path, f"architecture {name!r} is not one we load")


def _read_json(path: Path) -> Any:
    try:
        if path.stat().st_size > _MAX_JSON:
            raise _refused(path, "too large to be a setting")
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _refused(path, "it cannot be read") from error


def _pairs(content: Any) -> list[tuple[str, Any]]:
    """Every key with its value, at any depth, without recursion."""
    found: list[tuple[str, Any]] = []
    open_ = [content]
    while open_:
        part = open_.pop()
        if isinstance(part, dict):
            found.extend(part.items())
            open_.extend(part.values())
        elif isinstance(part, list):
            open_.extend(part)
    return found


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _refused(path: Path, reason: str) -> ModelError:
    return ModelError(
        f"The model folder is refused because of {path}: {reason}.",
        mend="Use a plain safetensors model without code of its own.",
    )
