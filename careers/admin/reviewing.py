"""From draft to page: the review of an article, and the steps an author and an editor take there."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from careers import editions
from careers.differences import differences
from careers.models import Article, Edition
from careers.views.previews import WORKS, preview_link
from portal.admin.saving import KindForm, in_words, keep_promises_now, row_version

from .findings import findings_of

WRITE, PUBLISH = "careers.change_edition", "careers.publish_article"
CHANGED = "Not done: the draft was changed after you opened this page. Look at it again."
FURTHEST = timedelta(days=366)


class PublishForm(KindForm):
    """What readers are told about the change."""

    class Meta:
        model = Edition
        fields = ["what_changed", "why_changed"]
        widgets = dict.fromkeys(fields, forms.TextInput(attrs={"class": "vTextField"}))

    def save(self, commit=True):
        """Only these: whatever else the draft says is somebody else's to write."""
        self.instance.save(update_fields=[*self._meta.fields, "changed_at"])
        return self.instance


class ScheduleForm(PublishForm):
    moment = forms.SplitDateTimeField(label="On", help_text="Day and time, UTC.", widget=AdminSplitDateTime)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for box, part in zip(self.fields["moment"].widget.widgets, ("date", "time"), strict=True):
            box.attrs["aria-label"] = f"Publish on, {part}"  # two boxes under one label

    def clean_moment(self) -> datetime:
        moment = self.cleaned_data["moment"]
        if not timezone.now() < moment < timezone.now() + FURTHEST:
            raise forms.ValidationError("Choose a moment to come, within a year.")
        return moment


class ReturnForm(forms.Form):
    because = forms.CharField(
        label="What the author should change",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what the author should change."},
    )


def _seen(request, draft: Edition) -> bool:
    """Whether the draft still is what the page showed on which somebody pressed a button."""
    return request.POST.get("version") == row_version(draft)


