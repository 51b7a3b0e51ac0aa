"""A published article has a live edition with a summary, an author and at least one citation.

The rule spans tables, so it is a deferred constraint trigger: it looks when the
transaction commits, on every table that could break it.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION careers_published_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM careers_article a
        LEFT JOIN careers_edition e ON e.id = a.live_id AND e.article_id = a.id
        WHERE a.published_at IS NOT NULL AND (
            e.id IS NULL OR btrim(e.summary) = '' OR btrim(e.author) = ''
            OR NOT EXISTS (SELECT 1 FROM careers_citation c WHERE c.edition_id = e.id)
        )
    ) THEN
        RAISE EXCEPTION 'a published article needs a live edition of its own with a summary, an author and a source'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER published_is_complete AFTER INSERT OR UPDATE ON careers_article
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION careers_published_is_complete();
CREATE CONSTRAINT TRIGGER published_is_complete AFTER UPDATE OR DELETE ON careers_edition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION careers_published_is_complete();
CREATE CONSTRAINT TRIGGER published_is_complete AFTER UPDATE OR DELETE ON careers_citation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION careers_published_is_complete();
"""
UNDO = """
DROP TRIGGER published_is_complete ON careers_article;
DROP TRIGGER published_is_complete ON careers_edition;
DROP TRIGGER published_is_complete ON careers_citation;
DROP FUNCTION careers_published_is_complete();
"""


class Migration(migrations.Migration):
    dependencies = [("careers", "0002_initial")]

    operations = [migrations.RunSQL(CREATE, UNDO)]
