"""What hangs from two parents hangs from one edition: cells, and degree options that name a pathway."""

from django.db import migrations

CREATE = """
CREATE FUNCTION careers_same_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'careers_cell' THEN
        IF EXISTS (
            SELECT 1 FROM careers_pathway p, careers_attribute a
            WHERE p.id = NEW.pathway_id AND a.id = NEW.attribute_id AND p.edition_id <> a.edition_id
        ) THEN
            RAISE EXCEPTION 'a cell joins a pathway and an attribute of two editions' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF EXISTS (
        SELECT 1 FROM careers_pathway p WHERE p.id = NEW.pathway_id AND p.edition_id <> NEW.edition_id
    ) THEN
        RAISE EXCEPTION 'a degree option names a pathway of another edition' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER same_edition AFTER INSERT OR UPDATE ON careers_cell
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION careers_same_edition();
CREATE CONSTRAINT TRIGGER same_edition AFTER INSERT OR UPDATE ON careers_degreeoption
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION careers_same_edition();
"""
UNDO = """
DROP TRIGGER same_edition ON careers_cell;
DROP TRIGGER same_edition ON careers_degreeoption;
DROP FUNCTION careers_same_edition();
"""


class Migration(migrations.Migration):
    dependencies = [("careers", "0003_published_is_complete")]

    operations = [migrations.RunSQL(CREATE, UNDO)]
