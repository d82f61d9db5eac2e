"""The five shapes the demo's sites answer in, with the corners real ones have."""
