"""An article: its address, when it was checked, and the four things one can do with its editions."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from careers import editions
from careers.models import Article, ArticleChange, ArticleTopic, Edition, RelatedExclusion
from careers.related import computed_for
from portal.admin.base import DeskAdmin, OnSite, PublishingActions
from portal.admin.ordering import KindInline
from portal.admin.saving import CONTROL, GuardedForm, explain, in_words, keep_promises_now
from portal.models import ContentVersion

from .findings import findings_of
from .reviewing import PUBLISH, WRITE, Reviewing
from .tokens import NoTokens

explain(
    {
        "article_topic_once": ("topic", "This topic stands here already. Remove one."),
        "related_exclusion_once": ("other", "This article stands here already. Remove one."),
        "related_exclusion_of_another": ("other", "Choose another article than this one."),
        "article_change_says_what": ("what", "Say in one sentence what is different."),
        "article_change_what_clean": ("what", CONTROL),
        "article_change_why_clean": ("why", CONTROL),
        "article_published_has_live_edition": (
            None,
            "An article without a live edition cannot be on the site. Publish its draft first.",
        ),
    }
)
SHOWN_EDITIONS = 20


class ArticleForm(GuardedForm):
    def clean_unpublish_at(self):
        moment = self.cleaned_data["unpublish_at"]
        if moment and "unpublish_at" in self.changed_data and moment <= timezone.now():
            raise forms.ValidationError("Choose a moment to come. To take it off now, use the button above.")
        return moment


class NewArticleForm(NoTokens, GuardedForm):
    """An article begins with the title of its first draft."""

    title = forms.CharField(
        max_length=120,
        label="Title of the first draft",
        help_text="A question where it is one. You can change it later.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class ChangeInline(KindInline, admin.TabularInline):
    """The log that readers see. Publishing writes it; here its words are corrected."""

    model = ArticleChange
    fields = ["made_on", "what", "why"]
    verbose_name_plural = "changes: the log that readers see"
    formfield_overrides = {models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField"})}}


class TopicInline(KindInline, admin.TabularInline):
    model = ArticleTopic
    fields = ["topic"]
    autocomplete_fields = ["topic"]
    verbose_name = "topic"
    verbose_name_plural = "topics: the kinds of work it is about, as the list’s filter says them"


class ExclusionInline(KindInline, admin.TabularInline):
    """What the computation may not put beside this article."""

    model = RelatedExclusion
    fk_name = "article"
    fields = ["other"]
    autocomplete_fields = ["other"]
    verbose_name = "article never shown as related"
    verbose_name_plural = "articles never shown as related by computation"


class ReviewDue(admin.SimpleListFilter):
    title = "review"
    parameter_name = "review"

    def lookups(self, request, model_admin):
        return [("due", "Past its review date"), ("none", "Without a review date")]

    def queryset(self, request, queryset):
        if self.value() == "due":
            return queryset.filter(review_by__lt=timezone.localdate())
        return queryset.filter(review_by=None) if self.value() == "none" else queryset


@admin.register(Article)
class ArticleAdmin(Reviewing, PublishingActions, DeskAdmin):
    section = "Articles"
    rank = 10
    form = ArticleForm
    explanation = (
        "The words of an article are in its editions. The live edition is on the site and never edited: "
        "start a draft, edit it, publish it."
    )
    list_display = ["title", "slug", "standing", "reviewed_on", "review_by", "on_site"]
    list_filter = [OnSite, ReviewDue]
    list_select_related = ["live", "draft"]
    search_fields = ["slug", "live__title", "draft__title"]
    date_hierarchy = "reviewed_on"
    fieldsets = [
        (None, {"fields": ["standing", "slug"]}),
        ("Checked", {"fields": ["reviewed_on", "review_by"]}),
        ("When it ends", {"fields": ["unpublish_at"]}),
        ("Beside it", {"fields": ["related_by_computation"]}),
        ("Editions", {"fields": ["editions_so_far", "created_at", "changed_at"]}),
    ]
    readonly_fields = ["standing", "related_by_computation", "editions_so_far", "created_at", "changed_at"]
    inlines = [TopicInline, ExclusionInline, ChangeInline]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("live", "draft")

    def get_fieldsets(self, request, obj=None):
        if obj:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ["title", "slug"]}), ("Checked", {"fields": ["reviewed_on", "review_by"]})]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewArticleForm
            kwargs["fields"] = ["slug", "reviewed_on", "review_by"]
        return super().get_form(request, obj, change=change, **kwargs)

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def has_delete_permission(self, request, obj=None):
        """What was once on the site is taken off, not deleted."""
        return bool(obj and obj.live_id is None and super().has_delete_permission(request, obj))

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_past_gate and obj.live_id else None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            obj.draft = Edition.objects.create(
                article=obj, title=form.cleaned_data["title"], summary="", author="", created_by=request.user
            )
            obj.save(update_fields=["draft"])
        elif "slug" in form.changed_data:
            self.message_user(
                request,
                f"The old address /careers/{form.initial['slug']}/ now leads to /careers/{obj.slug}/.",
                messages.WARNING,
            )

    def response_add(self, request, obj, post_url_continue=None):
        if "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, "Write the draft here. Nothing is on the site until you publish it.")
        return HttpResponseRedirect(reverse("admin:careers_edition_change", args=[obj.draft_id]))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        article = self.get_object(request, object_id)
        context = {
            "draft": article and article.draft,
            "may_write": request.user.has_perm(WRITE),
            "may_publish": request.user.has_perm(PUBLISH),
            **findings_of(article and article.draft),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    # What stands in the list and on the page ------------------------------------------------

    @admin.display(ordering="live__title")
    def title(self, article):
        return str(article)

    @admin.display(description="state")
    def standing(self, article):
        where = "Live" if article.is_past_gate else "Hidden" if article.live_id else "Never published"
        return f"{where} · draft {article.draft.get_stage_display().lower()}" if article.draft_id else where

    @admin.display(description="so far")
    def editions_so_far(self, article):
        rows = article.editions.select_related("created_by").order_by("-created_at")[:SHOWN_EDITIONS]
        names = {article.live_id: "live", article.draft_id: "draft"}
        return format_html_join(
            "",
            '<div><a href="{}">{}</a> ({}, begun {} by {})</div>',
            (
                (
                    reverse("admin:careers_edition_change", args=[edition.pk]),
                    edition.title,
                    names.get(edition.pk, "past"),
                    date_format(edition.created_at, "j M Y"),
                    edition.created_by or "the catalogue",
                )
                for edition in rows
            ),
        )

    @admin.display(description="related by computation")
    def related_by_computation(self, article):
        """What the page shows beside the links of its edition, each with why; to keep one away, exclude it below."""
        found = computed_for(article, ContentVersion.now()) if article.is_past_gate else []
        lines = [(one.guide.pk, one.guide.title, " ".join(one.reasons)) for one in found]
        away = RelatedExclusion.objects.filter(other=article.pk).select_related("article__live", "article__draft")
        lines += [(one.article_id, one.article, "Kept away: somebody excluded this article there.") for one in away]
        if not lines:
            return "None: too little in common with any other, or not on the site."
        return format_html_join(
            "",
            '<div><a href="{}">{}</a>: {}</div>',
            ((reverse("admin:careers_article_change", args=[pk]), title, why) for pk, title, why in lines),
        )

    # The verbs ------------------------------------------------------------------------------

    VERBS = ("start-draft", "take-down", "put-back")

    def get_urls(self):
        return [
            *(
                path(
                    f"<path:pk>/{verb}/",
                    self.admin_site.admin_view(require_POST(getattr(self, verb.replace("-", "_")))),
                    name=f"careers_article_{verb.replace('-', '_')}",
                )
                for verb in self.VERBS
            ),
            *self.review_urls(),
            *super().get_urls(),
        ]

    def start_draft(self, request, pk):
        """From what is live; where nothing is, from the newest edition there was."""
        article = self.wanted(request, pk, WRITE)
        if article.draft_id is None:
            newest = article.editions.order_by("-created_at").first()
            if newest is None:
                self.message_user(request, "This article has no edition to start from.", messages.ERROR)
                return self.back(article)
            return self.draft_from(request, article, article.live or newest)
        return HttpResponseRedirect(reverse("admin:careers_edition_change", args=[article.draft_id]))

    def draft_from(self, request, article, edition):
        """Copy ``edition`` into a draft and open it; say why not when that cannot be."""
        try:
            with transaction.atomic():
                draft = editions.restore(article, edition, by=request.user)
                self.log_change(request, article, f"Started a draft from “{edition.title}”.")
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return self.back(article)
        return HttpResponseRedirect(reverse("admin:careers_edition_change", args=[draft.pk]))

    def take_down(self, request, pk):
        article = self.wanted(request, pk, PUBLISH)
        done = f"“{article}” is off the site. Its address now says so."
        return self._switch(request, article, editions.take_down, "Taken off the site.", done)

    def put_back(self, request, pk):
        article = self.wanted(request, pk, PUBLISH)
        return self._switch(
            request, article, editions.put_back, "Put back on the site.", f"“{article}” is on the site again."
        )

    def _switch(self, request, article, verb, logged, done):
        try:
            with transaction.atomic():
                verb(article, by=request.user)
                keep_promises_now()
                self.log_change(request, article, logged)
        except (ValidationError, IntegrityError) as error:
            words = in_words(error)[1] if isinstance(error, IntegrityError) else " ".join(error.messages)
            self.message_user(request, f"Not done. {words}", messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return self.back(article)
