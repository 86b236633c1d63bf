# Made by tools/unasync.py from tests/api/_async/__init__.py; do not edit.
