import { rmSync } from 'node:fs';
import type { FrameLocator } from '@playwright/test';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeWorld, type World } from '../../daemon/demo/world.ts';
import { requireProgram } from '../programs.ts';
import { buildPlugin } from './build-plugin.ts';
import { startDaemon, type DaemonProcess } from './daemon.ts';
import { openHost, type Host, type HostOptions } from './host/driver.ts';
import { originsOf } from './host/server.ts';

const PIN = 'correct-horse';
/** A release takes its time: real tests, a real registry, real installs. */
const LONG = { timeout: 120_000 };

let built: string;
let world: World;
let host: Host;
let daemon: DaemonProcess;

beforeAll(async () => {
  built = await buildPlugin();
});
afterEach(async () => {
  await host?.close();
  await daemon?.stop();
  await world?.stop();
  if (world) rmSync(world.root, { recursive: true, force: true, maxRetries: 5 });
});

async function open(graph: NonNullable<HostOptions['graph']>): Promise<void> {
  world = await makeWorld('npm');
  host = await openHost({
    graph,
    plugins: [{ id: 'stagebook', files: built }],
    pages: { Notes: '- Release it\n' },
    open: 'Notes',
    viewport: { width: 1400, height: 1100 },
  });
  daemon = await startDaemon({
    home: world.home,
    origins: originsOf(host),
    environment: world.secrets,
    people: { Ada: PIN, Ben: PIN },
  });
}

/** The plugin's window, and the panel in it. */
const pluginWindow = (): FrameLocator => host.page.frameLocator('iframe[src*="stagebook/index.html"]');
const panel = (): FrameLocator => pluginWindow().frameLocator('iframe.panel');

async function pair(): Promise<void> {
  await host.setSetting('stagebook', 'port', daemon.port);
  await host.page.locator('.sb-toolbar').click();
  await pluginWindow()
    .locator('#code')
    .fill(await daemon.pair('plugin'));
  await pluginWindow().getByRole('button', { name: 'Connect' }).click();
  // Paired: the panel shows, and asks who is there.
  await panel()
    .locator('[name=code]')
    .fill(await daemon.pair('panel'));
  await panel().locator('[name=person]').fill('Ada');
  await panel().locator('[name=pin]').fill(PIN);
  await panel().locator('[name=pin]').press('Enter');
  await panel().getByRole('heading', { name: 'Runs' }).waitFor();
  await close();
}

const close = (): Promise<void> => pluginWindow().getByRole('button', { name: 'Close' }).click();

/** What a block shows of its state, in the word that its icon has for those who do not see it. */
async function stateOf(title: string): Promise<string | null> {
  return host.block(title).locator('.sb-ic').first().getAttribute('aria-label');
}

/** Scrolls down until a block is drawn: of a long page the host draws the beginning only. */
async function readOnTo(title: string): Promise<void> {
  await host.page.mouse.move(500, 500);
  await vi.waitFor(async () => {
    await host.page.mouse.wheel(0, 20_000);
    await host.block(title).waitFor({ timeout: 1_000 });
  }, LONG);
}

/** The same of the whole run, with what its header says where it failed. */
async function stateOfAll(): Promise<string | null> {
  const state = await stateOf('Package release');
  return state === 'failed' ? `failed: ${await host.block('Package release').first().innerText()}` : state;
}

describe.runIf(requireProgram('chromium'))('a release in Logseq', () => {
  it.each(['file', 'db'] as const)(
    'goes from a slash to its page, through a rejection and a signature, in a %s graph [ui.e2e.release]',
    { timeout: 300_000 },
    async (graph) => {
      await open(graph);
      await pair();

      await host.edit('Release it');
      await host.page.keyboard.press('End');
      await host.slash('Release');
      const inputs = pluginWindow();
      await inputs.getByLabel('Package folder, a git checkout').fill(world.package.directory);
      await inputs.getByLabel('GitHub repository, owner/name').fill(`${world.github.owner}/${world.github.repo}`);
      await inputs.getByLabel('Test command', { exact: true }).fill(world.package.test.join(', '));
      await inputs.getByLabel(/^Rehearse on a staging registry/).selectOption('true');
      await inputs.getByRole('button', { name: 'Start…' }).click();
      await sign(/start/i);
      await close();
      await host.goTo('Package release');

      await expect.poll(() => stateOf('Read the version'), LONG).toBe('done');
      await expect.poll(() => stateOf('Good enough to publish'), LONG).toMatch(/^waiting/);
      await host.block('The release manager agrees').getByRole('button', { name: /sign/i }).click();
      await panel().getByRole('button', { name: 'Reject…' }).click();
      await panel().getByLabel(/why/i).fill('not on a Friday');
      await sign(/sign the rejection/i);
      await close();
      await expect.poll(() => stateOf('Good enough to publish'), LONG).toBe('failed');

      await host
        .block('Package release')
        .getByRole('button', { name: /resume/i })
        .first()
        .click();
      await sign(/resume/i);
      await close();
      await expect.poll(() => stateOf('Good enough to publish'), LONG).toMatch(/^waiting/);
      await host.block('The release manager agrees').getByRole('button', { name: /sign/i }).click();
      await sign(/^sign$/i);
      await close();
      await readOnTo('Tag the release');
      // In the middle of publishing the daemon dies, and comes back: the page catches up by itself.
      await expect.poll(() => stateOf('Tag the release'), LONG).toBe('done');
      await daemon.kill();
      await expect
        .poll(() => host.block('Package release').first().innerText(), LONG)
        .toMatch(/not (up|running|there)|stagebook up/i);
      await daemon.start();
      await expect.poll(stateOfAll, LONG).toBe('completed');

      await expect
        .poll(() => host.uuids(`Release ${world.package.name} 1.3.0`).then((uuids) => uuids.length), LONG)
        .toBeGreaterThan(5);
      // While the daemon is down, Chromium itself says so of each try. Of a block that the host has just drawn anew it says that
      // the place for what was on its way is gone.
      const usual = ['ERR_CONNECTION_REFUSED', 'can not resolve selector target #live-'];
      expect(host.errors.filter((error) => !usual.some((each) => error.includes(each)))).toEqual([]);
    },
  );
});

/** Presses a button of the panel once it is armed: a real click, after half a second in full view. */
async function sign(name: RegExp): Promise<void> {
  const button = panel().getByRole('button', { name }).last();
  await button.waitFor();
  await expect.poll(() => button.isEnabled(), { timeout: 20_000 }).toBe(true);
  await button.click();
}
