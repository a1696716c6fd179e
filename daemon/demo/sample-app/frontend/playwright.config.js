import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  timeout: 20_000,
  expect: { timeout: 3_000 },
  workers: 1,
  use: {
    baseURL: process.env.BASE_URL ?? 'http://127.0.0.1:3000',
    launchOptions: { ...(process.env.CHROMIUM && { executablePath: process.env.CHROMIUM }) },
  },
});
