"""Pauses of answers, labelled: whether the candidate goes on after them or has finished.

`python -m tests.benchmarks.mind.pauses` tells how often the rules of `realtime_scoring.turns` would have cut somebody
off, and how long they wait after a finished answer. The texts are synthetic: what a recogniser has made of an answer up
to the pause, with its full stops, without any, and with a tenth of the words wrong. Silences are exact, so that what is
measured is the decision alone; what hearing and the network add is measured with the whole path.

The rules are fitted to two parts: `fitted`, and `develop`, the gold answers to develop on with sayings of its own. The
answers of `develop` are long, and their sentences run over many commas: a full stop at one of those looks like an end,
so it is the hardest part, and above the bar.

Of the parts the last counts: `fresh` was written when the rules stood, with ways to win time, to go on and to end that
the others do not have, and is not read when rules are changed.
"""
