import { defineConfig } from '@playwright/test';

import { MOCK } from './credits';

const APP = process.env.APP ?? 'http://127.0.0.1:3000';

export default defineConfig({
  fullyParallel: true,
  expect: { timeout: 15_000 },
  use: {
    baseURL: APP,
    // Without CHROMIUM it is the browser that `npx playwright install` has fetched.
    launchOptions: { executablePath: process.env.CHROMIUM },
  },
  webServer: [
    {
      command: `creditkit mock --quiet --port ${new URL(MOCK).port}`,
      url: `${MOCK}/openapi.json`,
      reuseExistingServer: !process.env.CI,
    },
    {
      // Put what starts your application here, told where the API is.
      command: 'node app.mjs',
      env: { PORT: new URL(APP).port, API: MOCK },
      url: APP,
      reuseExistingServer: !process.env.CI,
    },
  ],
});
