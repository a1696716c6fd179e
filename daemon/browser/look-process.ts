import { text } from 'node:stream/consumers';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Page } from '@playwright/test';
import { walkByKeyboard } from './keyboard.ts';
import type { AxeLook, AxeSeen, LoadLook, LoadSeen, Look } from './task.ts';

/** Reads a task from its input, looks with a browser, and writes one line of JSON. Runs as a process of its own. */
async function main(): Promise<void> {
  const task = JSON.parse(await text(process.stdin)) as Look & { browser?: string };
  let browser: Browser;
  try {
    browser = await chromium.launch({
      ...(task.browser && { executablePath: task.browser }),
      args: ['--disable-background-networking'],
    });
  } catch (error) {
    return answer({ failure: { code: isMissing(error) ? 'missing' : 'failed', message: firstLine(error) } });
  }
  try {
    answer({ seen: task.kind === 'axe' ? await axe(browser, task) : await load(browser, task) });
  } catch (error) {
    const message = firstLine(error);
    answer({ failure: { code: /net::ERR_|NS_ERROR/.test(message) ? 'unreachable' : 'failed', message } });
  } finally {
    await browser.close();
  }
}

function answer(said: object): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

/** Playwright's own browser was asked for, and nobody has downloaded it. */
const isMissing = (error: unknown): boolean => /Executable doesn't exist|ENOENT/.test(String(error));

async function axe(browser: Browser, { url, tags, wait_for: wanted, keyboard }: AxeLook): Promise<AxeSeen> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url, { waitUntil: 'load' });
  if (wanted) await page.locator(wanted).first().waitFor();
  const result = await new AxeBuilder({ page }).withTags([...tags]).analyze();
  return {
    title: await page.title(),
    violations: result.violations.map(({ id, impact, help, helpUrl, nodes }) => ({
      id,
      impact: impact ?? 'unknown',
      help,
      help_url: helpUrl,
      count: nodes.length,
      nodes: nodes.slice(0, 10).map((node) => ({
        target: node.target.flat().join(' '),
        html: node.html.slice(0, 300),
        why: (node.failureSummary ?? '').slice(0, 500),
      })),
    })),
    passes: result.passes.length,
    incomplete: result.incomplete.map(({ id }) => id),
    keyboard: keyboard ? await walkByKeyboard(page) : null,
  };
}

/** Each run is a visitor's first: nothing is cached. */
async function load(browser: Browser, { url, runs, warm_up: before }: LoadLook): Promise<LoadSeen> {
  const measured: number[] = [];
  for (let run = 0; run < before + runs; run += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'load', timeout: 60_000 });
    const ms = await loadTime(page);
    if (run >= before) measured.push(Math.round(ms * 10) / 10);
    await context.close();
  }
  return { runs: measured };
}

async function loadTime(page: Page): Promise<number> {
  // The end of the load event is on record only after its handlers have run.
  const handle = await page.waitForFunction('performance.getEntriesByType("navigation")[0]?.loadEventEnd || undefined');
  return Number(await handle.jsonValue());
}

await main();
