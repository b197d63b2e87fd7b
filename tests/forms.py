"""Every form of the network's pages, and of which kind it is: what happens when it is sent again, or from a second tab.

The kinds are told in services/chassis/http/sending.py. A new form gets a line here, or a test fails.
"""

from schemas.helping import for_person
from services import NAMES

CHANGES, MAKES, SAYS_ONCE, ASKS, HIDDEN_ONLY = "Changes", "MAKES", "SAYS_ONCE", "ASKS", "HIDDEN_ONLY"

_CHANGE = """
/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}
/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/page
/engagements/for/{ods}/people/{id}/needs/{need}
/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/access/{id}/needs/{need}
/engagements/mine/{id}/sessions/{session_id}/access
/engagements/mine/{id}/say
/engagements/mine/{id}/draw
/engagements/for/{ods}/{opportunity_id}/draw/rules
/engagements/for/{ods}/people/{id}/marks
/engagements/for/{ods}/policies/{kind}
/matches/mine/subscription
/messages/for/{ods}/people/{person_id}
/messages/for/{ods}/policies/{kind}
/messages/for/{ods}/register/{id}/lines/{line}
/messages/mine
/messages/mine/number-for-the-day
/messages/mine/first
/opportunities/for/{ods}/{id}/change/{what}
/messages/concerns/calls/{id}
/messages/mine/how-told
/opportunities/for/{ods}/policies/{kind}
/opportunities/for/{ods}/glossary/{id}
/opportunities/for/{ods}/ways-in/{id}
/opportunities/for/{ods}/synonyms/{id}
/opportunities/for/{ods}/{id}/sessions/{session_id}
/opportunities/for/{ods}/templates/{id}/name
/opportunities/for/{ods}/work/{id}/change
/organisations/for/{ods}/correct
/organisations/for/{ods}/desks/{id}
/organisations/for/{ods}/hosts/{host}/end
/organisations/for/{ods}/policies/{kind}
/organisations/for/{ods}/venues/{id}
/payments/for/{ods}/policies/{kind}
/payments/for/{ods}/rates/{id}/close
/payments/mine/details
/people/for/{ods}/import/{id}/columns
/people/for/{ods}/duplicates/{id}/leave
/people/for/{ods}/mine/{of}/cover
/people/for/{ods}/policies/{kind}
/profile/mine
/profile/mine/needs
/profile/mine/passport/past/{id}
/profile/mine/pause
/sign-in/mine/name
/training/for/{ods}/register/{id}/lines/{line}/{number}
/training/for/{ods}/sessions/{id}
/training/mine/declared/{id}
"""
_MAKE = """
/matches/mine/searches/new
/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/page/papers
/messages/for/{ods}/calls/{person_id}
/messages/for/{ods}/conversations/{about}/{id}
/messages/for/{ods}/conversations/{about}/{id}/call
/messages/for/{ods}/roles/{opportunity_id}/write
/messages/mine/conversations/{about}/{id}
/messages/concerns/new
/messages/concerns/data
/messages/for/{ods}/concerns/{id}
/messages/for/{ods}/complaints/new
/messages/for/{ods}/complaints/{id}/note
/opportunities/for/{ods}/{id}/keep
/opportunities/for/{ods}/ask
/opportunities/for/{ods}/ask/{id}/line
/opportunities/for/{ods}/start/{code}
/opportunities/for/{ods}/templates/{id}
/opportunities/for/{ods}/{id}/sessions/new
/opportunities/for/{ods}/glossary/new
/opportunities/for/{ods}/ways-in/new
/opportunities/for/{ods}/synonyms/new
/opportunities/for/{ods}/work/new
/organisations/for/{ods}/desks/new
/organisations/for/{ods}/hosts
/organisations/for/{ods}/machines/new
/organisations/for/{ods}/people/new
/organisations/for/{ods}/register
/organisations/for/{ods}/staff/new
/organisations/for/{ods}/staff/{account_id}/roles
/organisations/for/{ods}/venues/new
/payments/for/{ods}/rates/new
/payments/mine/household
/people/for/{ods}/import
/people/for/{ods}/mine/{of}/hand-over
/people/for/{ods}/{id}/coordinator
/people/for/{ods}/{id}/hand-over
/people/for/{ods}/{id}/notes/new
/people/for/{ods}/{id}/talk
/training/for/{ods}/new
/training/for/{ods}/{id}/new-session
"""
ONCE = {
    "/engagements/for/{ods}/people/{id}/question": "the person reads it, word for word",
    "/engagements/mine/{id}/sessions/{session_id}/wrong": "the organisation reads it, word for word",
    "/engagements/mine/{id}/draw/object": "somebody reads it, word for word, and answers",
    "/engagements/for/{ods}/{opportunity_id}/draw/lots": "it is drawn once",
    "/engagements/for/{ods}/{opportunity_id}/draw/objections/{objection_id}": "the person reads it, word for word",
    "/claims/for/{ods}/{id}/return": "the claim is with the person again, who reads why",
    "/engagements/for/{ods}/{opportunity_id}/outcome": "everybody was told at once",
    "/engagements/for/{ods}/people/{id}/not-chosen": "the person reads why, word for word, unless it is undone",
    "/engagements/for/{ods}/people/{id}/offer": "one offer at a time: it is answered, taken back, or runs out",
    "/engagements/for/{ods}/people/{id}/talk": "the person is asked; other times are proposed on the page it leads to",
    "/engagements/mine/{id}/talk": "the organisation sees it; other times are another talk",
    "/engagements/interest/{opportunity_id}": "one interest a person and opportunity",
    "/opportunities/for/{ods}/{id}/close": "it is closed; it is opened again on a page of its own",
    "/opportunities/for/{ods}/{id}/open-again": "it is open again, and is changed on the pages of its parts",
    "/opportunities/for/{ods}/ask/{id}/decline": "whoever asked reads why, word for word",
    "/opportunities/for/{ods}/ask/{id}/send-back": "whoever drafts it reads it, word for word",
    "/opportunities/for/{ods}/{id}/withdraw": "people were told why it is called off",
    "/opportunities/for/{ods}/{id}/sessions/cancel": "people are told that they do not take place",
    "/opportunities/for/{ods}/{id}/sessions/{session_id}/cancel": "the same, of one",
    "/organisations/for/{ods}/close": "neither its last day nor who takes over can be changed",
    "/join/asked/{signed}/past/{id}": "it is read again on the page that it leads to, and put right from there",
    "/join/mine/agree": "an edition is agreed to once",
    "/join/mine/choose-time": "a time is agreed once",
    "/join/mine/say-more": "the welcome team reads it, word for word",
    "/messages/concerns/no/{about}/{id}": "somebody else reads it, word for word, once",
    "/messages/for/{ods}/complaints/{id}": "whoever complained is told what came of it",
    "/messages/for/{ods}/printings/{id}/posted": "the letters are on their way, and people count as told",
    "/people/for/{ods}/phone": "a person has one application at a time",
    "/people/for/{ods}/{id}/ask-more": "the person reads it, word for word",
    "/people/for/{ods}/{id}/decline": "the person reads why, word for word",
    "/people/for/{ods}/{id}/offer-times": "the person chooses one of the times",
    "/payments/mine/details/confirm": "what was confirmed is paid by; what is wrong is entered anew",
}
"""What is made or said by these stays as it is, with the reason."""
LETTERS = {
    "/opportunities/for/{ods}/{id}/sessions/repeat": "it leads to the days, and nothing is added",
    "/sign-in": "another address may be typed: a letter goes there too; limits count them",
    "/sign-in/new": "the same",
    "/sign-in/mine/address": "the same; the letters of before are dead",
    "/messages/mine/shown": "nothing is kept of it: it is typed again, and limits count that",
}
_HIDDEN = """
/matches/mine/searches/{id}/remove
/matches/mine/{id}/not-for-me
/matches/roles/{opportunity_id}/not-for-me
/matches/roles/{opportunity_id}/show-again
/engagements/mine/{id}/sessions/{session_id}/there
/engagements/for/{ods}/{opportunity_id}/draw/confirm
/engagements/for/{ods}/{opportunity_id}/draw/offer-all
/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/page/papers/{paper_id}/take-out
/claims/for/{ods}/{id}/approve
/claims/mine/{id}/decline
/claims/mine/{id}/send
/engagements/for/{ods}/people/{id}/reserve
/engagements/for/{ods}/people/{id}/talk/cancel
/engagements/for/{ods}/people/{id}/tell
/engagements/for/{ods}/people/{id}/undo
/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/access/{id}/looked
/engagements/for/{ods}/policies/{kind}/as-the-network
/engagements/for/{ods}/policies/{kind}/take-back
/engagements/for/{ods}/{opportunity_id}/reserve
/engagements/mine/{id}/accept
/engagements/mine/{id}/question/take-back
/engagements/mine/{id}/decline
/engagements/mine/{id}/talk/cancel
/engagements/mine/{id}/tell
/engagements/mine/{id}/undo
/engagements/mine/{id}/withdraw
/join/asked/{signed}
/join/asked/{signed}/past/{id}/take-out
/join/mine/look-again
/join/mine/withdraw
/messages/for/{ods}/conversations/{about}/{id}/end
/messages/for/{ods}/conversations/{about}/{id}/open-again
/messages/for/{ods}/conversations/{about}/{id}/read
/messages/for/{ods}/conversations/{about}/{id}/settle
/messages/for/{ods}/letters/take
/messages/for/{ods}/policies/{kind}/as-the-network
/messages/for/{ods}/policies/{kind}/take-back
/messages/mine/conversations/{about}/{id}/end
/messages/mine/conversations/{about}/{id}/mute
/messages/mine/conversations/{about}/{id}/open-again
/messages/mine/conversations/{about}/{id}/seen
/messages/mine/conversations/{about}/{id}/unmute
/messages/for/{ods}/printings/{id}/back
/messages/for/{ods}/register
/messages/for/{ods}/register/{id}/apply
/messages/for/{ods}/{id}/done
/messages/concerns/{id}/not-settled
/messages/concerns/{id}/agree
/messages/concerns/{id}/keep
/messages/for/{ods}/concerns/{id}/hand-on
/messages/for/{ods}/concerns/{id}/read
/messages/for/{ods}/concerns/{id}/step-back
/messages/for/{ods}/concerns/{id}/to-network
/messages/for/{ods}/complaints/{id}/acknowledge
/messages/for/{ods}/calls-asked/{id}/spoke
/messages/for/{ods}/policies/{kind}/as-the-network
/messages/for/{ods}/policies/{kind}/take-back
/messages/concerns/calls/{id}/take-back
/messages/letter-to-sign-in
/messages/mine/confirm
/opportunities/for/{ods}/{id}/copy
/opportunities/for/{ods}/ask/{id}/draft-it
/opportunities/for/{ods}/ask/{id}/read
/opportunities/for/{ods}/ask/{id}/take-back
/opportunities/for/{ods}/policies/{kind}/as-the-network
/opportunities/for/{ods}/policies/{kind}/take-back
/opportunities/for/{ods}/{id}/sessions/repeat/add
/opportunities/for/{ods}/templates/{id}/delete
/opportunities/for/{ods}/advice/{draft_id}
/opportunities/for/{ods}/fits/{draft_id}
/opportunities/for/{ods}/jobs/advice/{draft_id}
/opportunities/for/{ods}/jobs/fits/{draft_id}
/opportunities/for/{ods}/ask/{draft_id}/advice
/opportunities/for/{ods}/ask/{draft_id}/fits
/opportunities/for/{ods}/{id}/fits
/opportunities/for/{ods}/glossary/{id}/take-out
/opportunities/for/{ods}/ways-in/{id}/take-out
/opportunities/for/{ods}/ways-in/{id}/up
/opportunities/for/{ods}/synonyms/{id}/take-out
/messages/mine/monthly-list
/messages/mine/still-wanted
/messages/mine/calendar
/messages/mine/calendar/{id}/stop
/messages/mine/number-for-the-day/take-back
/messages/mine/read
/messages/matches/{signed}
/messages/monthly-list/{signed}
/messages/still-wanted/{signed}
/opportunities/for/{ods}/policies/{kind}/as-the-network
/opportunities/for/{ods}/policies/{kind}/take-back
/opportunities/for/{ods}/work/{id}/end
/opportunities/for/{ods}/work/{id}/take-up
/organisations/for/{ods}/desks/{id}/close
/organisations/for/{ods}/grants/{id}/refuse
/organisations/for/{ods}/grants/{id}/release
/organisations/for/{ods}/invitations/{id}/send-again
/organisations/for/{ods}/invitations/{id}/withdraw
/organisations/for/{ods}/machines/{account_id}/secrets
/organisations/for/{ods}/machines/{account_id}/secrets/{secret_id}/end
/organisations/for/{ods}/memberships/{membership_id}/end
/organisations/for/{ods}/policies/{kind}/as-the-network
/organisations/for/{ods}/policies/{kind}/take-back
/organisations/for/{ods}/venues/{id}/close
/payments/for/{ods}/compared
/payments/for/{ods}/corrected/{id}/settle
/payments/for/{ods}/policies/{kind}/as-the-network
/payments/for/{ods}/policies/{kind}/take-back
/payments/for/{ods}/runs
/payments/mine/household/code
/payments/mine/household/{with_id}/end
/people/for/{ods}/import/{id}/ask-release
/people/for/{ods}/import/{id}/bring-in
/people/for/{ods}/import/{id}/delete
/people/for/{ods}/import/{id}/hand-on
/people/for/{ods}/import/{id}/undo
/people/for/{ods}/lists/{id}/give-back
/people/for/{ods}/lists/{id}/release
/people/for/{ods}/duplicates/{id}/keep/{keep}
/people/for/{ods}/duplicates/{id}/open-again
/people/for/{ods}/duplicates/{id}/two-people
/people/for/{ods}/mine/{of}/cover/end
/people/for/{ods}/policies/{kind}/as-the-network
/people/for/{ods}/policies/{kind}/take-back
/people/for/{ods}/{id}/approve
/people/for/{ods}/{id}/notes/{note_id}/delete
/people/for/{ods}/{id}/said-no
/people/for/{ods}/{id}/said-yes
/people/for/{ods}/{id}/step-back
/people/for/{ods}/{id}/take
/people/for/{ods}/{id}/tell-now
/people/for/{ods}/{id}/undo
/profile/mine/helpers/{organisation_id}/{says}
/profile/mine/leave
/profile/mine/needs/confirm
/profile/mine/passport/past/{id}/take-out
/profile/mine/pause/end
/sign-in/again
/sign-in/invited/decline
/sign-in/invited/sign-in
/sign-in/link/new
/sign-in/mine/address/stop
/sign-in/mine/forget
/sign-in/mine/invitations/{id}/accept
/sign-in/mine/invitations/{id}/decline
/sign-in/mine/sessions/end-others
/sign-in/mine/sessions/{id}/end
/sign-out
/training/for/{ods}/register
/training/for/{ods}/register/{id}/apply
/training/for/{ods}/{id}/withdraw
/training/mine/declared/{id}/remove
/training/mine/sessions/{session_id}
/training/mine/sessions/{session_id}/cancel
"""
_OPS = ("parked/{parked_id}/{how}", "reactions/{reaction}/{id}/{how}", "retry-all")

