"""A replay runs every clinical case; here a few stand for all, so that tests stay quick."""

from functools import cache

import pytest

from pathway.exchange.clinical_cases import load_cases
from pathway.releases import replay

FEW = 3


@pytest.fixture(autouse=True)
def few_cases(request, monkeypatch):
    if "all_cases" not in request.fixturenames:
        few = _kept()
        monkeypatch.setattr(replay, "load_cases", lambda folder: few)


@pytest.fixture
def all_cases():
    """For the one test that runs them all."""


@cache
def _kept() -> tuple:
    return load_cases(replay.FOLDER)[:FEW]
