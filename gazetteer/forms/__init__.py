"""Forms of the gazetteer, a file for each subject: they parse, operations decide."""

from gazetteer.forms.name import NameForm
from gazetteer.forms.override import OverrideForm

__all__ = ["NameForm", "OverrideForm"]
