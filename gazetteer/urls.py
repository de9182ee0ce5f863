"""Addresses of this app."""

from django.urls import path

from gazetteer.views import (
    complaint,
    complaints,
    evidence,
    export,
    here,
    naming,
    notice,
    notice_steps,
    notices,
    open_pages,
    place,
    places,
)

app_name = "gazetteer"
urlpatterns = [
    path("here/", here.here, name="here"),
    path("places/", places.places_list, name="places"),
    path("places/alike/", naming.alike_list, name="alike"),
    path("places/check/", naming.check_as_typed, name="check"),
    path(
        "places/<uuid:pk>/findings/<slug:rule_id>/override/",
        naming.override_new,
        name="override_new",
    ),
    path("places/export/", export.places_export, name="places_export"),
    path("places/<uuid:pk>/", place.place_record, name="place"),
    path("places/<uuid:pk>/edit/", place.name_edit, name="name_edit"),
    path("places/<uuid:pk>/spelling/", place.spelling_preview, name="spelling"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/points/", notices.notice_points, name="notice_points"),
    path("notices/articles/", notices.breach_list, name="breaches"),
    path("notices/new/", notice_steps.notice_new, name="notice_new"),
    path("notices/<uuid:pk>/", notice.notice_record, name="notice"),
    path("notices/<uuid:pk>/edit/", notice_steps.notice_edit, name="notice_edit"),
    path("notices/<uuid:pk>/document/", notice_steps.notice_word, name="notice_document"),
    path("notices/<uuid:pk>/<slug:step>/", notice_steps.notice_step, name="notice_step"),
    path("complaints/", complaints.complaint_list, name="complaints"),
    path("complaints/points/", complaints.complaint_points, name="complaint_points"),
    path("complaints/new/", complaint.complaint_new, name="complaint_new"),
    path("complaints/<uuid:pk>/", complaint.complaint_record, name="complaint"),
    path("complaints/<uuid:pk>/answer/", complaint.complaint_answer, name="complaint_answer"),
    path(
        "complaints/<uuid:pk>/informant/", complaint.complaint_informant, name="complaint_informant"
    ),
    path("receipts/<uuid:pk>/", open_pages.receipt, name="receipt"),
    path("evidence/<uuid:pk>/", evidence.evidence_file, name="evidence"),
]
