"""URL rules that prepare how they are written only when the first URL is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule whose URL builder is compiled at its first use.

    Werkzeug compiles two functions for each rule; that is a third of the time in which the
    application is made, and few of the rules are ever written as a URL.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Build:
        made: list[Build] = []
        compiled = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(compiled(append_unknown))
            return made[0](rule, **values)

        return build
