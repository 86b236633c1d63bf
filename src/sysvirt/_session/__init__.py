"""A conversation with one daemon: what is in flight, whose turn it is, and what has arrived."""
