import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWorld } from '../../daemon/demo/world.ts';
import { buildPlugin } from './build-plugin.ts';
import { startDaemon } from './daemon.ts';
import { openHost, type Host } from './host/driver.ts';
import { originsOf } from './host/server.ts';

const ROOT = join(import.meta.dirname, '../..');
const PICTURES = join(ROOT, 'pictures');
const PIN = 'only for the pictures';
const PERSON = 'Ada';
const PATIENCE = { timeout: 60_000 };

// Into its own place: the daemon serves the panel from there.
const built = await buildPlugin();

mkdirSync(PICTURES, { recursive: true });
const world = await makeWorld('npm');
const closers: (() => Promise<unknown>)[] = [
  () => rm(world.root, { recursive: true, force: true, maxRetries: 5 }),
  () => world.stop(),
];
try {
  const host = await openHost({
    plugins: [{ id: 'stagebook', title: 'Stagebook', files: built }],
    pages: { Notes: '- Ship it\n' },
    open: 'Notes',
    viewport: { width: 1180, height: 820 },
  });
  closers.push(() => host.close());
  const daemon = await startDaemon({
    home: world.home,
    origins: originsOf(host),
    environment: world.secrets,
    people: { [PERSON]: PIN },
  });
  closers.push(() => daemon.stop());
  await take(host, daemon);
} finally {
  for (const close of closers.toReversed()) await close();
}

async function take(host: Host, daemon: Awaited<ReturnType<typeof startDaemon>>): Promise<void> {
  const { page } = host;
  const ui = host.plugin('stagebook');
  const panel = ui.frameLocator('iframe.panel');
  const close = () => ui.getByRole('button', { name: 'Close' }).click();
  const stateIs = (title: string, word: string) =>
    host.block(title).locator(`.sb-ic[aria-label^="${word}"]`).first().waitFor(PATIENCE);
  /** Presses a button of the panel; it waits until it is armed. */
  const press = (name: RegExp) => panel.getByRole('button', { name }).last().click(PATIENCE);
  const both = async (name: string) => {
    for (const theme of ['light', 'dark'] as const) {
      await host.setTheme(theme);
      await ui.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' });
      // The mouse shows what it hovers over.
      await page.mouse.move(2, 500);
      await page.screenshot({ path: join(PICTURES, `${name}-${theme}.png`), animations: 'disabled' });
      console.log(`pictures/${name}-${theme}.png`);
    }
    await host.setTheme('light');
  };

  await host.setSetting('stagebook', 'port', daemon.port);
  await page.keyboard.press('Control+Alt+s');
  await ui.locator('#code').fill(await daemon.pair('plugin'));
  await ui.locator('#code').press('Enter');
  await panel.locator('[name=code]').fill(await daemon.pair('panel'));
  await panel.locator('[name=person]').fill(PERSON);
  await panel.locator('[name=pin]').fill(PIN);
  await panel.locator('[name=pin]').press('Enter');
  await panel.getByRole('heading', { name: 'Runs' }).waitFor(PATIENCE);
  await close();

  await host.edit('Ship it');
  await host.slash('Release');
  await ui.getByLabel('Package folder').fill(world.package.directory);
  await ui.getByLabel('GitHub repository').fill(`${world.github.owner}/${world.github.repo}`);
  await ui.getByLabel('Test command', { exact: true }).fill(world.package.test.join(', '));
  // The local registry asks for a token also for a dry run; it has a staging registry to rehearse on.
  await ui.getByLabel(/^Rehearse on a staging registry/).selectOption('true');
  await ui.getByRole('button', { name: 'Start…' }).click();
  await press(/start/i);
  // The panel shows the run that it has just started.
  await close();
  // In the middle of its second stage: some of it is done, some goes on, some is still to come.
  await stateIs('Run the tests', 'running');
  await host.block('Run the tests').evaluate((block) => block.scrollIntoView({ block: 'center' }));
  await both('running');

  await stateIs('Good enough to publish', 'waiting');
  await host.block('Good enough to publish').evaluate((block) => block.scrollIntoView({ block: 'center' }));
  await both('gate');
  await host.block('The release manager agrees').getByRole('button', { name: /sign/i }).click();
  await panel.getByRole('button', { name: /^sign$/i, disabled: false }).waitFor(PATIENCE);
  await both('approval');
  await press(/^sign$/i);
  await close();
  await stateIs('Package release', 'completed');
  // Wide enough for both: the page makes room.
  await page.setViewportSize({ width: 1440, height: 820 });
  await host.block('Package release').evaluate((block) => block.scrollIntoView({ block: 'center' }));
  await host.block('Package release').getByRole('button', { name: 'Open' }).first().click();
  await panel.getByRole('heading', { name: 'Package release' }).first().waitFor(PATIENCE);
  await both('panel');
}
