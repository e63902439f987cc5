// The world: what it holds, as it is now, and what can be done with it.
const world = (() => {
  let latest = null;
  let due = 0;

  const day = (date) => new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB",
    { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

  // An amount without the zeros at its end; groups of three, by text, because a number could not hold all digits.
  const amount = (text) => {
    if (text === null) return "none";
    const [, sign, whole, places] = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(text) || [null, "", text, ""];
    return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, " ")}${places ? `.${places}` : ""}`;
  };

  // A cell that shows for a moment that it is different from the last time.
  const cells = new Map();
  const cell = (key, text, more = {}) => {
    const before = cells.get(key);
    cells.set(key, text);
    return element("td", { ...more, class: `${more.class || ""}${before !== undefined && before !== text ? " changed" : ""}` }, text);
  };

  const creditRow = (credit) => element("tr", {},
    element("th", { scope: "row" }, credit.customer_name, " ", copier(credit.uuid, "uuid", `Copy the uuid of the credit of ${credit.customer_name}`)),
    cell(`${credit.uuid} value`, amount(credit.value), { class: "number" }),
    cell(`${credit.uuid} end`, credit.end_date || "none"),
    cell(`${credit.uuid} minimal`, `${amount(credit.minimal_consumption)}`, { class: "number", title: credit.minimal_consumption_logic }),
    cell(`${credit.uuid} last`, amount(credit.consumption_last_month), { class: "number" }));

  const userRow = (user) => element("li", {},
    element("b", {}, user.username), " ",
    copier(`Token ${user.token}`, "Copy token", `Copy the token of ${user.username}`),
    element("span", { class: "quiet" }, ` ${user.role}`));

  const snapshotRow = (name) => element("li", {}, element("b", {}, name), " ",
    button("Restore", doing(() => api.post(`snapshots/${encodeURIComponent(name)}/restore`)), { "aria-label": `Restore ${name}` }), " ",
    button("Drop", doing(() => api.remove(`snapshots/${encodeURIComponent(name)}`)), { "aria-label": `Drop ${name}` }));

  // A name as an address gives it: the default world needs none.
  const given = (name) => (name === "default" ? "" : name);

  const choice = (one) => `${one.name}, ${plural(one.credits, "credit")}`;

  // Lines to begin with, for a journal that is still empty.
  const tries = (state) => {
    const staff = state.users.find((user) => user.role.startsWith("staff")) || state.users[0];
    if (!staff) return;
    const named = api.world ? ` \\\n  --header 'X-Mock-World: ${api.world}'` : "";
    const line = `curl ${location.origin}/api/customer-credits/ \\\n  --header 'Authorization: Token ${staff.token}'${named}`;
    fill($("tries"), [line], () => element("div", {}, element("pre", { tabindex: "0" }, element("code", {}, line)), copier(line, "Copy")));
  };

  const read = async () => {
    const [state, all] = await Promise.all([api.get("state", { most: 100 }), api.get("worlds")]);
    const told = tell(state.world);
    fill($("credit-rows"), state.credits, creditRow);
    $("credits-more").textContent = state.world.credits > state.credits.length
      ? `${plural(state.world.credits, "credit")} in all; the oldest are shown.` : "";
    fill($("user-rows"), state.users, userRow);
    tries(state);
    fill($("worlds"), all, (one) => element("option", { value: given(one.name) }, choice(one)), choice);
    $("worlds").value = given(latest.name);
    await told;
  };

  const soon = () => {
    clearTimeout(due);
    due = setTimeout(doing(read), 150);
  };

  // The world in brief. The focused field is left alone: somebody is typing in it. Ends when its deviations have titles.
  const tell = (told) => {
    const before = latest;
    latest = told;
    $("today").textContent = day(told.today);
    $("today").dateTime = told.today;
    if (document.activeElement !== $("date")) $("date").value = told.today;
    $("brief").textContent = `World ${told.name}: ${plural(told.credits, "credit")}, ${plural(told.customers, "customer")}, ${plural(told.users, "user")}`;
    $("world-name").textContent = told.name;
    $("drop").disabled = told.name === "default";
    $("freeze").setAttribute("aria-pressed", Boolean(told.is_frozen));
    $("freeze").textContent = told.is_frozen ? "Let the clock run" : "Stop the clock";
    document.title = [given(told.name), "creditkit mock"].filter(Boolean).join(", ");
    fill($("snapshot-rows"), told.snapshots, snapshotRow);
    tools.faults(told.faults);
    return !before || before.deviations.join() !== told.deviations.join() ? tools.deviations(told.deviations) : null;
  };

  // What the stream tells; the rest is asked for a moment later.
  const brief = (told) => { tell(told); soon(); };

  const show = (name) => {
    const url = new URL(location.href);
    if (name) url.searchParams.set("world", name); else url.searchParams.delete("world");
    location.href = url;
  };

  const advance = (by) => doing(() => api.post("clock/advance", by));
  for (const one of pageKit.all("[data-days]", $("clock"))) one.addEventListener("click", advance({ days: Number(one.dataset.days) }));
  for (const one of pageKit.all("[data-months]", $("clock"))) one.addEventListener("click", advance({ months: Number(one.dataset.months) }));
  $("clock").addEventListener("submit", doing(() => api.put("clock", { now: $("date").value })));
  $("freeze").addEventListener("click", doing(() => api.post(latest.is_frozen ? "clock/run" : "clock/freeze")));
  $("take").addEventListener("submit", doing(async () => {
    await api.put(`snapshots/${encodeURIComponent($("snapshot-name").value)}`);
    $("take").reset();
  }));
  $("reset").addEventListener("click", doing(() => api.post("reset")));
  $("fork").addEventListener("submit", doing(async () => {
    const name = $("fork-name").value;
    await api.put(`worlds/${encodeURIComponent(name)}`);
    show(name);
  }));
  $("worlds").addEventListener("change", () => show($("worlds").value));
  $("select").addEventListener("submit", (event) => event.preventDefault());
  $("drop").addEventListener("click", doing(async () => {
    await api.remove(`worlds/${encodeURIComponent(latest.name)}`);
    show("");
  }));
  return { brief, read, soon };
})();
