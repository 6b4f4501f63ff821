"""The playground: audio, parameters, the request, the transcript."""
