"""RNNoise's C library, as the `pyrnnoise` wheel carries it (optional extra `rnnoise`), through ctypes.

The wheel's Python side is not used: importing it brings in a plotting library and codecs, needless here.
The library's network comes with its weights twice, as floats and as 8-bit integers; left to itself it uses the floats,
13 MB that pass through the caches a hundred times a second. Told to use the integers it does the same work in less than
half the time; the output differs by about -50 dB.

Source: J.-M. Valin, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech Enhancement", MMSP 2018.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import struct
import sys
from pathlib import Path

import numpy as np

from media.types import Samples

FRAME = 480
"""10 ms at 48 kHz, samples scaled to 16 bit."""
DELAY = 960
"""By how many samples what comes out is late; the network looks ahead, and windows overlap."""

_FILES = {"linux": "librnnoise.so", "darwin": "librnnoise.dylib", "win32": "rnnoise.dll"}
_FLOATS, _INTEGERS = b"_weights_float", b"_weights_int8"
_BLOCK = 64


def find_library() -> Path | None:
    """None when the extra is not installed, or carries nothing for this system."""
    package = importlib.util.find_spec("pyrnnoise")
    for folder in (package.submodule_search_locations or []) if package is not None else []:
        path = Path(folder) / _FILES.get(sys.platform, "librnnoise.so")
        if path.is_file():
            return path
    return None


class Network:
    """One stream's state. Not for two threads at a time."""

    def __init__(self, path: Path) -> None:
        self._library, self._model = _open_library(path)
        self._state = ctypes.c_void_p(self._library.rnnoise_create(self._model))

    def process(self, samples: Samples) -> Samples:
        """Whole frames; as many samples come back."""
        source = np.ascontiguousarray(samples, np.float32)
        out = np.empty_like(source)
        for at in range(0, len(source), FRAME):
            start = at * source.itemsize
            self._library.rnnoise_process_frame(self._state, out.ctypes.data + start, source.ctypes.data + start)
        return out

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.rnnoise_destroy(self._state)


class _Array(ctypes.Structure):
    """`WeightArray` of the library's nnet.h."""

    _fields_ = [
        ("name", ctypes.c_char_p), ("type", ctypes.c_int), ("size", ctypes.c_int), ("data", ctypes.c_void_p),
    ]  # fmt: skip


@functools.cache
def _open_library(path: Path) -> tuple[ctypes.CDLL, ctypes.c_void_p | None]:
    """Once per process. The model is None, which stands for the built-in one, when there are no integers in it."""
    library = ctypes.CDLL(str(path))
    library.rnnoise_create.argtypes = [ctypes.c_void_p]
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    library.rnnoise_destroy.restype = None
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    library.rnnoise_process_frame.restype = ctypes.c_float
    return library, _load_integers(library)


_kept: list[ctypes.Array[ctypes.c_char]] = []
"""The library reads a model where it lies, for as long as the process lives."""


def _load_integers(library: ctypes.CDLL) -> ctypes.c_void_p | None:
    try:
        listed = ctypes.cast(library.rnnoise_arrays, ctypes.POINTER(_Array))
        load = library.rnnoise_model_from_buffer
    except AttributeError:
        return None
    blob = _pack_integers(listed)
    if blob is None:
        return None
    load.argtypes, load.restype = [ctypes.c_void_p, ctypes.c_int], ctypes.c_void_p
    _kept.append(ctypes.create_string_buffer(blob, len(blob)))
    model = load(ctypes.addressof(_kept[-1]), len(blob))
    return ctypes.c_void_p(model) if model else None


def _pack_integers(listed: ctypes._Pointer[_Array]) -> bytes | None:
    """The library's own weights as a file of them would be (`WeightHead`, `write_weights.c`), without those floats for
    which there are integers."""
    arrays: dict[bytes, _Array] = {}
    while listed[len(arrays)].name:
        array = listed[len(arrays)]
        arrays[array.name] = array
    doubled = {name for name in arrays if name.endswith(_FLOATS) and name.replace(_FLOATS, _INTEGERS) in arrays}
    if not doubled:
        return None
    packed = bytearray()
    for name, array in arrays.items():
        if name not in doubled:
            room = -(-array.size // _BLOCK) * _BLOCK
            packed += struct.pack("<4s4i44s", b"DNNw", 0, array.type, array.size, room, name)
            packed += ctypes.string_at(array.data, array.size).ljust(room, b"\0")
    return bytes(packed)
