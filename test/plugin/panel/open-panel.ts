import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { enrol } from '../../../daemon/people/enrol.ts';
import type { ServerMeans } from '../../../daemon/server/office.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { buildPlugin } from '../../e2e/build-plugin.ts';
import { openChromium } from '../../e2e/host/driver.ts';
import { createTestServer, PIN, type TestServer } from '../../fakes/server.ts';
import { startAs, trustAs } from '../../fakes/signed-calls.ts';

/** The panel as it is shipped, on the real server, in a real browser. */
export interface PanelHouse {
  here: TestServer;
  browser: Browser;
  /** The panel's address. */
  url: string;
  /** A page of another origin that shows the panel in a frame, as Logseq does. */
  around: string;
  /** A browser of its own, in which nobody is enrolled. */
  fresh(options?: Parameters<Browser['newContext']>[0]): Promise<Page>;
  /** A browser in which a person is enrolled by the panel's own form. */
  enrolled(options?: Parameters<Browser['newContext']>[0] & { person?: string }): Promise<Page>;
  /** Fills in the panel's form with a new code, for somebody who is known here, and waits until it is taken. */
  enrol(page: Page, person: string): Promise<void>;
  /** Goes to a place within the panel. */
  goTo(page: Page, hash: string): Promise<void>;
  /** Starts a definition, trusted, and works until `until` holds or nothing is left to do. */
  start(definition: Definition, until?: (run: string) => boolean): Promise<string>;
  /** Brings a definition to the daemon as a page would; gives its hash. */
  propose(definition: Definition): Promise<string>;
  /** What pages threw, wrote as an error, or a policy refused. */
  errors: string[];
  close(): Promise<void>;
}

export async function openPanelHouse(more: Partial<ServerMeans> = {}): Promise<PanelHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-panel-'));
  await buildPlugin(['panel'], folder);
  const outer = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><iframe src="${url}" style="width:900px;height:640px;border:0"></iframe>`);
  });
  await once(outer.listen(0, '127.0.0.1'), 'listening');
  const around = `http://127.0.0.1:${(outer.address() as AddressInfo).port}`;
  const here = await createTestServer(
    { options: { policy: { trust: true, signToStart: true } }, logs: true },
    { panel: join(folder, 'panel'), config: { home: folder, zone: 'UTC', origins: [around] }, ...more },
  );
  const browser = await openChromium();
  const errors: string[] = [];
  const url = here.server.panel;
  const house: PanelHouse = {
    here,
    browser,
    url,
    around,
    errors,
    async fresh(options = {}) {
      const context = await browser.newContext({
        reducedMotion: 'reduce',
        viewport: { width: 1000, height: 800 },
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await page.goto(url);
      return page;
    },
    async enrolled({ person = 'Ada', ...options } = {}) {
      const { people, keys } = here.means;
      const [first] = people.list();
      if (!people.find(person)) {
        enrol(people, keys, { name: person, pin: PIN, ...(first ? { voucher: { name: first.name, pin: PIN } } : {}) });
      }
      const page = await house.fresh(options);
      await house.enrol(page, person);
      return page;
    },
    async enrol(page, person) {
      const { code } = await here.server.desk.pair('panel');
      await page.getByLabel('Code', { exact: true }).fill(code);
      await page.getByLabel('Your name').fill(person);
      await page.getByLabel('PIN').fill(PIN);
      await page.getByRole('button', { name: 'Enrol this browser' }).click();
      await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    },
    async goTo(page, hash) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
    },
    propose: (definition) => here.test.engine.propose(definition),
    async start(definition, until) {
      const ada = await here.panel('Ada');
      const hash = await here.test.engine.propose(definition);
      await trustAs(ada, hash);
      const run = await startAs(ada, hash);
      await here.test.work(() => until?.(run) ?? here.test.engine.state(run).status === 'waiting');
      return run;
    },
    async close() {
      await browser.close();
      outer.closeAllConnections();
      outer.close();
      await here.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return house;
}
