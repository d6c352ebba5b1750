"""Whisper models on the hub: the local cache, whether the hub answers, the download. The only importer of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]
from tqdm.auto import tqdm  # type: ignore[import-untyped]

from media.errors import ModelUnavailable
from media.models.catalogue import HUB_MODELS, MODEL_FILES

REACHABLE_WITHIN_S = 3.0

Progress = Callable[[int, int], None]
"""Called with (bytes so far, bytes in all) of the file being fetched."""


def find_cached(name: str, cache_dir: Path | None) -> Path | None:
    """The folder of a model that is complete in the local cache."""
    try:
        folder = Path(
            huggingface_hub.snapshot_download(
                HUB_MODELS[name].repository,
                cache_dir=cache_dir,
                local_files_only=True,
                allow_patterns=list(MODEL_FILES),
            )
        )
    except (OSError, ValueError):
        return None
    return folder if (folder / "model.bin").is_file() else None


def is_reachable(within_s: float = REACHABLE_WITHIN_S) -> bool:
    """Asked on a thread of its own, which may stay behind: a name look-up cannot be interrupted."""
    if constants.HF_HUB_OFFLINE:
        return False
    answered = threading.Event()

    def ask() -> None:
        try:
            huggingface_hub.get_session().head(constants.ENDPOINT, timeout=within_s)
        except Exception:  # noqa: BLE001 - whatever the HTTP client raises, the hub was not reached
            return
        answered.set()

    threading.Thread(target=ask, name="hub-probe", daemon=True).start()
    return answered.wait(within_s)


def download(name: str, cache_dir: Path | None, progress: Progress | None) -> Path:
    """Raises ModelUnavailable. What was fetched before an interruption is not fetched again."""
    try:
        return Path(
            huggingface_hub.snapshot_download(
                HUB_MODELS[name].repository,
                cache_dir=cache_dir,
                allow_patterns=list(MODEL_FILES),
                max_workers=1,
                tqdm_class=_make_meter(progress),
            )
        )
    except (HTTPError, OSError, ValueError) as error:
        raise ModelUnavailable(f"the model {name} could not be downloaded: {error}") from error


def _make_meter(progress: Progress | None) -> type[Any]:
    """The hub's library reports through a tqdm class and nothing else."""

    class Meter(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            options["disable"] = False
            options["file"] = _Nowhere()
            options.pop("name", None)
            super().__init__(*arguments, **options)

        def update(self, n: float = 1) -> None:
            super().update(n)
            if progress is not None and self.unit == "B" and self.total:
                progress(int(self.n), int(self.total))

    return Meter


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """Nothing is kept."""
