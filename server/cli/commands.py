"""How every command fails: one line with the stable code, no traceback for what is not a bug."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from media.errors import MediaError
from server.errors import InterviewError
from server.settings import ConfigInvalid

FAILED = 1
USAGE = 2


class Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigInvalid as error:
            fail(error.code, error.detail, USAGE)
        except (InterviewError, MediaError) as error:
            fail(error.code, error.detail)


def fail(code: str, detail: str, exit_code: int = FAILED) -> None:
    """Raises typer.Exit."""
    typer.secho(f"{code}: {detail}", fg="red", err=True)
    raise typer.Exit(exit_code)
