import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { KeyboardSeen } from './task.ts';

const INSIDE = fileURLToPath(new URL('keyboard-page.js', import.meta.url));

/** What people operate. Parts of a composite (options, tabs, radios) are reached by arrows, so they do not count. */
const OPERABLE = [
  'a[href]',
  'button',
  'input:not([type=hidden]):not([type=radio])',
  'select',
  'textarea',
  'summary',
  '[contenteditable=""]',
  '[contenteditable=true]',
  '[onclick]',
  ...['button', 'link', 'checkbox', 'switch', 'textbox', 'combobox', 'slider'].map((role) => `[role=${role}]`),
].join(', ');

/** More stops than this are not walked. */
const MOST = 500;

/** Goes through a page with the Tab key alone, and tells which of the things that people operate it never came to. */
export async function walkByKeyboard(page: Page): Promise<KeyboardSeen> {
  await page.addScriptTag({ path: INSIDE });
  const operable = (await page.evaluate(`stagebookKeyboard.begin(${JSON.stringify(OPERABLE)})`)) as Place[];
  const reached = new Set<number>();
  let trapped: string | null = null;
  let last = '';
  for (let stop = 0; reached.size < operable.length && stop < Math.min(operable.length * 2 + 10, MOST); stop += 1) {
    await page.keyboard.press('Tab');
    const { index, html } = (await page.evaluate('stagebookKeyboard.focus()')) as { index: number; html: string };
    if (index >= 0) reached.add(index);
    // At the end of the page the focus leaves it, which is no trap.
    if (html !== '' && html === last) trapped = html;
    last = html;
  }
  const unreachable = operable.filter((_, index) => !reached.has(index));
  return {
    operable: operable.length,
    reached: reached.size,
    unreachable,
    trapped: unreachable.length ? trapped : null,
  };
}

type Place = KeyboardSeen['unreachable'][number];
