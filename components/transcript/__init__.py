"""Transcripts: results, overlaps, times, gaps, hallucinations, subtitles, files to download."""
