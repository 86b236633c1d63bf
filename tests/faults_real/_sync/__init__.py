# Made by tools/unasync.py from tests/faults_real/_async/__init__.py; do not edit.
