/** The uuid of no object: its answers are those to every unknown one. */
const NOBODY/*: string*/ = {{NOBODY}};

/** Stands in the answers for the origin of the request. */
const BASE/*: string*/ = {{BASE}};

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const DIGITS = /([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})/i;

const byPath = new Map/*<string, Exported[]>*/();
const listed = new Set/*<string>*/();
for (const each of answers) {
  byPath.set(each.path, [...(byPath.get(each.path) ?? []), each]);
  if (Array.isArray(each.body)) for (const item of each.body) listed.add(item.uuid);
}

/** A query with its parameters sorted, so that their order does not count. */
function sorted(query/*: string*/)/*: string*/ {
  const parameters = new URLSearchParams(query);
  parameters.sort();
  return parameters.toString();
}

/** A JSON text without its white space; "" for what is none. */
function plain(text/*: string | null*/)/*: string*/ {
  try {
    return text ? JSON.stringify(JSON.parse(text)) : "";
  } catch {
    return "";
  }
}

/** What was exported of a path: of an object that the world does not have, what is said to an unknown one. */
function exportedOf(path/*: string*/)/*: Exported[]*/ {
  const known = byPath.get(path);
  if (known) return known;
  const uuid = path.match(UUID)?.[0];
  // An object of the world that was only exported in lists is not unknown, and nothing is made up about it.
  return uuid && !listed.has(uuid) ? (byPath.get(path.replace(uuid, NOBODY)) ?? []) : [];
}

/**
 * The exported answer to a request; undefined where there is none, so that nothing is made up.
 * A write is answered as the exported one with the same body, else as the first one of its path and method.
 */
function answerTo(
  method/*: string*/,
  address/*: string*/,
  authorization/*: string | null*/,
  text/*: string | null*/,
)/*: Answer | undefined*/ {
  const url = new URL(address);
  const path = url.pathname.replace(DIGITS, (...digits) => digits.slice(1, 6).join("-").toLowerCase());
  if (!authorization) {
    const unknown = path.replace(UUID, NOBODY);
    return answerOf(byPath.get(unknown)?.find((each) => !each.user), url, method);
  }
  const query = sorted(url.search);
  const fitting = exportedOf(path).filter(
    (each) => each.user && each.method === method && sorted(each.query) === query,
  );
  const sent = plain(text).replaceAll(url.origin, BASE);
  const same = fitting.find((each) => each.sent !== null && JSON.stringify(each.sent) === sent);
  return answerOf(same ?? fitting[0], url, method);
}

function answerOf(
  each/*: Exported | undefined*/,
  url/*: URL*/,
  method/*: string*/,
)/*: Answer | undefined*/ {
  if (!each) return undefined;
  const headers/*: Record<string, string>*/ = {};
  for (const [name, value] of Object.entries(each.headers)) headers[name] = value.replaceAll(BASE, url.origin);
  const text = each.body === null || method === "HEAD" ? null : JSON.stringify(each.body);
  return { status: each.status, headers, body: text && text.replaceAll(BASE, url.origin) };
}
