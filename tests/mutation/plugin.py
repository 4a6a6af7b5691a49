"""Makes `make mutate` fair. mutmut notes which tests call a function, and runs those against its mutants.

Rules are built once and kept, and some functions run only while a module is imported: left alone, mutmut would note
them for the first test only, and run no other.

A test of a property that fails is not asked for its smallest example: finding that takes a minute, and nobody reads it.
"""

import pytest
from hypothesis import Phase, settings
from mutmut.state import state

from pathway.guideline.compiled import compiled
from pathway.guideline.evaluate import rulebook
from pathway.guideline.in_bulk import _of_edition

called_at_import: set[str] = set()
settings.register_profile("mutation", phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutation")


def pytest_collection_finish():
    called_at_import.update(state()._stats)


@pytest.fixture(autouse=True)
def _nothing_kept():
    for kept in (rulebook, compiled, _of_edition):
        kept.cache_clear()
    state()._stats.update(called_at_import)
