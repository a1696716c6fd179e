import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { openPanelHouse, type PanelHouse } from './open-panel.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SHOTS = process.env['PANEL_SHOTS'];

let house: PanelHouse;
let places: Record<string, { hash: string; heading: string | RegExp; tab?: string }>;

const check = (id: string, that: string, title: string) => ({ ...node('check', id, { that }), title });
const form = {
  note: { type: 'string', title: 'What to tell the users' },
  level: { enum: ['low', 'high'], title: 'How urgent' },
  count: { type: 'number', title: 'How many' },
  sure: { type: 'boolean', title: 'I have looked at the logs' },
};

beforeAll(async () => {
  house = await openPanelHouse();
  const { world } = house.here.test;
  const gate = {
    ...node('gate', 'ready', {}, check('tests_pass', 'inputs.size() == 0', 'All tests pass'), {
      ...node('sign-off', 'fine'),
      title: 'The release manager agrees',
    }),
    title: 'Good enough to publish',
  };
  const named = (title: string, ...nodes: Parameters<typeof workflowOf>) => {
    const definition = workflowOf(...nodes);
    return { ...definition, header: { ...definition.header, title } };
  };
  const look = {
    ...step('look', 'act.read', { with: { name: 'look', value: { coverage: 83.4, commit: 'f3a9c1' } } }),
    title: 'Look at the coverage',
  };
  const send = { ...step('send', 'act.irreversible', { with: { name: 'send' } }), title: 'Publish to the registry' };
  for (let count = 0; count < 3; count += 1) await house.start(named('Nightly check', look), () => false);
  world.on('break', () => {
    throw new Error('The registry answered 503. Try again later.');
  });
  const failed = await house.start(
    named(
      'Release stagebook 2.1.0',
      look,
      { ...step('break', 'act.read', { with: { name: 'break' } }), title: 'Ask the registry' },
      send,
    ),
    (run) => house.here.test.engine.state(run).status === 'failed',
  );
  const asking = await house.start(
    named('Incident: login is slow', {
      ...node('ask', 'which', { question: 'Which one is it?', options: ['The cache', 'The database'] }),
      title: '',
    }),
  );
  const forms = await house.start(named('Tell the users', node('ask', 'tell', { question: 'What do we say?', form })));
  const waiting = await house.start(named('Release stagebook 2.1.1', look, gate, send));
  const { header, ...rest } = named('Release stagebook 2.1.1', look, gate, send, {
    ...step('tell', 'act.write', { with: { name: 'tell' } }),
    title: 'Tell everybody',
  });
  const inputs = {
    version: { title: 'Version to release, as in 2.1.2' },
    level: { enum: ['patch', 'minor'], default: 'minor', title: 'Level' },
    draft: { type: 'boolean', title: 'As a draft', default: false },
  };
  const changed = await house.propose({ ...rest, header: { ...header, settings: { inputs } } });
  const plugin = await house.here.plugin();
  const { proposal } = await plugin.call('propose', {
    wish: { kind: 'start', definition: changed, inputs: { version: '2.1.2' } },
  });
  const cancel = await plugin.call('propose', { wish: { kind: 'cancel', run: asking } });
  const definition = house.here.test.engine.state(waiting).definition;
  places = {
    runs: { hash: '#/runs', heading: 'Runs' },
    waiting: { hash: '#/waiting', heading: 'Waiting for you' },
    new: { hash: '#/new', heading: 'Start a workflow' },
    charts: { hash: '#/charts', heading: 'Charts' },
    people: { hash: '#/people', heading: 'People and devices' },
    settings: { hash: '#/settings', heading: 'Settings' },
    nowhere: { hash: '#/elsewhere', heading: 'Nothing is here' },
    run: { hash: `#/run/${waiting}/node/work%2Flook`, heading: 'Release stagebook 2.1.1' },
    failed: { hash: `#/run/${failed}`, heading: 'Release stagebook 2.1.0' },
    timeline: { hash: `#/run/${failed}`, heading: 'Release stagebook 2.1.0', tab: 'Timeline' },
    gantt: { hash: `#/run/${failed}`, heading: 'Release stagebook 2.1.0', tab: 'Gantt' },
    data: { hash: `#/run/${failed}`, heading: 'Release stagebook 2.1.0', tab: 'Data' },
    receipts: { hash: `#/run/${failed}`, heading: 'Release stagebook 2.1.0', tab: 'Receipts' },
    approval: { hash: `#/approve/${waiting}/work%2Fready/fine`, heading: 'The release manager agrees' },
    skip: { hash: `#/skip/${failed}/work%2Fbreak`, heading: 'Skip “Ask the registry”' },
    options: { hash: `#/ask/${asking}/work%2Fwhich`, heading: 'Which one is it?' },
    form: { hash: `#/ask/${forms}/work%2Ftell`, heading: 'What do we say?' },
    untrusted: { hash: `#/proposal/${proposal}`, heading: 'Start “Release stagebook 2.1.1”' },
    cancel: { hash: `#/proposal/${cancel.proposal}`, heading: 'Cancel the run?' },
    trust: { hash: `#/trust/${changed}`, heading: 'Trust “Release stagebook 2.1.1”' },
    start: { hash: `#/start/${definition}`, heading: 'Start “Release stagebook 2.1.1”' },
  };
});
afterAll(() => house.close());

async function violations(page: Page): Promise<string[]> {
  // There are no frames in it: nothing has to be put together in a page of its own.
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it('has no violation of WCAG 2.2 A and AA in any view [ui.panel.axe]', async () => {
    const stranger = await house.fresh({ colorScheme });
    await stranger.getByRole('heading', { level: 1 }).waitFor();
    const found: Record<string, string[]> = { enrol: await violations(stranger) };
    if (SHOTS) await stranger.screenshot({ path: `${SHOTS}/enrol-${colorScheme}.png` });
    await stranger.context().close();
    const page = await house.enrolled({ colorScheme });
    for (const [name, { hash, heading, tab }] of Object.entries(places)) {
      await house.goTo(page, hash);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      if (tab !== undefined) await page.getByRole('tab', { name: tab }).click();
      await page.locator('.loading').waitFor({ state: 'detached' });
      if ((await page.locator('.armed-bar').count()) > 0) await page.locator('[data-arming=armed]').waitFor();
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${colorScheme}.png`, fullPage: true });
      found[name] = await violations(page);
    }
    expect(Object.fromEntries(Object.entries(found).filter(([, each]) => each.length > 0))).toEqual({});
    expect(house.errors).toEqual([]);
    await page.context().close();
  }, 180_000);
});
