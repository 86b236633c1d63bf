"""The short form of `./dev fuzz`: what is known, and some thousand mutations of it, the same ones every time."""

from __future__ import annotations

import pytest

from fuzz.corpus import mutations, read, seeds
from fuzz.targets import TARGETS


def run(target: str, inputs: list[bytes]) -> None:
    for data in inputs:
        try:
            TARGETS[target](data)
        except BaseException as error:
            error.add_note(f"input of {target}: {data.hex()}")
            raise


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_what_is_known(target: str) -> None:
    run(target, [*seeds(target), *read(target)])


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_mutations(target: str) -> None:
    inputs = [*seeds(target), *read(target)]
    run(target, list(mutations(inputs, 5000, seed=1)))
