// The journal: entries as they come, the newest first, each opened to see all of it.
const journal = (() => {
  const MOST = 500;
  const KIND = { granted: "granted", violation: "wrong", refused: "wrong", failure: "wrong", control: "control" };
  const TONE = { granted: "good", violation: "bad", refused: "open", failure: "bad", control: "grey" };
  const list = $("entries");
  const waiting = [];
  let held = false;
  let newest = 0;
  let frame = 0;

  const clock = (time) => new Date(time).toLocaleTimeString("en-GB", { hour12: false });

  const summary = (entry) => element("summary", {},
    element("span", { class: "when quiet" }, clock(entry.time)),
    element("b", { class: "method" }, entry.method),
    element("span", { class: "url" }, entry.path, entry.query ? `?${entry.query}` : ""),
    element("span", { class: "quiet user" }, entry.user),
    element("span", { class: `pill ${TONE[entry.verdict] || "violet"}` },
      `${entry.status || "no answer"}${entry.verdict === "granted" ? "" : ` ${entry.verdict}`}`),
    element("span", { class: "quiet took" }, `${entry.milliseconds.toFixed(1)} ms`));

  const violation = (found) => element("li", {},
    element("b", {}, found.message), " ",
    element("code", {}, found.in === "body" ? `body ${found.pointer || "as a whole"}` : `${found.in} ${found.field}`), " ",
    element("code", { class: "level" }, found.rule), " ",
    found.contract ? element("span", { class: "quiet" }, "contract ", element("code", {}, found.contract)) : null);

  // A field that holds more fields, or a list, is told by what is different in it.
  const holds = (value) => value !== null && typeof value === "object";
  const leaves = ({ name, before, after }) => {
    if (!holds(before) || !holds(after)) return [{ name, before, after }];
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .map((key) => ({ name: `${name}/${key}`, before: before[key] ?? null, after: after[key] ?? null }))
      .filter((inner) => JSON.stringify(inner.before) !== JSON.stringify(inner.after))
      .flatMap(leaves);
  };

  const shown = (value) => (value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));

  const change = (changed) => element("div", { class: "change" },
    element("p", { class: "caption" }, `${changed.action} in ${changed.table} `, element("code", {}, changed.key)),
    element("div", { class: "scroll" }, element("table", { class: "diff" }, element("tbody", {},
      ...changed.fields.flatMap(leaves).map((field) => element("tr", {},
        element("th", { scope: "row" }, field.name),
        element("td", {}, element("del", {}, shown(field.before))),
        element("td", {}, element("ins", {}, shown(field.after)))))))));

  const message = (title, part) => element("details", { class: "message", open: part.size > 0 && part.size < 3000 },
    element("summary", {}, title, element("span", { class: "quiet" }, ` ${plural(part.size, "byte")}`)),
    element("pre", { class: "headers", tabindex: "0" }, part.headers.map((header) => `${header.name}: ${header.value}`).join("\n")),
    part.text ? code(part.text) : null);

  const whole = (full) => {
    const { entry } = full;
    const parts = [element("p", { class: "controls" },
      full.curl ? copier(full.curl, "Copy as curl") : null,
      button("Rewind to here", doing(() => api.post("rewind", { entry: entry.number })),
        { title: "Bring back the world as it was after this request" }),
      button("Rewind to before", doing(() => api.post("rewind", { entry: entry.number - 1 })),
        { title: "Bring back the world as it was before this request" }))];
    if (entry.told) parts.push(element("p", {}, entry.told));
    if (entry.violations.length) parts.push(element("ul", { class: "violations" }, ...entry.violations.map(violation)));
    if (full.changes.length) parts.push(element("h3", {}, "What it changed"), ...full.changes.map(change));
    else parts.push(element("p", { class: "quiet" }, full.unknown || "It changed nothing."));
    if (entry.verdict !== "control") parts.push(message("Request", full.request), message("Answer", full.answer));
    return parts;
  };

  const row = (entry) => {
    const body = element("div", { class: "whole" });
    const details = element("details", { ontoggle: doing(async () => {
      if (!details.open || body.hasChildNodes()) return;
      body.append(...whole(await api.get(`journal/${entry.number}`)));
    }) }, summary(entry), body);
    const item = element("li", { value: entry.number, id: `entry-${entry.number}` }, details);
    item.dataset.kind = KIND[entry.verdict] || "made";
    item.dataset.text = [entry.method, entry.path, entry.query, entry.user, entry.status, entry.verdict, entry.operation,
      ...entry.violations.map((found) => `${found.field} ${found.rule}`)].join(" ").toLowerCase();
    return item;
  };

  const fits = (item) => {
    const kinds = new Set(pageKit.all("input[name=verdict]:checked", $("filter")).map((box) => box.value));
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    return kinds.has(item.dataset.kind) && words.every((word) => item.dataset.text.includes(word));
  };

  const filter = (items = [...list.children]) => {
    for (const item of items) item.hidden = !fits(item);
    const all = list.children.length;
    $("empty").hidden = $("tries").hidden = all > 0;
    const visible = pageKit.all(":scope > li:not([hidden])", list).length;
    $("shown").textContent = `${visible === all ? "" : `${visible} of `}${plural(all, "request")}${held && waiting.length ? `, ${waiting.length} held back` : ""}`;
  };

  // However many entries come, the page is built once a frame, of the latest ones.
  const flush = () => {
    frame = 0;
    if (held) { filter([]); return; }
    const items = waiting.splice(0).slice(-MOST).map(row);
    list.prepend(...items.reverse());
    while (list.children.length > MOST) list.lastChild.remove();
    filter(items);
  };
  const soon = () => { if (!frame) frame = requestAnimationFrame(flush); };

  // What the stream tells may be in the answer that was loaded since.
  const add = (entry) => {
    if (entry.number <= newest) return;
    waiting.push(entry);
    if (waiting.length > MOST) waiting.shift();
    soon();
  };

  const load = async () => {
    const entries = await api.get("journal", { limit: MOST });
    newest = entries.length ? entries.at(-1).number : 0;
    waiting.length = 0;
    list.replaceChildren(...entries.map(row).reverse());
    filter();
  };

  // Which entry a key moves to: that beside the focused one, or the newest.
  const move = (step) => {
    const visible = pageKit.all(":scope > li:not([hidden]) > details > summary", list);
    const at = visible.findIndex((one) => one.closest("li").contains(document.activeElement));
    const next = visible[Math.min(visible.length - 1, Math.max(0, at + (at < 0 ? 1 : step)))];
    if (next) next.focus();
  };

  const hold = () => {
    held = !held;
    $("hold").setAttribute("aria-pressed", held);
    soon();
  };

  $("filter").addEventListener("input", () => filter());
  $("filter").addEventListener("submit", (event) => event.preventDefault());
  $("hold").addEventListener("click", hold);
  $("clear").addEventListener("click", doing(() => api.remove("journal")));
  return { add, load, move, hold };
})();
