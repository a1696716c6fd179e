import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepTimes } from '../../../daemon/triggers/schedule.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { looked } from '../../fakes/looked.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const ada = createSigner('Ada');
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

let test: TestEngine;
let folder: string;
let problems: string[];
let stop: () => void = () => undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-schedule-'));
  mkdirSync(join(folder, 'pages'));
  problems = [];
  test = await createTestEngine({ options: { owner: ownersOf(ada), policy: { trust: true, signToStart: true } } });
});
afterEach(() => {
  stop();
  test.remove();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): void => writeFileSync(join(folder, 'pages', `${name}.md`), text);
const remove = (name: string): void => rmSync(join(folder, 'pages', `${name}.md`));
const keep = async (...graphs: string[]): Promise<void> => {
  const { engine, journal, clock } = test;
  const onProblem = (title: string, error: unknown): void => void problems.push(`${title}: ${String(error)}`);
  stop = await keepTimes({ engine, journal, clock, graphs: graphs.length > 0 ? graphs : [folder], onProblem });
};
const trust = async (page: string, pages?: Record<string, Definition>): Promise<void> => {
  const { engine } = test;
  const hash = await engine.propose(definitionOf(page), pages);
  await engine.trust(hash, ada.sign(engine.challenge({ kind: 'trust', definition: hash })));
};
const minute = async (): Promise<void> => {
  test.clock.advanceTo(test.clock.now() + 60_000);
  await looked(test);
};
const night = async (): Promise<string[]> => {
  const runs = test.engine.list().length;
  const at = (Math.floor(test.clock.now() / 86_400_000) + 1) * 86_400_000 + 3 * 3_600_000;
  test.clock.advanceTo(at - 30_000);
  await looked(test);
  test.clock.advanceTo(at);
  await looked(test);
  const { engine } = test;
  return engine
    .list()
    .slice(0, engine.list().length - runs)
    .map(({ title, status, page = '' }) => `${title} (${page}) ${status}`);
};

it('a page of a configured graph starts at its time once somebody has trusted it, without a restart [core.engine.cron] [core.engine.cron-now]', async () => {
  write('Sweeping', PAGE);
  await keep();
  await looked(test);
  expect(await night()).toEqual([]);
  await trust(PAGE);
  await minute();
  expect(await night()).toEqual(['Nightly (Sweeping) completed']);
});

it('a page that would start by itself and that nobody trusts as it stands is told of once for each version, with the remedy [core.engine.cron-told]', async () => {
  write('Sweeping', PAGE);
  await keep();
  await looked(test);
  await minute();
  const told = 'Nightly: StagebookError: It starts by itself, but nobody has trusted it as it stands now';
  expect(problems).toEqual([expect.stringContaining(told)]);
  expect(problems[0]).toContain('stagebook trust "Sweeping"');
  await trust(PAGE);
  await minute();
  expect(problems).toHaveLength(1);
  write('Sweeping', pageOf(NIGHTLY, sweep('sweep_twice')));
  await minute();
  await minute();
  expect(problems).toEqual([expect.stringContaining(told), expect.stringContaining(told)]);
});

it('what starts is the page as it stands now: edited, it starts when it is trusted anew; gone, it starts no more [core.engine.cron-now]', async () => {
  write('Sweeping', PAGE);
  await trust(PAGE);
  await keep();
  await looked(test);
  const edited = pageOf(NIGHTLY, sweep('sweep_twice'));
  write('Sweeping', edited);
  await minute();
  expect(await night()).toEqual([]);
  await trust(edited);
  await minute();
  expect(await night()).toEqual(['Nightly (Sweeping) completed']);
  expect(test.world.calls).toEqual(['sweep_twice']);
  remove('Sweeping');
  await minute();
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
  write('Sweep one room', called);
  write('Sweeping', caller);
  await trust(caller, { 'Sweep one room': definitionOf(called) });
  await keep();
  await looked(test);
  expect(await night()).toEqual(['Sweep one room () completed', 'Nightly (Sweeping) completed']);
  expect(test.world.calls).toEqual(['room']);
});

it('a graph that is not there keeps no other from its times, and is told of once [core.engine.cron-now]', async () => {
  write('Sweeping', PAGE);
  await trust(PAGE);
  const away = join(folder, 'disk');
  await keep(away, folder);
  await looked(test);
  expect(await night()).toEqual(['Nightly (Sweeping) completed']);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(away);
});
