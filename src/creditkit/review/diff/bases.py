"""Base paths: the same URLs, whether servers or paths begin with them.

A path of a contract goes behind the path of its server. Where one contract has `/v1` in its server and the
other in its paths, nothing has moved on the wire; both are read with their whole paths then.
"""

from __future__ import annotations

from dataclasses import replace

from creditkit.review.wire import Wire, base_path, without_path

Wires = tuple[Wire, Wire]


def aligned(old: Wire, new: Wire) -> Wires:
    """Both contracts with whole paths, if more operations are the same by these than by the bare ones.

    Contracts whose servers have different paths among themselves, or variables in them, are left as they are.
    """
    bases = [_base(wire) for wire in (old, new)]
    if bases[0] is None or bases[1] is None or bases[0] == bases[1]:
        return old, new
    whole = _whole(old, bases[0]), _whole(new, bases[1])
    return whole if _common(*whole) > _common(old, new) else (old, new)


def _base(wire: Wire) -> str | None:
    """The one base path of a contract; None without one, or with several."""
    found = {base_path(url) for operation in wire.operations.values() for url in operation.servers}
    return found.pop() if len(found) == 1 and "{" not in next(iter(found)) else None


def _whole(wire: Wire, base: str) -> Wire:
    operations = {
        (method, base + shape): replace(
            operation,
            path=base + operation.path,
            shape=base + shape,
            servers=frozenset(without_path(url) for url in operation.servers),
        )
        for (method, shape), operation in wire.operations.items()
    }
    return replace(wire, operations=operations)


def _common(old: Wire, new: Wire) -> int:
    return len(old.operations.keys() & new.operations.keys())
