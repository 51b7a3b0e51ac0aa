from django.urls import path

from schools.views import directory, shortlist, workspace

app_name = "schools"

urlpatterns = [
    path("programs/", directory.ProgramList.as_view(), name="program_list"),
    path("programs/<slug:school_slug>/", directory.school_programs, name="school_programs"),
    path("programs/<slug:school_slug>/<slug:program_slug>/", directory.program_detail, name="program_detail"),
    path("schools/", directory.SchoolList.as_view(), name="school_list"),
    path("schools/<slug:slug>/", directory.school_detail, name="school_detail"),
    path("shortlist/", shortlist.shortlist, name="shortlist"),
    path("compare/", shortlist.compare, name="compare"),
    path("my/", workspace.workspace, name="workspace"),
    path("my/find/", workspace.find_school, name="find_school"),
    path("my/claim/<slug:slug>/", workspace.claim_school, name="claim_school"),
    path("my/claims/<int:pk>/withdraw/", workspace.withdraw_claim, name="withdraw_claim"),
    path("my/schools/<int:pk>/leave/", workspace.leave_school, name="leave_school"),
    path("for-schools/", directory.for_schools, name="for_schools"),
]
