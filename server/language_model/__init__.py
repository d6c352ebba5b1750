"""Asks a language model, if one is set up: any server that speaks OpenAI's chat completions.

What may be asked and what is believed of the answer is decided in `realtime_scoring.opinion`; here is the line to it,
and what happens when it is slow, broken or away: the interview goes on as if there were none.
"""
