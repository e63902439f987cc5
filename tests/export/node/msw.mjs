// Asks what handlers export: `node msw.mjs HANDLERS REQUESTS`; prints an answer for each request, as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { setupServer } from "msw/node";

// MSW 3 asks for Node.js 22.12, whose fetch is that of 20; this is all else that it needs of it.
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const [handlers, requests] = process.argv.slice(2);
const exported = await import(pathToFileURL(handlers).href);
const server = setupServer(...exported.handlers);
server.listen({ onUnhandledRequest: "error", onUnhandledFrame: "error" }); // as MSW 2 and 3 call it

const answers = [];
for (const { method, url, headers, body } of JSON.parse(readFileSync(requests, "utf8"))) {
  try {
    const answer = await fetch(url, { method, headers, body: body ?? undefined });
    answers.push({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
  } catch (error) {
    answers.push({ status: 0, headers: {}, body: String(error.cause ?? error) });
  }
}
server.close();
console.log(JSON.stringify({ contract: exported.contract, answers }));
