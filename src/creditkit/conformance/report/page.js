(() => {
  const { all } = pageKit;

  // A page opened from a file may have no clipboard: then the line is selected and copied the old way.
  for (const button of all(".copy")) {
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        getSelection().selectAllChildren(code);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }

  // The filter over all verdicts: words, outcomes, and the cell of the matrix that was clicked.
  const form = document.querySelector("form.controls");
  const search = document.getElementById("search");
  const rows = all("table.verdicts tbody tr").map((row) => ({ row, text: row.textContent.toLowerCase() }));
  let cell = null;
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcomes = new Set(all("input[name=outcome]:checked", form).map((box) => box.value));
    let shown = 0;
    for (const { row, text } of rows) {
      const data = row.dataset;
      const fits = outcomes.has(data.outcome) && words.every((word) => text.includes(word)) &&
        (!cell || (data.group === cell.group && data.operation === cell.operation));
      row.hidden = !fits;
      shown += fits;
    }
    for (const table of all("table.verdicts")) table.hidden = !table.querySelector("tbody tr:not([hidden])");
    const where = cell ? ` in ${cell.group}, ${cell.operation.replace("customer_credits_", "").replaceAll("_", " ")}` : "";
    document.getElementById("shown").textContent = `${shown} of ${rows.length}${where}`;
  };
  const everything = () => {
    cell = null;
    search.value = "";
    for (const box of all("input[name=outcome]", form)) box.checked = true;
    filter();
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); everything(); });
  for (const link of all(".matrix td a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      everything();
      cell = { group: link.dataset.group, operation: link.dataset.operation };
      filter();
      document.getElementById("verdicts").scrollIntoView();
    });
  }
  // A link to a verdict must lead somewhere, also while the filter hides it.
  addEventListener("hashchange", () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (row && row.closest("[hidden]")) { everything(); row.scrollIntoView(); }
  });
  filter();

  const findings = all(".finding");
  let current = -1;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    const step = { n: 1, p: -1 }[event.key];
    if (step && findings.length) {
      current = Math.max(0, Math.min(findings.length - 1, current + step));
      findings[current].focus();
      findings[current].scrollIntoView();
    }
  });

  // On paper nothing can be opened.
  addEventListener("beforeprint", () => all(".finding details, .gaps details").forEach((part) => { part.open = true; }));
})();
