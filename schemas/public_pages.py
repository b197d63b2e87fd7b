"""Pages with an address of their own that are for everybody: what lists of what was found say of each.

Search engines are told of them by the sitemap. A page of one thing (a role, an organisation) says itself what it is
about. No address in here is anybody's own, or staff's.
"""

from schemas import links

PUBLIC_PAGES: dict[str, str] = {
    "/": "You know what care is like when you need it. Find roles in which you help hospitals, GP practices and"
    " charities near you to make it better, and join with just your name.",
    links.FEED: "Roles that are open now for people who live with illness, injury or disability, and for those who care"
    " for them: what each pays, when and where it is, and until when you can show interest.",
    links.JOIN: "How joining goes: a name, one way to reach you, a talk. What we ask, what we keep, who answers you.",
    links.TRAINING: "Training that you can do before your first role or beside it: what it is about, and when it is.",
    links.IMPACT: "What organisations changed because of what people told them, in their own words.",
    links.PROMISES: "How much say organisations promised that people have, and what people said of it afterwards.",
    links.GLOSSARY: "Words that the NHS uses, in plain words.",
    links.HOW_MATCHED: "How roles are matched with people, by rules that are the same for everybody, and who is told "
    "first. A computer never decides who is chosen.",
    links.ORGANISATIONS: "The organisations of the network: hospitals, GP practices, charities and others, by their"
    " name or their ODS code.",
    links.ABOUT: "What the network is, who runs it, and how it works.",
    links.PRIVACY: "What we keep of you, why, for how long, and what you can ask of us.",
    links.COMPLAINTS: "How to complain, and who helps you outside the network.",
    links.ACCESSIBILITY: "How these pages are made for everybody, what does not work well yet, and how to tell us.",
    links.COOKIES: "The few cookies that these pages need. There is no tracking.",
    links.DEVELOPERS: "Feeds, an API and events, for other websites and for programs: open, without a key.",
}
"""Address, and what the page is about in a sentence or two."""
