// The only script of our own: starts the design system's parts, and looks again for a page that is on its way.
import { initAll } from "./nhsuk-frontend.js";

const EVERY_MS = 2000;
const TRIES = 30;

initAll();

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
