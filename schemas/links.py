"""Every address that one service's page gives for another's page, and the items of the header.

A test holds each of them to a route of the service whose card names its path.
"""

from typing import Literal, NamedTuple

HOME = "/home"
SIGN_IN = "/sign-in"
NEW_ACCOUNT = "/sign-in/new"
START = "/sign-in/start"
SIGN_IN_AGAIN = "/sign-in/again"
RENEW = "/sign-in/renew"
SIGN_IN_WITH_MAILBOX = "/sign-in/mailbox"
"""Only sent to, by the page on which somebody showed that a mailbox is theirs."""
SIGN_OUT = "/sign-out"
ORGANISATIONS = "/organisations"
ORGANISATION = "/organisations/{ods}"
JOIN = "/join"
MY_APPLICATION = "/join/mine"
ASKED_TO_JOIN = "/join/asked/{signed}"
APPLY = "/join/apply"
AGREE = "/join/mine/agree"
"""With `?to=`: the page to which a yes leads back."""
MY_PROFILE = "/profile/mine"
MY_NEEDS = "/profile/mine/needs"
MY_TRAINING = "/training/mine"
TRAINING = "/training"
PROGRAMME = "/training/{programme_id}"
FEED = "/opportunities"
FEED_JSON = "/feeds/opportunities.json"
FEED_ATOM = "/feeds/opportunities.atom"
FEED_ICS = "/feeds/opportunities.ics"
FEED_RPDE = "/feeds/rpde/opportunities"
"""The same list for machines; all but the last take the query string of the list."""
SITEMAP = "/sitemap.xml"
ROBOTS = "/robots.txt"
SECURITY_TXT = "/.well-known/security.txt"
GLOSSARY = "/opportunities/glossary"
STAFF_GLOSSARY = "/opportunities/for/{ods}/glossary"
FEED_ON_PAPER = "/opportunities/print"
INVOLVED = "/involved"
"""Every way to get involved, also where no role is open."""
STAFF_WAYS_IN = "/opportunities/for/{ods}/ways-in"
STAFF_SYNONYMS = "/opportunities/for/{ods}/synonyms"
OPPORTUNITY = "/opportunities/{id}"
MY_MATCHES = "/matches/mine"
MY_MATCH = "/matches/mine/{id}"
NOT_FOR_ME = "/matches/mine/{id}/not-for-me"
TELL_ME_LESS = "/matches/mine/subscription"
HOW_MATCHED = "/matches/how"
"""How roles are matched with people, and how it is decided who is told first: for everybody."""
STAFF_UNTOLD = "/matches/for/{ods}/untold"
"""Of the network's coordinators: who was told of nothing for long, and why."""
SHOW_INTEREST = "/engagements/interest/{opportunity_id}"
MY_ENGAGEMENTS = "/engagements/mine"
MY_ENGAGEMENT = "/engagements/mine/{id}"
MY_SAY = "/engagements/mine/{id}/say"
MY_DRAW = "/engagements/mine/{id}/draw"
"""Of a role whose places are drawn by lot: what its draw may use, and what came of it."""
MY_TALK = "/engagements/mine/{id}/talk"
MY_SESSION = "/engagements/mine/{id}/sessions/{session_id}"
MY_ACCESS = "/engagements/mine/{id}/access"
MY_ACCESS_OF_SESSION = "/engagements/mine/{id}/sessions/{session_id}/access"
MY_CONVERSATIONS = "/messages/mine/conversations"
MY_CONVERSATION = "/messages/mine/conversations/{about}/{id}"
"""`about`: see schemas.notifications.CONVERSATIONS; `id`: of the engagement or claim; of the person themselves for the
one with their coordinator. It is there before a word was written."""
STAFF_CONVERSATIONS = "/messages/for/{ods}/conversations"
STAFF_CONVERSATION = "/messages/for/{ods}/conversations/{about}/{id}"
STAFF_MESSAGE_POLICIES = "/messages/for/{ods}/policies"
STAFF_WRITE_TO_ALL = "/messages/for/{ods}/roles/{opportunity_id}/write"
MY_DAY_NUMBER = "/messages/mine/number-for-the-day"
STAFF_PHONE_SHEET = "/messages/for/{ods}/roles/{opportunity_id}/phones"
CONCERNS = "/messages/concerns"
NEW_CONCERN = "/messages/concerns/new"
"""With `?about=` (notifications/domain/concern.py), `&at=` (an ODS code) and `&role=` (the engagement)."""
MY_CONCERN = "/messages/concerns/{id}"
OUTSIDE = "/messages/concerns/outside"
DATA_COMPLAINT = "/messages/concerns/data"
MY_DATA_COMPLAINT = "/messages/concerns/data/{id}"
COMPLAINT_RECEIVED = "/messages/concerns/received/{reference}"
SECOND_LOOK = "/messages/concerns/no/{about}/{id}"
"""Of whoever heard "no". `about`: `engagement` or `claim`."""
MY_ANSWERS = "/messages/mine/answers"
"""Where a message about an answer leads: it says nothing of what was answered."""
MY_CALL = "/messages/concerns/calls/{id}"
"""To ask for a call around a session at which somebody tells their own story; `id`: of the engagement."""
STAFF_CONCERNS = "/messages/for/{ods}/concerns"
STAFF_CONCERN = "/messages/for/{ods}/concerns/{id}"
STAFF_COMPLAINTS = "/messages/for/{ods}/complaints"
STAFF_COMPLAINT = "/messages/for/{ods}/complaints/{id}"
STAFF_CALLS_ASKED = "/messages/for/{ods}/calls-asked"
MY_CALENDAR = "/messages/mine/calendar"
MY_BOOKING = "/messages/mine/calendar/{kind}/{id}/{session_id}.ics"
"""`kind`: `role` or `training`; `id`: of the engagement or enrolment."""
MY_BOOKINGS = "/messages/mine/calendar/{kind}/{id}.ics"
"""All sessions to come of a `role`, or a `talk`; `id`: of the engagement."""
ALL_MY_BOOKINGS = "/messages/mine/calendar/all.ics"
CALENDAR = "/messages/calendar/{secret}.ics"
"""Read by somebody's calendar program, without signing in. Whoever knows the secret reads it: it stands in no log."""
STAFF_SHEET = "/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/sheet"
STAFF_OPPORTUNITIES = "/opportunities/for/{ods}"
STAFF_ASK = "/opportunities/for/{ods}/ask"
STAFF_ASKED = "/opportunities/for/{ods}/ask/{id}"
"""What an organisation asked for; `ods`: its own code, also for whoever drafts it."""
STAFF_ALL_ASKED = "/opportunities/for/{ods}/asked"
STAFF_TO_DRAFT = "/opportunities/for/{ods}/to-draft"
"""What others asked this organisation to draft."""
STAFF_ROLE_POLICIES = "/opportunities/for/{ods}/policies"
STAFF_INTAKE = "/engagements/for/{ods}/{opportunity_id}"
STAFF_DRAW = "/engagements/for/{ods}/{opportunity_id}/draw"
STAFF_SIDE_BY_SIDE = "/engagements/for/{ods}/{opportunity_id}/side-by-side"
STAFF_SESSION = "/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/page"
STAFF_QUESTION = "/engagements/for/{ods}/people/{id}/question"
STAFF_ACCESS = "/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/access"
STAFF_UNANSWERED = "/engagements/for/{ods}/unanswered"
STAFF_ANSWER_POLICIES = "/engagements/for/{ods}/policies"
IMPACT = "/impact"
PROMISES = "/impact/promises"
PROMISES_OF = "/impact/promises/{ods}"
"""What an organisation said of how much say people have in its roles, and what they said afterwards."""
MY_CLAIMS = "/claims/mine"
MY_CLAIM = "/claims/mine/{id}"
MY_PAYEE_DETAILS = "/payments/mine/details"
CONFIRM_PAYEE_DETAILS = "/payments/mine/details/confirm"
STAFF_RING_BACK = "/payments/for/{ods}/ring-back"
STAFF_CLAIMS = "/claims/for/{ods}"
STAFF_CLAIM = "/claims/for/{ods}/{id}"
STAFF_PAYMENTS = "/payments/for/{ods}"
STAFF_CLAIMS_OF_OTHERS = "/payments/for/{ods}/others"
"""Of the network's finance: claims about which nobody else may decide."""
STAFF_CORRECTED = "/payments/for/{ods}/corrected/{id}"
STAFF_APPLICATIONS = "/people/for/{ods}"
STAFF_APPLICATION = "/people/for/{ods}/{id}"
STAFF_NEEDS = "/people/for/{ods}/{id}/needs"
STAFF_JOINING_POLICIES = "/people/for/{ods}/policies"
STAFF_PAY_POLICIES = "/payments/for/{ods}/policies"
STAFF_DUPLICATES = "/people/for/{ods}/duplicates"
STAFF_DUPLICATE = "/people/for/{ods}/duplicates/{id}"
STAFF_POOL = "/people/for/{ods}/pool"
STAFF_REGISTER = "/people/for/{ods}/import"
STAFF_REGISTER_IMPORT = "/people/for/{ods}/import/{id}"
STAFF_LISTS_TO_RELEASE = "/people/for/{ods}/lists"
STAFF_REGISTER_CONTACTS = "/messages/for/{ods}/register"
STAFF_REGISTER_TRAINING = "/training/for/{ods}/register"
STAFF_MY_PEOPLE = "/people/for/{ods}/mine"
"""With `?of=` and an id of zeros: whoever has no coordinator."""
STAFF_HOSTS = "/organisations/for/{ods}/hosts"
"""Of the network's admins; `ods`: whose hosts they are."""
STAFF_ROLES = "/organisations/for/{ods}"
STAFF_DATA_POLICIES = "/organisations/for/{ods}/policies"
STAFF_DATA = "/organisations/for/{ods}/data"
STAFF_GRANTS = "/organisations/for/{ods}/grants"
STAFF_NEW_PERSON = "/organisations/for/{ods}/people/new"
STAFF_PHONE_ENTRY = "/people/for/{ods}/phone"
STAFF_TRAINING = "/training/for/{ods}"
STAFF_HOME = "/home/for/{ods}"
STAFF_HELP = "/home/for/{ods}/people/{person_id}"
STAFF_AGREE = "/join/for/{ods}/people/{person_id}/agree"
STAFF_MESSAGES = "/messages/for/{ods}"
STAFF_CALLS = "/messages/for/{ods}/calls"
STAFF_LETTERS = "/messages/for/{ods}/letters"
STAFF_CONTACT = "/messages/for/{ods}/people/{person_id}"
MY_MESSAGES = "/messages/mine"
FIRST_CONTACT = "/messages/mine/first"
STARTED = "/messages/mine/started"
SHOW_IT_IS_YOU = "/messages/mine/shown"
"""Of whoever has no way to sign in. With `?to=`: where to go then."""
LETTER_TO_SIGN_IN = "/messages/letter-to-sign-in"
"""Of whoever said yes to being kept, and has no way to sign in."""
HOW_TOLD = "/messages/mine/how-told"
MY_HELP = "/messages/mine/helped"
MY_MONTHLY_LIST = "/messages/mine/monthly-list"
MY_STILL_WANTED = "/messages/mine/still-wanted"
"""Whether somebody still wants to be told of roles that fit them: they are asked once in a while."""
STILL_WANTED = "/messages/still-wanted/{signed}"
"""The same by the link of the message that asks, without signing in."""
STOP_MATCHES = "/messages/matches/{signed}"
"""Where a mail of a role that fits leads whoever wants no more of them; a mail program posts there (RFC 8058)."""
MONTHLY_LIST = "/messages/monthly-list/{signed}"
"""Where a mail with the list leads whoever wants to stop it; a mail program posts there (RFC 8058)."""
OPERATORS = "/ops"
RUNBOOK = "/ops/runbooks/{name}"
SCHEMA = "/developers/published/{name}"
ABOUT = "/about"
ACCESSIBILITY = "/about/accessibility"
COOKIES = "/about/cookies"
DEVELOPERS = "/developers"
PRIVACY = "/about/privacy"
COMPLAINTS = "/about/complaints"
MY_ACCOUNT = "/sign-in/mine"
FORGET_ME = "/sign-in/mine/forget"
MY_ADDRESS = "/sign-in/mine/address"
MY_SESSIONS = "/sign-in/mine/sessions"
MY_PASSPORT = "/profile/mine/passport"
MY_HELPERS = "/profile/mine/helpers"
MY_NOTES = "/profile/mine/notes"
MY_PAUSE = "/profile/mine/pause"

