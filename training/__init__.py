"""The recipe of the shipped weights; outside the wheel, never imported by the product."""