_OWN = {
    **dict.fromkeys(_CHANGE.split(), CHANGES),
    **dict.fromkeys(_MAKE.split(), MAKES),
    **dict.fromkeys(ONCE, SAYS_ONCE),
    **dict.fromkeys(LETTERS, ASKS),
    **dict.fromkeys(_HIDDEN.split(), HIDDEN_ONLY),
    **{f"/ops/{name}/{button}": HIDDEN_ONLY for name in NAMES for button in _OPS},
}
NO_HELPER = (
    *("/messages/mine/calendar", "/messages/mine/confirm", "/messages/mine/first", "/messages/mine/read"),
    "/messages/mine/shown",
    "/payments/mine/household",
)
"""The person's alone (tests/shape/test_own_pages.py)."""
FORMS = _OWN | {for_person(form): kind for form, kind in _OWN.items() if not form.startswith(NO_HELPER)}
ADVICE = [
    f"/opportunities/for/{{ods}}/{at}"
    for at in ("advice/{draft_id}", "jobs/advice/{draft_id}", "ask/{draft_id}/advice")
]
"""Buttons that take advice over, where a draft is checked."""
TASK_LISTS = (
    *("/join/apply/", "/opportunities/for/{ods}/drafts/{draft_id}/", "/opportunities/for/{ods}/new/"),
    "/opportunities/for/{ods}/ask/{draft_id}/draft/",
    *("/opportunities/for/{ods}/jobs/drafts/{draft_id}/", "/opportunities/for/{ods}/jobs/new/"),
)
"""Forms of several pages: each page carries the version that it saw (services/chassis/http/task_saving.py)."""
OWN_WAY = {
    "/opportunities/for/{ods}/ask/{id}/approve": "it carries the version of the draft that was read, and is sent once",
    "/sign-in/demo": "a button in the demo; whoever presses it again is signed in again",
    "/sign-in/invited": "the answer would hold the letter's secret, so nothing of it is kept; the link is used once",
    "/sign-in/address/yes": "the same; pressed twice it leads to how it stands",
    "/sign-in/address/no": "the same",
    "/sign-in/link": "the same; a double click is known by the form's key",
    "/sign-in/again/shown": "the same; it is good for five minutes, in one session",
    "/sign-in/mailbox": "the same; it is good for five minutes, and only while there is no way to sign in",
    "/sign-in/start": "its answer is a session; a double click is known by the form's key, and later it is shown again",
}
"""Forms that are not sent by `submit` or `button`, and why."""
