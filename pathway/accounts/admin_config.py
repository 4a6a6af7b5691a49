from django.contrib.admin.apps import AdminConfig


class PathwayAdminConfig(AdminConfig):
    default_site = "pathway.accounts.admin_site.PathwayAdminSite"
