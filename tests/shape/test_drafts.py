"""What people type reaches the public state that it is meant for: every field of a draft or form has its place there.

A field that is in the draft, the page and the template, but not in the contract, would be asked for and then lost.
"""

import importlib
import inspect
from pathlib import Path
from types import ModuleType
from typing import get_args, get_type_hints

import pytest
from pydantic import BaseModel

from schemas.engagements import Engagement, Offer, Outcome
from schemas.event import Contract
from schemas.identity import Account, Desk, Host, Membership, Organisation, Venue
from schemas.matching import Opportunity, RoleChange, Session, SessionCancelled, Withdrawn, Work
from schemas.payments import Claim, RateCard
from schemas.recruitment import Needs, Profile
from schemas.training import Programme, TrainingSession
from services import NAMES

ROOT = Path(__file__).parents[2]

STATES: dict[str, tuple[type[Contract], dict[str, str]]] = {
    "matching.Draft": (
        Opportunity,
        {
            "session_at": "starts_at of the first of `sessions`",
            "session_hours": "hours of the first of `sessions`",
            "status_result": "result of `status_decision`",
            "status_tool": "tool of `status_decision`",
            "status_on": "decided_on of `status_decision`",
            "status_by": "decided_by of `status_decision`",
        },
    ),
    "matching.WorkWords": (Work, {}),
    "matching.NewWork": (Work, {"draft": "the draft of a role from which somebody came, where it is chosen then"}),
    "matching.JobDraft": (Opportunity, {"salary": "salary of `job`", "link": "link of `job`"}),
    "matching.NewJob": (
        Opportunity,
        {"salary": "salary of `job`", "link": "link of `job`", "why": "why of `changed`"},
    ),
    "matching.Words": (Opportunity, {}),
    "matching.Answers": (Opportunity, {}),
    "matching.FeedbackDay": (Opportunity, {}),
    "matching.Why": (RoleChange, {}),
    **{
        f"matching.New{name}": (Opportunity, {"why": "why of `changed`"})
        for name in ("Words", "Purpose", "Place", "People", "Choosing", "Days", "Opening", "Answers")
    },
    "matching.NewTerms": (
        Opportunity,
        {
            "why": "why of `changed`",
            **{f"status_{part}": "a part of `status_decision`" for part in ("result", "tool", "on", "by")},
        },
    ),
    "matching.SessionDraft": (Session, {}),
    "matching.SessionMove": (Session, {"why": "why of `changed`"}),
    "matching.Repeat": (
        Session,
        {"every": "the days of the sessions that are made", "until": "the days of the sessions that are made"},
    ),
    "matching.Cancelling": (SessionCancelled, {}),
    "matching.Withdrawal": (Withdrawn, {}),
    "training.ProgrammeDraft": (Programme, {}),
    "training.SessionDraft": (TrainingSession, {}),
    "engagements.Interest": (
        Engagement,
        {
            "why": "private: the table interest_words",
            "needs": "private: the table interest_words",
            "conflict": "private: the table interest_words",
            "meets": "private: the table interest_words",
        },
    ),
    "engagements.Marks": (
        Engagement,
        {"marks": "private: the table mark"},
    ),
    "engagements.NotChosen": (
        Engagement,
        {"why": "why_not", "words": "private: the table answer"},
    ),
    "engagements.SayNotChosen": (
        Engagement,
        {"why": "why_not", "words": "private: the table answer", "tell_now": "whether it is told at once"},
    ),
    "engagements.Offering": (
        Offer,
        {
            "beyond": "whether it holds no place: holds_place",
            "passing_over": "private: the table passed_over",
        },
    ),
    "engagements.WhatChanged": (Outcome, {}),
    "recruitment.Answers": (
        Profile,
        {
            "health_consent": "private: Consent beside the profile",
            "own_words": "private: own_words beside the profile",
        },
    ),
    "recruitment.NeedsAnswers": (
        Needs,
        {"health_consent": "private: Consent beside the needs", "words": "private: words beside the needs"},
    ),
    "payments.Draft": (RateCard, {}),
    "payments.Closing": (RateCard, {}),
    "payments.Seen": (Claim, {}),
    "payments.Return": (Claim, {"why": "private: the claim's returned_why"}),
    "identity.Registration": (Organisation, {}),
    "identity.Correction": (Organisation, {"last_day": "valid_to"}),
    "identity.DeskWords": (Desk, {}),
    "identity.VenueWords": (Venue, {}),
    "identity.Hosting": (Host, {"host": "ods_code"}),
    "identity.EndOfHosting": (Host, {"last_day": "valid_to"}),
    "identity.Closing": (Organisation, {"last_day": "valid_to"}),
    "identity.MoreRoles": (Membership, {}),
    "identity.NewStaff": (
        Membership,
        {"called": "Account.called, of somebody new", "email": "private: the address to sign in with"},
    ),
    "identity.NewMachine": (Membership, {"called": "Account.called"}),
    "identity.CalledName": (Account, {}),
    "identity.Start": (Account, {"shared": "private: the session's, which ends sooner"}),
    "identity.EnteredPerson": (Account, {}),
}
"""Each draft or form that becomes a public state, and where else in it, or beside it, a field goes."""

