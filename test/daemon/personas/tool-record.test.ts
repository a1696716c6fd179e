import { describe, expect, it } from 'vitest';
import { earlierCall, onRecord } from '../../../daemon/personas/tool-record.ts';
import { fail, toFailure } from '../../../shared/failure.ts';
import type { NewEvent, RunEvent, ToolCalled } from '../../../shared/run/event.ts';

const started: ToolCalled = {
  call: 'first',
  server: 'shop',
  tool: 'order',
  effect: 'write',
  persona: 'tester',
  with: {},
  by: { kind: 'persona', name: 'tester' },
};
const ordered = { content: [{ type: 'text' as const, text: 'ordered' }] };
const full = fail('locked', 'journal.full', 'The disk is full.');

/** A record that cannot be written from the given event on, until `room` is called. */
function recordFullFrom(type: NewEvent['type']) {
  const events: Omit<NewEvent, 'node'>[] = [];
  let isFull = true;
  const append = (event: Omit<NewEvent, 'node'>): Promise<void> => {
    if (event.type === type && isFull) {
      isFull = false;
      return Promise.reject(full);
    }
    events.push(event);
    return Promise.resolve();
  };
  return { events, means: { append, redact: <T>(value: T) => value } };
}

describe('a call of a tool', () => {
  it('whose answer cannot be kept is never on record as failed: it was begun, and nobody knows [personas.agent.restart]', async () => {
    const { events, means } = recordFullFrom('tool.ended');
    await expect(onRecord(means, started, () => Promise.resolve(ordered), { keep: true })).rejects.toMatchObject({
      failure: { code: 'journal.full', unanswered: true },
    });
    expect(events.map(({ type }) => type)).toEqual(['tool.called']);
    const journal = { events: () => events as RunEvent[] };
    expect(earlierCall(journal, 'run', 'first')).toEqual({ begun: true });
  });

  it('that was never answered says so also where that cannot be kept [personas.agent.restart]', async () => {
    const { means } = recordFullFrom('tool.ended');
    const cut = fail('network', 'network.lost', 'The connection was lost.');
    await expect(onRecord(means, started, () => Promise.reject(cut), {})).rejects.toMatchObject({
      failure: { code: 'network.lost', unanswered: true },
    });
  });

  it('that only looks fails when its answer cannot be kept, and may be made again', async () => {
    const { means } = recordFullFrom('tool.ended');
    const looks = { ...started, effect: 'read' as const };
    const error: unknown = await onRecord(means, looks, () => Promise.resolve(ordered), {}).catch((e: unknown) => e);
    expect(toFailure(error)).not.toHaveProperty('unanswered', true);
  });

  it('that cannot be put on record is not made', async () => {
    const { means } = recordFullFrom('tool.called');
    let made = 0;
    const work = () => Promise.resolve((made += 1)).then(() => ordered);
    await expect(onRecord(means, started, work, {})).rejects.toMatchObject({ code: 'journal.full' });
    expect(made).toBe(0);
  });
});
