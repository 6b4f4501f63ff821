"""What runs come to: scores, latency figures, the trade-off, published figures beside them."""
