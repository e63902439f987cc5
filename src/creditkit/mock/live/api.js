// The control API, as this page speaks it: requests, and the stream of events.
const api = (() => {
  const here = new URL(location.href);
  const key = "creditkit control token";
  let token = sessionStorage.getItem(key) || "";

  const address = (path, query = {}) => {
    const url = new URL(path, new URL("/_mock/", location.href));
    for (const [name, value] of Object.entries({ world: api.world, ...query })) {
      if (value !== "") url.searchParams.set(name, value);
    }
    return url;
  };

  const send = async (method, path, body, query, signal) => {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(address(path, query), {
      method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail || `${method} ${path} was answered ${answer.status}`),
      { status: answer.status });
  };

  const json = async (...request) => {
    const answer = await send(...request);
    return answer.status === 204 ? null : answer.json();
  };

  // Server-sent events by `fetch`, because EventSource can send no header. Calls `heard` with each kind and its data, one
  // after the other: the next waits until what was heard last is done. Returns when the stream ends.
  const follow = async (heard, signal) => {
    const answer = await send("GET", "events", undefined, {}, signal);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        const fields = { event: "message", data: "" };
        for (const line of event.split("\n")) {
          const [, name, rest] = /^(\w*): ?(.*)$/.exec(line) || [];
          if (name === "data") fields.data += rest;
          else if (name) fields[name] = rest;
        }
        if (fields.data) await heard(fields.event, JSON.parse(fields.data));
      }
    }
  };

  return {
    world: here.searchParams.get("world") || "",
    get: (path, query) => json("GET", path, undefined, query),
    post: (path, body) => json("POST", path, body),
    put: (path, body) => json("PUT", path, body),
    remove: (path) => json("DELETE", path),
    follow,
    unlock: (given) => { token = given; sessionStorage.setItem(key, given); },
  };
})();

// What went wrong stands at the top until something works again.
const complain = (error) => {
  $("alert").textContent = error.message;
  $("alert").hidden = false;
};

// What a button does: complain if it fails, and be quiet about earlier failures if it works.
const doing = (act) => async (event) => {
  if (event) event.preventDefault();
  try {
    await act(event);
    $("alert").hidden = true;
  } catch (error) {
    complain(error);
  }
};
