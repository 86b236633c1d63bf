# Made by tools/unasync.py from tests/migration/_async/__init__.py; do not edit.
