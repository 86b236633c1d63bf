"""The server's side of the protocol: connections, calls, events, streams and descriptors.

What a guest is, which call fits which state, and what makes it happen is not known here: handlers know that.
"""
