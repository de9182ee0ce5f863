"""The papers of a naming case and what each must hold (Art 11; 2024 办法 Art 5; 2023 办法)."""

from collections.abc import Mapping, Sequence

# Paper → what it must speak of, in the order of the law; a paper without items is one text.
CONTENTS: Mapping[str, Sequence[str]] = {
    "application": ("plan_and_reasons", "location", "size", "nature"),
    "assessment_report": (
        "legality",
        "feasibility",
        "controllability",
        "social_effects",
        "risks",
        "responses",
    ),
    "expert_report": ("necessity", "soundness", "reasonableness", "risks", "advice"),
    "comment_report": ("process_and_scope", "main_opinions", "handling"),
    "risk_report": ("risks", "responses"),
    "impact_statement": ("effects_on_the_name", "protective_measures"),
    "approval": ("decision",),
    "filing_form": (),
    "filing_report": ("statement",),
    "other": (),
}

# Papers of the applicant's side stand before the application is handed in again and again; what
# others write about it counts only for the application it was written on.
LASTING = frozenset({"application", "impact_statement", "other"})
_REVIEWED = ("submitted", "assessment", "expert_review", "public_comment")
_OPEN = ("draft", "returned", *_REVIEWED, "for_approval")
# Paper → the act that allows writing it, and the steps at which it is written.
WRITING: Mapping[str, tuple[str, Sequence[str]]] = {
    "application": ("edit_name", ("draft", "returned")),
    "impact_statement": ("edit_name", ("draft", "returned", *_REVIEWED)),
    "assessment_report": ("review_name", _REVIEWED),
    "expert_report": ("review_name", _REVIEWED),
    "comment_report": ("review_name", _REVIEWED),
    "risk_report": ("review_name", _REVIEWED),
    "approval": ("approve_name", ("for_approval",)),
    "filing_form": ("edit_name", ("approved",)),
    "filing_report": ("edit_name", ("approved",)),
    "other": ("edit_name", (*_OPEN, "approved", "filed")),
}


def items_of(kind: str) -> Sequence[str]:
    """The items of a paper; one that the law does not divide is one text."""
    return CONTENTS[kind] or ("text",)


def missing_items(kind: str, contents: Mapping[str, str]) -> list[str]:
    """Items the paper must hold and does not."""
    return [item for item in CONTENTS.get(kind, ()) if not contents.get(item, "").strip()]


def required_reports(
    rules: Mapping[str, Sequence[str]], *, category: str, wide_impact: bool
) -> list[str]:
    """The reports a case needs (Art 11): by category, more where its social impact is wide.

    ``rules``: parameters of rule C-REPORTS, lists under a category, ``other`` and ``wide``.
    """
    reports = list(rules.get(category, rules.get("other", ())))
    if wide_impact:
        reports += [each for each in rules.get("wide", ()) if each not in reports]
    return reports
