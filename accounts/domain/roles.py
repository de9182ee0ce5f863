"""Roles of a bureau and what each may do (design §6); pure, so that it reads as a table."""

from enum import StrEnum


class Role(StrEnum):
    PLACE_NAME_OFFICER = "place_name_officer"
    REVIEWER = "reviewer"
    EXPERT = "expert"
    APPROVER = "approver"
    SIGN_INSPECTOR = "sign_inspector"
    BOUNDARY_INSPECTOR = "boundary_inspector"
    PLANNER = "planner"
    DATA_STEWARD = "data_steward"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    VIEWER = "viewer"


class Capability(StrEnum):
    """One act each; operations and buttons ask for these, never for roles."""

    READ = "read"
    EDIT_NAME = "edit_name"
    REVIEW_NAME = "review_name"
    GIVE_OPINION = "give_opinion"
    APPROVE_NAME = "approve_name"
    OVERRIDE_FINDING = "override_finding"
    WRITE_NOTICE = "write_notice"
    VERIFY_NOTICE = "verify_notice"
    APPROVE_NOTICE = "approve_notice"
    READ_COMPLAINT = "read_complaint"
    READ_INFORMANT = "read_informant"
    CHECK_SIGNS = "check_signs"
    EDIT_SIGN = "edit_sign"
    ORDER_FIX = "order_fix"
    RECORD_FIX = "record_fix"
    VERIFY_FIX = "verify_fix"
    CLOSE_FIX = "close_fix"
    EDIT_STANDARD = "edit_standard"
    APPROVE_STANDARD = "approve_standard"
    DRAFT_ADJUSTMENT = "draft_adjustment"
    APPROVE_ADJUSTMENT = "approve_adjustment"
    EDIT_LINE = "edit_line"
    RECORD_INSPECTION = "record_inspection"
    SIGN_INSPECTION = "sign_inspection"
    EDIT_FACILITY = "edit_facility"
    ANALYSE_COVERAGE = "analyse_coverage"
    IMPORT_DATA = "import_data"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"


_R, _C = Role, Capability
CAPABILITIES: dict[Role, frozenset[Capability]] = {
    _R.PLACE_NAME_OFFICER: frozenset(
        {
            _C.EDIT_NAME,
            _C.CHECK_SIGNS,
            _C.EDIT_SIGN,
            _C.EDIT_STANDARD,
            _C.ORDER_FIX,
            _C.WRITE_NOTICE,
            _C.READ_COMPLAINT,
            _C.DRAFT_ADJUSTMENT,
        }
    ),
    _R.REVIEWER: frozenset(
        {
            _C.REVIEW_NAME,
            _C.OVERRIDE_FINDING,
            _C.VERIFY_FIX,
            _C.VERIFY_NOTICE,
            _C.READ_COMPLAINT,
            _C.READ_INFORMANT,
        }
    ),
    _R.EXPERT: frozenset({_C.GIVE_OPINION}),
    _R.APPROVER: frozenset(
        {
            _C.APPROVE_NAME,
            _C.APPROVE_STANDARD,
            _C.CLOSE_FIX,
            _C.APPROVE_NOTICE,
            _C.READ_COMPLAINT,
            _C.APPROVE_ADJUSTMENT,
            _C.SIGN_INSPECTION,
        }
    ),
    _R.SIGN_INSPECTOR: frozenset({_C.CHECK_SIGNS, _C.EDIT_SIGN, _C.RECORD_FIX}),
    _R.BOUNDARY_INSPECTOR: frozenset({_C.EDIT_LINE, _C.RECORD_INSPECTION, _C.DRAFT_ADJUSTMENT}),
    _R.PLANNER: frozenset({_C.EDIT_FACILITY, _C.ANALYSE_COVERAGE}),
    _R.DATA_STEWARD: frozenset({_C.IMPORT_DATA, _C.EDIT_NAME, _C.EDIT_SIGN, _C.EDIT_FACILITY}),
    _R.ADMINISTRATOR: frozenset({_C.MANAGE_ACCOUNTS}),
    _R.AUDITOR: frozenset({_C.READ_AUDIT}),
    _R.VIEWER: frozenset(),
}


def may(role: Role, capability: Capability) -> bool:
    """Every role reads; the rest is the table above."""
    return capability == Capability.READ or capability in CAPABILITIES[role]


def roles_with(capability: Capability) -> list[Role]:
    return [role for role in Role if may(role, capability)]
