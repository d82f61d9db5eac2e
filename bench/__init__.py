"""Measurements against named alternatives: each runs as `python -m bench.NAME`."""
