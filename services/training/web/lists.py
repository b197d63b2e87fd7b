"""What the lists of training say of themselves: what they can be searched for, and the columns of their CSV."""

from services.chassis.http.lists import About, Columns, Search
from services.training.store import declared, people
from services.training.store import programmes as store
from services.training.store.programmes import Listed

_SEARCH = Search("Words in the title or summary")
OFFERED = About(store.OFFERED, "programme", search=_SEARCH, has_csv=True)
OFFERED_COLUMNS: Columns[Listed] = {
    "Title": lambda thing: thing.programme.title,
    "Organisation": lambda thing: thing.organisation,
    "Counts for (months)": lambda thing: thing.programme.lasts_months or "ever",
    "Sessions": lambda thing: len(thing.programme.sessions),
    "Summary": lambda thing: thing.programme.summary,
}
OWN = About(store.OWN, "programme", search=_SEARCH)
MY_PLACES = About(people.MY_PLACES, "place")
MY_CREDENTIALS = About(people.MY_CREDENTIALS, "programme completed", "programmes completed", cursor="completed_after")
MY_DECLARED = About(declared.MINE, "training", "trainings", cursor="declared_after")
IMPORTS = About(declared.IMPORTS, "list")
LINES = About(declared.LINES, "line")