ELSEWHERE = {
    "matching.Template": "a template of the published file data/templates.json",
    "matching.TemplateName": "what an organisation calls a template of its own: the table role_template",
    "matching.KeptRole": "the same, and whose words it keeps",
    "matching.TemplateUse": "the piece of work that a draft begins with: an answer of that draft",
    "matching.Ask": "what an organisation asks others to draft: private, the table asked",
    "matching.Declining": "why it is not drafted: the same table, and asked_line",
    "matching.Said": "a line to what was asked for: private, the table asked_line",
    "matching.Promise": "what an edition of a policy says: policy_edition",
    "matching.MostPlaces": "what an edition of a policy says: policy_edition",
    "matching.TellingOfRoles": "what an edition of a policy says: policy_edition",
    "matching.SearchForm": "a search that a person keeps: private, the table wish",
    "matching.SubscriptionForm": "what a person wants to be told of: private, domain.fit.Subscription",
    "training.Register": "who came: attended of each place, private",
    "training.PartForm": "a part of a register, signed by recruitment: private, domain.declared.Row",
    "training.DeclaredForm": "training that an organisation says somebody has done: private, declared_training",
    "training.Enrolment": "which session to take a place in",
    "engagements.Answering": "what an edition of a policy says: policy_edition",
    "engagements.Arranging": "how far one need is at a session: private, the table booking",
    "engagements.LookingBack": "whether it was there, of each need: private, the table was_there",
    "engagements.WasThere": "the same, of one need",
    "engagements.Giving": "what one draw may use: private, the table draw_given",
    "engagements.DrawRules": "what a draw goes by: private to the room, draw.rules",
    "engagements.AtLeast": "the same, one rule",
    "engagements._Least": "the same, from a page",
    "engagements.RulesForm": "the same",
    "engagements.ToDraw": "what whoever draws has seen: compared, and not kept",
    "engagements.Confirming": "the same, of whoever confirms",
    "engagements.Objecting": "what somebody has against a draw: private, the table draw_objection",
    "engagements.AnswerObjection": "what is answered: draw_objection, and draw.set_aside_why",
    "engagements.HowMuchSay": "how much say somebody had: private, the table say",
    "engagements.WasItThere": "the same, from a page",
    "engagements.InterestWords": "what a person wrote: private, the table interest_words",
    "engagements.InterestForm": "the same, as a page sends it",
    "engagements.MarkForm": "how somebody meets each criterion: private, the table mark",
    "engagements.Picked": "which time for a talk suits: starts_at of chat",
    "engagements.Proposing": "times for a talk: chat; how it is held is private, the table chat_words",
    "engagements.TalkForm": "the same, from a page",
    "engagements.SessionPageWords": "how to join a session, and what to know: private, the table session_page",
    "engagements.NothingTyped": "a paper, which is a file",
    "engagements.Preparation": "what an edition of a policy says: policy_edition",
    "engagements.AnswerForm": "the same as AnswerWords, from a page, with the id of the question that was read",
    "engagements.AnswerWords": "what the organisation answers: the same",
    "engagements.WhatIsWrong": "what a person says of a record: private, the table said_of_session",
    "engagements.WhoCame": "who came: attended and hours of each engagement's sessions",
    "engagements.AttendanceForm": "the same, from a page",
    "recruitment.Draft": "an application's name and words are private; the editions agreed to are agreements",
    "recruitment.Words": "what an edition of a policy says: policy_edition",
    "identity.WhoMayAsk": "the same, of the front desk",
    "recruitment.Days": "the same, with a time",
    "payments.LateCancelling": "what an edition of a policy says: policy_edition",
    "payments.PayPromise": "what an edition of a policy says: policy_edition",
    "recruitment.PhoneEntry": "a draft and answers in one form, and whose they are",
    "recruitment.Agree": "the editions agreed to are agreements",
    "recruitment.AgreeForm": "the same, and where to go then",
    "recruitment.AskMore": "what a person is asked: private, the table application_question",
    "recruitment.AskMoreOrOffer": "the same, with times for a talk",
    "recruitment.ChooseTime": "which of those times: private until it is the application's talk_at",
    "recruitment.Decline": "the application's reason, and what would help: private, its person reads them",
    "recruitment.KeepOne": "whose record is kept: kept_id of a pair, and closed_for of whose is closed",
    "recruitment.LeaveWaiting": "a line for colleagues, and who looks at it: private, the table duplicate",
    "recruitment.HandOver": "the application's held_by",
    "recruitment.Minutes": "what an edition of a policy says: policy_edition",
    "recruitment.OfferForm": "times for a talk: private, the table application_question",
    "recruitment.Columns": "what the columns of a list mean: private, the table register_import",
    "recruitment.Correction": "a piece of somebody's past: private, the table declared",
    "recruitment.Lists": "what an edition of a policy says: policy_edition",
    "recruitment.SeenList": "the version of a list that was looked at: compared, and not kept",
    "recruitment.NothingTyped": "a button alone, or a file",
    "recruitment.SaysToList": "yes or no of somebody who was listed: the stage of their application",
    "recruitment.SayMore": "what a person says to a question: private, the table application_question",
    "recruitment.Stages": "what an edition of a policy says: policy_edition",
    "recruitment.Talk": "the application's talk_at and talk_how",
    "recruitment.TalkForm": "the same, from a page",
    "recruitment.TellNow": "whether an answer is told at once",
    "recruitment.TalkDraft": "the same, as the domain takes it",
    "recruitment.Cover": "who covers: cover_id and cover_until of each leader, from the table cover",
    "recruitment.Pause": "the last day of a break: paused_until of a leader",
    "recruitment.Says": "yes or no for an organisation: may_act and may_not_act of a leader",
    "recruitment.TalkNote": "a note of a talk, as it is sent: private, the table note",
    "recruitment.HandPeopleOver": "to whom people go: coordinator_id of each leader; the line is a note, private",
    "payments.WhatWasSeen": "which claims or payments somebody saw: compared, and not kept",
    "payments.TypedCode": "a code that one showed the other: used up by domain.household",
    "payments.ReadBack": "what somebody said when they were rung back: compared, and not kept",
    "payments.PayeeDetails": "bank details: private, domain.payee.Payee",
    "notifications.Details": "what both forms of how a person is reached have: domain.contact.Wanted",
    "notifications._Sent": "what no form of these takes: a field that it does not know",
    "notifications.Concerns": "what an edition of a policy says: policy_edition",
    "notifications.Outside": "a line of the published file outside.json",
    "notifications.RaiseBody": "a concern: private, the table concern",
    "notifications.RaiseForm": "the same, from a page",
    "notifications.NoBody": "why a no should be looked at again: the same table",
    "notifications.HandOnBody": "a person's yes or no to whoever else may have a concern: the same table",
    "notifications.AnswerConcernForm": "an answer to a concern: the same table",
    "notifications.AnswerConcernBody": "the same, from the API",
    "notifications.ComplainBody": "a complaint about data: private, the table data_complaint",
    "notifications.ComplainForm": "the same, of a stranger too",
    "notifications.EnterComplaintForm": "the same, as staff write it down",
    "notifications.EnterComplaintBody": "the same, from the API",
    "notifications.StepForm": "how far a complaint is: the same table",
    "notifications.OutcomeForm": "what came of a complaint: the same table",
    "notifications.StoryCallForm": "a call around one's own story: private, the table story_call",
    "notifications.SpokeForm": "whether another call is wished: the same table",
    "notifications.SpokeBody": "the same, from the API",
    "notifications.CallForm": "what came of a call: domain.calling.Rang",
    "notifications.MessageForm": "what is written in a conversation: private, domain.conversation.Written",
    "notifications.AnswerForm": "the same from a page of staff, and how much they saw there",
    "notifications.SeenForm": "how much staff saw on the page of a button",
    "notifications.SpokenForm": "the same, as it was said on the phone",
    "notifications.ToAllPageForm": "the same from a page",
    "notifications.ToAllForm": "one message to many: private, domain.to_all.Wanted",
    "notifications.Conversing": "a policy: how long conversations are open, and kept",
    "notifications.Telling": "a policy: when people are asked whether they still want to hear of roles",
    "notifications.CallBody": "the same, from the API",
    "notifications.PostedForm": "numbers of letters that did not print",
    "notifications.ContactForm": "how a person is reached: private, domain.contact.Contact",
    "notifications.FirstContactForm": "the same, the first time",
    "notifications.ContactBody": "the same, from the API",
    "notifications.HelpForm": "the same, entered by staff",
    "notifications.HelpBody": "the same, entered by staff through the API",
    "notifications.PartForm": "a part of a register, signed by recruitment: private, domain.register.Row",
    "notifications.RowForm": "the same of one line, as its organisation completes it",
    "notifications.WantsLetter": "what recruitment signed of somebody who said yes there",
    "notifications.ConfirmForm": "a link's token",
    "notifications.DayNumberForm": "a phone number: private, the table day_number",
    "matching.AdviceTaken": "which advice is taken over into a draft",
    "matching.WayInWords": "a way to get involved: the table way_in, which is on no topic",
    "matching.EntryWords": "a word of the glossary: the table glossary, which is on no topic",
    "matching.SynonymWords": "words that mean the same: the table synonym, which is on no topic",
    "notifications.HowToldForm": "how often somebody is told: private, the table how_told",
    "notifications.ReadForm": "what somebody has read: private, the table message_read",
    "notifications.ListForm": "whether somebody wants the monthly list: private, the table monthly_choice",
    "notifications.ListBody": "the same, sent to the API",
    "notifications.StillWantedForm": "whether somebody still wants to hear of roles: private, the table still_wanted",
    "notifications.ShowBody": "how a person is reached, typed once more: compared, and not kept",
    "notifications.ShowForm": "the same, from a page, and where to go then",
    "identity.Forgetting": "what a person was told that they lose: compared, and not kept",
    "identity.AskForLink": "a link to sign in: private",
    "identity.NewAddress": "another address to sign in with: private",
    "identity.Presented": "the secret of a letter's link",
    "identity.UseLink": "the same, and the name for a new account",
    "identity.ShownAgain": "what notifications signed for it, and where to go then",
    "identity.ProvedMailbox": "what notifications signed of who showed that a mailbox is theirs, from the API",
    "identity.ShownBody": "the same, from the API",
    "identity.GoOn": "where to go after showing again who one is",
    "identity.NewAccount": "a link to make an account with: private",
    "identity.FirstStart": "the first organisation and its admin, by start_network",
    "identity.Recovery": "an admin whom an operator makes, by recover_admin",
    "identity.Secret": "a machine's secret, to be exchanged for a token",
    "identity.DemoWho": "whom to try the demo as",
    "identity.DemoNewcomer": "a new account of the demo",
}
"""Each model whose fields are in no public state, and where they are."""


