"""Every address of the application."""

from django.contrib import admin
from django.urls import include, path

from pathway import pages
from pathway.accounts import audit_pages, demo

handler400 = "pathway.accounts.refusals.bad_request"
handler403 = "pathway.accounts.refusals.forbidden"
handler404 = "pathway.accounts.refusals.not_found"
handler429 = "pathway.accounts.refusals.too_many_requests"
handler500 = "pathway.accounts.refusals.server_error"

urlpatterns = [
    path("", include("pathway.clinic.urls")),
    path("", include("pathway.plans.urls")),
    path("", include("pathway.followup.urls")),
    path("", include("pathway.exchange.urls")),
    path("", include("pathway.wording.urls")),
    path("", include("pathway.releases.urls")),
    path("account/", include("pathway.accounts.urls")),
    path("audit/", audit_pages.audit_trail, name="audit"),
    path("audit/export.csv", audit_pages.export, name="audit_export"),
    path("audit/mine/", audit_pages.mine, name="my_activity"),
    path("admin/", admin.site.urls),
    path("demo/enter/<str:token>/", demo.enter, name="demo_enter"),
    path("demo/switch/", demo.switch, name="demo_switch"),
    path("about/", pages.about, name="about"),
    path("healthz", pages.health, name="healthz"),
]
