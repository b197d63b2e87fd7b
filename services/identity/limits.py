"""How often strangers and accounts may do what sends mail, tries a secret or costs much. Page and API share one."""

from datetime import timedelta

from services.chassis.http.limits import Limit

ASK_FOR_LINK = Limit("ask_for_link", visitor=10, address=100, everybody=3000)
NEW_ACCOUNT = Limit("new_account", visitor=20, address=40, everybody=600)
START_TO_JOIN = Limit("start_to_join", visitor=20, address=40, everybody=300)
"""Each is somebody whom the welcome team then looks for. A hall full of people at one address fits in an hour. Every
slip of a visit counts too: nobody is sent away for a name typed wrong a few times."""
USE_LINK = Limit("use_link", visitor=30, address=400)
CHANGE_ADDRESS = Limit("change_address", visitor=10, per=timedelta(days=1))
"""Of who asks, not of the mailbox that is written to: nobody can use up what somebody else may ask for."""
PROVE = Limit("prove_it_is_you", visitor=15)
INVITE = Limit("invite_staff", visitor=60)
ENTER_PERSON = Limit("enter_person", visitor=120)
MAKE_SECRET = Limit("make_secret", visitor=30)
SHOW_SECRET = Limit("show_secret", visitor=600, address=600)
"""Programs at one address, each of which asks every half hour; no total, by which a stranger could stop them all."""
START = Limit("start_secret", visitor=60, address=60)
SEARCH = Limit("search_organisations", visitor=300, address=1500)
