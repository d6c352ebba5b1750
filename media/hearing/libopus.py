"""The libopus that PyAV ships, called directly: FFmpeg's wrapper neither conceals losses nor uses in-band FEC.

ctypes lets go of the interpreter lock for the length of a call.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av

from media.errors import OpusUnavailable

_HANDLE = ctypes.c_void_p
_INT = ctypes.c_int
_SIGNATURES: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "opus_get_version_string": (ctypes.c_char_p, ()),
    "opus_packet_has_lbrr": (_INT, (ctypes.c_char_p, ctypes.c_int32)),
    "opus_decoder_create": (_HANDLE, (ctypes.c_int32, _INT, ctypes.c_void_p)),
    "opus_decoder_destroy": (None, (_HANDLE,)),
    "opus_decode_float": (_INT, (_HANDLE, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, _INT, _INT)),
    "opus_encoder_create": (_HANDLE, (ctypes.c_int32, _INT, _INT, ctypes.c_void_p)),
    "opus_encoder_destroy": (None, (_HANDLE,)),
    "opus_encode_float": (ctypes.c_int32, (_HANDLE, ctypes.c_void_p, _INT, ctypes.c_char_p, ctypes.c_int32)),
    # Variadic: the third argument is not named here, which is how ctypes is told.
    "opus_encoder_ctl": (_INT, (_HANDLE, _INT)),
}


@cache
def load_libopus() -> ctypes.CDLL:
    """Raises `OpusUnavailable`. Blocking the first time."""
    tried: list[str] = []
    for name in _find_candidates():
        try:
            return declare(ctypes.CDLL(name))
        except (OSError, AttributeError) as error:
            tried.append(str(error))
    detail = "; ".join(tried) or "PyAV is installed without its own libraries and the system has none"
    raise OpusUnavailable(
        f"no libopus 1.4 or later found ({detail}): pip install --force-reinstall --only-binary av av"
    )


def declare(library: ctypes.CDLL) -> ctypes.CDLL:
    """Raises `AttributeError` for a library that lacks a function."""
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, list(arguments)
    return library


def _find_candidates() -> Iterator[str]:
    """Wheels carry it beside the package (Linux, Windows) or in it (macOS); else the system's."""
    package = Path(av.__file__).parent
    for folder in (package.parent / "av.libs", package / ".dylibs"):
        yield from (str(path) for path in sorted(folder.glob("*opus*")))
    system = ctypes.util.find_library("opus")
    if system is not None:
        yield system
