"""Places and their names, and what people say and order about them."""

from gazetteer.models.complaint import Channel, Complaint, ComplaintState, Informant
from gazetteer.models.concern import UsageContext
from gazetteer.models.evidence import Evidence
from gazetteer.models.naming import BuiltUpArea, RuleOverride
from gazetteer.models.notice import (
    Breach,
    Inquiry,
    InquiryKind,
    Notice,
    NoticeSeries,
    NoticeState,
    NoticeStep,
    Power,
)
from gazetteer.models.place import SHOWN_SQL, LegalCategory, Place, Secrecy
from gazetteer.models.place_name import NameKind, NameStatus, PlaceName
from gazetteer.models.relations import (
    NameRelation,
    NameRelationKind,
    PlaceCode,
    PlaceRelation,
    PlaceRelationKind,
    Protection,
)
from gazetteer.models.search_key import NOTABLE, SearchKey
from gazetteer.models.suggestion import OpenPost, Suggestion, SuggestionState

__all__ = [
    "NOTABLE",
    "SHOWN_SQL",
    "Breach",
    "BuiltUpArea",
    "Channel",
    "Complaint",
    "ComplaintState",
    "Evidence",
    "Informant",
    "Inquiry",
    "InquiryKind",
    "LegalCategory",
    "NameKind",
    "NameRelation",
    "NameRelationKind",
    "NameStatus",
    "Notice",
    "NoticeSeries",
    "NoticeState",
    "NoticeStep",
    "OpenPost",
    "Place",
    "PlaceCode",
    "PlaceName",
    "PlaceRelation",
    "PlaceRelationKind",
    "Power",
    "Protection",
    "RuleOverride",
    "SearchKey",
    "Secrecy",
    "Suggestion",
    "SuggestionState",
    "UsageContext",
]
