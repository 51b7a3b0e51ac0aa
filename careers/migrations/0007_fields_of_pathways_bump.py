"""The fields of study of a pathway stand in a table without a model of its own, and a school's page reads it."""

from django.db import migrations

BUMPS = """
CREATE FUNCTION careers_pathway_fields_bump_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE portal_contentversion SET number = number + 1, changed_at = now() WHERE id = 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER bumps_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON careers_pathway_fields_of_study
    FOR EACH STATEMENT EXECUTE FUNCTION careers_pathway_fields_bump_version();
"""
UNDO = """
DROP TRIGGER bumps_version ON careers_pathway_fields_of_study;
DROP FUNCTION careers_pathway_fields_bump_version();
"""


class Migration(migrations.Migration):
    dependencies = [("careers", "0006_every_public_table_bumps")]

    operations = [migrations.RunSQL(BUMPS, UNDO)]
