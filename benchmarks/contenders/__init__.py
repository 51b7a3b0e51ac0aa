"""Ways to answer the same request: total, the number beside each option, the twenty rows of the page."""
