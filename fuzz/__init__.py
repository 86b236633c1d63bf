"""Hostile bytes, guided by what code they reach: `./dev fuzz [MINUTES]`; see `targets`.

The corpora are text, one input a line in hex: what the targets' encoders make is not kept, only what fuzzing has
found beside it. The tests replay them with some thousand mutations, without atheris.
"""
