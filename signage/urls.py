"""Addresses of this app."""

from django.urls import path

from signage.views import (
    faces,
    order_list,
    order_many,
    order_record,
    orders,
    photos,
    record,
    signs,
    standard,
    workshop,
)

app_name = "signage"
urlpatterns = [
    path("signs/", signs.sign_list, name="signs"),
    path("signs/check/", signs.check, name="check"),
    path("signs/orders/", order_list.orders, name="orders"),
    path("signs/order/", order_many.order_many, name="order_many"),
    path("signs/sheets/<uuid:pk>/", order_list.order_sheet, name="order_sheet"),
    path("signs/photos/<uuid:pk>/", photos.photo, name="photo"),
    path("signs/standard/", standard.standard, name="standard"),
    path("signs/standard/drafts/<uuid:pk>/", standard.draft, name="standard_draft"),
    path("signs/standard/<str:rule_id>/", standard.rule, name="standard_rule"),
    path("signs/workshop/", workshop.workshop, name="workshop"),
    path("signs/workshop/sheet.pdf", workshop.workshop_pdf, name="workshop_pdf"),
    path("signs/workshop/sheet.svg", workshop.workshop_svg, name="workshop_svg"),
    path("signs/<str:number>/", record.sign, name="sign"),
    path("signs/<str:number>/face.svg", faces.face_svg, name="face"),
    path("signs/<str:number>/edit/", record.sign_edit, name="sign_edit"),
    path("signs/<str:number>/order/", orders.order_new, name="order_new"),
    path("orders/<uuid:pk>/", order_record.order, name="order"),
    path("orders/<uuid:pk>/photo/", orders.order_photo, name="order_photo"),
    path("orders/<uuid:pk>/waive/", orders.order_waive, name="order_waive"),
    path("orders/<uuid:pk>/fix/", orders.order_fix, name="order_fix"),
    path("orders/<uuid:pk>/verify/", orders.order_verify, name="order_verify"),
    path("orders/<uuid:pk>/close/", orders.order_close, name="order_close"),
]
