"""Refuses sub-interpreters, in which extensions such as this one hang or share what they must not."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def is_main() -> bool:
    """Whether this is the main interpreter, as far as Python tells."""
    interpreters = _module()
    return interpreters is None or bool(interpreters.get_current() == interpreters.get_main())


def _module() -> Any:
    from importlib import import_module

    # By its name since Python 3.13, and before.
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            return import_module(name)
        except ImportError:
            pass
    return None


if not is_main():
    raise ImportError("deliverability works in the main interpreter only, not in a sub-interpreter")
