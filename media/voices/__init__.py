"""People beside the candidate who may speak to them: HR's voice and picture, one of them at a time."""