class Reviewing:
    """The part of the articles' admin that takes a draft to its readers."""

    REVIEW_STEPS = ("hand-in", "take-back", "send-back", "schedule", "publish")

    def review_urls(self):
        page = path("<path:pk>/review/", self.admin_site.admin_view(self.review), name="careers_article_review")
        steps = [
            path(
                f"<path:pk>/{step}/",
                self.admin_site.admin_view(require_POST(getattr(self, step.replace("-", "_")))),
                name=f"careers_article_{step.replace('-', '_')}",
            )
            for step in self.REVIEW_STEPS
        ]
        return [page, *steps]

    def review(self, request, pk):
        """The draft beside what is live, what the linter says, and what can be done."""
        article = self.wanted(request, pk)
        if article.draft_id is None:
            self.message_user(request, "There is no draft to review.", messages.WARNING)
            return self.back(article)
        return self._page(request, article)

    def _page(self, request, article, **forms_):
        draft = article.draft
        changes, same = differences(article.live, draft)
        context = {
            **self.admin_site.each_context(request),
            "title": "Review",
            "subtitle": draft.title,
            "opts": self.opts,
            "original": article,
            "draft": draft,
            "draft_version": row_version(draft),
            "changes": changes,
            "same": same,
            "preview": request.build_absolute_uri(preview_link(draft)),
            "preview_until": date_format(timezone.now() + WORKS, "j M Y"),
            "may": {verb.replace(" ", "_"): editions.may(verb, draft) for verb in editions.TRANSITIONS},
            "may_write": request.user.has_perm(WRITE),
            "may_publish": request.user.has_perm(PUBLISH),
            "publish_form": PublishForm(instance=draft),
            "schedule_form": ScheduleForm(instance=draft, prefix="schedule"),
            "return_form": ReturnForm(),
            "media": self.media + ScheduleForm().media,
            **findings_of(draft),
            **forms_,
        }
        return TemplateResponse(request, "admin/careers/article/review.html", context)

    # Steps --------------------------------------------------------------------------------------

    def hand_in(self, request, pk):
        article = self.wanted(request, pk, WRITE)
        return self._step(request, article, lambda: editions.hand_in(article, by=request.user), "Handed in for review.")

    def take_back(self, request, pk):
        article = self.wanted(request, pk, WRITE)
        scheduled = article.draft and article.draft.stage == Edition.Stage.SCHEDULED
        if scheduled and not request.user.has_perm(PUBLISH):
            raise PermissionDenied  # what an editor has decided, an author does not undo
        return self._step(request, article, lambda: editions.take_back(article, by=request.user), "Taken back.")

    def send_back(self, request, pk):
        article = self.wanted(request, pk, PUBLISH)
        form = ReturnForm(request.POST)
        if not form.is_valid():
            return self._again(request, article, return_form=form)
        because = form.cleaned_data["because"]
        return self._step(
            request, article, lambda: editions.send_back(article, because, by=request.user), "Returned to its author.",
            return_form=form,
        )  # fmt: skip

    def schedule(self, request, pk):
        article = self.wanted(request, pk, PUBLISH)
        if stale := self._stale(request, article):
            return stale
        form = ScheduleForm(request.POST, instance=article.draft, prefix="schedule")
        if not form.is_valid():
            return self._again(request, article, schedule_form=form)

        def do():
            self._hold(request, article)
            form.save()
            editions.schedule(article, form.cleaned_data["moment"], by=request.user)

        said = f"It will be published on {date_format(form.cleaned_data['moment'], 'DATETIME_FORMAT')} UTC."
        return self._step(request, article, do, said, schedule_form=form)

    def publish(self, request, pk):
        article = self.wanted(request, pk, PUBLISH)
        if article.draft_id is None:
            self.message_user(request, "There is no draft to publish. It may be live already.", messages.WARNING)
            return self.back(article)
        if stale := self._stale(request, article):
            return stale
        title, form = article.draft.title, PublishForm(request.POST, instance=article.draft)
        if not form.is_valid():
            return self._again(request, article, publish_form=form)

        def do():
            self._hold(request, article)
            form.save()
            editions.publish(article, by=request.user)
            keep_promises_now()

        link = format_html('<a href="{}">See it on the site.</a>', article.get_absolute_url())
        said = format_html("“{}” is live now. {}", title, link)
        return self._step(request, article, do, said, f"Published “{title}”.", publish_form=form)

    def _step(self, request, article, do, said, logged="", **forms_):
        """Do it and go to the article, or show the page again as it was typed with what is in the way."""
        try:
            with transaction.atomic():
                do()
                self.log_change(request, article, logged or said)
        except editions.NotReady:
            for sentence in findings_of(article.draft)["lint_errors"]:
                self.message_user(request, sentence, messages.ERROR)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        except IntegrityError as error:
            self.message_user(request, f"Not done. {in_words(error)[1]}", messages.ERROR)
        else:
            self.message_user(request, said, messages.SUCCESS)
            return self.back(article)
        return self._again(request, article, **forms_)

    def _again(self, request, article, **forms_):
        article = get_object_or_404(Article.objects.select_related("live", "draft"), pk=article.pk)
        return self._page(request, article, **forms_) if article.draft_id else self.back(article)

    def _stale(self, request, article):
        """The page again, when the draft is not the one that it showed."""
        if article.draft_id is None or _seen(request, article.draft):
            return None
        self.message_user(request, CHANGED, messages.ERROR)
        return self._again(request, article)

    def _hold(self, request, article):
        """Keep article and draft as they are until the end; raises ValidationError when it is not what was seen."""
        Article.objects.select_for_update(of=["self"]).get(pk=article.pk)
        draft = Edition.objects.select_for_update(of=["self"]).filter(pk=article.draft_id).first()
        if draft is None or not _seen(request, draft):
            raise ValidationError(CHANGED)

    # Ground -------------------------------------------------------------------------------------

    def wanted(self, request, pk, right="") -> Article:
        """The article of an address, for somebody who has this right. Raises Http404 or PermissionDenied."""
        found = Article.objects.select_related("live", "draft__created_by", "draft__stage_by")
        article = get_object_or_404(found, pk=pk if pk.isdecimal() else 0)
        if not (self.has_view_permission(request, article) and (not right or request.user.has_perm(right))):
            raise PermissionDenied
        return article

    def back(self, article):
        return HttpResponseRedirect(reverse("admin:careers_article_change", args=[article.pk]))
