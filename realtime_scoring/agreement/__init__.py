"""How far raters agree, with intervals: measured on an organisation's own ratings, never assumed."""
