"""The API: what the methods mean. The asyncio source; the blocking twin is made from it by tools/unasync.py."""
