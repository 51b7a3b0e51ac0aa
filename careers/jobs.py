"""What the worker does for articles."""

from careers.editions import publish_due
from portal.jobs import RETRIES, app, say


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="publish-due-articles", retry=RETRIES, pass_context=True)
def publish_due_articles(context, timestamp: int) -> None:
    """Publish the articles whose moment has come, and take down those whose time is over."""
    if done := publish_due():
        say(context.job.id, " ".join(done))
