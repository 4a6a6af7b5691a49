app_name = "wording"
urlpatterns = []
