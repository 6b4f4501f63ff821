"""What the deploy page consists of: each module draws one part of it."""
