import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedOptions } from '../../daemon/engine/options.ts';
import { openDatabase } from '../../daemon/journal/database.ts';
import { SimulatedClock } from '../../daemon/scenarios/simulated-clock.ts';
import type { Crash } from './crashing-journal.ts';
import { actionsOf, createWorld, plainOptions, type TestEngine } from './engine.ts';
import { newHub, openRestateHouse, type HousePlace } from './restate-house.ts';

interface Place extends Omit<HousePlace, 'database' | 'crash'> {
  directory: string;
  world: ReturnType<typeof createWorld>;
  options: Partial<EmbeddedOptions>;
}

/**
 * The real engine on a real Restate, with a simulated clock and actions that the test steers. `crash` is the worker's; `given`
 * is awaited before each of its group commits is brought to Restate.
 */
export function createRestateEngine(
  restate: HousePlace['restate'],
  crash?: Crash,
  given?: HousePlace['given'],
  options: Partial<EmbeddedOptions> = {},
): Promise<TestEngine> {
  const directory = mkdtempSync(join(tmpdir(), 'stagebook-restate-engine-'));
  const clock = new SimulatedClock();
  return open({ restate, hub: newHub(), directory, clock, world: createWorld(), port: 0, given, options }, crash);
}

async function open(place: Place, crash?: Crash): Promise<TestEngine> {
  const { directory, clock, world } = place;
  const database = openDatabase(join(directory, 'journal.db'));
  const actions = actionsOf(world);
  const house = await openRestateHouse({ ...place, database, crash }, { ...plainOptions(actions), ...place.options });
  const { engine } = house;
  const work = async (until: () => boolean = () => false, limit = 10_000): Promise<void> => {
    for (let moves = 0; moves < limit; moves += 1) {
      await house.quiet();
      const next = clock.next();
      if (house.crashed || until() || next === undefined) return;
      clock.advanceTo(next);
    }
    throw new Error(`still not done after ${limit} moves of the clock`);
  };
  const end = async (): Promise<void> => {
    await house.close();
    if (database.open) database.close();
  };
  return {
    engine,
    journal: Object.defineProperties(Object.create(house.journal) as TestEngine['journal'], {
      writes: { get: () => house.commits },
      crashed: { get: () => house.crashed },
    }),
    database,
    clock,
    world,
    actions,
    settle: () => house.quiet(),
    work,
    async run(definition, inputs = {}, more = {}) {
      const run = await engine.start({ definition, inputs, by: { kind: 'person', name: 'Ada' }, ...more });
      await work(() => ['completed', 'failed', 'cancelled', 'waiting', 'suspended'].includes(engine.state(run).status));
      return engine.state(run);
    },
    async restart(again) {
      await end();
      return open({ ...place, port: house.port, traffic: house.traffic }, again);
    },
    remove() {
      void end().then(() => rmSync(directory, { recursive: true, force: true }));
    },
  };
}
