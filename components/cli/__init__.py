"""The commands of the portal: `python -m components.cli transcribe | wer | latency | expire`.

`commands` registers them, `options` holds what can be given to them, `exit_codes` what they return. Each is carried out
by the module of its name. What is heavy to import comes with those: help and mistakes appear at once.
"""
