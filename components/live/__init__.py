"""Live sessions: speech from a microphone, transcribed while it is spoken."""
