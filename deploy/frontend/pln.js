// The only script of our pages: starts the parts of the design system that need one (all work without), and looks again for a page that is on its way.
import {
  Button, CharacterCount, ErrorSummary, Header, NotificationBanner, SkipLink, createAll,
} from "nhsuk-frontend";

const EVERY_MS = 2000;
const TRIES = 30;

for (const part of [Button, CharacterCount, ErrorSummary, Header, NotificationBanner, SkipLink]) createAll(part);

const waiting = document.querySelector("[data-on-its-way]");
if (waiting) {
  const words = waiting.querySelector("[data-on-its-way-words]");
  let tries = 0;
  const look = async () => {
    tries += 1;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (answer.status < 500 && !(await answer.text()).includes("data-on-its-way")) {
        location.reload();
        return;
      }
    } catch {
      // The network is away for a moment: the next look will tell.
    }
    if (tries < TRIES) setTimeout(look, EVERY_MS);
    else words.textContent = "This takes longer than usual. Nothing is lost. Please look again later.";
  };
  setTimeout(look, EVERY_MS);
}
