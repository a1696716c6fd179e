import { describe, expect, it } from 'vitest';
import type { EngineListener } from '../../../daemon/engine/engine.ts';
import { Logs } from '../../../daemon/server/logs.ts';
import type { OutputLine, ServerFrame } from '../../../shared/protocol.ts';
import { createTestServer } from '../../fakes/server.ts';

const line = (text: string, node = 'work/one', run = 'r'): OutputLine => ({ run, node, at: 1, text });
const readAll = (logs: Logs, node = 'work/one'): string[] => {
  const texts: string[] = [];
  for (let offset = 0, done = false; !done;) {
    const piece = logs.read('r', node, offset, 500);
    expect(piece.next).toBeGreaterThanOrEqual(offset);
    texts.push(...piece.lines.map(({ text }) => text));
    ({ next: offset, done } = piece);
  }
  return texts;
};

describe('output lines [ui.server.logs]', () => {
  it('can be read in pieces, each once', () => {
    const logs = new Logs();
    const texts = Array.from({ length: 300 }, (_, index) => `line ${index}`);
    for (const text of texts) logs.add(line(text));
    logs.add(line('another step', 'work/two'));
    expect(readAll(logs)).toEqual(texts);
    expect(logs.read('r', 'work/none', 7, 500)).toEqual({ lines: [], next: 7, done: true });
    const { next } = logs.read('r', 'work/one', 300, 500);
    logs.add(line('later'));
    expect(logs.read('r', 'work/one', next, 500).lines).toMatchObject([{ text: 'later' }]);
  });

  it('are bounded: the newest stay, offsets stay right, however long the lines are', () => {
    const logs = new Logs();
    for (let index = 0; index < 20_000; index += 1) logs.add(line(`line ${index}`));
    const kept = readAll(logs);
    expect(kept.length).toBeLessThanOrEqual(5_500);
    expect(kept.at(-1)).toBe('line 19999');
    expect(logs.read('r', 'work/one', 19_990, 10_000).lines.map(({ text }) => text)[0]).toBe('line 19990');
    for (let index = 0; index < 4_000; index += 1) logs.add(line('x'.repeat(100_000), 'work/big'));
    const big = readAll(logs, 'work/big');
    expect(big.reduce((sum, text) => sum + text.length, 0)).toBeLessThanOrEqual(16 * 2 ** 20);
    expect(big.length).toBeGreaterThan(500);
    expect(readAll(logs)).toEqual([]);
  });

  it('come live to who subscribed to their run, and only to them', async () => {
    const here = await createTestServer();
    const listeners = new Set<EngineListener>();
    const engine = new Proxy(here.test.engine, {
      get: (target, name) =>
        name === 'subscribe'
          ? (listener: EngineListener) => (listeners.add(listener), () => listeners.delete(listener))
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
    expect((await other.call('run.logs', { run: 'r', node: 'work/one', offset: 0 })).lines).toEqual([
      { at: 1, text: 'hello' },
    ]);
    await own.remove();
    await here.remove();
  });
});
