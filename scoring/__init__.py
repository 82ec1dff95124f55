"""Rule tables to scores: pure functions of data, no web, database, clock or environment."""
