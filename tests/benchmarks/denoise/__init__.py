"""What denoising does to real speech in real noise, and what it costs: `python -m tests.benchmarks.denoise`.

`--quick` leaves out what takes long: the quality of the naive way, `auto`, and the recogniser. The recordings are found
in the folder that VIVA_TEST_AUDIO names, or in a folder `audio` beside the checkout or one level below its neighbours:
`speech/*.wav`, and `noise/` with the five noises of `material.NOISES`. Without them it ends with code 2.
"""
