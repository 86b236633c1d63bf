# Made by tools/unasync.py from tests/typing/_async/__init__.py; do not edit.
