import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { looked } from '../../fakes/looked.ts';
import { createKeptFolder, type KeptFolder } from './kept-folder.ts';

const work = (step: string): string => `- {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: tester
  \`\`\`
	- ${step}
`;
const pageOf = (head: string, step: string): string => `- {{renderer :stagebook, workflow}} ${head}\n${work(step)}`;
const NIGHTLY = `Nightly
  \`\`\`yaml
  triggers: [{ cron: "0 3 * * *", zone: UTC }]
  \`\`\``;
const sweep = (name: string): string => `{{renderer :stagebook, step}} Sweep
	  \`\`\`yaml
	  uses: act.write
	  with: { name: ${name} }
	  \`\`\``;
const definitionOf = (page: string): Definition => parseWorkflowText(page).definition!;
const PAGE = pageOf(NIGHTLY, sweep('sweep'));

let here: KeptFolder;
beforeEach(async () => {
  here = await createKeptFolder();
});
afterEach(() => here.remove());

/** What was started at the next three o'clock. */
const night = async (): Promise<string[]> => {
  const { engine, clock } = here.test;
  const runs = engine.list().length;
  const at = (Math.floor(clock.now() / 86_400_000) + 1) * 86_400_000 + 3 * 3_600_000;
  clock.advanceTo(at - 30_000);
  await looked(here.test);
  clock.advanceTo(at);
  await looked(here.test);
  return engine
    .list()
    .slice(0, engine.list().length - runs)
    .map(({ title, status, page = '' }) => `${title} (${page}) ${status}`);
};

it('a page of a configured graph starts at its time once somebody has trusted it, without a restart [core.engine.cron] [core.engine.cron-now]', async () => {
  here.write('Sweeping', PAGE);
  await here.keep();
  expect(await night()).toEqual([]);
  await here.trust(PAGE);
  await here.minute();
  expect(await night()).toEqual(['Nightly (Sweeping) completed']);
});

it('a page that would start by itself and that nobody trusts as it stands is told of once for each version, with the remedy [core.engine.cron-told]', async () => {
  here.write('Sweeping', PAGE);
  await here.keep();
  await here.minute();
  const told = 'Nightly: StagebookError: It starts by itself, but nobody has trusted it as it stands now';
  expect(here.problems).toEqual([expect.stringContaining(told)]);
  expect(here.problems[0]).toContain('stagebook trust "Sweeping"');
  await here.trust(PAGE);
  await here.minute();
  expect(here.problems).toHaveLength(1);
  here.write('Sweeping', pageOf(NIGHTLY, sweep('sweep_twice')));
  await here.minute();
  await here.minute();
  expect(here.problems).toEqual([expect.stringContaining(told), expect.stringContaining(told)]);
});

it('what starts is the page as it stands now: edited, it starts when it is trusted anew; gone, it starts no more [core.engine.cron-now]', async () => {
  here.write('Sweeping', PAGE);
  await here.trust(PAGE);
  await here.keep();
  const edited = pageOf(NIGHTLY, sweep('sweep_twice'));
  here.write('Sweeping', edited);
  await here.minute();
  expect(await night()).toEqual([]);
  await here.trust(edited);
  await here.minute();
  expect(await night()).toEqual(['Nightly (Sweeping) completed']);
  expect(here.test.world.calls).toEqual(['sweep_twice']);
  here.delete('Sweeping');
  await here.minute();
  expect(await night()).toEqual([]);
});

it('a page that calls another one starts by itself too, as it was trusted with that [core.engine.cron-now]', async () => {
  const called = pageOf('Sweep one room', sweep('room'));
  const caller = pageOf(
    NIGHTLY,
    `{{renderer :stagebook, call}} The room
	  \`\`\`yaml
	  page: Sweep one room
	  \`\`\``,
  );
  here.write('Sweep one room', called);
  here.write('Sweeping', caller);
  await here.trust(caller, { 'Sweep one room': definitionOf(called) });
  await here.keep();
  expect(await night()).toEqual(['Sweep one room () completed', 'Nightly (Sweeping) completed']);
  expect(here.test.world.calls).toEqual(['room']);
});

it('a graph that is not there keeps no other from its times, and is told of once [core.engine.cron-now]', async () => {
  here.write('Sweeping', PAGE);
  await here.trust(PAGE);
  const away = join(here.folder, 'disk');
  await here.keep(away, here.folder);
  expect(await night()).toEqual(['Nightly (Sweeping) completed']);
  expect(here.problems).toHaveLength(1);
  expect(here.problems[0]).toContain(away);
});
