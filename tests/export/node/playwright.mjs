// Asks what routes export, from a page on another origin: `node playwright.mjs ROUTES REQUESTS BROWSER`.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";

const [routes, requests, executablePath] = process.argv.slice(2);
const { contract, routeCredits } = await import(pathToFileURL(routes).href);
const browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: ["--disable-quic"] });
const page = await browser.newPage();
// Whatever falls through meets this: no request leaves the browser.
await page.route("**/*", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "fell through" }));
await routeCredits(page);
await page.goto("http://page.test/");
const answers = await page.evaluate(async (asked) => {
  const found = [];
  for (const { method, url, headers, body } of asked) {
    try {
      const answer = await fetch(url, { method, headers, body: body ?? undefined });
      found.push({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.text(),
      });
    } catch (error) {
      found.push({ status: 0, headers: {}, body: String(error) });
    }
  }
  return found;
}, JSON.parse(readFileSync(requests, "utf8")));
await browser.close();
console.log(JSON.stringify({ contract, answers }));
