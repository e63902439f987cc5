import { http, HttpResponse } from "msw";

{{DATA}}
{{LOOKUP}}
async function answer({ request }/*: { request: Request }*/) {
  const text = request.body ? await request.clone().text() : null;
  const exported = answerTo(request.method, request.url, request.headers.get("authorization"), text);
  if (!exported) return undefined;
  return new HttpResponse(exported.body, { status: exported.status, headers: exported.headers });
}

/** MSW's handlers; a request to another path, or one that was not exported, is left to yours. */
export const handlers = [
{{PATHS}}
];
