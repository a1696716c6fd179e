import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../daemon/clock.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { createGraphs } from '../../../daemon/graph/graphs.ts';
import { sqliteCorrections } from '../../../daemon/journal/corrections.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { openPanelHouse, type PanelHouse } from './open-panel.ts';

let house: PanelHouse;
let garden: string;
beforeAll(async () => {
  garden = realpathSync(mkdtempSync(join(tmpdir(), 'garden-')));
  for (const name of ['pages', 'logseq']) mkdirSync(join(garden, name));
  const text = `- {{renderer :stagebook, workflow}} Water the plants
- {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: tester
  \`\`\`
\t- {{renderer :stagebook, step}} Pour
\t  \`\`\`yaml
\t  uses: act.write
\t  with: { name: pour }
\t  \`\`\`
`;
  writeFileSync(join(garden, 'pages', 'Water the plants.md'), text);
  const graphs = createGraphs({ clock: systemClock, folders: [garden], openFolder, wake: () => undefined });
  house = await openPanelHouse({ graphs });
});
afterAll(async () => {
  await house.close();
  rmSync(garden, { recursive: true, force: true });
});

const gate = node('gate', 'ready', {}, node('check', 'tests_pass', { that: 'true' }), node('sign-off', 'fine'));

it('enrols a browser, lists runs, shows one, and signs what it waits for [ui.panel.sign]', async () => {
  const run = await house.start(
    workflowOf(
      step('look', 'act.read', { with: { name: 'look' } }),
      gate,
      step('send', 'act.irreversible', { with: { name: 'send' } }),
    ),
  );
  const page = await house.enrolled();
  await page
    .getByRole('link', { name: /test_workflow/ })
    .first()
    .click();
  await page.getByRole('link', { name: 'Review and sign…' }).first().waitFor();
  await page.getByRole('link', { name: 'Review and sign…' }).first().click();
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  await house.here.test.work();
  await page.getByText('Completed').first().waitFor();
  expect(house.here.test.engine.state(run).status).toBe('completed');
  expect(house.errors).toEqual([]);
});

it('starts what Logseq proposed: trusted, with its inputs, each by a signature [ui.panel.start]', async () => {
  const definition = workflowOf(step('send', 'act.write', { with: { name: 'send', value: '${{ inputs.version }}' } }));
  const inputs = {
    version: { title: 'Version' },
    level: { enum: ['patch', 'minor'], default: 'minor', title: 'Level' },
  };
  const header = { ...definition.header, title: 'Proposed', settings: { inputs } };
  const hash = await house.propose({ ...definition, header });
  const plugin = await house.here.plugin();
  const wish = { kind: 'start', definition: hash, inputs: { version: '1.2.3' } } as const;
  const { panel } = await plugin.call('propose', { wish });
  const page = await house.enrolled();
  await page.goto(panel);
  await page.getByRole('button', { name: 'Review and trust…' }).click();
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name: 'Sign: trust it' }).click();
  const start = page.getByRole('button', { name: 'Sign and start' });
  await start.waitFor();
  await page.getByText('1.2.3').first().waitFor();
  await page.getByRole('button', { name: 'Change inputs' }).waitFor();
  await page.locator('[data-arming=armed]').waitFor();
  await start.click();
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  await house.here.test.work();
  await page.getByText('Completed').first().waitFor();
  const [run] = house.here.test.engine.list({ limit: 1 });
  expect(house.here.test.engine.state(run!.run).inputs).toEqual({ version: '1.2.3', level: 'minor' });
  const { signatures } = await (await house.here.panel('Ada')).call('run.verify', { run: run!.run });
  expect(signatures).toBe(1);
  expect(house.errors).toEqual([]);
});

it('lists the workflows on the pages of graphs, and starts one from its page [ui.panel.own]', async () => {
  const page = await house.enrolled();
  await house.goTo(page, '#/new');
  const own = page.locator('.card', { hasText: 'Water the plants' });
  await own.waitFor();
  await page.getByRole('heading', { name: 'Come with Stagebook' }).waitFor();
  await own.getByRole('button', { name: 'Start…' }).click();
  await page.getByRole('heading', { name: 'Start “Water the plants”' }).waitFor();
  await page.getByRole('button', { name: 'Try it as a dry run' }).click();
  await page.getByRole('button', { name: 'Review…' }).click();
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name: 'Start the dry run' }).click();
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  const [run] = house.here.test.engine.list({ limit: 1 });
  expect(run).toMatchObject({ title: 'Water the plants', graph: garden, page: 'Water the plants', dryRun: true });
});

