import { type APIRequestContext, test as base } from '@playwright/test';

export const MOCK = process.env.MOCK ?? 'http://127.0.0.1:8000';

/** The world of one test in the mock. */
export class Credits {
  constructor(
    readonly world: string,
    private readonly request: APIRequestContext,
  ) {}

  /** One operation of control.yaml on this world: `control('POST', 'clock/advance', { months: 1 })`. */
  async control(method: string, path: string, data?: object): Promise<any> {
    const headers = { 'X-Mock-World': this.world };
    const answer = await this.request.fetch(`${MOCK}/_mock/${path}`, { method, data, headers });
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** `test` with a world for each test; `test.use({ gallery: 'thousand-credits' })` says how it begins. */
export const test = base.extend<{ gallery: string; credits: Credits }>({
  gallery: ['', { option: true }],
  credits: [
    async ({ context, request, gallery }, use, testInfo) => {
      const { testId, retry, repeatEachIndex } = testInfo;
      const credits = new Credits(`${testId}-${retry}-${repeatEachIndex}`, request);
      // A fork of the default world, also where an earlier run was killed and has left one of that name.
      const forked = await request.put(`${MOCK}/_mock/worlds/${credits.world}`);
      if (!forked.ok()) throw new Error(await forked.text());
      if (gallery !== '') await credits.control('POST', 'seed', { gallery });
      await context.setExtraHTTPHeaders({ 'X-Mock-World': credits.world });
      await use(credits);
      if (testInfo.status !== testInfo.expectedStatus) {
        const journal = JSON.stringify(await credits.control('GET', 'journal'), null, 2);
        await testInfo.attach('creditkit journal', { body: journal, contentType: 'application/json' });
      }
      await credits.control('DELETE', `worlds/${credits.world}`);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
