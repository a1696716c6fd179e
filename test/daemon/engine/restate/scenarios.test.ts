import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRestate, type Restate } from '../../../../daemon/demo/counterparts/restate.ts';
import { openDatabase } from '../../../../daemon/journal/database.ts';
import { pageKinds } from '../../../../daemon/pages/index.ts';
import { registries } from '../../../../daemon/registered.ts';
import { differences } from '../../../../daemon/scenarios/expect.ts';
import { loadScenarios } from '../../../../daemon/scenarios/load.ts';
import { play, type OpenHouse, type Played } from '../../../../daemon/scenarios/run.ts';
import { SHIPPED } from '../../../../daemon/workflows.ts';
import type { Definition } from '../../../../shared/workflow/definition.ts';
import { parseWorkflowText } from '../../../../shared/workflow/parse.ts';
import { newHub, openRestateHouse } from '../../../fakes/restate-house.ts';
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
  let restate: Restate;
  beforeAll(async () => {
    restate = await startRestate();
  }, 60_000);
  afterAll(() => restate.stop());

  const house: OpenHouse = async (clock, options) => {
    const database = openDatabase(':memory:');
    const place = { restate: restate.nodes[0]!, hub: newHub(), database, clock, port: 0 };
    const opened = await openRestateHouse(place, options);
    const close = async (): Promise<void> => {
      await opened.close();
      database.close();
    };
    return { ...opened, close };
  };

  it.each(chosen)(
    '$workflow: $name, with the pages that the embedded engine gives [scale.engine.pages]',
    async ({ workflow, defaults, scenario }) => {
      const { definition } = parseWorkflowText(readFileSync(join(SHIPPED, `${workflow}.md`), 'utf8'));
      const stage = { ...registries(), definition: definition! };
      const there = await play({ ...stage, house }, defaults, scenario);
      expect(differences(there, scenario.expect)).toEqual([]);
      const here = await play(stage, defaults, scenario);
      expect(pagesOf(there, definition!)).toBe(pagesOf(here, definition!));
    },
    120_000,
  );
});

/** The page of the run, and of its incident if it has one, as text. What differs from run to run by itself is left out, its order too. */
function pagesOf({ events, state }: Played, definition: Definition): string {
  const own = events.filter(({ run }) => run === state.run);
  const source = { state, definition, events: own, data: {}, zone: 'UTC', siblings: {} };
  const kinds = pageKinds.filter(({ kind }) => kind === 'run' || (kind === 'incident' && state.incident !== undefined));
  const ids = [...new Set(events.map(({ run }) => run))];
  const text = JSON.stringify(
    kinds.map((kind) => kind.render(source)),
    null,
    1,
  );
  const shown = text
    // What a person was shown names the run.
    .replaceAll(/(digest of what was shown: `)[0-9a-f]{64}/g, '$1…')
    // The pause before a retry is drawn by lot.
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, '…')
    .replaceAll(/\b(took|after)\b("?:? "?)[\d.]+ (?:ms|s|min|h)\b(?: \d+ (?:s|min)\b)?/g, '$1$2…')
    // Of branches that go on side by side either may be told first.
    .replaceAll(/timeline\/\d+/g, 'timeline/…');
  const named = ids.reduce((page, id, index) => page.replaceAll(id, `run ${index + 1}`), shown);
  const lines = named.split('\n').map((line) => line.replace(/,$/, ''));
  return lines.toSorted().join('\n');
}
