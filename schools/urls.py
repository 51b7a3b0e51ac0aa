from django.urls import path
from django.views.generic import TemplateView

from schools.views import directory

app_name = "schools"

urlpatterns = [
    path("programs/", directory.program_list, name="program_list"),
    path("programs/<slug:school_slug>/", directory.school_programs, name="school_programs"),
    path("programs/<slug:school_slug>/<slug:program_slug>/", directory.program_detail, name="program_detail"),
    path("schools/", directory.school_list, name="school_list"),
    path("schools/<slug:slug>/", directory.school_detail, name="school_detail"),
    path("for-schools/", TemplateView.as_view(template_name="pages/for_schools.html"), name="for_schools"),
]
