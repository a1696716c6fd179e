import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { IncidentState } from '../../../shared/incident/state.ts';
import { openDoors, RESPOND, type AlertDoors } from '../../fakes/alerts.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const ada = createSigner('Ada');

/** Before each test an engine and a graph with a page that responds to alerts. The test opens the doors. */
export function useDoors() {
  let test: TestEngine;
  let doors: AlertDoors;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stagebook-alerts-'));
    mkdirSync(join(folder, 'pages'));
    writeFileSync(join(folder, 'pages', 'Respond.md'), RESPOND);
    test = await createTestEngine({ options: { owner: ownersOf(ada), policy: { trust: true, signToStart: true } } });
  });
  afterEach(async () => {
    await doors.close();
    test.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get test() {
      return test;
    },
    get doors() {
      return doors;
    },
    async open(given: Parameters<typeof openDoors>[1] = {}): Promise<void> {
      await doors?.close();
      doors = await openDoors(test, { graph: folder, signer: ada, ...given });
    },
    /** The first that was opened comes first. */
    incidents: (): IncidentState[] => doors.books.list({ limit: 100 }).toReversed(),
    /** So many minutes from now, in milliseconds since the epoch. */
    at: (minutes: number): number => test.clock.now() + minutes * 60_000,
  };
}
