"""Addresses of this app."""

from django.urls import path

from facilities.views import coverage, links, lives, mcsd, record, register, siting, targets

app_name = "facilities"
urlpatterns = [
    path("facilities/", register.facility_list, name="facilities"),
    path("facilities/paper/", register.register_word_file, name="register_word"),
    path("facilities/map/", register.register_map_file, name="register_map"),
    path("facilities/new/", lives.facility_new, name="facility_new"),
    path("facilities/authority/<str:code>/", lives.authority_new, name="authority_new"),
    path("facilities/<uuid:pk>/", record.facility_record, name="facility"),
    path("facilities/<uuid:pk>/edit/", record.facility_edit, name="facility_edit"),
    path("facilities/<uuid:pk>/change/", lives.facility_change, name="facility_change"),
    path("facilities/<uuid:pk>/link/", links.facility_link, name="facility_link"),
    path("facilities/<uuid:pk>/close/", lives.facility_close, name="facility_close"),
    path("facilities/<uuid:pk>/count/", lives.facility_count, name="facility_count"),
    path("facilities/<uuid:pk>/contact/", lives.facility_contact, name="facility_contact"),
    path("fhir/metadata", mcsd.metadata, name="fhir_metadata"),
    path("fhir/Location", mcsd.search, {"kind": "Location"}, name="fhir_locations"),
    path("fhir/Location/<uuid:key>", mcsd.read, {"kind": "Location"}, name="fhir_location"),
    path("fhir/Organization", mcsd.search, {"kind": "Organization"}, name="fhir_organizations"),
    path(
        "fhir/Organization/<uuid:key>",
        mcsd.read,
        {"kind": "Organization"},
        name="fhir_organization",
    ),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/cells.json", coverage.coverage_cells, name="coverage_cells"),
    path("coverage/zones.json", coverage.coverage_zones, name="coverage_zones"),
    path("coverage/table.csv", coverage.coverage_csv, name="coverage_csv"),
    path("coverage/table.geojson", coverage.coverage_geojson, name="coverage_geojson"),
    path("coverage/paper.docx", coverage.coverage_paper, name="coverage_word"),
    path("coverage/export/", coverage.coverage_map_file, name="coverage_export"),
    path("targets/", targets.targets, name="targets"),
    path("targets/report/", targets.targets_report, name="targets_report"),
    path("targets/map/", targets.targets_map, name="targets_map"),
    path("targets/figures/new/", targets.figure_new, name="figure_new"),
    path("targets/<str:target_id>/", targets.target, name="target"),
    path("siting/", siting.scenario_list, name="scenarios"),
    path("siting/new/", siting.scenario_new, name="scenario_new"),
    path("siting/compare/", siting.scenario_compare, name="scenario_compare"),
    path("siting/<uuid:pk>/", siting.scenario_record, name="scenario"),
    path("siting/<uuid:pk>/progress/", siting.scenario_progress, name="scenario_progress"),
    path("siting/<uuid:pk>/stop/", siting.scenario_stop, name="scenario_stop"),
    path("siting/<uuid:pk>/again/", siting.scenario_again, name="scenario_again"),
    path("siting/<uuid:pk>/file.<str:format>", siting.scenario_file, name="scenario_file"),
]
