"""The page about the portal's health."""
