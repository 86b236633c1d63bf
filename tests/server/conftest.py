"""Fixtures that tests of faults have too."""

from tests.faults.conftest import belongings as belongings
