"""From bytes to records: feeds, tables, dates and prose."""
