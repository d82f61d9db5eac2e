"""Within step 2: what posts of both sides are about, by names that stay."""
