// Deviations and faults: what the world shows of the catalogue, and what requests to it may meet.
const tools = (() => {
  let catalogue = [];
  let shown = [];

  const name = (id) => encodeURIComponent(id);

  const toggle = (one) => element("li", {}, element("label", {},
    element("input", { type: "checkbox", value: one.id,
      onchange: doing((event) => (event.target.checked ? api.put(`deviations/${name(one.id)}`) : api.remove(`deviations/${name(one.id)}`))) }),
    " ", element("code", {}, one.id), ` ${one.title}`));

  const search = () => {
    const words = $("deviation-search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = catalogue.filter((one) => words.every((word) => `${one.id} ${one.title}`.toLowerCase().includes(word)));
    fill($("deviation-rows"), found.slice(0, 200), toggle, (one) => one.id);
    for (const box of pageKit.all("input", $("deviation-rows"))) box.checked = shown.includes(box.value);
  };

  const titled = (id) => (catalogue.find((one) => one.id === id) || { title: "" }).title;

  const render = () => {
    fill($("shown-deviations"), shown, (id) => element("li", {}, element("code", {}, id), ` ${titled(id)} `,
      button("Hide", doing(() => api.remove(`deviations/${name(id)}`)), { "aria-label": `Hide ${id}` })));
    if ($("catalogue").open) search();
  };

  const deviations = doing(async () => {
    if (!catalogue.length) {
      catalogue = await api.get("deviations");
      const releases = [...new Set(catalogue.flatMap((one) => one.releases))].sort();
      $("releases").append(...releases.map((release) => element("option", { value: release }, release)));
    }
    render();
  });

  const faults = (all) => {
    fill($("fault-rows"), all, (one) => element("li", {}, element("code", {}, one)));
    $("clear-faults").hidden = !all.length;
  };

  $("fault").addEventListener("submit", doing(async () => {
    await api.post("faults", { text: $("fault-text").value });
    $("fault").reset();
  }));
  $("clear-faults").addEventListener("click", doing(() => api.remove("faults")));
  $("catalogue").addEventListener("toggle", search);
  $("deviation-search").addEventListener("input", search);
  $("releases").addEventListener("change", doing(() => {
    const release = $("releases").value;
    return api.put("deviations", release ? { release } : {});
  }));
  return { deviations: (ids) => { shown = ids; return deviations(); }, faults };
})();
