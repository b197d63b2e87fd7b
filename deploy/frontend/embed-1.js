// Open roles on another website: `<div data-pln-roles>` with a link in it. /developers says what it reads and does.
// Text from the feed is only ever text (textContent), an address only ever http(s), and the link of the page stays.
(() => {
  const site = new URL(document.currentScript.src).origin;
  const WAYS = { in_person: "In person", remote: "Online or by phone", hybrid: "In person or online, you choose" };
  const PATIENCE_MS = 15000;
  const london = { timeZone: "Europe/London", dateStyle: "full", timeStyle: "short", hour12: true };
  const answers = {};

  const text = value => (typeof value === "string" || typeof value === "number" ? `${value}` : "");
  const moment = value => {
    const when = new Date(text(value) || NaN);
    // "Friday, 18 December 2026 at 02:00 pm" as people write it: without the comma and the first 0.
    return isNaN(when) ? "" : when.toLocaleString("en-GB", london).replace(/,? 0?/g, " ");
  };

  const make = (into, name, className, words) => {
    const made = into.appendChild(document.createElement(name));
    if (className) made.className = `pln-${className}`;
    if (words) made.textContent = words;
    return made;
  };
  const english = (into, name, className, role) => {
    const made = make(into, name, className);
    made.setAttribute("role", role);
    made.lang = "en-GB";
    made.dir = "ltr";
    return made;
  };
  const own = (into, name, className, words, language) => {
    const made = make(into, name, className, words);
    made.dir = "auto";
    if (/^[a-z]{2,3}(-\w+)*$/i.test(language)) made.lang = language;
    return made;
  };
  const fact = (facts, name, ...parts) => {
    const said = parts.map(text).filter(Boolean);
    if (!said.length) return;
    make(facts, "dt", "", name);
    const what = make(facts, "dd");
    said.forEach((part, at) => {
      if (at) what.append(", ");
      own(what, "bdi", "", part);
    });
  };

  const ask = address => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), PATIENCE_MS);
    return fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", signal: stop.signal }).then(answer => {
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      return answer.json();
    });
  };

  const isOpen = item => {
    const { title, _status: status = "open", _opportunity: role } = item || {};
    return text(title) && status === "open" && !(new Date((role || {}).apply_by || NaN) < new Date());
  };

  const show = (list, item, level, language) => {
    const role = item._opportunity || {}, place = role.venue || role.place, to_come = role.sessions_to_come;
    const entry = make(list, "li", "role");
    const link = make(make(entry, `h${level}`, "role-title"), "a");
    if (/^https?:/i.test(text(item.url))) link.href = item.url;
    own(link, "bdi", "", text(item.title), item.language || language);
    const by = role.organisation;
    if (by) own(entry, "p", "role-organisation", text(by.name || by));
    const facts = make(entry, "dl", "role-facts");
    fact(facts, "Pay", role.what_is_paid);
    fact(facts, "When", moment(role.next_session), to_come > 1 && `and ${to_come - 1} more`);
    fact(facts, "Time", role.time_commitment);
    fact(facts, "Where", WAYS[role.mode], place && (place.name || place), role.district);
    fact(facts, role.job ? "Apply by" : "Show interest by", moment(role.apply_by));
    if (!facts.firstChild) facts.remove();
    own(entry, "p", "role-summary", text(item.summary || item.content_text), item.language || language);
  };

  const start = async box => {
    const { query, heading, most } = box.dataset, level = /^[2-6]$/.test(heading) ? heading : 3;
    const asked = `${new URLSearchParams(query)}`, end = asked && `?${asked}`;
    box.dataset.plnRoles = "begun";
    const status = english(box, "p", "roles-status", "status");
    box.prepend(status);
    const link = box.querySelector("a[href]") || make(make(box, "p", "roles-more"), "a", "", "More roles");
    link.href = link.href || `${site}/opportunities${end}`;
    status.textContent = "Open roles are being loaded.";
    try {
      const address = `${site}/feeds/opportunities.json${end}`;
      const feed = await (answers[address] = answers[address] || ask(address));
      const open = feed.items.filter(isOpen), some = open.slice(0, most > 0 ? most : 10);
      const list = english(new DocumentFragment(), "ul", "roles", "list");
      list.style.overflowWrap = "anywhere";
      some.forEach(item => show(list, item, level, feed.language));
      const many = some.length === 1 ? "1 open role" : `${some.length} open roles`;
      const more = open.length > some.length || /[?&]after=/.test(feed.next_url);
      status.textContent = `${more ? "The first " : ""}${many}.`;
      if (some.length) status.after(list);
      else status.textContent = "Nothing like this is open just now. Follow the link for more.";
    } catch (why) {
      console.warn(why);
      status.textContent = "The open roles cannot be shown here just now. The link leads to them.";
    }
  };

  const begin = () => document.querySelectorAll("[data-pln-roles]:not([data-pln-roles=begun])").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
