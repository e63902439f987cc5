"""What the official Python client offers beyond the documented page."""

from __future__ import annotations

from typing import Any

import pytest

from . import waldur


@pytest.mark.parametrize("release", ["7.9.1", "7.7.5"])
def test_count_reads_the_number_of_credits_from_a_header(release: str, mock: Any) -> None:
    with waldur.connect(mock.url, mock.token, release) as call, mock.client() as http:
        stored = http.get("/api/customer-credits/", params={"page_size": 300}).json()
        assert call("count", "", "") == len(stored)
