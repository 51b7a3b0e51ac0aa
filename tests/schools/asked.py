"""What a visitor may ask of the programs of the fixture ``directory``."""

from hypothesis import strategies as st

FACETS = {
    "subject": ["health-administration", "nursing", "everything"],
    "field": ["51.0701", "51.3801"],
    "occupation": ["workers-11-9111", "workers-29-1141"],
    "level": ["master", "bachelor", "associate"],
    "delivery": ["online", "hybrid", "campus", "unknown"],
    "state": ["MN", "WI"],
    "control": ["public", "nonprofit", "for_profit"],
    "tuition_max": ["5000", "10000", "20000", "unknown"],
    "accreditor": ["program", "fpc", "fcb", "school", "fsc", "unknown"],
}
SELECTIONS = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from(values), unique=True, max_size=2) for name, values in FACETS.items()}
)
