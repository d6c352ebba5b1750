"""People who step in: the floor, whispered directives, chat, controls, alerts."""
