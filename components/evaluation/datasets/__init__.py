"""Data sets: the ones that come with the portal, LibriSpeech, folders and zips of one's own."""
