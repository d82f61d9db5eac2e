"""`python -m soundingboard` is the same as `soundingboard`."""

from __future__ import annotations

from soundingboard.cli import main

if __name__ == "__main__":
    main()
