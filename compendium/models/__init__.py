"""Entries of the compendium, what people wrote into them, and who signed them."""

from compendium.models.entry import Entry, EntryItem, EntryPhoto, ItemKey, Signature, StageChoice
from compendium.models.wording import BLOCK_WORDS, CHECK_WORDS

__all__ = [
    "BLOCK_WORDS",
    "CHECK_WORDS",
    "Entry",
    "EntryItem",
    "EntryPhoto",
    "ItemKey",
    "Signature",
    "StageChoice",
]
