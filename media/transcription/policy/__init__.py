"""What becomes of a recogniser's answers: pure rules, without a model, a clock or a queue."""
