"""Rules that look for words: meaning (N02), persons (N05), foreign (N06), firms (N07), 大, 洋.

The words are data (``data/words.tsv``): list, word, status, source. A word that is only our own
(provisional) warns, whatever its rule's row says: nothing unconfirmed blocks a name.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from common.rules import RuleEdition
from gazetteer.domain.names import read_table
from gazetteer.domain.naming_rules.finding import Evidence, Finding, Severity, found
from gazetteer.domain.naming_rules.finding import marked as _
from gazetteer.domain.naming_rules.proposal import Proposal, Surroundings
from gazetteer.domain.naming_rules.registry import rule

NUMERALS = re.compile("^[〇零一二三四五六七八九十百千万0-9]{2,}$")


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    verified: bool


@rule("N02")
def meaning(proposal: Proposal, surroundings: Surroundings, edition: RuleEdition) -> Finding | None:
    """Clear and healthy meaning (Art 9 (1)): found words go to a person, who decides."""
    for kind, class_id in (("vulgar", "GUAI-VULGAR"), ("feudal", "GUAI-FEUDAL")):
        word = _find(kind, proposal.specific, edition)
        if word:
            return found(
                edition,
                _("“%(word)s” is on the list of vulgar or feudal words: a person decides."),
                at_most=Severity.WARN,
                evidence=(Evidence(word.text),),
                class_id=class_id,
                word=word.text,
            )
    if (
        proposal.category == "RES_BUILDING"
        and NUMERALS.match(proposal.specific)
        and proposal.specific not in edition.parameters.get("numbers_with_meaning", ())
    ):
        return found(
            edition,
            _("The specific term “%(specific)s” is a number without meaning."),
            at_most=Severity.WARN,
            evidence=(Evidence(proposal.specific),),
            class_id="GUAI-MEANING",
            specific=proposal.specific,
        )
    return None


@rule("N05")
def persons(proposal: Proposal, surroundings: Surroundings, edition: RuleEdition) -> Finding | None:
    """Names of state leaders never; other persons' generally not, and not asked of old names."""
    for leader in edition.parameters.get("leaders", ()):
        if leader in proposal.text:
            return found(
                edition,
                _("“%(word)s” is the name of a state leader: it may not be used."),
                evidence=(Evidence(leader),),
                word=leader,
            )
    if proposal.existing or "N05" in proposal.exempt:
        return None
    word = _find("person", proposal.specific, edition)
    if not word:
        return None
    return found(
        edition,
        _("“%(word)s” is a person’s name: generally not used, unless it has no link to them."),
        at_most=Severity.WARN,
        evidence=(Evidence(word.text),),
        word=word.text,
    )


@rule("N06")
def foreign_names(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """No foreign person or place names (Art 9 (5)); commemorative ones are exempt in the row."""
    if "N06" in proposal.exempt:
        return None
    for kind, class_id in (("foreign_place", "YANG-PLACE"), ("foreign_person", "YANG-PERSON")):
        word = _find(kind, proposal.specific, edition)
        if word:
            return found(
                edition,
                _("“%(word)s” is the name of a foreign place or person."),
                at_most=_limit(word, proposal),
                evidence=(Evidence(word.text),),
                class_id=class_id,
                word=word.text,
            )
    return None


@rule("N07")
def firms(proposal: Proposal, surroundings: Surroundings, edition: RuleEdition) -> Finding | None:
    """No names of enterprises or trade marks, unless without a link to them (2024, Art 4)."""
    if "N07" in proposal.exempt or proposal.category == "DIVISION":
        return None
    word = _find("enterprise", proposal.specific, edition)
    if not word:
        return None
    return found(
        edition,
        _("“%(word)s” is the name of an enterprise or a trade mark."),
        at_most=_limit(word, proposal),
        evidence=(Evidence(word.text),),
        word=word.text,
    )


@rule("DA-WORD")
def exaggerating(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """Exaggerating words used without approval (大), in the categories the row names."""
    if proposal.category not in edition.parameters["categories"]:
        return None
    word = _find("exaggerating", proposal.specific, edition)
    if not word:
        return None
    return found(
        edition,
        _("“%(word)s” exaggerates: it needs a special approval."),
        at_most=Severity.WARN,
        evidence=(Evidence(word.text),),
        word=word.text,
    )


@rule("YANG-WORD")
def foreign_words(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """Foreign words written in characters (洋); words normal in Chinese are not on the list."""
    word = _find("foreign_word", proposal.specific, edition)
    if not word:
        return None
    return found(
        edition,
        _("“%(word)s” is a foreign word written in characters."),
        at_most=Severity.WARN,
        evidence=(Evidence(word.text),),
        word=word.text,
    )


def word_lists() -> dict[str, list[tuple[str, str, str]]]:
    """List → (word, status, source), as committed; the reference page shows them."""
    found_lists: dict[str, list[tuple[str, str, str]]] = {}
    for kind, word, status, source in read_table("words.tsv"):
        found_lists.setdefault(kind, []).append((word, status, source))
    return found_lists


def _limit(word: Word, proposal: Proposal) -> Severity:
    return Severity.BLOCK if word.verified and not proposal.existing else Severity.WARN


def _find(kind: str, text: str, edition: RuleEdition) -> Word | None:
    """The first word of a list in ``text``; a row may add words and take some away."""
    parameters = edition.parameters
    more = tuple(parameters.get("more", {}).get(kind, ())) if parameters.get("more") else ()
    exempt = tuple(parameters.get("exempt", ()))
    pattern, words = _pattern(kind, more, exempt)
    match = pattern.search(text)
    return words[match[0]] if match else None


@lru_cache(maxsize=256)
def _pattern(
    kind: str, more: tuple[str, ...], exempt: tuple[str, ...]
) -> tuple[re.Pattern[str], dict[str, Word]]:
    words = {word.text: word for word in _listed().get(kind, ())}
    # What a bureau adds in a row of its own is confirmed by it.
    words |= {text: Word(text, True) for text in more}
    kept = {text: word for text, word in words.items() if text not in exempt}
    longest_first = sorted(kept, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)"), kept


@cache
def _listed() -> dict[str, list[Word]]:
    return {
        kind: [Word(text, status == "verified") for text, status, _source in rows]
        for kind, rows in word_lists().items()
    }
