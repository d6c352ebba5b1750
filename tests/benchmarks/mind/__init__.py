"""How well the rules read answers, against the gold set: `python -m tests.benchmarks.mind`.

`--part develop` is for whoever improves the rules and names the answers that are read otherwise; of `held_out`, which
the figures are taken from, only sums are ever shown. The answers are synthetic: agreement with real raters is unknown.
"""