def models() -> dict[str, type[BaseModel]]:
    """What a page or the API reads into, by service and name: every pydantic model that is no contract."""
    found: dict[str, type[BaseModel]] = {}
    for service in NAMES:
        for path in (ROOT / "services" / service).rglob("*.py"):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            module = importlib.import_module(dotted)
            for _, thing in inspect.getmembers(module, inspect.isclass):
                if issubclass(thing, BaseModel) and thing.__module__ == dotted and thing.__name__ != "Sent":
                    if {"api", "answers"} & {path.stem.partition("_")[0], path.parent.name} and not is_taken(
                        module, thing
                    ):
                        continue
                    found[f"{service}.{thing.__name__}"] = thing
    return found


def is_taken(module: ModuleType, thing: type[BaseModel]) -> bool:
    """Whether a route takes it; what the API only answers with is built from what is there already."""
    routes = [get_type_hints(one) for _, one in inspect.getmembers(module, inspect.isfunction)]
    return any(thing in (hint, *get_args(hint)) for one in routes for name, hint in one.items() if name != "return")


MODELS = models()


def named(model: type[BaseModel]) -> str | None:
    """The name under which a model is listed: its own, or that of the draft which it is a page's form of."""
    service = model.__module__.split(".")[1]
    names = [f"{service}.{each.__name__}" for each in model.__mro__]
    return next((name for name in names if name in STATES or name in ELSEWHERE), None)


def test_every_draft_and_form_says_where_its_fields_go() -> None:
    assert [name for name, model in MODELS.items() if named(model) is None] == []
    assert sorted((STATES.keys() | ELSEWHERE.keys()) - MODELS.keys()) == [], "listed, but there is no such model"


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if named(model) in STATES])
def test_every_field_of_a_draft_is_a_field_of_the_state_that_it_becomes(name: str) -> None:
    state, elsewhere = STATES[named(MODELS[name]) or ""]
    fields, kept = set(MODELS[name].model_fields), set(state.model_fields)
    assert sorted(fields - kept - elsewhere.keys()) == [], f"{state.__name__} has no such field: it would be lost"
    assert sorted(elsewhere.keys() - fields) == [], "no longer asked for"
    assert sorted(elsewhere.keys() & kept) == [], "it is in the state by its own name"
