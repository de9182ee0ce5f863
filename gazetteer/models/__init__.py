"""Places and their names, and what people say and order about them."""

from gazetteer.models.case import CasePaper, CaseSeries, CaseStep, NamingCase, PublicComment
from gazetteer.models.case_data import (
    CASE_PAPERS,
    ApprovalRule,
    CaseKind,
    CaseMove,
    CaseState,
    NameMove,
    NameStatusRow,
)
from gazetteer.models.committee import (
    AgendaItem,
    Ballot,
    Committee,
    CommitteeMember,
    ItemResult,
    Meeting,
    MeetingState,
    Opinion,
)
from gazetteer.models.complaint import Channel, Complaint, ComplaintState, Informant
from gazetteer.models.concern import UsageContext
from gazetteer.models.evidence import Evidence
from gazetteer.models.matching import MatchDecision, MatchRow
from gazetteer.models.merge import PlaceMerge
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
from gazetteer.models.photo import PlacePhoto
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
    "CASE_PAPERS",
    "NOTABLE",
    "SHOWN_SQL",
    "AgendaItem",
    "ApprovalRule",
    "Ballot",
    "Breach",
    "BuiltUpArea",
    "CaseKind",
    "CaseMove",
    "CasePaper",
    "CaseSeries",
    "CaseState",
    "CaseStep",
    "Channel",
    "Committee",
    "CommitteeMember",
    "Complaint",
    "ComplaintState",
    "Evidence",
    "Informant",
    "Inquiry",
    "InquiryKind",
    "ItemResult",
    "LegalCategory",
    "MatchDecision",
    "MatchRow",
    "Meeting",
    "MeetingState",
    "NameKind",
    "NameMove",
    "NameRelation",
    "NameRelationKind",
    "NameStatus",
    "NameStatusRow",
    "NamingCase",
    "Notice",
    "NoticeSeries",
    "NoticeState",
    "NoticeStep",
    "OpenPost",
    "Opinion",
    "Place",
    "PlaceCode",
    "PlaceMerge",
    "PlaceName",
    "PlacePhoto",
    "PlaceRelation",
    "PlaceRelationKind",
    "Power",
    "Protection",
    "PublicComment",
    "RuleOverride",
    "SearchKey",
    "Secrecy",
    "Suggestion",
    "SuggestionState",
    "UsageContext",
]
