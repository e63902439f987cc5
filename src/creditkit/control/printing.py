"""Printing: what the control of a mock gives, for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Form = dict[str, Any]


class Printer:
    """Prints what it is given: as JSON, or as the text that is made of it."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json

    def __call__(self, given: Any, text: Callable[[Any], str]) -> None:
        """Print one thing; nothing where the text is empty."""
        told = json.dumps(given, ensure_ascii=False) if self._as_json else text(given)
        if told:
            print(told, flush=True)


def world(of: Form) -> str:
    """A world in a line, and what is out of the ordinary in it."""
    clock = f"{of['today']}{', stopped' if of['is_frozen'] else ''}"
    lines = [
        f"{of['name']}: {clock}, {of['credits']} credits, {of['customers']} customers, {of['users']} users, "
        f"entry {of['entry']}"
    ]
    kept = [what for what in ("snapshots", "deviations", "faults") if of[what]]
    lines += [f"  {what}: {' '.join(of[what])}" for what in kept]
    return "\n".join(lines)


def worlds(all_: Sequence[Form]) -> str:
    """All worlds."""
    return "\n".join(map(world, all_))


def state(of: Form) -> str:
    """A world with users and credits."""
    users = [[user["username"], f"Token {user['token']}", user["role"]] for user in of["users"]]
    credits_ = [
        [
            credit["uuid"],
            credit["value"],
            credit["end_date"] or "no end",
            credit["minimal_consumption_logic"],
            credit["customer_name"],
        ]
        for credit in of["credits"]
    ]
    more = of["world"]["credits"] - len(credits_)
    return "\n".join(
        filter(
            None,
            [
                world(of["world"]),
                "",
                table(users),
                "",
                table(credits_, right=(1,)),
                f"  and {more} more" if more else "",
            ],
        )
    )


def names(all_: Sequence[str]) -> str:
    """Names, a line each."""
    return "\n".join(all_)


def exhibits(all_: Sequence[Form]) -> str:
    """The gallery."""
    return table([[one["name"], one["about"]] for one in all_])


def clock(of: Form) -> str:
    """The clock of a world."""
    return f"{of['now']}{', stopped' if of['is_frozen'] else ''}"


def passed(of: Form) -> str:
    """The clock, and what happened on the way."""
    moved = [[one["day"], one["credit"], one["kind"], one["amount"]] for one in of["movements"]]
    return "\n".join(filter(None, [clock(of["clock"]), table(moved, right=(3,))]))


def deviations(all_: Sequence[Form]) -> str:
    """The catalogue, those that are shown with a mark."""
    return table([["*" if one["is_shown"] else "", one["id"], one["title"]] for one in all_])


def faults(of: Form) -> str:
    """The faults in force, as they are written."""
    lines = [_fault(one) for one in of["faults"]]
    return "\n".join([*lines, f"seed {of['seed']}"]) if lines else "no faults"


def entry(of: Form) -> str:
    """An entry of the journal in a line, and a line for each violation."""
    query = f"?{of['query']}" if of["query"] else ""
    lines = [
        f"{of['number']:>5}  {of['status'] or '---'}  {of['verdict']:<9}  {of['milliseconds']:>8.1f} ms  "
        f"{of['user'] or '-':<8}  {of['method']} {of['path']}{query}"
    ]
    lines += [
        f"       {one['field'] or '*'}: {one['message']} ({one['rule']}, {one['contract']})"
        for one in of["violations"]
    ]
    if of["told"]:
        lines.append(f"       {of['told']}")
    return "\n".join(lines)


def entries(all_: Sequence[Form]) -> str:
    """Entries of the journal, the latest last."""
    return "\n".join(map(entry, all_))


def in_full(of: Form) -> str:
    """An entry with what was sent both ways, and what changed."""
    parts = [entry(of["entry"]), "", of["curl"]]
    for name in ("request", "answer"):
        message = of[name]
        parts += ["", f"{name}:", *(f"  {one['name']}: {one['value']}" for one in message["headers"])]
        if message["text"]:
            parts += ["", f"  {message['text']}"]
    parts += ["", of["unknown"] or ("changes:" if of["changes"] else "changed nothing")]
    for change in of["changes"]:
        parts.append(f"  {change['action']} {change['table']} {change['key']}")
        parts += [
            f"    {one['name']}: {_value(one['before'])} -> {_value(one['after'])}"
            for one in change["fields"]
        ]
    return "\n".join(parts)


def event(of: tuple[str, Form]) -> str:
    """An event."""
    kind, form = of
    return entry(form) if kind == "entry" else f"{kind}: {world(form)}"


def table(rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Rows in columns, those of `right` to the right."""
    all_ = list(rows)
    widths = [max(map(len, column)) for column in zip(*all_, strict=True)]
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in all_
    )


def _fault(of: Form) -> str:
    """A fault as the command line has it."""
    parts = [
        name if value is True else f"{name}={value if isinstance(value, str) else format(value, 'g')}"
        for name, value in of.items()
        if name != "operation" and (name, value) != ("rate", 1)
    ]
    return f"{of['operation']}:{','.join(parts)}"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
