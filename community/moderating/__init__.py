"""One queue for what people must look at: flagged posts, merges, readings, flags."""
