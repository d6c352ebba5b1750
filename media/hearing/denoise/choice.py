"""Which denoiser a stream gets."""

from __future__ import annotations

from media.errors import DenoiserUnavailable
from media.hearing.denoise.rnnoise_library import find_library
from media.ports import Denoiser
from media.settings import DenoiseChoice


def open_denoiser(choice: DenoiseChoice) -> Denoiser | None:
    """None for `off`. `auto` without RNNoise is the spectral gate. Blocking; the first of a process takes a second.

    Raises DenoiserUnavailable.
    """
    if choice == "off":
        return None
    check_choice(choice)
    # noisereduce takes a second to import: on the hearing thread, when it is needed.
    from media.hearing.denoise.spectral import SpectralGateDenoiser

    library = find_library()
    if choice == "spectral" or library is None:
        return SpectralGateDenoiser()
    from media.hearing.denoise.rnnoise import RnnoiseDenoiser

    if choice == "rnnoise":
        return RnnoiseDenoiser(library)
    from media.hearing.denoise.automatic import AutomaticDenoiser

    return AutomaticDenoiser(SpectralGateDenoiser(), RnnoiseDenoiser(library))


def check_choice(choice: DenoiseChoice) -> None:
    """Raises DenoiserUnavailable."""
    if choice == "rnnoise" and find_library() is None:
        raise DenoiserUnavailable("RNNoise is not installed: pip install 'viva-interview[rnnoise]'")
