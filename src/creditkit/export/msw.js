import { http, HttpResponse } from "msw";

{{DATA}}
{{LOOKUP}}
async function answer({ request }/*: { request: Request }*/) {
  const text = request.body ? await request.clone().text() : null;
  const exported = answerTo(request.method, request.url, request.headers.get("authorization"), text);
  if (!exported) return undefined;
  return new HttpResponse(exported.body, { status: exported.status, headers: exported.headers });
}

/** A handler of one path, to which what was not exported is not a request of its own: MSW then tells of it as of any other. */
function handlerOf(path/*: string*/) {
  const handler = http.all(path, answer);
  // Not typed: some releases of MSW want a promise of it, the others take both.
  handler.predicate = ({ request, parsedResult }/*: any*/)/*: any*/ =>
    parsedResult.match.matches && Boolean(answerTo(request.method, request.url, request.headers.get("authorization"), null));
  return handler;
}

/** MSW's handlers; a request to another path, or one that was not exported, is left to yours. */
export const handlers = [
{{PATHS}}
];