OWN_DATA: tuple[tuple[str, str], ...] = (
    ("Your account", "/sign-in/mine/data"),
    ("Joining, and the pool", "/profile/mine/data"),
    ("Roles that fit you", "/matches/mine/data"),
    ("Roles that you take part in", "/engagements/mine/data"),
    ("Training", "/training/mine/data"),
    ("Your pay", "/claims/mine/data"),
    ("Messages to you", "/messages/mine/data"),
)
"""What each part of the network holds of a person, as a page and as a file: words and address."""

ORGANISATIONS_DATA: tuple[tuple[str, str], ...] = (
    ("The organisation, and its staff", STAFF_DATA),
    ("Joining, and people who let you help them", "/people/for/{ods}/data"),
    ("Opportunities", "/opportunities/for/{ods}/data"),
    ("People in your roles", "/engagements/for/{ods}/data"),
    ("Training", "/training/for/{ods}/data"),
    ("Rates, claims and payments", "/payments/for/{ods}/data"),
    ("Messages in your name", "/messages/for/{ods}/data"),
)
"""What each part of the network holds of an organisation, as a page with files: words and address."""

HEADER: tuple[tuple[str, str, Literal["always", "signed_in", "signed_out"]], ...] = (
    ("Home", HOME, "signed_in"),
    ("Opportunities", FEED, "always"),
    ("My roles", MY_ENGAGEMENTS, "signed_in"),
    ("Claims", MY_CLAIMS, "signed_in"),
    ("Training", TRAINING, "always"),
    ("What changed", IMPACT, "always"),
    ("About", ABOUT, "signed_out"),
    ("Join", JOIN, "signed_out"),
)
"""Words and address of each item of the header, in order, and who is shown it."""

