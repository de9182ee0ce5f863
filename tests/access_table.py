"""Who may open which address: one row for every URL name of the system.

Add a row with every new address; ``tests/test_access.py`` fails for a name that has none.
"""

from collections.abc import Mapping
from typing import Any

from accounts.domain.roles import Capability
from tests.access_adjustments import ADJUSTMENTS
from tests.access_compendium import COMPENDIUM
from tests.access_facilities import FACILITIES
from tests.access_inspections import INSPECTIONS
from tests.access_interfaces import INTERFACES
from tests.access_markers import MARKERS
from tests.access_meetings import MEETINGS
from tests.access_names import NAMES
from tests.access_names import PLACE_IN_TIANHE as _PLACE_IN_TIANHE
from tests.access_notices import NOTICES
from tests.access_route import DISTRICT, NOBODYS, Route, first
from tests.access_siting import SITING
from tests.access_targets import TARGETS

_IN_TIANHE = {"division_code__startswith": DISTRICT}
_ORDER_IN_TIANHE = {"sign__division_code__startswith": DISTRICT}


def _case_in_tianhe() -> Mapping[str, Any]:
    """A draft there, by the officer of the demonstration set."""
    from datetime import date

    from accounts.models import User
    from gazetteer.models import NamingCase

    case, _made = NamingCase.objects.get_or_create(
        number="440106-2024-9999",
        defaults={
            "kind": "naming",
            "text": "听榕路",
            "category": "STREET",
            "division_code": DISTRICT,
            "applicant": "天河区住房和建设局",
            "applied_by": User.objects.get(username="officer"),
            "opened_on": date(2024, 5, 1),
        },
    )
    return {"pk": case.pk}


