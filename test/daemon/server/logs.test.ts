import { describe, expect, it } from 'vitest';
import type { EngineListener } from '../../../daemon/engine/engine.ts';
import type { OutputLine, ServerFrame } from '../../../shared/protocol/frames.ts';
import { createTestServer } from '../../fakes/server.ts';

const line = (text: string, node = 'work/one', run = 'r'): OutputLine => ({ run, node, at: 1, text });

describe('output lines [ui.server.logs]', () => {
  it('come live to who subscribed to their run, and only to them', async () => {
    const here = await createTestServer();
    const listeners = new Set<EngineListener>();
    const engine = new Proxy(here.test.engine, {
      get: (target, name) =>
        name === 'subscribe'
          ? (listener: EngineListener) => (listeners.add(listener), () => listeners.delete(listener))
          : name === 'logs'
            ? (run: string, node: string, offset: number) => ({
                lines: [{ at: 1, text: `${run} ${node} ${offset}` }],
                next: offset + 1,
                done: true,
              })
            : (Reflect.get(target, name) as unknown),
    });
    const own = await createTestServer({}, { engine });
    const [subscribed, other] = [await own.plugin('One'), await own.plugin('Other')];
    await subscribed.call('subscribe', { runs: ['r'], after: 0 });
    await other.call('subscribe', { runs: ['another'], after: 0 });
    for (const listener of listeners) listener.output?.(line('hello'));
    const isOutput = (frame: ServerFrame): boolean => 'output' in frame;
    await subscribed.until(() => subscribed.frames.some(isOutput));
    await other.call('status');
    expect(subscribed.frames.find(isOutput)).toEqual({ output: line('hello') });
    expect(other.frames.some(isOutput)).toBe(false);
    expect(await other.call('run.logs', { run: 'r', node: 'work/one', offset: 0 })).toEqual({
      lines: [{ at: 1, text: 'r work/one 0' }],
      next: 1,
      done: true,
    });
    await own.remove();
    await here.remove();
  });
});
