# Made by tools/unasync.py from src/sysvirt/_async/__init__.py; do not edit.
"""The API: what the methods mean. The asyncio source; the blocking twin is made from it by tools/unasync.py."""
