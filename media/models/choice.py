"""Which recogniser to use on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import psutil

from media.errors import ModelUnavailable
from media.models import hub
from media.models.catalogue import DEMO, HUB_MODELS, ChosenModel, ModelEntry, open_demo, open_whisper
from media.models.hub import Progress

AUTO = "auto"
_GIGABYTE = 1 << 30


def list_models(cache_dir: Path | None = None) -> tuple[ModelEntry, ...]:
    """Without asking anybody: what is bundled, what the cache holds, what could be downloaded."""
    demo = open_demo()
    size = sum(file.stat().st_size for file in demo.path.iterdir() if file.is_file())
    entries = [ModelEntry(DEMO, round(size / 1e6), "bundled", True, demo.info.languages)]
    for name, model in HUB_MODELS.items():
        cached = hub.find_cached(name, cache_dir) is not None
        entries.append(ModelEntry(name, model.megabytes, "cached" if cached else "available", False, ("en", "zh-CN")))
    return tuple(entries)


def choose_model(
    name: str = AUTO,
    *,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
    is_reachable: Callable[[], bool] = hub.is_reachable,
) -> ChosenModel:
    """`auto`: the Whisper size that suits the machine, cached or downloaded, else the bundled demonstration recogniser.
    A name, or a path of a model folder: that one or ModelUnavailable. Blocking; `auto` notices within three seconds
    that the hub cannot be reached."""
    if name == AUTO:
        return _choose_automatically(cache_dir, progress, is_reachable)
    if name == DEMO:
        return open_demo()
    if name in HUB_MODELS:
        cached = hub.find_cached(name, cache_dir)
        if cached is not None:
            return open_whisper(name, cached)
        if not is_reachable():
            raise ModelUnavailable(
                f"the model {name} is not in the local cache and the model hub cannot be reached; "
                f"run `viva models get {name}` where it can, or choose `demo`"
            )
        return open_whisper(name, hub.download(name, cache_dir, progress))
    folder = Path(name).expanduser()
    if folder.is_dir():
        return open_whisper(folder.name, folder)
    known = ", ".join([AUTO, DEMO, *HUB_MODELS])
    raise ModelUnavailable(f"there is no model {name!r}; known are {known}, or give a folder")


def get_model(name: str, progress: Progress | None = None, *, cache_dir: Path | None = None) -> Path:
    """Downloads a model if it is not there yet. Raises ModelUnavailable."""
    return choose_model(name, cache_dir=cache_dir, progress=progress).path


def suit_machine(cores: int, memory_bytes: int) -> str:
    """A final decode must take well under the length of what was said, beside the media of some interviews."""
    if cores >= 8 and memory_bytes >= 8 * _GIGABYTE:
        return "small"
    if cores >= 4 and memory_bytes >= 4 * _GIGABYTE:
        return "base"
    return "tiny"


def _choose_automatically(
    cache_dir: Path | None, progress: Progress | None, is_reachable: Callable[[], bool]
) -> ChosenModel:
    name = suit_machine(len(os.sched_getaffinity(0)), int(psutil.virtual_memory().available))
    cached = hub.find_cached(name, cache_dir)
    if cached is not None:
        return open_whisper(name, cached)
    if is_reachable():
        try:
            return open_whisper(name, hub.download(name, cache_dir, progress))
        except ModelUnavailable:
            return open_demo()
    return open_demo()
