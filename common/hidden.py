"""What must stay hidden is not told again in a text that many read."""

from collections.abc import Iterable
from unicodedata import normalize

from django.views.decorators.debug import sensitive_variables


@sensitive_variables()
def repeats(hidden: Iterable[str], text: str) -> bool:
    """Whether a text holds one of these names or numbers, however either is written.

    Letters and digits alone are compared: 138-0013 8000 is 13800138000, narrow or wide. A single
    one is no name.
    """
    told = _bare(text)
    return any(len(bare) > 1 and bare in told for bare in map(_bare, hidden))


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, normalize("NFKC", text).casefold()))
