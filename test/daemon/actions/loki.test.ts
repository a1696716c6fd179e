import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lokiPatterns, lokiQuery } from '../../../daemon/actions/loki.ts';
import { startLoki, type Loki } from '../../../daemon/demo/counterparts/loki.ts';
import { patternsOf } from '../../../daemon/telemetry-sources/patterns.ts';
import { hashJson } from '../../../shared/canonical-json.ts';
import { testContext } from '../../fakes/action-context.ts';

let loki: Loki;
const now = Date.now();
const ago = (seconds: number): number => now - seconds * 1_000;
beforeAll(async () => {
  loki = await startLoki();
  const errors = Array.from({ length: 18 }, (_, n) => ({
    at: ago(60 + n),
    text: `level=error msg="order ${n * 37}: no connection free after 250 ms (5 of 5 in use)"`,
  }));
  const others = [
    { at: ago(70), text: 'level=error msg="disk at 91%"' },
    { at: ago(71), text: 'level=error msg="disk at 92%"' },
    { at: ago(72), text: 'level=info msg="started"' },
    { at: ago(1_800), text: 'level=error msg="disk at 80%"' },
  ];
  await loki.push({ service: 'shop' }, [...errors, ...others]);
  await loki.push({ service: 'other' }, [{ at: ago(60), text: 'level=error msg="not ours"' }]);
});
afterAll(() => loki.stop());
beforeEach(() => loki.faults.clear());

const context = () => testContext({ config: { sources: { loki: { url: loki.url } } } });
const QUERY = '{service="shop"} |~ "(?i)error"';

describe('Loki', () => {
  it('lines are read newest last, with their labels [incident.look.loki]', async () => {
    const found = await lokiQuery.run(lokiQuery.input.parse({ query: QUERY, limit: 5 }), await context());
    expect(found).toMatchObject({ available: true, count: 5, tainted: true });
    expect(found.lines.at(-1)).toMatchObject({
      text: expect.stringContaining('order 0:'),
      labels: { service: 'shop' },
    });
    expect(hashJson(found.result)).toBe(found.evidence.digest);
  });

  it('error lines are clustered by pattern with shares, and what is new is said [incident.look.patterns]', async () => {
    const found = await lokiPatterns.run(lokiPatterns.input.parse({ query: QUERY }), await context());
    expect(found).toMatchObject({ available: true, total: 20, complete: true });
    expect(found.patterns).toMatchObject([
      { pattern: 'order <*>: no connection free after <*> ms (<*> of <*> in use)', count: 18, share: 0.9, new: true },
      { pattern: 'disk at <*>%', count: 2, share: 0.1, new: false },
    ]);
    expect(found.evidence.finding).toMatch(/^90 % of 20 lines are “order .*”, which was not there in the 1h before/);
    expect(found.evidence.series!.lines[0]!.points.reduce((sum, [, count]) => sum + (count ?? 0), 0)).toBe(20);
    const { uses, with: settings } = found.evidence.again!;
    expect(uses).toBe('loki.patterns');
    const again = await lokiPatterns.run(lokiPatterns.input.parse(settings), await context());
    expect(again.evidence.digest).toBe(found.evidence.digest);
    expect(hashJson(again.result)).toBe(again.evidence.digest);
  });

  it('lines that are too long to be read all at once are read as far as they can be, and the time before does not hide them [incident.look.long-lines]', async () => {
    const dump = (n: number) => ({ at: ago(n), text: `level=error msg="dump of the heap" ${'x'.repeat(2 ** 20)}` });
    // Before it began there was more than is read at once; since then there is one line.
    await loki.push({ service: 'dumps' }, [...Array.from({ length: 18 }, (_, n) => dump(2_000 + n)), dump(60)]);
    const query = '{service="dumps"} |~ "error"';
    const found = await lokiPatterns.run(lokiPatterns.input.parse({ query, limit: 100 }), await context());
    expect(found).toMatchObject({ available: true, total: 1, complete: true, patterns: [{ new: false }] });
    expect(found.evidence.finding).toMatch(/^The only line is “dump of the heap/);
    const all = await lokiPatterns.run(
      lokiPatterns.input.parse({ name: 'errors', query, over: '1h', limit: 100 }),
      await context(),
    );
    expect(all).toMatchObject({ available: true, total: 10, complete: false });
    expect(all.evidence.finding).toMatch(/^Errors: 100 % of the newest 10 lines are “/);
    const lines = await lokiQuery.run(lokiQuery.input.parse({ query, over: '1h', limit: 100 }), await context());
    expect(lines.evidence.finding).toBe(`10 or more lines in 1h of ${query}.`);
  });

  it('of more lines than are read say of which they speak, and never that something is new that may have been there [incident.look.patterns]', async () => {
    const second = (n: number, text: string) => ({ at: ago(n), text: `level=error msg="${text}"` });
    const all = [
      ...[3_000, 2_990, 2_980, 2_970].map((n) => second(n, 'no connection')),
      ...[1_500, 1_499, 1_498, 1_497].map((n) => second(n, 'slow disk')),
      ...[120, 119, 118, 117, 116, 115].map((n) => second(n, 'no connection')),
    ];
    await loki.push({ service: 'busy' }, all);
    const look = async (limit: number) =>
      lokiPatterns.run(lokiPatterns.input.parse({ query: '{service="busy"} |~ "error"', limit }), await context());
    const part = await look(4);
    expect(part).toMatchObject({ total: 4, complete: false, compared: false, patterns: [{ new: false }] });
    expect(part.evidence.finding).toBe(
      '100 % of the newest 4 lines are “no connection”; the 1h before has too many lines to say whether it is new.',
    );
    // What was not read is not drawn as nothing.
    expect(part.evidence.series!.lines[0]!.points[0]![0]).toBeGreaterThan(ago(130));
    const whole = await look(100);
    expect(whole).toMatchObject({ complete: true, compared: true, patterns: [{ new: false }] });
    expect(whole.evidence.finding).toBe('100 % of 6 lines are “no connection”.');
  });

  it('that refuses, is busy or is down leaves a gap that says so [incident.look.gap]', async () => {
    const look = async (query: string) => lokiPatterns.run(lokiPatterns.input.parse({ query }), await context());
    expect(await look('{}')).toMatchObject({ available: false, reason: expect.stringContaining('at least one') });
    loki.faults.answerNext('GET', /query_range/, { status: 429 }, 2);
    expect(await look(QUERY)).toMatchObject({ available: false, reason: expect.stringContaining('429') });
    loki.faults.down();
    expect(await look(QUERY)).toMatchObject({ available: false, patterns: [], evidence: { digest: '' } });
    loki.faults.up();
  });
});

