"""What concerns endpoints themselves: which there are, and how they come and go."""
