"""Extensions, the search configuration, states and areas, and the one content version row."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

STATES = """
AL 01 Alabama|AK 02 Alaska|AZ 04 Arizona|AR 05 Arkansas|CA 06 California|CO 08 Colorado|CT 09 Connecticut|
DE 10 Delaware|DC 11 District of Columbia|FL 12 Florida|GA 13 Georgia|HI 15 Hawaii|ID 16 Idaho|IL 17 Illinois|
IN 18 Indiana|IA 19 Iowa|KS 20 Kansas|KY 21 Kentucky|LA 22 Louisiana|ME 23 Maine|MD 24 Maryland|
MA 25 Massachusetts|MI 26 Michigan|MN 27 Minnesota|MS 28 Mississippi|MO 29 Missouri|MT 30 Montana|NE 31 Nebraska|
NV 32 Nevada|NH 33 New Hampshire|NJ 34 New Jersey|NM 35 New Mexico|NY 36 New York|NC 37 North Carolina|
ND 38 North Dakota|OH 39 Ohio|OK 40 Oklahoma|OR 41 Oregon|PA 42 Pennsylvania|RI 44 Rhode Island|
SC 45 South Carolina|SD 46 South Dakota|TN 47 Tennessee|TX 48 Texas|UT 49 Utah|VT 50 Vermont|VA 51 Virginia|
WA 53 Washington|WV 54 West Virginia|WI 55 Wisconsin|WY 56 Wyoming|AS 60 American Samoa|
FM 64 Federated States of Micronesia|GU 66 Guam|MH 68 Marshall Islands|MP 69 Northern Mariana Islands|PW 70 Palau|
PR 72 Puerto Rico|VI 78 U.S. Virgin Islands
"""
TERRITORIES = {"AS", "FM", "GU", "MH", "MP", "PW", "PR", "VI"}


def fill(apps, schema_editor):
    State = apps.get_model("portal", "State")
    Area = apps.get_model("portal", "Area")
    states = []
    for entry in STATES.replace("\n", "").split("|"):
        code, fips, name = entry.strip().split(" ", 2)
        kind = "territory" if code in TERRITORIES else "district" if code == "DC" else "state"
        states.append(State(code=code, fips=fips, name=name, kind=kind))
    State.objects.bulk_create(states)
    Area.objects.create(code="US", kind="nation", name="United States")
    Area.objects.bulk_create(Area(code=s.code, kind="state", name=s.name, state=s) for s in states)
    apps.get_model("portal", "ContentVersion").objects.create(id=1)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        # English stems without stop words ("HIM" is a subject here) and without accents.
        migrations.RunSQL(
            """
            CREATE TEXT SEARCH DICTIONARY portal_stem (TEMPLATE = snowball, Language = english);
            CREATE TEXT SEARCH CONFIGURATION portal_search (COPY = simple);
            ALTER TEXT SEARCH CONFIGURATION portal_search
                ALTER MAPPING FOR asciiword, word, hword, hword_part, asciihword, hword_asciipart
                WITH unaccent, portal_stem;
            """,
            """
            DROP TEXT SEARCH CONFIGURATION portal_search;
            DROP TEXT SEARCH DICTIONARY portal_stem;
            """,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
