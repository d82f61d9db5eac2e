"""A brand: what it is called, what is mistaken for it, and who speaks for it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Brand(BaseModel):
    """One brand we listen for; every list may be empty but `name`.

    name        : shown everywhere, unique
    aliases     : other spellings that mean it ("Lumen Coffee", "LumenCo")
    handles     : its own accounts, with or without @ (a post naming one speaks to the brand)
    products    : product names that count as the brand
    competitors : brands whose staff must not sit on the committee, and who share the voice
    excluded    : phrases that show a post means something else ("lumen per watt")
    staff       : accounts of people who work for the brand, as their source calls them
    domains     : the brand's own web domains (a profile linking there is suspected staff)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=120)
    aliases: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    @field_validator("handles", "staff")
    @classmethod
    def _without_at(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.removeprefix("@") for name in names)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that means this brand in running text, the brand's own first."""
        return (self.name, *self.aliases, *self.products)
