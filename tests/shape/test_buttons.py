"""Every button that acts is asked for twice, or stands below what was typed, or can be undone: how is said here.

`ui.sure` and `ui.final` open the words that say what is lost before the button; a form with fields is filled in first.
"""

from pathlib import Path

from jinja2 import nodes

from tests.shape.sources import template

SERVICES = Path(__file__).parents[2] / "services"
TEMPLATES = sorted(path for path in SERVICES.rglob("*.jinja") if "cli" not in path.relative_to(SERVICES).parts)
VISIBLE = {"text", "email", "phone", "number", "money", "textarea", "radios", "yes_no", "checkboxes", "checkbox"} | {
    *("select", "date", "file"),
}

UNDONE_BY = {
    "notifications/day_number: Take my number back": "the same page, where it is given again",
    "notifications/home: Mark all as read": "nothing goes: it stands further down, under what is read",
    "chassis/ops: Try again": "it is only tried: it can be discarded, or be tried again",
    "chassis/ops: Try again now": "the same",
    "chassis/ops: Try everything again": "the same",
    "chassis/policy: Go back to the network's edition from tomorrow": "till then it can be taken back on the same page",
    "engagements/access_of_session: We have looked at it": "what was said stays on the page; it waits for nobody then",
    "engagements/intake: Offer it to": "the offer can be taken back until it is answered",
    "engagements/intake: Put on the reserve list": "they can be offered a place or taken off it on the same page",
    "engagements/side_by_side: To the reserve list": "they can be offered a place or taken off it on the same page",
    "engagements/intake: Undo it": "it can be said again on the same page",
    "engagements/my_session: I was there": "the organisation records how it was, and that can be said to be wrong",
    "engagements/_questions: I do not need an answer any more": "it can be written again on the page of messages",
    "engagements/my_engagement: Undo my no": "a no can be said again on the same page",
    "engagements/my_engagement: Yes, put me first on the reserve list Yes, I take the place": "the place can be given "
    "back, or the list be left, on the same page",
    "matching/_fits: Count how many people it fits": "it is only counted: nothing of the role or its draft changes",
    "identity/address_link: Yes, use it Yes, change it": "the address can be changed again; its page says what follows",
    "identity/demo: Sign in as": "by signing out",
    "identity/invitations: Yes, accept": "the organisation's admins end the role; who signs in sees what it is first",
    "identity/invited: Send me a link": "a letter, which nobody has to use",
    "identity/invited: Yes, accept": "the organisation's admins end the role",
    "identity/link: Sign in as": "by signing out",
    "identity/link_over: Send me a new link": "a letter, which nobody has to use",
    "identity/machine: Make a new secret": "it can be ended on the same page",
    "identity/mine: Stop it Keep the address of today": "another can be asked for again on the same page",
    "identity/sign_out: Sign out": "by signing in again",
    "identity/staff: Send again": "the invitation can be withdrawn on the same page",
    "matching/own: Copy": "the draft that it makes is deleted on its own page",
    "matching/own_one: Copy this role": "the same",
    "matching/asked_approve: Post it": "it stands below all that is posted; the role can be called off",
    "matching/asked_one: Draft it Go on with the draft": "nobody else sees a draft, which can be deleted",
    "matching/asked_one: I have read it": "nothing goes: it is on the same page as before",
    "matching/post_advice: ": "what it changes can be changed on the page of its question, before anything is posted",
    "matching/my_role: Not for me": "by the button that then stands there",
    "matching/my_role: Show it again": "by the button that then stands there",
    "matching/feed: Tell me of new ones like this": "it is taken out again on the page that it leads to",
    "matching/subscription: Take out": "the same search can be kept again, by the link on the same page",
    "matching/ways_in: Move up": "the one that stands above it then can be moved up again",
    "matching/work: End it": "by the button that then stands there",
    "matching/work: Take it up again": "by the button that then stands there",
    "matching/session_repeat_check: Add  session": "each can be cancelled; all of them are on the page with the button",
    "notifications/calendar: Make a calendar address": "it can be stopped on the same page",
    "notifications/my_conversation: Do not tell me of messages here": "by the button that then stands there",
    "notifications/my_conversation: I have read all of it": "nothing is lost by it, and nobody else sees it",
    "notifications/my_conversation: Open the conversation again": "it can be ended on the same page",
    "notifications/my_conversation: Tell me of messages here again": "by the button that then stands there",
    "notifications/our_conversation: I have read it, and somebody answers later": "it still waits for an answer",
    "notifications/our_conversation: It needs no answer": "they can be answered on the same page all the same",
    "notifications/our_conversation: Open the conversation again": "it can be ended on the same page",
    "notifications/letters: Take all that wait, to print them": "they can be put back on the page that it leads to",
    "payments/claim: Send this claim": "its person can say no to it until it is paid, the approver can send it back",
    "payments/household: Make a code": "it does nothing by itself, and ends in a day",
    "payments/household: We no longer live together": "said again with a code",
    "payments/to_approve_one: Approve this claim": "it can be sent back on the same page until it is paid",
    "notifications/concern_of_staff: I have read it": "it is only noted; it waits to be answered as before",
    "notifications/my_concern: No, it stays where it is": "they can tell the organisation themselves at any time",
    "notifications/story_call: I do not need a call": "it can be asked for again on the same page",
    "notifications/confirmed: Sign in with this address": "the address can be changed on the page of the account",
    "recruitment/asked: Send me the letter again": "a letter, which nobody has to use",
    "recruitment/application: I take this one": "it is handed over on the same page",
    "recruitment/application: Undo my answer": "it can be answered again on the same page",
    "recruitment/application: Yes, they join": "on the same page, for as long as nobody is told",
    "recruitment/application: They said yes": "they leave the pool again, or are forgotten, when they say so",
    "recruitment/asked: Yes, keep me": "by leaving the pool, or by being forgotten, at any time",
    "recruitment/list_of_people: Ask the network to release it": "it can be deleted on the same page, or is given back",
    "recruitment/list_of_people: Bring them in": "all of it is undone on the same page, while nobody was asked",
    "recruitment/list_parts: Go on to how to reach them": "it leads to a page that tries each line first",
    "recruitment/list_parts: Go on to training": "the same",
    "recruitment/needs: Yes, it is still right": "what is needed can be changed on the same page",
    "recruitment/helpers: No, they may not": "by the other buttons beside it, at any time",
    "recruitment/helpers: Take back what I said": "the same",
    "recruitment/helpers: Yes, they may": "the same",
    "recruitment/pause: Come back now": "another break can be taken on the same page",
    "recruitment/people: End the cover": "by saying who covers again, on the page to which this one leads",
    "training/programme: Take a place": "it can be given back until the session starts",
}
"""Buttons that stand alone, and how what they do is undone."""
OWN_FORMS = {
    "chassis/form": "the form that pages with fields extend",
    "chassis/macros": "`ui.post` itself",
    "chassis/send_again": "what was typed, shown again to be sent by its person",
    "chassis/task_check": "all answers stand above the button: it is the page on which they are checked",
    "chassis/task_over": "what was typed into a draft that is gone begins another",
    "identity/invited": "it asks for a name",
    "identity/reach": "it asks how somebody is reached",
    "identity/shown": "something was typed to get here; it goes on from one room to the next",
}
"""Forms that a template writes itself, and why they are no button alone."""
NOTHING_TYPED = {
    "identity/again": "a letter, which nobody has to use",
    "matching/not_for_me": "it can be taken back on the page that it leads to",
    "notifications/confirm": "the link in the letter was opened to say it; the address can be changed at any time",
    "notifications/stop_matches": "the button beside it says the other thing afterwards",
    "notifications/monthly_list": "the button beside it says the other thing afterwards",
    "notifications/stop_list": "the same",
    "notifications/still_wanted": "the buttons beside it say the other things, now and afterwards",
    "recruitment/agree": "two boxes are ticked: they are a macro of their own",
    "payments/decline": "a page of its own, which says what is lost and that it cannot be undone",
}
"""Pages of a form in which nothing is typed."""


