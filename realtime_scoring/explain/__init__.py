"""Why a level is what it is: its quotes, its anchor, the next one, and what would have led there."""
