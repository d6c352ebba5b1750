"""What a language model may be asked, and what of its answers is believed: pure functions over text.

A model words a follow-up that was planned without it, or gives a second opinion on a level that was found without it.
Whatever it answers is material to be checked: nothing of it leaves this package but what passes a gate.
"""
