"""Recordings of more than 30 s on the playground."""
