"""Accuracy and latency of endpoints: measured, kept, scored."""
