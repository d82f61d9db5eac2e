"""What the pages of the community show: plain facts from the store and the rules, no HTML."""
