// Building the page: elements out of names, attributes and children. What somebody sent is only ever text.
const $ = (id) => document.getElementById(id);

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

const button = (text, act, more = {}) => element("button", { type: "button", onclick: act, ...more }, text);

// Fills a place with what is made of each item. What it shows already stays the very element it is: who is about to
// press something in it, or has the focus there, loses nothing when the rest is read anew.
const filled = new WeakMap();
const fill = (place, items, make, key = JSON.stringify) => {
  const before = filled.get(place) || new Map();
  const now = new Map(items.map((item) => [key(item), before.get(key(item)) || make(item)]));
  filled.set(place, now);
  const kept = new Set(now.values());
  for (const child of [...place.children]) if (!kept.has(child)) child.remove();
  let at = place.firstElementChild;
  for (const one of kept) {
    if (one === at) at = at.nextElementSibling;
    else place.insertBefore(one, at);
  }
};

// A button that copies. Where a page has no clipboard, the text is selected and copied the old way.
const copier = (text, label, name = label) => button(label, async (event) => {
  const pressed = event.currentTarget;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const held = element("textarea", { class: "away", readonly: true }, text);
    pressed.after(held);
    held.select();
    document.execCommand("copy");
    held.remove();
    pressed.focus();
  }
  pressed.textContent = "Copied";
  setTimeout(() => { pressed.textContent = label; }, 1500);
}, { class: "copy", "aria-label": name });

const pretty = (text) => {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
};

const code = (text) => {
  const made = element("code", { class: "json" }, pretty(text));
  pageKit.paintJson(made);
  return element("pre", { tabindex: "0" }, made);
};

const plural = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
