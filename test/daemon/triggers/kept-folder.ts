import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepTimes } from '../../../daemon/triggers/schedule.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { looked } from '../../fakes/looked.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const MINUTE_MS = 60_000;

/** A graph's folder whose pages start by themselves, on an engine with a simulated clock. */
export interface KeptFolder {
  test: TestEngine;
  folder: string;
  /** What nobody could be started or looked at for, each with its title. */
  problems: string[];
  write(page: string, text: string): void;
  delete(page: string): void;
  /** Trusts the workflow of a page, with the pages that it calls, as Ada. */
  trust(text: string, pages?: Record<string, Definition>): Promise<void>;
  /** Begins to keep the times of the folder, or of others, and has looked once. */
  keep(...graphs: string[]): Promise<void>;
  /** A minute goes by, and what it brought was looked at. */
  minute(): Promise<void>;
  remove(): void;
}

export async function createKeptFolder(): Promise<KeptFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-triggers-'));
  mkdirSync(join(folder, 'pages'));
  const ada = createSigner('Ada');
  const test = await createTestEngine({
    options: { owner: ownersOf(ada), policy: { trust: true, signToStart: true } },
  });
  const { engine, journal, clock } = test;
  const problems: string[] = [];
  const fileOf = (page: string): string => join(folder, 'pages', `${page}.md`);
  let stop = (): void => undefined;
  return {
    test,
    folder,
    problems,
    write: (page, text) => writeFileSync(fileOf(page), text),
    delete: (page) => rmSync(fileOf(page)),
    async trust(text, pages) {
      const definition = await engine.propose(parseWorkflowText(text).definition!, pages);
      await engine.trust(definition, ada.sign(engine.challenge({ kind: 'trust', definition })));
    },
    async keep(...graphs) {
      const onProblem = (title: string, error: unknown): void => void problems.push(`${title}: ${String(error)}`);
      stop = await keepTimes({ engine, journal, clock, graphs: graphs.length > 0 ? graphs : [folder], onProblem });
      await looked(test);
    },
    async minute() {
      clock.advanceTo(clock.now() + MINUTE_MS);
      await looked(test);
    },
    remove() {
      stop();
      test.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
