"""The recipe of the shipped weights; outside the wheel, never imported by the product."""

from __future__ import annotations

from models.checked_folder import go_offline

go_offline()