def name(path: Path) -> str:
    return f"{path.relative_to(SERVICES).parts[0]}/{path.stem}"


def words_of(node: nodes.Node) -> str:
    """What a button says, as far as the template says it itself."""
    if isinstance(node, nodes.Const):
        return str(node.value)
    return " ".join(str(one.value) for one in node.find_all(nodes.Const)).strip()


def calls(path: Path, of: str, *names: str) -> list[nodes.Call]:
    """Calls of `ui.post(…)` and the like."""
    return [
        call
        for call in template(path).find_all(nodes.Call)
        if isinstance(call.node, nodes.Getattr)
        and isinstance(call.node.node, nodes.Name)
        and call.node.node.name == of
        and call.node.attr in names
    ]


def extends(path: Path) -> str:
    return next((words_of(one.template) for one in template(path).find_all(nodes.Extends)), "")


def test_a_button_that_stands_alone_can_be_undone() -> None:
    found = {f"{name(path)}: {words_of(call.args[1])}" for path in TEMPLATES for call in calls(path, "ui", "post")}
    assert found == UNDONE_BY.keys()


def test_what_cannot_be_undone_says_what_is_lost_before_its_button() -> None:
    """By `{% call %}`, whose words stand before the button; called plainly it would have none."""
    for path in TEMPLATES:
        with_words = [block.call for block in template(path).find_all(nodes.CallBlock)]
        for call in calls(path, "ui", "sure", "final"):
            assert call in with_words, f"{name(path)}: {words_of(call.args[0])}"


def test_a_form_that_a_template_writes_itself_is_named_with_its_reason() -> None:
    found = {name(path) for path in TEMPLATES if "<form" in path.read_text() and 'method="post"' in path.read_text()}
    assert found == OWN_FORMS.keys()


def test_on_a_page_of_a_form_something_is_typed_or_it_says_what_is_lost() -> None:
    asks = {path: calls(path, "field", *VISIBLE) for path in TEMPLATES if extends(path) == "form.jinja"}
    alone = {name(path) for path, asked in asks.items() if not asked and not includes_questions(path)}
    assert alone == NOTHING_TYPED.keys()


def includes_questions(path: Path) -> bool:
    """Whether its questions stand in a template or a macro of their own."""
    whole = path.read_text()
    macros = ("answers.questions(", "answers.fitting(", "answers.needed(", "session_form.asked(")
    return any(words in whole for words in ("{% include page.template", "_reach.jinja", "include ", *macros))
