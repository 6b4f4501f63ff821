"""Speech from a microphone, transcribed while it is spoken."""
