"""What Whisper is: its models, languages and parameters, and the contract of the container that serves it."""
