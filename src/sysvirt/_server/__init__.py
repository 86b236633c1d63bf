"""The server's side of the protocol: connections, calls, events, streams and descriptors.

What a guest is, which call is allowed in which state, and what a call does is known to the handlers only.
"""
