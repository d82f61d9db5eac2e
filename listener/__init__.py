"""How posts come in."""
