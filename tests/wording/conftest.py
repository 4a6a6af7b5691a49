import pytest

from tests import make


@pytest.fixture
def release(db):
    """Release 1, loaded and in force."""
    make.wording()
