"""The site map. The apps hang their own addresses in here."""

from django.contrib import admin
from django.urls import include, path

from portal import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("", include("careers.urls")),
    path("", include("schools.urls")),
    path("admin/", admin.site.urls),
]
