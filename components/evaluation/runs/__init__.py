"""The store of runs: records, the SQLite database and its migrations, the write buffer."""
