"""The store of runs: records, the SQLite database, recovery."""