describe('patterns', () => {
  const of = (...texts: string[]) => patternsOf(texts.map((text, at) => ({ at, text })));

  it.each([
    ['2026-01-05T03:00:01.123Z user 42 failed', '<*> user <*> failed'],
    ['{"level":"error","msg":"cannot reach 10.0.0.7:5432","error":"timeout"}', 'cannot reach <*> timeout'],
    ['GET /orders/8f14e45fceea167a 503 in 12.5ms', 'GET /orders/<*> <*> in <*>'],
    ['id 6f9619ff-8b86-d011-b42d-00c04fc964ff at 0xdeadbeef', 'id <*> at <*>'],
    ['user "Ada Lovelace" is unknown', 'user <*> is unknown'],
  ])('sees through what differs by its form: %s', (line, pattern) => {
    expect(of(line)[0]!.pattern.replaceAll('<*>:', '<*>')).toBe(pattern);
  });

  it('puts lines together of which most is the same, and keeps others apart', () => {
    const found = of(
      'user ada could not log in today',
      'user bob could not log in today',
      'user bob could not log in today',
      'disk is full',
    );
    expect(found).toMatchObject([
      { pattern: 'user <*> could not log in today', count: 3, first: 0, last: 2 },
      { pattern: 'disk is full', count: 1 },
    ]);
  });

  it('takes ten thousand long and hostile lines in bounded time', () => {
    const hostile = `${'"'.repeat(3_000)}${'a'.repeat(3_000)}${'0'.repeat(3_000)}`;
    const lines = Array.from({ length: 10_000 }, (_, n) => `${n} ${hostile}`);
    expect(of(...lines)[0]!.pattern.length).toBeLessThan(3_000);
  });
});
