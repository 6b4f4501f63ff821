"""The embedded endpoint: real Whisper weights behind SageMaker's protocols, on this computer."""
