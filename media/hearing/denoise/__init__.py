"""Denoising that never harms: a spectral gate built on noisereduce, RNNoise as an option, and the choice between them.

Both sit behind `media.ports.Denoiser`. What they share: frames of 10 ms, a noise floor followed where no voice is
heard, strength that falls as the speech gets cleaner, and an output that is the delayed input, bit for bit, where the
strength is zero. Nothing heavy is imported until a denoiser is opened.
"""
