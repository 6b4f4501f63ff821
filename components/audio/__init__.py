"""Audio from any file to 16 kHz mono: decoding, recordings, voice activity, segmentation, samples."""
