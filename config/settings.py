"""Everything an operator can turn: the shapes and the defaults.

What leaves the house (mail, digest, pages, hooks) stands in `config/outgoing.py`.
`config/loading.py` fills them from `soundingboard.toml` and the environment.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from config import checks
from config.brand import Brand
from config.group import Group
from config.outgoing import DigestSettings, HookSettings, MailSettings, WebSettings

Share = Annotated[float, Field(ge=0.0, le=1.0)]
SeatRange = Annotated[
    tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]],
    AfterValidator(checks.ordered),
]
HostPort = Annotated[str, AfterValidator(checks.host_and_port)]
Language = Annotated[str, AfterValidator(checks.language)]
StakeholderKind = Annotated[str, AfterValidator(checks.stakeholder)]


class FetchSettings(Group):
    """How we ask other people's servers."""

    contact: Annotated[str, AfterValidator(checks.contact)] = Field(
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
    allow_private: tuple[HostPort, ...] = Field(
        default=(), description="host:port pairs inside your own network that may be asked."
    )
    credentials: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="Origin (https://host) -> Authorization header sent to that origin only.",
    )

    @field_validator("credentials")
    @classmethod
    def _by_origin(cls, credentials: dict[str, SecretStr]) -> dict[str, SecretStr]:
        return {
            checks.origin(address): checks.header_value(secret)
            for address, secret in credentials.items()
        }


class ListenSettings(Group):
    """What is taken in."""

    max_posts: int = Field(
        default=2000, ge=1, description="Newest posts taken from one answer; the rest is counted."
    )
    max_pages: int = Field(default=10, ge=1, description="Pages read from one source in one run.")
    check_every_min: int = Field(
        default=60, ge=20, description="Usual pause between two looks at a source, minutes."
    )


class ModelSettings(Group):
    """Which models read the posts."""

    encoder: str = Field(
        default="embedded",
        description="'embedded', a folder, or a sentence-transformers model already pulled.",
    )
    sentiment: str = Field(
        default="embedded",
        description="'embedded', a folder, or a sequence-classification model already pulled.",
    )
    languages: tuple[Language, ...] = Field(
        default=("en",), description="Languages the sentiment model was trained for (ISO 639-1)."
    )
    batch: int = Field(default=64, ge=1, le=1024, description="Posts read at once.")


class StanceSettings(Group):
    """How evidence becomes a stance (formulas: models/stance.py)."""

    tau: float = Field(default=0.3, gt=0, lt=1, description="|s| beyond this is love or hate.")
    prior_strength: float = Field(
        default=2.0, ge=1, le=5, description="Pseudo-posts behind the prior (k)."
    )
    half_life_days: float = Field(
        default=180.0, gt=0, description="Evidence halves in this time, days."
    )
    window_days: int = Field(
        default=730, ge=1, description="Posts older than this weigh nothing, days."
    )
    recent_days: int = Field(
        default=365, ge=1, description="A candidate spoke within this time, days."
    )

    @model_validator(mode="after")
    def _recent_within_window(self) -> Self:
        if self.recent_days > self.window_days:
            raise ValueError(
                f"recent_days ({self.recent_days}) is longer than window_days ({self.window_days})"
            )
        return self


class UtilitySettings(Group):
    """What makes somebody worth inviting; the weights are policy, shown and editable."""

    side: Share = Field(default=0.45, description="Weight of how surely they love or hate.")
    constructive: Share = Field(default=0.25, description="Weight of ideas and concrete reasons.")
    passion: Share = Field(default=0.15, description="Weight of strength of feeling.")
    volume: Share = Field(default=0.10, description="Weight of how much they wrote.")
    recency: Share = Field(default=0.05, description="Weight of how lately they wrote.")

    @model_validator(mode="after")
    def _some_weight(self) -> Self:
        if not any((self.side, self.constructive, self.passion, self.volume, self.recency)):
            raise ValueError("all five weights are 0, so nobody would be worth more than another")
        return self


