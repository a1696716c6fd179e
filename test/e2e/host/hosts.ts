import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openChromium, openHost, type Host, type HostOptions } from './driver.ts';

/** Opens doubles for the tests of a file in one Chromium; each is closed after its test, and errors on the page fail it. */
export function useHosts(): (options?: HostOptions) => Promise<Host> {
  let browser: Browser;
  let open: Host[] = [];
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterEach(async () => {
    const ended = open;
    open = [];
    for (const host of ended) await host.close();
  });
  afterAll(() => browser?.close());
  return async (options = {}) => {
    const host = await openHost({ strict: true, browser, ...options });
    open.push(host);
    return host;
  };
}
