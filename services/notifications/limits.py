"""How often an account may have letters written to an address that is not proved yet. A page and its API share one."""

from services.chassis.http.limits import Limit

CHOOSE_CONTACT = Limit("choose_contact", visitor=60)
CONFIRM = Limit("confirm_address", visitor=60, address=400)
"""A link may be opened by somebody who is not signed in there."""
SHOW_IT_IS_YOU = Limit("show_it_is_you", visitor=6)
"""Guesses of a number, a postcode or an address by whoever sits at somebody's computer."""
ENTER_CONTACT = Limit("enter_contact", visitor=120)
MAKE_LETTER = Limit("make_letter", visitor=60)
"""Each is made when it is asked for, one at a time, and the network's staff print theirs by the same."""
STOP_LIST = Limit("stop_list", visitor=60, address=6_000)
"""Mail programs press the button for many people from one address."""
CHOOSE_LIST = Limit("choose_list", visitor=120)
MAKE_CALENDAR = Limit("make_calendar", visitor=30)
MISS_CALENDAR = Limit("miss_calendar", visitor=600, address=600)
"""Reads of calendar addresses that do not work: guesses, and programs that go on asking at one that was stopped. Those
that work are answered from the same place all the same: a program in a hospital, or of Google, reads many people's."""
WRITE = Limit("write_message", visitor=60)
ANSWER = Limit("answer_message", visitor=300)
"""Staff answer many people; a message to all counts as one, by a limit of its own."""
WRITE_TO_ALL = Limit("write_to_all", visitor=12)
RAISE_CONCERN = Limit("raise_concern", visitor=30)
COMPLAIN = Limit("complain", visitor=10, address=200, everybody=2_000)
"""Strangers too: each is a letter that somebody has to read and to answer."""
ASK_FOR_CALL = Limit("ask_for_call", visitor=60)
