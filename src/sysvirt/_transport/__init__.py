"""Ways to reach a daemon; each yields a `Link`: one connected descriptor. Bytes and descriptors, no messages."""
