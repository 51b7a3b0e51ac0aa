from django.urls import path

from schools.views import directory, shortlist

app_name = "schools"

urlpatterns = [
    path("programs/", directory.ProgramList.as_view(), name="program_list"),
    path("programs/<slug:school_slug>/", directory.school_programs, name="school_programs"),
    path("programs/<slug:school_slug>/<slug:program_slug>/", directory.program_detail, name="program_detail"),
    path("schools/", directory.SchoolList.as_view(), name="school_list"),
    path("schools/<slug:slug>/", directory.school_detail, name="school_detail"),
    path("shortlist/", shortlist.shortlist, name="shortlist"),
    path("compare/", shortlist.compare, name="compare"),
    path("for-schools/", directory.for_schools, name="for_schools"),
]
