"""A kind of job, and its settings as JSON and back."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from lissnas.jobs.folders import plain
from lissnas.work import Report, Stop

Run = Callable[[Any, Path, Report, Stop], Any]
"""``(settings, folder, report, stop)``; what it returns, if a mapping, is the result.

Called again with the same folder, it goes on where it was; see `lissnas.work`.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """What can run as a job.

    Parameters
    ----------
    title
        Its name for readers.
    settings
        A frozen dataclass that says all of what is to be done.
    run
        The work.
    describe
        A job's title from its settings; None takes the kind's title.
    decode
        Settings from JSON where the types of the fields do not say enough.
    gpu, distributed
        Whether it can use a GPU, and several through `torchrun`.
    """

    title: str
    settings: type[Any]
    run: Run
    describe: Callable[[Any], str] | None = None
    decode: Callable[[Mapping[str, Any]], Any] | None = None
    gpu: bool = False
    distributed: bool = False

    def title_of(self, settings: Any) -> str:
        """Return the title of a job with these settings."""
        return self.describe(settings) if self.describe else self.title


def encoded(settings: Any) -> dict[str, Any]:
    """Return settings as what JSON can hold."""
    values: dict[str, Any] = plain(asdict(settings))
    return values


def decoded(kind: Kind, values: Mapping[str, Any]) -> Any:
    """Return the settings that `encoded` gave; ValueError if they are none."""
    if kind.decode is not None:
        return kind.decode(values)
    return _dataclass(kind.settings, values)


def _dataclass(settings: type[Any], values: Mapping[str, Any]) -> Any:
    """Return an instance of a settings class; parts begin with their defaults."""
    names = [field.name for field in fields(settings) if field.init]
    unknown = [name for name in values if name not in names]
    if unknown:
        raise ValueError(
            f"settings must be of {', '.join(names)}; got {', '.join(unknown)}"
        )
    hints, whole = get_type_hints(settings), dict(values)
    for field in fields(settings):
        if isinstance(whole.get(field.name), Mapping) and is_dataclass(_default(field)):
            whole[field.name] = encoded(_default(field)) | dict(whole[field.name])
    given = {name: _value(name, hints[name], value) for name, value in whole.items()}
    try:
        return settings(**given)
    except TypeError as error:
        raise ValueError(f"settings are not complete: {error}") from None


def _default(field: Field[Any]) -> Any:
    """Return the default of a field, `MISSING` where it has none."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _value(name: str, hint: Any, value: Any) -> Any:
    """Return a JSON value as an annotation wants it."""
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, Mapping):
            raise ValueError(f"{name} must be a JSON object, got {value!r}")
        return _dataclass(hint, value)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        return _value(name, next(i for i in inner if i is not type(None)), value)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{name} must be a list, got {value!r}")
        many = len(inner) == 2 and inner[1] is Ellipsis
        hints = [inner[0]] * len(value) if many else list(inner)
        if len(hints) != len(value):
            raise ValueError(f"{name} must have {len(hints)} values, got {value!r}")
        return tuple(_value(name, h, v) for h, v in zip(hints, value, strict=True))
    return _plain_value(name, hint, value)


def _plain_value(name: str, hint: Any, value: Any) -> Any:
    """Return a number, text or path as an annotation wants it."""
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{name} must be of {get_args(hint)}, got {value!r}")
        return value
    if hint is float and type(value) is int:
        return float(value)
    if hint is Path and isinstance(value, str):
        return Path(value)
    if hint in (int, float, bool, str) and type(value) is not hint:
        raise ValueError(f"{name} must be {hint.__name__}, got {value!r}")
    return value
