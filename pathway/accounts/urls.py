"""Signing in and out and one's own password. No sign-up and no reset by e-mail: administrators let those begin."""

from allauth.account import views
from django.urls import include, path

from . import single_sign_on
from .kept_forms import go_on
from .own_sessions import own_sessions
from .resets import begin
from .session_limits import session
from .views import change_password

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("continue/", go_on, name="account_continue"),
    path("session/", session, name="account_session"),
    path("sessions/", own_sessions, name="own_sessions"),
    path("begin/<str:token>/", begin, name="account_begin"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("oidc/<slug:provider_id>/login/", single_sign_on.begin, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", single_sign_on.finish, name="openid_connect_callback"),
    path("two-factor/", include("allauth.mfa.urls")),
    path("password/change/", change_password, name="account_change_password"),
]
