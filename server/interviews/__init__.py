"""Live interviews: a pure core (`state`, `evolve`, `decide`) and the actor that owns one interview's log and media."""
