"""New uuids are what `uuid4` makes, by another way."""

from __future__ import annotations

from uuid import RFC_4122, UUID

from creditkit.store.uuids import new_uuid

VERSION_AND_VARIANT = {62, 63, 76, 77, 78, 79}


def test_each_is_a_random_uuid() -> None:
    texts = [new_uuid() for _ in range(1000)]
    uuids = [UUID(text) for text in texts]
    assert list(map(str, uuids)) == texts, "with dashes, in lower case"
    assert {(uuid.version, uuid.variant) for uuid in uuids} == {(4, RFC_4122)}
    for bit in {*range(128)} - VERSION_AND_VARIANT:
        assert 300 < sum(uuid.int >> bit & 1 for uuid in uuids) < 700, f"bit {bit} is random"
