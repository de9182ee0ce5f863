"""Forms of the gazetteer, a file for each subject: they parse, operations decide."""

from gazetteer.forms.name import NameForm

__all__ = ["NameForm"]
