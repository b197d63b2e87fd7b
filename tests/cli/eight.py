"""What each of the demo's eight people finds after six months of history: none of their pages looks empty."""

SEES = {
    "anouk": {
        "/join/mine": ("Sent. We are reading it", "Waiting for 3 days"),
        "/home": ("You asked to join: our answer",),
        "/profile/mine/passport": ("Code of conduct",),
    },
    "maya": {
        "/home": (
            "Read the code of conduct, which has changed",
            "Say yes or no to a place",
            "Something you need cannot be had",
            "Check your claim and send it",
            "You came: Words on repeat prescriptions",
        ),
        "/join/mine/agree": ("What has changed: Code of conduct One line is new, the last one",),
        "/engagements/mine": (
            "Waiting for an answer",
            "You are offered a place",
            "At the same time as something else of yours",
            "Not this time",
            "read what changed",
        ),
        "/claims/mine": ("Ready to send", "Approved", "Sent to payroll", "£41.25"),
        "/training/mine": ("You have a place", "You came", "Privacy and confidential papers"),
        "/profile/mine/passport": ("Improvement partner", "First steps", "Living Well Together", "Sal"),
        "/profile/mine/notes": ("The stairs at Harbour Hall", "Sal"),
    },
    "wren": {
        "/engagements/mine": ("Quality committee before Christmas You have a place", "read what changed"),
        "/home": ("What changed because of you: Opening hours of the surgery",),
        "/claims/mine": ("£150", "Sent"),
        "/messages/mine/calendar": ("Addresses that work", "Take all as a file"),
        "/profile/mine/passport": ("Being on a committee",),
    },
    "sal": {
        "/people/for/QZN": ("13 applications", "12 days", "Late", "A second look"),
        "/people/for/QZN/duplicates": ("Rosa", "Rosie", "phone"),
        "/home/for/QZN": ("applications to join wait to be read", "two people are one", "wait to be told by phone"),
        "/messages/for/QZN": ("Rosa",),
        "/messages/for/QZN/calls": ("Rosa", "Waiting since", "To tell them"),
        "/messages/for/QZN/letters": ("To print", "The oldest has waited since", "asked for braille or sound"),
        "/people/for/QZN/pool": ("31 people",),
        "/people/for/QZN/mine": ("21 people", "On a break", "Idris’s"),
    },
    "cora": {
        "/home/for/RZ9": (
            "Answer what somebody wrote",
            "Confirm what somebody needs",
            "Record who came to a session",
            "4 people who showed interest wait",
            "what changed",
        ),
        "/messages/for/RZ9/conversations": ("Wren", "Not read yet", "Winnie"),
        "/opportunities/for/RZ9": ("Open", "Closed", "A seat in the MDT of the stroke unit"),
        "/training/for/RZ9": ("Record who came",),
        "/people/for/RZ9/import": ("Patient panel 2019 to 2025", "Brought in"),
    },
    "fay": {
        "/payments/for/RZ9": ("3 claims, together £225", "Make a payment run", "£300"),
        "/home/for/RZ9": ("3 approved claims to put into a payment run",),
    },
    "priya": {
        "/organisations/for/U99981": ("Kit", "Waits until"),
        "/home/for/U99981": (
            "3 people who showed interest to answer",
            "objects to how places were drawn",
            "Harbour Street Surgery",
        ),
        "/training/for/U99981": ("Reading figures without fear",),
        "/home/for/Y99982": ("2 people who showed interest to answer",),
    },
    "ada": {
        "/organisations/for/QZN": ("Register an organisation", "Nora"),
        "/home/for/QZN": ("4 applications to join wait to be read",),
    },
}
"""By name: the pages, where the story begins first, and what is on them."""
