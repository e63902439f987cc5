"""The notation of faults, on the command line, in files and in JSON.

customer_credits_list:latency=200..800,rate=0.5
{"operation": "customer_credits_list", "latency": "200..800", "rate": 0.5}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from creditkit.contract import API, SUPPORTING, load
from creditkit.deviations import near
from creditkit.errors import UsageError

from .effects import LONGEST, STATUSES, Cut, Delay, Disconnect, Effect, Latency, Status, Trickle
from .fault import EVERY, Fault

_FORMS = {
    "latency": "milliseconds: 300, 200..800 or, as mean and deviation, 300~80",
    "status": f"one of {', '.join(map(str, STATUSES))}",
    "disconnect": "nothing, or true",
    "cut": "the share of the body that arrives, 0 to 1; without a value half of it",
    "trickle": "milliseconds, as latency",
}
_HINT = "for example customer_credits_list:latency=200..800,rate=0.5; docs/mock.md has all kinds"
_DELAY = re.compile(r"(\d+(?:\.\d+)?)(?:(\.\.|~)(\d+(?:\.\d+)?))?", re.ASCII)


@cache
def operations() -> frozenset[str]:
    """The operationIds that a fault may name: those of both contracts."""
    return frozenset(name for source in (API, SUPPORTING) for name in load(source).operations)


def fault_of(written: str | Mapping[str, Any]) -> Fault:
    """The fault that a text or a JSON object describes; raises UsageError.

    Exactly one of `latency`, `status`, `disconnect`, `cut` and `trickle` says what happens; `operation`
    (default `*`) and `rate` (default 1) say where and how often, `retry_after` goes with 429 and 503.
    """
    data = _data_of(written) if isinstance(written, str) else dict(written)
    operation = str(data.pop("operation", EVERY))
    if operation != EVERY and operation not in operations():
        all_of_them = f"operations: * (all), {', '.join(sorted(operations()))}"
        raise UsageError(
            f"fault {_told(written)}: there is no operation {operation!r}",
            near(operation, operations(), all_of_them),
        )
    rate = _number(data.pop("rate", 1), 1)
    if rate is None:
        raise UsageError(f"fault {_told(written)}: rate is the share of requests that meet it, 0 to 1", _HINT)
    after = data.pop("retry_after", None)
    unknown = sorted(data.keys() - _FORMS.keys())
    if unknown or len(data) != 1:
        found = (
            f"{unknown[0]!r} is none of them" if unknown else "this one has " + (", ".join(data) or "none")
        )
        raise UsageError(f"fault {_told(written)}: a fault is one of {', '.join(_FORMS)}; {found}", _HINT)
    [(kind, value)] = data.items()
    effect = _effect(kind, value)
    if effect is None:
        raise UsageError(f"fault {_told(written)}: {kind} takes {_FORMS[kind]}", _HINT)
    return Fault(_with_retry(effect, after, written), operation, rate)


def faults_in(path: Path) -> tuple[Fault, ...]:
    """The faults in a YAML file: a list of texts and objects; raises UsageError, with the line."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{path}:{line}: not YAML: {error.problem}") from error
    if not isinstance(root, yaml.SequenceNode):
        raise UsageError(f"{path}: not a list of faults", f"one line each: - {_HINT}")
    faults = []
    for node in root.value:
        try:
            faults.append(fault_of(_plain(node)))
        except UsageError as error:
            raise UsageError(f"{path}:{node.start_mark.line + 1}: {error.message}", error.hint) from None
    return tuple(faults)


def _plain(node: yaml.Node) -> str | dict[str, Any]:
    """An entry of the file as text or as an object; scalars are read as they are written."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return {key.value: value.value for key, value in pairs}


def _data_of(text: str) -> dict[str, Any]:
    """What `[OPERATION:]KIND[=VALUE][,NAME=VALUE…]` says, as JSON would."""
    operation, colon, rest = text.rpartition(":")
    data: dict[str, Any] = {"operation": operation.strip()} if colon else {}
    for part in rest.split(","):
        name, equals, value = part.partition("=")
        data[name.strip().replace("-", "_")] = value.strip() if equals else True
    return data


def _effect(kind: str, value: Any) -> Effect | None:
    """The effect, or None for a value that its kind does not take."""
    match kind:
        case "latency" | "trickle":
            delay = _delay(value)
            if delay is None:
                return None
            return Latency(delay) if kind == "latency" else Trickle(delay)
        case "status":
            return Status(int(value)) if str(value) in map(str, STATUSES) else None
        case "disconnect":
            return Disconnect() if str(value).lower() == "true" else None
        case _:
            share = 0.5 if value is True else _number(value, 1)
            return None if share is None else Cut(share)


def _with_retry(effect: Effect, after: Any, written: str | Mapping[str, Any]) -> Effect:
    if after is None:
        return effect
    if not isinstance(effect, Status) or effect.status not in (429, 503):
        raise UsageError(f"fault {_told(written)}: retry_after goes with status 429 and 503 alone", _HINT)
    seconds = _number(after, 86_400)
    if seconds is None or seconds != int(seconds):
        raise UsageError(f"fault {_told(written)}: retry_after takes whole seconds, 0 to 86400", _HINT)
    return Status(effect.status, int(seconds))


def _delay(value: Any) -> Delay | None:
    found = None if isinstance(value, bool) else _DELAY.fullmatch(str(value))
    if found is None:
        return None
    first, shape, second = float(found[1]), found[2], float(found[3] or 0)
    if max(first, second) > LONGEST:
        return None
    if shape == "..":
        return Delay(first, high=second) if first <= second else None
    return Delay(first, deviation=second) if shape else Delay(first)


def _number(value: Any, most: float) -> float | None:
    """The number from 0 to `most` that a value is or spells; else None."""
    try:
        number = None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
    return number if number is not None and 0 <= number <= most else None


def _told(written: str | Mapping[str, Any]) -> str:
    return repr(written if isinstance(written, str) else dict(written))
