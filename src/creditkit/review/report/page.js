(() => {
  const { all, paint } = pageKit;

  // What is packed in the page: gzip, in base64.
  const unpacked = async (id) => {
    const packed = atob(document.getElementById(id).textContent);
    const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  };

  // The rendered contract. Its frame has an origin of its own and may fetch nothing: descriptions are Markdown that
  // somebody else wrote.
  const frame = document.querySelector("#rendered iframe");
  let wanted = "";
  let ready = false;
  const go = () => { if (ready && wanted) { frame.contentWindow.postMessage(wanted, "*"); wanted = ""; } };
  const render = async () => {
    if (!frame || frame.dataset.begun) return;
    frame.dataset.begun = "yes";
    const inside = () => {
      history.replaceState = history.pushState = () => {};
      const options = {
        disableSearch: true, hideDownloadButton: true, nativeScrollbars: true, sanitize: true, untrustedSpec: true,
        expandResponses: "200,201,204", sortPropsAlphabetically: false,
        theme: { typography: { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" },
          code: { fontFamily: "ui-monospace, Menlo, Consolas, monospace" } } },
      };
      Redoc.init(JSON.parse(document.getElementById("contract").textContent), options,
        document.getElementById("here"), () => parent.postMessage("ready", "*"));
      addEventListener("message", (event) => {
        const found = document.querySelector(`[data-section-id$="operation/${CSS.escape(event.data)}"]`);
        if (found) scrollTo(0, found.getBoundingClientRect().top + scrollY);
      });
    };
    const [code, contract] = await Promise.all([unpacked("redoc"), unpacked("contract")]);
    frame.srcdoc = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>body{margin:0}</style>
<div id="here"></div><script type="application/json" id="contract">${contract.replaceAll("<", "\\u003c")}<\/script>
<script>${code.replaceAll("</script", "<\\/script")}<\/script><script>(${inside})()<\/script>`;
  };
  addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.data === "ready") { ready = true; go(); }
  });

  // Panes: one file, or the rendered contract.
  const viewer = document.getElementById("viewer");
  const tabs = all(".tabs [data-pane]");
  const show = (id) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", tab.dataset.pane === id);
      document.getElementById(tab.dataset.pane).hidden = tab.dataset.pane !== id;
    }
    if (id === "rendered") render();
  };
  for (const tab of tabs) tab.addEventListener("click", () => show(tab.dataset.pane));
  if (tabs.length) show(tabs[0].dataset.pane);
  document.getElementById("close").addEventListener("click", () => viewer.classList.remove("open"));
  for (const link of all('nav a[href="#viewer"]')) {
    link.addEventListener("click", (event) => { event.preventDefault(); viewer.classList.add("open"); });
  }
  for (const button of all(".go")) {
    button.addEventListener("click", () => {
      viewer.classList.add("open");
      wanted = button.dataset.operation;
      show("rendered");
      go();
    });
  }

  // A place leads to its line, without a jump of the page itself.
  const reveal = (id) => {
    const line = document.getElementById(id);
    if (!line || !line.matches(".line")) return false;
    viewer.classList.add("open");
    show(line.closest(".pane").id);
    for (const other of all(".line.shown")) other.classList.remove("shown");
    line.classList.add("shown");
    const pane = line.closest(".pane");
    pane.scrollTo({ top: line.offsetTop - pane.offsetTop - pane.clientHeight / 3, left: 0 });
    // At the top of the page the lower part of the viewer is still out of sight.
    const below = line.getBoundingClientRect().bottom + 40 - innerHeight;
    if (below > 0) scrollBy({ top: below, behavior: "instant" });
    return true;
  };
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    const id = link.hash.slice(1);
    if (reveal(id)) {
      event.preventDefault();
      history.replaceState(null, "", `#${id}`);
    } else if (link.matches(".no")) {
      viewer.classList.remove("open");
    }
  });
  reveal(location.hash.slice(1));

  // Colours of YAML.
  const yaml = /(?:^|\s)(#.*)$|(?:^\s*(?:- )*|[{,]\s*)([\w$.~/'"-][\w$.~/{}'"-]*)(?=:(?:\s|$))|("(?:[^"\\]|\\.)*"|'[^']*')/gm;
  for (const file of all(".file")) {
    const lines = all(".t", file);
    if (lines.length <= 6000) for (const line of lines) paint(line, yaml, ["y-c", "y-k", "y-s"]);
  }

  // The filter over the trace.
  const search = document.getElementById("search");
  if (search) {
    const form = search.form;
    const rows = all(".rows tbody tr").map((row) => ({ row, text: row.textContent.toLowerCase() }));
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const states = new Set(all("input[name=state]:checked", form).map((box) => box.value));
      let shown = 0;
      for (const { row, text } of rows) {
        const fits = states.has(row.dataset.state) && words.every((word) => text.includes(word));
        row.hidden = !fits;
        shown += fits;
      }
      document.getElementById("shown").textContent = `${shown} of ${rows.length}`;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }

  // From remark to remark with the keys, its line shown beside it.
  const remarks = all(".remark");
  let current = -1;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    const step = { n: 1, p: -1 }[event.key];
    if (!step || !remarks.length) return;
    current = Math.max(0, Math.min(remarks.length - 1, current + step));
    for (const remark of remarks) remark.classList.toggle("current", remark === remarks[current]);
    remarks[current].focus({ preventScroll: true });
    remarks[current].scrollIntoView({ block: "center" });
    const link = remarks[current].querySelector("a.place");
    if (link && viewer.offsetParent !== null) reveal(link.hash.slice(1));
  });
})();