it('suggests what fits, and learns what somebody says that it is, by a signature [ui.panel.suggest]', async () => {
  const page = await house.enrolled();
  await house.goTo(page, '#/new');
  const said = page.getByLabel('What is to be done, in a few words');
  await said.fill('Brew the quarterly kombucha batch');
  await said.press('Enter');
  await page.getByText('Not sure enough').first().waitFor();
  await page.getByRole('button', { name: 'Say what it is…' }).click();
  await page.getByLabel('The workflow is').selectOption('bug-fix');
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name: 'Sign: that is it' }).click();
  await page.getByRole('button', { name: 'Say what it is…' }).waitFor();
  expect(sqliteCorrections(house.here.test.database).all()).toEqual([
    { kind: 'page', text: 'Brew the quarterly kombucha batch', labels: { workflow: 'bug-fix' } },
  ]);
  // It is the signature of this alone: once, and for nothing else.
  const ada = await house.here.panel('Ada');
  const about = { kind: 'page', text: 'other' } as const;
  const labels = { workflow: 'none' };
  const challenge = await ada.call('challenge', { subject: { kind: 'correction', about, labels } });
  const signature = ada.key.sign(challenge, ada);
  const again = { about, labels: { workflow: 'bug-fix' }, signature };
  await expect(ada.call('suggest.correct', again)).rejects.toMatchObject({ code: 'signature.foreign' });
  await expect(ada.call('suggest.correct', { ...again, labels })).rejects.toMatchObject({ code: 'signature.replayed' });
  expect(house.errors).toEqual([]);
});

it('answers a form, and says at its field what is missing [ui.panel.ask]', async () => {
  const form = { note: { type: 'string', title: 'What we say' }, count: { type: 'number', title: 'How many' } };
  const run = await house.start(workflowOf(node('ask', 'tell', { question: 'What now?', form })));
  const page = await house.enrolled();
  await house.goTo(page, `#/ask/${run}/work%2Ftell`);
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.getByText('Fill this in.').first().waitFor();
  await page.getByLabel('What we say').fill('All is well');
  await page.getByLabel('How many').fill('3');
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  const { ask } = house.here.test.engine.state(run).nodes.get('work/tell')!;
  expect(ask).toMatchObject({ answer: { note: 'All is well', count: 3 }, by: { kind: 'person', name: 'Ada' } });
});

it('says that it was revoked, at once, and takes a new code [ui.panel.revoked]', async () => {
  const page = await house.enrolled();
  await house.goTo(page, '#/settings');
  const device = (await page.locator('.section code').first().textContent())!;
  await house.here.server.desk.revoke(device);
  await page.getByRole('heading', { name: 'This device is no longer known' }).waitFor();
  await page.getByRole('alert').getByText('revoked').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'This device is no longer known' }).waitFor();
  await house.goTo(page, '#/runs');
  await house.enrol(page, 'Ada');
  await house.goTo(page, '#/settings');
  expect(await page.locator('.section code').first().textContent()).not.toBe(device);
});

it('refuses with a reason, in a narrow window [ui.panel.sign]', async () => {
  const run = await house.start(workflowOf(gate, step('send', 'act.irreversible', { with: { name: 'send' } })));
  const page = await house.enrolled({ viewport: { width: 400, height: 620 } });
  await house.goTo(page, `#/approve/${run}/work%2Fready/fine`);
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name: 'Reject…' }).click();
  await page.getByLabel('Why').fill('The changelog is empty.');
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name: 'Sign the rejection' }).click();
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  await house.here.test.work();
  const { refusals } = house.here.test.engine.state(run).nodes.get('work/ready')!.gate!;
  expect(refusals).toMatchObject([
    { signOff: 'fine', reason: 'The changelog is empty.', signature: { person: 'Ada' } },
  ]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

it('lets a failed part pass with a reason and a signature [ui.panel.sign]', async () => {
  house.here.test.world.on('fails', () => {
    throw new Error('It does not answer.');
  });
  const run = await house.start(
    workflowOf(step('fails', 'act.read', { with: { name: 'fails' } })),
    (id) => house.here.test.engine.state(id).status === 'failed',
  );
  const page = await house.enrolled();
  await house.goTo(page, `#/run/${run}/node/work%2Ffails`);
  await page.getByRole('link', { name: 'Skip with a reason…' }).click();
  await page.locator('[data-arming=armed]').waitFor();
  expect(await page.getByRole('button', { name: 'Sign: skip it' }).getAttribute('aria-disabled')).toBe('true');
  await page.getByText('Say why first.').waitFor();
  await page.getByLabel('Why').fill('It was looked at by hand.');
  await page.getByRole('button', { name: 'Sign: skip it' }).click();
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  await house.here.test.work();
  const { skipped } = house.here.test.engine.state(run).nodes.get('work/fails')!;
  expect(skipped).toMatchObject({ reason: 'It was looked at by hand.', signature: { person: 'Ada' } });
});
