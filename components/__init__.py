"""What the pages are made of; which module may import which stands in pyproject.toml."""
