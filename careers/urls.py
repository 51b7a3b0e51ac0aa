from django.urls import path

from careers.views import articles, occupations, previews

app_name = "careers"

urlpatterns = [
    path("careers/", articles.article_list, name="article_list"),
    path("careers/<slug:slug>/", articles.article_detail, name="article_detail"),
    path("careers/preview/<str:token>/", previews.preview, name="preview"),
    path("occupations/", occupations.OccupationList.as_view(), name="occupation_list"),
    path("occupations/<slug:slug>/", occupations.occupation_detail, name="occupation_detail"),
]
