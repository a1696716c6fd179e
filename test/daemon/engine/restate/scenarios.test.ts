import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageKinds } from '../../../../daemon/pages/index.ts';
import { registries } from '../../../../daemon/registered.ts';
import { differences } from '../../../../daemon/scenarios/expect.ts';
import { loadScenarios } from '../../../../daemon/scenarios/load.ts';
import { play, type Played } from '../../../../daemon/scenarios/run.ts';
import { SHIPPED } from '../../../../daemon/workflows.ts';
import { parseWorkflowText } from '../../../../shared/workflow/parse.ts';
import { comparablePage } from '../../../fakes/comparable-page.ts';
import { useRestate } from '../../../fakes/restate.ts';
import { embeddedWriting, restateWriting, type Written } from '../../../fakes/writing-houses.ts';
import { requireRestate } from '../../../programs.ts';

/** Each takes seconds here: every so manieth, and all of them with ALL_SCENARIOS=1 (a name that the tests keep). */
const EACH = process.env['ALL_SCENARIOS'] === '1' ? 1 : 6;
const SUFFIX = '.scenarios.yaml';

const chosen = readdirSync(SHIPPED)
  .filter((name) => name.endsWith(SUFFIX))
  .flatMap((name) => {
    const { defaults, scenarios } = loadScenarios(join(SHIPPED, name));
    return scenarios
      .filter((_, index) => index % EACH === 0)
      .map((scenario) => ({ workflow: name.replace(SUFFIX, ''), name: scenario.name, defaults, scenario }));
  });

describe.runIf(requireRestate())('on Restate', () => {
  const restate = useRestate();
  const kinds = new Set<string>();
  // The pause before a retry is drawn by lot: here it is the same on both.
  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5));
  afterEach(() => void vi.restoreAllMocks());

  it.each(chosen)(
    '$workflow: $name, and the graph is the one that the embedded engine leaves, file by file [scale.engine.pages]',
    async ({ workflow, defaults, scenario }) => {
      const { definition } = parseWorkflowText(readFileSync(join(SHIPPED, `${workflow}.md`), 'utf8'));
      const stage = { ...registries(), definition: definition! };
      const [there, here] = [restateWriting(restate()), embeddedWriting()];
      const played = await play({ ...stage, house: there.house }, defaults, scenario);
      expect(differences(played, scenario.expect)).toEqual([]);
      const twin = await play({ ...stage, house: here.house }, defaults, scenario);
      expect(graphOf(there.written(), played)).toEqual(graphOf(here.written(), twin));
      for (const text of Object.values(there.written().files)) kinds.add(/^type:: (.*)$/m.exec(text)?.[1] ?? 'none');
    },
    120_000,
  );

  it('and among them was every kind of page that there is [scale.engine.pages]', () => {
    for (const { kind } of pageKinds) expect(kinds).toContain(kind);
  });
});

describe('pages that are compared', () => {
  const page = (lines: readonly string[], run = 'a'): string[] =>
    comparablePage(['type:: run', `run-id:: ${run}`, '', ...lines].join('\n'), [run]);
  const [first, second] = ['- 2026-01-05 09:00:00 +00:00 · one', '- 2026-01-05 09:00:00 +00:00 · other'] as const;

  it('are the same but for ids, and for what happened at one moment', () => {
    expect(page([first, second], 'a')).toEqual(page([second, first], 'b'));
  });

  it('differ in a word, a time, a level, an order and a line more', () => {
    const as = page([first, second]);
    expect(page([first, second.replace('other', 'another')])).not.toEqual(as);
    expect(page([first, second.replace(':00:00', ':00:01')])).not.toEqual(as);
    expect(page([first, `\t${second}`])).not.toEqual(as);
    expect(page([first, second, '- more'])).not.toEqual(as);
    expect(page(['- x', '- y'])).not.toEqual(page(['- y', '- x']));
  });
});

/** Every file of the graph, as far as it can be the same, and what steps were told that read there or asked for the incident. */
function graphOf({ files, gave }: Written, { events }: Played): unknown {
  const runs = [...new Set(events.map(({ run }) => run))];
  const names = Object.keys(files).toSorted();
  return {
    files: names.map((name) => [name, name.endsWith('.md') ? comparablePage(files[name]!, runs) : files[name]]),
    gave: Object.fromEntries(Object.entries(gave).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}
