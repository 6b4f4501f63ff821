"""The commands: each module parses, runs and prints one of them."""
