"""A session with one daemon: calls in flight and waiting, streams, and events that have arrived."""
