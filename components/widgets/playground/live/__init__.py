"""The live microphone on the playground."""