ROUTES: list[Route] = [
    # common
    Route("home"),
    Route("search"),
    Route("gazetteer:here", query="?point=113.32,23.13"),
    Route("search_suggest", query="?q=番禺"),
    Route("tile", kwargs={"layer": "divisions", "z": 9, "x": 417, "y": 222}, signed_out=401),
    Route("jobs"),
    # Nobody's job: whose is whose is tried in tests/common/test_job_pages.py.
    Route("job", kwargs={"pk": NOBODYS}, ok=404),
    Route("job_progress", kwargs={"pk": NOBODYS}, ok=404),
    Route("job_cancel", kwargs={"pk": NOBODYS}, method="POST", ok=404),
    Route("job_result", kwargs={"pk": NOBODYS}, ok=404),
    Route("imports", needs=Capability.IMPORT_DATA),
    Route("import_new", needs=Capability.IMPORT_DATA),
    # Nobody's import: whose is whose is tried in tests/common/test_import_pages.py.
    Route("import", kwargs={"pk": NOBODYS}, ok=404),
    Route("import_sheet", kwargs={"pk": NOBODYS}, method="POST", ok=404),
    Route("import_check", kwargs={"pk": NOBODYS}, method="POST", ok=404),
    Route("import_commit", kwargs={"pk": NOBODYS}, method="POST", ok=404),
    Route("import_undo", kwargs={"pk": NOBODYS}, method="POST", ok=404),
    Route("import_points", kwargs={"pk": NOBODYS}, ok=404),
    Route("import_faults", kwargs={"pk": NOBODYS}, ok=404),
    Route("list_export", kwargs={"key": "signs"}),
    Route("saved_filters", query="?page=gazetteer:places"),
    Route(
        "saved_filter_new",
        method="POST",
        data={"page": "gazetteer:places", "name": "街路", "query": "category=STREET"},
        ok=302,
    ),
    # Nobody's filter: whose is whose is tried in tests/common/test_saved_filters.py.
    Route("saved_filter", kwargs={"pk": 999_999}, method="POST", data={"act": "delete"}, ok=404),
    Route("list_layout", method="POST", data={"page": "gazetteer:places"}, ok=302),
    Route("sources"),
    Route("health", open=True),
    Route("set_language", method="POST", data={"language": "en"}, open=True, ok=302),
    # accounts
    Route("accounts:login", open=True),
    Route("accounts:logout", method="POST", ok=302),
    Route("accounts:me"),
    Route("accounts:password"),
    Route("accounts:keys"),
    Route("accounts:keys", method="POST", data={"name": "QGIS"}),
    # Nobody's key: whose is whose is tried in tests/accounts/test_keys.py.
    Route("accounts:key_end", kwargs={"pk": 0}, method="POST", ok=404),
    Route("accounts:people", needs=Capability.MANAGE_ACCOUNTS),
    Route("accounts:account_new", needs=Capability.MANAGE_ACCOUNTS),
    Route("accounts:grant_new", needs=Capability.MANAGE_ACCOUNTS),
    Route(
        "accounts:grant_end",
        kwargs=first("accounts.Grant", "pk", jurisdiction=DISTRICT),
        method="POST",
        needs=Capability.MANAGE_ACCOUNTS,
        ok=302,
        outside=404,
    ),
    Route("accounts:audit", needs=Capability.READ_AUDIT),
    # boundaries: divisions
    Route("boundaries:divisions"),
    Route("boundaries:crosswalk"),
    Route("boundaries:disagreements"),
    Route("boundaries:faults", query=f"?within={DISTRICT}"),
    Route(
        "boundaries:faults_check",
        method="POST",
        data={"within": DISTRICT},
        needs=Capability.EDIT_LINE,
        ok=302,
        outside=404,
    ),
    Route("boundaries:division", kwargs={"code": DISTRICT}),
    # boundaries: lines
    Route("boundaries:lines"),
    Route("boundaries:line", kwargs={"code": "440106-440112"}),
    Route(
        "boundaries:inspection_new",
        kwargs={"code": "440106-440112"},
        needs=Capability.RECORD_INSPECTION,
        outside=404,
    ),
    Route(
        "boundaries:inspection_new",
        kwargs={"code": "440106-440112"},
        method="POST",
        data={"inspected_on": "2025-06-30", "lead": "440106", "summary": "联合检查"},
        needs=Capability.RECORD_INSPECTION,
        ok=302,
        outside=404,
    ),
    # boundaries: adjustments
    *ADJUSTMENTS,
    # boundaries: markers
    *INSPECTIONS,
    *MARKERS,
    # gazetteer
    Route("gazetteer:alike", query="?within=440106"),
    Route("gazetteer:check", query="?text=天河路&category=STREET&division=440106"),
    Route(
        "gazetteer:override_new",
        kwargs=lambda: {**_PLACE_IN_TIANHE(), "rule_id": "N08"},
        needs=Capability.OVERRIDE_FINDING,
        # 天河路 keeps this rule: there is nothing to override (tried in test_naming_pages.py).
        ok=404,
        outside=404,
    ),
    Route("gazetteer:cases"),
    Route("gazetteer:case_board"),
    Route("gazetteer:case", kwargs=_case_in_tianhe),
    Route("gazetteer:case_start", needs=Capability.EDIT_NAME),
    Route(
        "gazetteer:case_start",
        query="?kind=naming",
        method="POST",
        needs=Capability.EDIT_NAME,
    ),
    Route("gazetteer:case_edit", kwargs=_case_in_tianhe, needs=Capability.EDIT_NAME, outside=404),
    Route(
        "gazetteer:case_move",
        kwargs=lambda: {**_case_in_tianhe(), "move": "withdraw"},
        needs=Capability.EDIT_NAME,
        outside=404,
    ),
    Route(
        "gazetteer:case_paper",
        kwargs=lambda: {**_case_in_tianhe(), "kind": "application"},
        needs=Capability.EDIT_NAME,
        outside=404,
    ),
    Route("gazetteer:case_paper_file", kwargs={"pk": NOBODYS}, ok=404),
    Route("gazetteer:comment_new", kwargs=_case_in_tianhe, needs=Capability.EDIT_NAME, outside=404),
    Route("gazetteer:comment_handle", kwargs={"pk": 0}, ok=404),
    Route(
        "gazetteer:case_override",
        kwargs=lambda: {**_case_in_tianhe(), "rule_id": "N01"},
        needs=Capability.OVERRIDE_FINDING,
        ok=404,
        outside=404,
    ),
    Route("gazetteer:places"),
    Route("gazetteer:place_new", needs=Capability.EDIT_NAME),
    Route("gazetteer:class_fields", query="?class_code=23420"),
    Route(
        "gazetteer:shape_preview",
        method="POST",
        data={"coordinates": "113.32, 23.13", "shape": "point", "datum": "CGCS2000"},
    ),
    Route("gazetteer:spelling_new", query="?text=天河路&category=STREET&division=440106"),
    Route(
        "gazetteer:place_edit",
        kwargs=_PLACE_IN_TIANHE,
        needs=Capability.EDIT_NAME,
        outside=404,
    ),
    Route("gazetteer:place", kwargs=_PLACE_IN_TIANHE),
    Route("gazetteer:spelling", kwargs=_PLACE_IN_TIANHE, query="?text=天河路"),
    *NAMES,
    Route(
        "gazetteer:name_edit",
        kwargs=_PLACE_IN_TIANHE,
        needs=Capability.EDIT_NAME,
        outside=404,
    ),
    Route(
        "gazetteer:name_edit",
        kwargs=_PLACE_IN_TIANHE,
        method="POST",
        data={"text": "天河路", "reason": "核对"},
        needs=Capability.EDIT_NAME,
        ok=302,
        outside=404,
    ),
    *NOTICES,
    *SITING,
    *MEETINGS,
    *COMPENDIUM,
    *INTERFACES,
    # signage
    Route("signage:signs", query="?state=all"),
    Route("signage:sign", kwargs=first("signage.Sign", "number", **_IN_TIANHE)),
    Route("signage:face", kwargs=first("signage.Sign", "number", **_IN_TIANHE)),
    Route("signage:workshop", needs=Capability.ORDER_FIX),
    Route("signage:workshop_pdf", needs=Capability.ORDER_FIX),
    Route("signage:workshop_svg", needs=Capability.ORDER_FIX),
    Route("signage:photo_batches", needs=Capability.CHECK_SIGNS),
    # Whose batch is whose is tried in tests/signage/test_photo_batches.py.
    Route("signage:photo_batch", kwargs={"pk": NOBODYS}, ok=404),
    Route("signage:batch_photo", kwargs={"pk": NOBODYS, "number": 0}, ok=404),
    Route("signage:photo", kwargs=first("signage.SignPhoto", "pk")),
    Route("signage:standard"),
    Route("signage:standard_rule", kwargs={"rule_id": "R35"}),
    Route(
        "signage:standard_rule",
        kwargs={"rule_id": "R35"},
        method="POST",
        data={
            "jurisdiction": DISTRICT,
            "p_min_score": "70",
            "in_force_from": "2099-01-01",
            "authority": "地方标准",
            "status": "provisional",
            "reason": "试行",
            "propose": "1",
        },
        needs=Capability.EDIT_STANDARD,
        ok=302,
        outside=404,
    ),
    # What waits for approval is tried in tests/signage/test_standard.py.
    Route("signage:standard_draft", kwargs={"pk": NOBODYS}, ok=404),
    # Where it may stand is tried in tests/signage/test_record_sign.py.
    Route("signage:sign_new", needs=Capability.EDIT_SIGN),
    Route(
        "signage:sign_edit",
        kwargs=first("signage.Sign", "number", **_IN_TIANHE),
        needs=Capability.EDIT_SIGN,
        outside=404,
    ),
    Route(
        "signage:order_new",
        kwargs=first("signage.Sign", "number", **_IN_TIANHE),
        needs=Capability.ORDER_FIX,
        outside=404,
    ),
    Route(
        "signage:order_fix",
        kwargs=first("signage.RectificationOrder", "pk", state="ordered", **_ORDER_IN_TIANHE),
        needs=Capability.RECORD_FIX,
        outside=404,
    ),
    Route(
        "signage:order_verify",
        kwargs=first("signage.RectificationOrder", "pk", state="fixed", **_ORDER_IN_TIANHE),
        needs=Capability.VERIFY_FIX,
        outside=404,
    ),
    Route(
        "signage:order_close",
        kwargs=first("signage.RectificationOrder", "pk", state="verified", **_ORDER_IN_TIANHE),
        needs=Capability.CLOSE_FIX,
        outside=404,
    ),
    Route(
        "signage:order_close",
        kwargs=first("signage.RectificationOrder", "pk", state="verified", **_ORDER_IN_TIANHE),
        method="POST",
        needs=Capability.CLOSE_FIX,
        ok=302,
        outside=404,
    ),
    Route("signage:orders"),
    Route("signage:order", kwargs=first("signage.RectificationOrder", "pk", **_ORDER_IN_TIANHE)),
    Route("signage:campaign"),
    Route("signage:missing"),
    Route(
        "signage:order_missing",
        query=f"?within={DISTRICT}",
        needs=Capability.ORDER_FIX,
        outside=404,
    ),
    Route("signage:renamed"),
    Route(
        "signage:renamed_order",
        kwargs={"place": NOBODYS},
        method="POST",
        needs=Capability.ORDER_FIX,
        ok=404,
    ),
    Route("signage:campaign_workbook"),
    Route("signage:campaign_report"),
    Route("signage:round", needs=Capability.CHECK_SIGNS),
    Route("signage:reports", needs=Capability.READ_COMPLAINT),
    Route("signage:report_new", open=True),
    # What becomes of reports is tried in tests/signage/test_reports.py: none is in the set.
    Route("signage:report", kwargs={"pk": NOBODYS}, ok=404),
    Route("signage:report_receipt", kwargs={"pk": NOBODYS}, open=True, ok=404),
    Route("signage:report_merge", kwargs={"pk": NOBODYS}, method="POST", ok=404),
    Route("signage:report_dismiss", kwargs={"pk": NOBODYS}, ok=404),
    Route("signage:report_order", kwargs={"pk": NOBODYS}, ok=404),
    Route("signage:report_reporter", kwargs={"pk": NOBODYS}, ok=404),
    # Sheets are tried in tests/signage/test_order_many.py: the demonstration set has none.
    Route("signage:order_sheet", kwargs={"pk": NOBODYS}, ok=404),
    Route(
        "signage:order_many",
        query=f"?within={DISTRICT}",
        needs=Capability.ORDER_FIX,
        outside=404,
    ),
    Route(
        "signage:order_photo",
        kwargs=first("signage.RectificationOrder", "pk", state="ordered", **_ORDER_IN_TIANHE),
        method="POST",
        needs=Capability.CHECK_SIGNS,
        ok=400,
        outside=404,
    ),
    Route(
        "signage:order_waive",
        kwargs=first("signage.RectificationOrder", "pk", state="ordered", **_ORDER_IN_TIANHE),
        needs=Capability.CLOSE_FIX,
        outside=404,
    ),
    Route(
        "signage:check",
        method="POST",
        data={"within": DISTRICT},
        needs=Capability.CHECK_SIGNS,
        ok=302,
        outside=404,
    ),
    # facilities
    Route("facilities:facilities"),
    Route("facilities:facility", kwargs=first("facilities.Facility", "pk", **_IN_TIANHE)),
    Route(
        "facilities:facility_edit",
        kwargs=first("facilities.Facility", "pk", category_id="FAM-CTR", **_IN_TIANHE),
        needs=Capability.EDIT_FACILITY,
        outside=404,
    ),
    Route(
        "facilities:facility_edit",
        kwargs=first("facilities.Facility", "pk", category_id="FAM-CTR", **_IN_TIANHE),
        method="POST",
        data={
            "name": "测试",
            "category": "FAM-CTR",
            "longitude": "100",
            "latitude": "23",
            "reason": "核对",
        },
        needs=Capability.EDIT_FACILITY,
        outside=404,
    ),
    Route("facilities:coverage"),
    Route("facilities:coverage_cells"),
    Route("facilities:coverage_zones"),
    Route("facilities:coverage_csv"),
    Route("facilities:coverage_geojson"),
    Route("facilities:coverage_word"),
    Route(
        "facilities:coverage_export",
        method="POST",
        data={"within": DISTRICT},
        needs=Capability.ANALYSE_COVERAGE,
        ok=302,
        outside=404,
    ),
    *FACILITIES,
    *TARGETS,
]
