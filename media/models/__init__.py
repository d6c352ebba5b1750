"""Recognisers: which there are, which one to use here, and how to get one."""

from media.models.catalogue import ChosenModel, ModelEntry
from media.models.choice import choose_model, get_model, list_models

__all__ = ["ChosenModel", "ModelEntry", "choose_model", "get_model", "list_models"]
