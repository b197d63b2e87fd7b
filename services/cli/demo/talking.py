"""How the two sides of a journey write to each other about the role: a question before the yes, and its answer."""

from collections.abc import Iterator, Mapping

from services.cli.clients.caller import Caller, Mailbox
from services.cli.demo.role import TRUST
from services.cli.demo.story import Step, Words, must


class Talking:
    """`found`: ids by name, of which the engagement's is the conversation's. `email`: where the person is told."""

    def __init__(self, found: Mapping[str, str], words: Words, mailbox: Mailbox, email: str) -> None:
        self._found, self._words, self._mailbox, self._email = found, words, mailbox, email

    @property
    def _mine(self) -> str:
        return f"/mine/conversations/engagement/{self._found['engagement']}"

    @property
    def _ours(self) -> str:
        return f"/organisations/{TRUST}/conversations"

    def steps(self, person: Caller, coordinator: Caller) -> Iterator[Step]:
        called, team = person.who, coordinator.who
        yield Step("Ask the organisation before saying yes", called, lambda: self._ask(person), [person])
        yield Step("Find what waits, and answer it", team, lambda: self._answer(coordinator), [coordinator])
        yield Step("Be told by e-mail, and read the answer", called, lambda: self._read(person), [])

    def _ask(self, person: Caller) -> None:
        asked = {"words": self._words.question}
        person.post_until_accepted("notifications", f"{self._mine}/messages", asked)

    def _answer(self, coordinator: Caller) -> None:
        id = self._found["engagement"]
        waits = coordinator.get("notifications", f"{self._ours}?show=waits")["conversations"]
        must(id in [one["id"] for one in waits], "what was asked is not among what waits")
        answered = {"words": self._words.answer}
        coordinator.post("notifications", f"{self._ours}/engagement/{id}/messages", answered)

    def _read(self, person: Caller) -> None:
        mail = self._mailbox.wait_for(self._email, "wrote to you: ")
        must(self._words.answer not in mail, "the words are in an e-mail, and nobody asked for that")
        said = [one["words"] for one in person.get("notifications", self._mine)["messages"]]
        must(said == [self._words.answer, self._words.question], "the person cannot read what was written")
