from django.urls import path

from careers.views import articles, occupations, previews, records

app_name = "careers"

urlpatterns = [
    path("careers/", articles.article_list, name="article_list"),
    path("careers/<slug:slug>/", articles.article_detail, name="article_detail"),
    path("careers/preview/<str:token>/", previews.preview, name="preview"),
    path("occupations/", occupations.OccupationList.as_view(), name="occupation_list"),
    path("occupations/<slug:slug>/", occupations.occupation_detail, name="occupation_detail"),
    path("certifications/", records.certification_list, name="certification_list"),
    path("certifications/<slug:slug>/", records.certification_detail, name="certification_detail"),
    path("licenses/", records.license_list, name="license_list"),
    path("licenses/<slug:slug>/", records.license_detail, name="license_detail"),
    path("employment-settings/", records.setting_list, name="setting_list"),
    path("employment-settings/<slug:slug>/", records.setting_detail, name="setting_detail"),
    path("glossary/", records.glossary, name="glossary"),
]
