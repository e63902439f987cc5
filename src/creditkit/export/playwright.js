{{TYPES}}
{{DATA}}
{{LOOKUP}}
/** Answer the API's requests of a page, or of all pages of a context; those not exported fall through. */
export async function routeCredits(target/*: Page | BrowserContext*/)/*: Promise<void>*/ {
  await target.route(
    (url) => paths.some((path) => path.test(url.pathname)),
    async (route) => {
      const request = route.request();
      const { authorization } = await request.allHeaders();
      const exported = answerTo(request.method(), request.url(), authorization ?? null, request.postData());
      if (!exported) return route.fallback();
      return route.fulfill({
        status: exported.status,
        body: exported.body ?? "",
        headers: {
          ...exported.headers,
          "access-control-allow-origin": "*",
          "access-control-expose-headers": "Link, X-Result-Count, Location",
        },
      });
    },
  );
}

const paths = [
{{PATHS}}
];
