"""Signing in and out, one's own account, and the administrators' pages."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from accounts import views

app_name = "accounts"
urlpatterns = [
    path(
        "accounts/login/", auth.LoginView.as_view(template_name="accounts/login.html"), name="login"
    ),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("accounts/me/", views.me, name="me"),
    path(
        "accounts/password/",
        auth.PasswordChangeView.as_view(
            template_name="accounts/password_form.html", success_url=reverse_lazy("accounts:me")
        ),
        name="password",
    ),
    path("accounts/keys/", views.keys, name="keys"),
    path("accounts/keys/<int:pk>/end/", views.key_end, name="key_end"),
    path("manage/people/", views.people_list, name="people"),
    path("manage/people/new/", views.account_new, name="account_new"),
    path("manage/roles/new/", views.grant_new, name="grant_new"),
    path("manage/roles/<int:pk>/end/", views.grant_end, name="grant_end"),
    path("manage/audit/", views.audit_log, name="audit"),
]
