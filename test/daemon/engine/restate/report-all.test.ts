import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Recollection, Reported } from '../../../../daemon/engine/restate/messages.ts';
import { reportAll } from '../../../../daemon/engine/restate/report-all.ts';
import { hubLink } from '../../../../daemon/hub/report.ts';
import { createTestEngine } from '../../../fakes/engine.ts';
import { createTestHub, reportedOf, type TestHub } from '../../../fakes/hub.ts';
import { step, workflowOf } from '../../../fakes/outline.ts';

const definition = workflowOf(...['a', 'b', 'c'].map((id) => step(id, 'act.read', { with: { name: id } })));

describe('a report to a hub that lacks what came before it', () => {
  let hub: TestHub;
  let run: string;
  let all: Reported['events'];
  beforeEach(async () => {
    const other = await createTestEngine();
    all = reportedOf(other.engine.events((await other.run(definition)).run));
    other.remove();
    hub = await createTestHub();
    run = await hub.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
  });
  afterEach(() => hub.close());

  const tell = (recollect: (from: number) => Recollection): Promise<void> => {
    const link = hubLink(hub, { node: 'w1', token: () => Promise.resolve(hub.token) });
    const last = { run, events: all.slice(-1) };
    return reportAll(
      last,
      (reported) => link.report(reported),
      (_run, from) => Promise.resolve(recollect(from)),
    );
  };

  it('comes after that, in as many pieces as it takes [scale.hub.restored]', async () => {
    const asked: number[] = [];
    await tell((from) => {
      asked.push(from);
      return { events: all.slice(from - 1, from + 1) };
    });
    expect(asked).toEqual([2, 4, 6]);
    expect(reportedOf(hub.journal.events(run, 1))).toEqual(all.slice(1));
    expect(hub.engine.state(run)).toMatchObject({ status: 'completed' });
  });

  it('is refused while that is not kept yet, and told later [scale.hub.restored]', async () => {
    const two = (from: number): Recollection => ({ events: all.slice(from - 1, 3) });
    await expect(tell(two)).rejects.toMatchObject({ code: 'ingest.gap', failure: { data: { expected: 4 } } });
    await tell((from) => ({ events: all.slice(from - 1) }));
    expect(hub.engine.state(run)).toMatchObject({ status: 'completed' });
  });

  it('of a run that the hub has never heard of is not told to it [scale.hub.restored]', async () => {
    run = 'nobody-knows';
    await expect(tell(() => ({ events: all }))).rejects.toMatchObject({ code: 'ingest.run' });
  });
});
