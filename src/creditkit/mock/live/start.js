// The start: follow the stream for as long as the page is open, and come back when the mock does.
(() => {
  const READING = ["GET", "HEAD", "OPTIONS"];
  const link = $("link");
  let whole = false;

  const heard = async (kind, data) => {
    if (kind === "entry") {
      journal.add(data);
      if (!READING.includes(data.method)) world.soon();
    }
    else if (kind === "world" && whole) world.brief(data);
    else if (kind === "world") await begin();
    else if (kind === "rewound" || kind === "cleared") await doing(journal.load)();
  };

  // A stream begins with the world; then all is read. The page is shown when it is whole: what grows while it is being
  // read moves under the hand that is about to press.
  const begin = async () => {
    await doing(() => Promise.all([journal.load(), world.read()]))();
    whole = true;
    link.textContent = "live";
    locked(false);
  };

  const locked = (is) => {
    $("lock").hidden = !is;
    $("main").hidden = is;
    if (is) $("token").focus();
  };

  const run = async () => {
    for (;;) {
      whole = false;
      try {
        await api.follow(heard);
        link.textContent = "connecting";
      } catch (error) {
        if (error.status === 401) { link.textContent = "locked"; locked(true); return; }
        link.textContent = "not connected";
        if (error.status) complain(error);
      }
      await new Promise((go) => setTimeout(go, 1000));
    }
  };

  $("lock").addEventListener("submit", (event) => {
    event.preventDefault();
    api.unlock($("token").value);
    $("lock").reset();
    run();
  });

  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { "/": () => $("search").focus(), j: () => journal.move(1), k: () => journal.move(-1), h: journal.hold }[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  run();
})();
