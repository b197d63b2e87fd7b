"""The words for each code of what waits for somebody, as the home page says them."""

WORDS: dict[str, str] = {
    "screen_application": "Read an application to join the pool",
    "get_in_touch": "Get in touch with somebody who asked to join",
    "decide_application": "Talk with somebody who asked to join, and answer them",
    "look_again": 'Look again at an answer of "not now"',
    "one_or_two": "Look whether two people are one person",
    "say_more": "Answer a question about joining",
    "choose_talk": "Choose a time for a talk about joining",
    "review_needs": "Look again at what you need to take part",
    "answer_interest": "Answer somebody who showed interest",
    "answer_offer": "Say yes or no to a place you were offered",
    "offer_reserve": "Offer a place that is free to the first of the reserve list",
    "record_attendance": "Record who came to a session",
    "look_at_record": "Look at a record of who came that somebody says is wrong",
    "record_outcome": "Tell people what changed",
    "give_payee_details": "Give your bank details so that you can be paid",
    "send_claim": "Check your claim and send it",
    "approve_claim": "Approve a claim",
    "pay_claim": "Put an approved claim into a payment run",
    "record_training": "Record who came to a training session",
    "contact_by_phone_or_post": "Ring or write to somebody who asked for it",
}
