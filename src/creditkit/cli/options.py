"""Click options with an environment variable each, declared one by one or made of a settings class."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import click

PATH = click.Path(path_type=Path)

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Any], Any]


def options_of(command: str = "") -> Callable[..., Decorator]:
    """The function that makes a command's options: `option("--max-size", "Largest size.", type=float)`.

    The variable of `--max-size` is `CREDITKIT_MAX_SIZE`, or `CREDITKIT_REVIEW_MAX_SIZE` for the command
    `review`; `variable` gives another one.
    """
    prefix = "_".join(filter(None, ("CREDITKIT", command.upper())))

    def option(name: str, text: str, *more_names: str, variable: str = "", **more: Any) -> Decorator:
        envvar = variable or f"{prefix}_{name.removeprefix('--').upper().replace('-', '_')}"
        return click.option(name, *more_names, help=text, envvar=envvar, show_envvar=True, **more)

    return option


def decorated(function: Any, *decorators: Decorator) -> Any:
    """A function with several options or arguments, in the order of its `--help`."""
    return functools.reduce(lambda done, decorate: decorate(done), reversed(decorators), function)


def settings_options(settings: type) -> Iterator[Decorator]:
    """An option for each field of a settings class, and of the settings classes in its fields."""
    hints = get_type_hints(settings)
    for field in fields(settings):
        if is_dataclass(hints[field.name]):
            yield from settings_options(hints[field.name])
        else:
            yield _field_option(field, hints[field.name])


def settings_from(settings: type, given: Mapping[str, Any]) -> Any:
    """A settings object of the values that its options were given."""
    hints = get_type_hints(settings)
    values = {}
    for field in fields(settings):
        kind = hints[field.name]
        if is_dataclass(kind):
            values[field.name] = settings_from(kind, given)  # type: ignore[arg-type]
        else:
            value = given[field.name]
            values[field.name] = not value if field.metadata.get("negated") else value
    return settings(**values)


def _field_option(field: Field[Any], kind: Any) -> Decorator:
    about = field.metadata
    default = None if field.default is MISSING else field.default
    if kind is bool:
        return options_of()(about["flag"], about["help"], field.name, is_flag=True)
    more: dict[str, Any] = {"type": _click_type(kind, about), "metavar": about.get("metavar")}
    if default is not None:
        is_number = isinstance(default, int | float)
        more |= {
            "default": default.value if isinstance(default, Enum) else default,
            "show_default": is_number or bool(default),
        }
    if kind == tuple[str, ...] and "separator" not in about:
        more["multiple"] = True
    return options_of()(about["flag"], about["help"], field.name, **more)


def _click_type(kind: Any, about: Mapping[str, Any]) -> Any:
    if kind is int and "minimum" in about:
        return click.IntRange(about["minimum"], about.get("maximum"))
    if kind is float and about.get("above_zero"):
        return click.FloatRange(min=0, min_open=True)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _EnumValue(kind)
    if "separator" in about:
        return _Separated(about["separator"])
    if Path in get_args(kind):
        return PATH
    if date in get_args(kind):
        return _Date(["%Y-%m-%d"])
    return str if kind == tuple[str, ...] else kind


class _Date(click.DateTime):
    """A date of the calendar."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(value, param, ctx).date()


class _EnumValue(click.Choice):  # type: ignore[type-arg, unused-ignore]
    """A member of an enumeration, given by its value."""

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__([member.value for member in kind])
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._kind(super().convert(value, param, ctx))


class _Separated(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A list in one text."""

    name = "list"

    def __init__(self, separator: str) -> None:
        self._separator = separator

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        del param, ctx
        if isinstance(value, tuple):
            return value
        return tuple(filter(None, map(str.strip, value.split(self._separator))))
