"""A post's way: collect, understand, weigh, recruit, moderate, alert, measure, digest."""
