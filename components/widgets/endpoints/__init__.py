"""Targets and endpoints on every page: which there are, which is chosen, how they are."""
