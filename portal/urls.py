"""The site map. The apps hang their own addresses in here."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from portal import reporting, searching, views
from portal.sitemaps import ArticleFeed, sitemap_page

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", searching.search, name="search"),
    path("search/suggestions/", searching.search_suggestions, name="search_suggestions"),
    path("about/", views.page("about"), name="about"),
    path("how-we-check/", views.how_we_check, name="how_we_check"),
    path("privacy/", views.page("privacy"), name="privacy"),
    path("accessibility/", views.page("accessibility"), name="accessibility"),
    path("contact/", views.page("contact"), name="contact"),
    path("report/", reporting.report, name="report"),
    path("report/<str:token>/", reporting.report_sent, name="report_sent"),
    path("", include("careers.urls")),
    path("", include("schools.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap_page, name="sitemap"),
    path("feeds/articles.atom", ArticleFeed(), name="article_feed"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path(
        ".well-known/change-password",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="change_password",
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