class SlateSettings(Group):
    """The proposed committee; quotas by name are wishes: what the pool cannot give is said."""

    seats: int = Field(default=12, ge=1, le=200, description="People on the proposed committee.")
    love: SeatRange = Field(default=(4, 6), description="Fewest and most lovers.")
    hate: SeatRange = Field(default=(4, 6), description="Fewest and most haters.")
    torn: SeatRange = Field(default=(0, 2), description="Fewest and most torn.")
    max_source_share: Share = Field(default=0.4, description="Largest share from one source.")
    language_share: Share = Field(
        default=0.1, description="A language with this share of the pool gets a seat."
    )
    stakeholders: dict[StakeholderKind, SeatRange] = Field(
        default_factory=dict, description="What somebody is to the brand -> fewest and most."
    )
    themes: dict[str, SeatRange] = Field(
        default_factory=dict, description="Theme by its name -> fewest and most who speak about it."
    )
    sources: dict[str, SeatRange] = Field(
        default_factory=dict, description="Source -> fewest and most, instead of the largest share."
    )
    languages: dict[Language, SeatRange] = Field(
        default_factory=dict, description="Language -> fewest and most, instead of language_share."
    )
    lottery: bool = Field(
        default=False, description="Draw lots among equals instead of taking the most useful."
    )
    lottery_seed: str = Field(
        default="", description="The text the lots are drawn with; publish it before."
    )
    lottery_band: Share = Field(
        default=0.02, description="Whose usefulness differs by no more are equals."
    )

    @model_validator(mode="after")
    def _seats_hold_the_fewest(self) -> Self:
        fewest = self.love[0] + self.hate[0] + self.torn[0]
        if fewest > self.seats:
            raise ValueError(
                f"love, hate and torn ask for at least {fewest} people, but seats is {self.seats}"
            )
        return self

    @model_validator(mode="after")
    def _a_draw_can_be_repeated(self) -> Self:
        if self.lottery and not self.lottery_seed:
            raise ValueError("lottery needs a lottery_seed, a text that you publish before")
        return self


class RecruitingSettings(Group):
    """How people decide whom to invite, and how often anybody may be asked."""

    second_reviewer: bool = Field(
        default=False, description="Two people must look before somebody is approved."
    )
    claim_min: int = Field(
        default=30, ge=1, description="How long somebody deciding keeps others off, minutes."
    )
    ask_again_days: int = Field(
        default=30, ge=1, description="A person is asked at most once in this time, days."
    )
    silent_after_days: int = Field(
        default=21, ge=1, description="An unanswered invitation counts as silence, days."
    )
    contact: str = Field(
        default="", description="The named colleague who answers questions, with an address."
    )


class PromiseSettings(Group):
    """Within what time the programme's promises are kept."""

    acknowledge_days: int = Field(
        default=2, ge=1, description="A suggestion is acknowledged, working days."
    )
    decide_days: int = Field(default=30, ge=1, description="A suggestion is decided, days.")
    report_days: int = Field(
        default=7, ge=1, description="Its proposer and the committee are told, days."
    )
    respond_hours: int = Field(
        default=24, ge=1, description="Somebody of ours answers a post about us, hours."
    )
    settle_days: int = Field(default=30, ge=1, description="Compensation is paid, days.")


class AlertSettings(Group):
    """When a day counts as out of the ordinary (formula: models/spikes.py)."""

    budget_per_year: float = Field(
        default=6.0, gt=0, le=365, description="False alarms a brand may have in a year."
    )
    least_posts: int = Field(default=5, ge=1, description="Fewer posts in a day are no spike.")
    least_people: int = Field(default=3, ge=1, description="Fewer people are no spike.")
    least_ratio: float = Field(
        default=1.5, ge=1, description="A spike has this many times what was expected."
    )


class PrivacySettings(Group):
    """What is kept of whom, and how long (docs/privacy.md)."""

    secret_key: SecretStr | None = Field(
        default=None,
        description="Keys the do-not-contact hashes; default: the file soundingboard.key.",
    )
    text_days: int = Field(
        default=730, ge=1, description="A post is deleted so many days after it was taken in."
    )

    _empty_is_none = field_validator("secret_key")(checks.given)


class Settings(Group):
    """All settings, frozen; one instance is made at start and handed in."""

    database_url: Annotated[str, AfterValidator(checks.database_url)] = Field(
        default="sqlite:///soundingboard.db",
        repr=False,  # it may hold a password
        description="sqlite:///file or postgresql+psycopg://user@host/name.",
    )
    fetch: FetchSettings = FetchSettings()
    listen: ListenSettings = ListenSettings()
    model: ModelSettings = ModelSettings()
    stance: StanceSettings = StanceSettings()
    utility: UtilitySettings = UtilitySettings()
    slate: SlateSettings = SlateSettings()
    recruiting: RecruitingSettings = RecruitingSettings()
    promises: PromiseSettings = PromiseSettings()
    alerts: AlertSettings = AlertSettings()
    digest: DigestSettings = DigestSettings()
    mail: MailSettings = MailSettings()
    web: WebSettings = WebSettings()
    hook: tuple[HookSettings, ...] = Field(
        default=(), description="Chat channels and programs that are told too."
    )
    privacy: PrivacySettings = PrivacySettings()
    brand: tuple[Brand, ...] = Field(default=(), description="The brands we listen for.")

    @field_validator("brand")
    @classmethod
    def _unlike_names(cls, brands: tuple[Brand, ...]) -> tuple[Brand, ...]:
        checks.all_unlike([brand.name for brand in brands])
        return brands
