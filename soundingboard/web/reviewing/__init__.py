"""The pages of moderators: the queue, one item with its evidence, many at once, taking back."""
