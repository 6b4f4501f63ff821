"""One file a page: it lays out widgets and calls components."""
