import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '@playwright/test';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { openPanelHouse, type PanelHouse } from './open-panel.ts';

const HOSTILE: Readonly<Record<string, string>> = {
  markup: '<img src=x onerror="globalThis.pwned=1"><b>bold</b>',
  script: '</script><script>globalThis.pwned=1</script>',
  style: '</style><style>*{display:none}</style>',
  link: '[click](javascript:globalThis.pwned=1) javascript:globalThis.pwned=1',
  macro: '{{renderer :stagebook, step}} }} {{{{ [[page]] ((block))',
  'right to left': '\u202Eevil\u202C شركة אבג \u2066 \u202E',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈\u{1F600}\uFE0F e\u0301\u0301\u0301\u0301',
  controls: 'a\u0000b\u0007c\u001b[31md\u200b\u2028e',
  long: `${'w'.repeat(5_000)} ${'words '.repeat(2_000)}`,
  megabyte: 'M'.repeat(1_000_000),
  prototype: '__proto__ constructor toString',
};

let house: PanelHouse;
let page: Page;
beforeAll(async () => {
  house = await openPanelHouse();
  page = await house.enrolled();
});
afterAll(() => house.close());

/** Nothing was run, nothing was added to the page, nothing is wider than the window. */
async function isWhole(): Promise<void> {
  const seen = await page.evaluate(() => ({
    pwned: 'pwned' in globalThis,
    foreign: document.querySelectorAll('#panel :is(img, script, style, b, iframe, [onerror], [href^="javascript:"])')
      .length,
    wide: document.documentElement.scrollWidth > innerWidth,
    heading: document.querySelector('h1')!.getBoundingClientRect().height < 400,
  }));
  expect(seen).toEqual({ pwned: false, foreign: 0, wide: false, heading: true });
}

describe.each(Object.entries(HOSTILE))('%s', (name, text) => {
  it('is shown as text wherever it stands, and breaks nothing [ui.panel.hostile]', async () => {
    // A page of its own cannot be longer than the daemon reads; an output can.
    const title = name === 'megabyte' ? 'Large' : text;
    const look = {
      ...step('look', 'act.read', { with: { name: 'look', value: { [name === 'megabyte' ? 'k' : 'key']: text } } }),
      title,
    };
    const gate = { ...node('gate', 'ready', {}, { ...node('sign-off', 'fine'), title }), title };
    const definition = workflowOf(look, gate, { ...step('send', 'act.write', { with: { name: 'send' } }), title });
    const run = await house.start({ ...definition, header: { ...definition.header, title } });
    await house.goTo(page, '#/runs');
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    await page.locator('.list .item').first().waitFor();
    await isWhole();
    await house.goTo(page, `#/run/${run}/node/work%2Flook`);
    await page.locator('.details').waitFor();
    await isWhole();
    const folded = page.locator('.details .fold summary');
    if ((await folded.count()) > 0) await folded.last().click();
    await isWhole();
    for (const tab of ['Timeline', 'Gantt', 'Data', 'Receipts']) {
      await page.getByRole('tab', { name: tab }).click();
      await isWhole();
    }
    await house.goTo(page, `#/approve/${run}/work%2Fready/fine`);
    await page.locator('.armed-bar').waitFor();
    await isWhole();
    await page.locator('[data-arming=armed]').waitFor();
    expect(house.errors).toEqual([]);
  });
});
