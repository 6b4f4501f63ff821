"""Where data sets come from: folders, zips, manifests, LibriSpeech's layout, OpenSLR."""
