"""Made by tools/generate.py from spec/, but for this line: never edited by hand."""