FOOTER: tuple[tuple[str, str], ...] = (
    ("Ways to get involved", INVOLVED),
    ("About", ABOUT),
    ("Privacy", PRIVACY),
    ("Complaints", COMPLAINTS),
    ("Accessibility", ACCESSIBILITY),
    ("Cookies", COOKIES),
    ("Developers", DEVELOPERS),
)
"""The same at the foot of every page."""


class StaffPage(NamedTuple):
    """A page of an organisation's own. `roles`: any of them opens it, none means every member."""

    words: str
    address: str
    roles: frozenset[str] = frozenset()
    of_network: bool = False
    """Only the organisation that runs the network has it."""
    network_opens: bool = False
    """The network's own admins may open it of each organisation."""


STAFF_PAGES: tuple[StaffPage, ...] = (
    StaffPage("To do", STAFF_HOME),
    StaffPage("Opportunities", STAFF_OPPORTUNITIES, frozenset({"coordinator"})),
    StaffPage("Ask us for people", STAFF_ASK),
    StaffPage("Ways to get involved", STAFF_WAYS_IN, frozenset({"coordinator"})),
    StaffPage("Glossary", STAFF_GLOSSARY, frozenset({"coordinator", "admin"}), of_network=True),
    StaffPage("People who wait for an answer", STAFF_UNANSWERED, frozenset({"coordinator"})),
    StaffPage(
        "Messages with people", STAFF_CONVERSATIONS, frozenset({"coordinator", "screener", "approver", "finance"})
    ),
    StaffPage("Training", STAFF_TRAINING, frozenset({"coordinator", "trainer"})),
    StaffPage("Claims", STAFF_CLAIMS, frozenset({"approver"})),
    StaffPage("Payments and rates", STAFF_PAYMENTS, frozenset({"finance"})),
    StaffPage("Claims of other organisations", STAFF_CLAIMS_OF_OTHERS, frozenset({"finance"}), of_network=True),
    StaffPage("Ring back about bank details", STAFF_RING_BACK, frozenset({"helper"})),
    StaffPage("Applications to join", STAFF_APPLICATIONS, frozenset({"screener"}), of_network=True),
    StaffPage("My people", STAFF_MY_PEOPLE, frozenset({"screener", "coordinator", "admin"}), of_network=True),
    StaffPage("People who are told of nothing", STAFF_UNTOLD, frozenset({"coordinator"}), of_network=True),
    StaffPage("Ring or write to people", STAFF_MESSAGES, frozenset({"coordinator", "screener"}), of_network=True),
    StaffPage("Concerns", STAFF_CONCERNS, frozenset({"admin", "coordinator", "approver"})),
    StaffPage("Complaints about data", STAFF_COMPLAINTS, frozenset({"admin"}), of_network=True),
    StaffPage("Add somebody by phone", STAFF_NEW_PERSON, frozenset({"coordinator", "screener"})),
    StaffPage("Bring in a list of people", STAFF_REGISTER, frozenset({"admin"})),
    StaffPage("Staff and roles", STAFF_ROLES, frozenset({"admin"}), network_opens=True),
    StaffPage("Roles that wait", STAFF_GRANTS, frozenset({"finance"}), of_network=True),
    StaffPage("How soon people are paid", STAFF_PAY_POLICIES, frozenset({"admin"})),
    StaffPage("How soon people are answered", STAFF_ANSWER_POLICIES, frozenset({"admin"})),
    StaffPage("Roles to draft", STAFF_TO_DRAFT, frozenset({"coordinator"}), of_network=True),
    StaffPage("Policies about roles", STAFF_ROLE_POLICIES, frozenset({"admin"})),
    StaffPage("Policies for joining", STAFF_JOINING_POLICIES, frozenset({"admin"}), of_network=True),
    StaffPage("Policies about messages and concerns", STAFF_MESSAGE_POLICIES, frozenset({"admin"}), of_network=True),
    StaffPage("Policies about data", STAFF_DATA_POLICIES, frozenset({"admin"}), of_network=True),
    StaffPage("Your data as files", STAFF_DATA, frozenset({"admin"})),
    StaffPage("Running the network", OPERATORS, frozenset({"operator"})),
)
"""The pages of an organisation, in the order of its bar. A test holds `roles` to whom each page lets in."""
