"""Everything an operator can turn: the shapes and the defaults.

`config/loading.py` fills them from `soundingboard.toml` and the environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.brand import Brand

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FetchSettings(_Group):
    """How we ask other people's servers."""

    contact: str = Field(
        default="", description="Mail or web address of yours, told to every server we ask."
    )
    timeout_s: float = Field(
        default=20.0, gt=0, le=120, description="Whole fetch with redirects, seconds."
    )
    max_bytes: int = Field(
        default=15 * 2**20, ge=1024, description="Largest answer after unpacking, bytes."
    )
    max_wire_bytes: int = Field(
        default=5 * 2**20, ge=1024, description="Largest answer on the wire, bytes."
    )
    max_redirects: int = Field(default=5, ge=0, le=20, description="Hops followed, each checked.")
    host_gap_s: float = Field(
        default=2.0, ge=0, description="Pause between two requests to one host, seconds."
    )
    allow_private: tuple[str, ...] = Field(
        default=(), description="host:port pairs inside your own network that may be asked."
    )
    credentials: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="Origin (https://host) -> Authorization header sent to that origin only.",
    )


class ListenSettings(_Group):
    """What is taken in."""

    max_posts: int = Field(
        default=2000, ge=1, description="Newest posts taken from one answer; the rest is counted."
    )
    max_pages: int = Field(default=10, ge=1, description="Pages read from one source in one run.")
    check_every_min: int = Field(
        default=60, ge=20, description="Usual pause between two looks at a source, minutes."
    )


class ModelSettings(_Group):
    """Which models read the posts."""

    encoder: str = Field(
        default="embedded",
        description="'embedded', a folder, or a sentence-transformers model already pulled.",
    )
    sentiment: str = Field(
        default="embedded",
        description="'embedded', a folder, or a sequence-classification model already pulled.",
    )
    languages: tuple[str, ...] = Field(
        default=("en",), description="Languages the sentiment model was trained for (ISO 639-1)."
    )
    batch: int = Field(default=64, ge=1, le=1024, description="Posts read at once.")


class StanceSettings(_Group):
    """How evidence becomes a stance (formulas: models/stance.py)."""

    tau: float = Field(default=0.3, gt=0, lt=1, description="|s| beyond this is love or hate.")
    prior_strength: float = Field(
        default=2.0, ge=1, le=5, description="Pseudo-posts behind the prior (k)."
    )
    half_life_days: float = Field(default=180.0, gt=0, description="Evidence halves in this time.")
    window_days: int = Field(default=730, ge=1, description="Older posts weigh nothing.")
    recent_days: int = Field(default=365, ge=1, description="A candidate spoke within this time.")


class UtilitySettings(_Group):
    """What makes somebody worth inviting; the weights are policy, shown and editable."""

    side: Share = 0.45
    constructive: Share = 0.25
    passion: Share = 0.15
    volume: Share = 0.10
    recency: Share = 0.05


class SlateSettings(_Group):
    """The proposed committee."""

    seats: int = Field(default=12, ge=1, le=200)
    love: tuple[int, int] = Field(default=(4, 6), description="Fewest and most lovers.")
    hate: tuple[int, int] = Field(default=(4, 6), description="Fewest and most haters.")
    torn: tuple[int, int] = Field(default=(0, 2), description="Fewest and most torn.")
    max_source_share: Share = Field(default=0.4, description="Largest share from one source.")
    language_share: Share = Field(
        default=0.1, description="A language with this share of the pool gets a seat."
    )


class DigestSettings(_Group):
    """The daily digest."""

    folder: Path = Field(default=Path("digests"), description="Where digests are written.")
    hour: int = Field(default=7, ge=0, le=23, description="Local hour of the digest.")
    timezone: str = Field(default="UTC", description="IANA zone of the digest's readers.")


class PrivacySettings(_Group):
    """What is kept of whom, and how long (docs/privacy.md)."""

    secret_key: SecretStr | None = Field(
        default=None,
        description="Keys the do-not-contact hashes; default: the file soundingboard.key.",
    )
    text_days: int = Field(
        default=730, ge=1, description="Posts older than this are deleted, days."
    )


class Settings(_Group):
    """All settings, frozen; one instance is made at start and handed in."""

    database_url: str = Field(
        default="sqlite:///soundingboard.db",
        description="sqlite:///file or postgresql+psycopg://user@host/name.",
    )
    fetch: FetchSettings = FetchSettings()
    listen: ListenSettings = ListenSettings()
    model: ModelSettings = ModelSettings()
    stance: StanceSettings = StanceSettings()
    utility: UtilitySettings = UtilitySettings()
    slate: SlateSettings = SlateSettings()
    digest: DigestSettings = DigestSettings()
    privacy: PrivacySettings = PrivacySettings()
    brand: tuple[Brand, ...] = Field(default=(), description="The brands we listen for.")
