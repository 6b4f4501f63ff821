"""How fast the embedded endpoint is, beside faster-whisper on the same weights and in the same run."""
