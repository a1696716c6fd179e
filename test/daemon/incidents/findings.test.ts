import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { PageService } from '../../../daemon/graph/page-service.ts';
import type { NewEvent } from '../../../shared/run/event.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { looked } from '../../fakes/incident.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { openPages } from '../../fakes/pages.ts';

let test: TestEngine;
let folder: string;
let pages: PageService;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-findings-'));
  test = await createTestEngine();
  pages = openPages(test);
});
afterEach(async () => {
  await pages.close();
  test.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** What the page says by now. */
async function page(): Promise<string> {
  await test.settle();
  test.clock.advanceTo(test.clock.now() + 1_000);
  await pages.flush();
  return readFileSync(join(folder, 'pages', 'INC-2026-01-05-001.md'), 'utf8');
}

it('a finding is on the page as soon as its source answers, while another is still waited for, and one that is down is a gap [incident.pages.first]', async () => {
  const answers = new Map<string, (value: never) => void>();
  for (const name of ['metrics', 'logs', 'traces']) {
    test.world.on(name, () => new Promise((resolve) => answers.set(name, resolve)));
  }
  const look = (name: string) => step(name, 'act.read', { with: { name } });
  const definition = workflowOf(
    node('parallel', 'look', { 'on-failure': 'wait' }, look('metrics'), look('logs'), look('traces')),
  );
  const by = { kind: 'person', name: 'Ada' } as const;
  const graph = (await openFolder(folder)).id;
  const run = await test.engine.start({ definition, inputs: {}, by, graph });
  const opened: NewEvent = {
    type: 'incident.opened',
    node: '',
    payload: {
      id: 'INC-2026-01-05-001',
      title: 'It fails',
      service: 'api',
      severity: 'P1',
      known: true,
      why: 'said',
      by,
    },
  };
  await test.journal.append(run, [opened]);
  expect(await page()).not.toContain('## Findings');
  answers.get('metrics')!(looked({ finding: 'Every fifth request fails.' }) as never);
  const first = await page();
  expect(first).toContain('Every fifth request fails.');
  expect(first).not.toContain('no connection');
  answers.get('traces')!(looked({ digest: '', finding: 'The store of traces did not answer.' }) as never);
  expect(await page()).toMatch(/The store of traces did not answer\.[^]*A gap: the source gave no answer/);
  answers.get('logs')!(looked({ finding: 'Most lines say: no connection.' }) as never);
  const last = await page();
  // What is known is read first.
  expect(last.indexOf('Most lines say: no connection.')).toBeGreaterThan(0);
  expect(last.indexOf('Most lines say: no connection.')).toBeLessThan(last.indexOf('The store of traces did not'));
  expect(test.engine.state(run).status).toBe('completed');
});
