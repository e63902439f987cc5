"""The contracts as the tests of this folder read them: once, and not to be changed."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from creditkit.contract import API, SUPPORTING, Contract, load, read

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def api() -> Contract:
    """`openapi.yaml`, loaded."""
    return load(API)


@pytest.fixture(scope="session")
def supporting() -> Contract:
    """`supporting.yaml`, loaded."""
    return load(SUPPORTING)


@pytest.fixture(scope="session")
def official() -> dict[str, Any]:
    """The official schema of 7.9.1, as a document."""
    return read(HERE / "upstream-7.9.1.yaml")


@pytest.fixture(scope="session")
def specification() -> Any:
    """Connexion's own reader of contracts, without the warnings that its import sets off."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from connexion.spec import Specification
    return Specification
