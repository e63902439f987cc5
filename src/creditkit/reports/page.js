"use strict";
// What all pages of this kit do: light or dark by a button, and JSON in colour. A page's own script comes after it and has `pageKit`.
const pageKit = (() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // Light or dark: what the system says, until the button is used. `data-shade` says which it is.
  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const shade = () => root.dataset.theme || (system.matches ? "dark" : "light");
  const named = () => { root.dataset.shade = shade(); theme.textContent = shade() === "dark" ? "Light" : "Dark"; };
  theme.hidden = false;
  theme.addEventListener("click", () => { root.dataset.theme = shade() === "dark" ? "light" : "dark"; named(); });
  system.addEventListener("change", named);
  named();

  // Text in colour: each group of the pattern has its class. Text nodes only: what somebody sent is never read as markup.
  const paint = (element, pattern, classes) => {
    const text = element.textContent;
    const found = document.createDocumentFragment();
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      const group = match.slice(1).findIndex((part) => part !== undefined);
      const start = match.index + match[0].indexOf(match[group + 1]);
      found.append(text.slice(end, start));
      const span = document.createElement("span");
      span.className = classes[group];
      span.textContent = match[group + 1];
      found.append(span);
      end = start + match[group + 1].length;
    }
    found.append(text.slice(end));
    element.replaceChildren(found);
  };
  const json = /("(?:[^"\\]|\\.)*")(?=\s*:)|("(?:[^"\\]|\\.)*")|\b(true|false|null)\b|(-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\b/g;
  const isJson = /^\s*(?:[[{"]|-?\d[\d.eE+-]*\s*$|(?:true|false|null)\s*$)/;
  const paintJson = (code) => { if (isJson.test(code.textContent)) paint(code, json, ["k", "s", "n", "n"]); };
  for (const code of all("code.json")) paintJson(code);
  return { all, paint, paintJson };
})();
