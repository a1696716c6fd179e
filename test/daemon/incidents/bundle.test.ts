import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleOf, verifyBundle, type Bundle } from '../../../daemon/incidents/bundle.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { openIncident } from '../../fakes/incident.ts';
import { createDesk } from '../../fakes/stagebook.ts';
import { tellThrice } from './told.ts';

let test: TestEngine;
let run: string;
beforeEach(async () => {
  test = await createTestEngine();
  ({ run } = await openIncident(test));
  await tellThrice(test, run);
});
afterEach(() => test.remove());

describe('an exported bundle', () => {
  const bundle = (): ReturnType<typeof bundleOf> => bundleOf(test.database, run, 'UTC');
  const shown = (made: Bundle) => made.timeline.shown;
  const check = async (change: (made: Bundle) => void): Promise<string[]> => {
    const made = await bundle();
    change(made);
    return (await verifyBundle(JSON.stringify(made))).problems;
  };

  it('names whatever is changed in it [incident.verify.bundle]', async () => {
    expect(await check(() => undefined)).toEqual([]);
    const of = (made: Bundle, line: number, part?: string): number =>
      shown(made).findIndex((each) => each.line === line && each.part === part);
    expect(await check((made) => (shown(made)[of(made, 2)]!.content += ' or so'))).toEqual([
      expect.stringMatching(/^line 2 was changed/),
    ]);
    expect(await check((made) => shown(made).splice(of(made, 2), 1))).toEqual([
      expect.stringMatching(/^line 2 is missing/),
    ]);
    expect(await check((made) => (shown(made)[of(made, 2, 'evidence')]!.content += 'x'))).toEqual([
      expect.stringMatching(/^the evidence of line 2 was changed/),
    ]);
    expect(await check((made) => shown(made).reverse())).toContainEqual(
      expect.stringContaining('stands in another place'),
    );
    expect(await check((made) => shown(made).push({ line: 999, content: 'x' }))).toEqual(['line 999 is not on record']);
    expect(await check((made) => (made.events[1]!.payload = made.events[1]!.payload.replace('P1', 'P3')))).not.toEqual(
      [],
    );
    expect(await check((made) => made.events.splice(2, 1))).not.toEqual([]);
    expect(await check((made) => made.events.pop())).toContainEqual(
      expect.stringMatching(/^the last line .* are gone/),
    );
    expect(
      await check((made) => (made.events.at(-1)!.payload = made.events.at(-1)!.payload.replace('pool', 'disk'))),
    ).toContainEqual(expect.stringContaining('the last line'));
    const withResult = (made: Bundle) => made.events.find(({ payload }) => payload.includes('"0.3"'))!;
    expect(
      await check((made) => (withResult(made).payload = withResult(made).payload.replace('"0.3"', '"0.1"'))),
    ).toContainEqual(expect.stringMatching(/^the evidence behind line \d+ was changed/));
    expect(
      await check((made) => (made.definition.body = made.definition.body.replace('What now?', 'What then?'))),
    ).toContainEqual('the workflow in the bundle is not the one that ran');
    await expect(verifyBundle('{"stagebook": "bundle"}')).rejects.toMatchObject({ code: 'bundle.invalid' });
  });

  it('passes no line in other words unsaid, and calls none changed that another version may have told so [incident.verify.versions]', async () => {
    const otherwise = (made: Bundle): void => {
      shown(made).find(({ line, part }) => line === 2 && part === undefined)!.content = 'In the words of old.';
      shown(made).push({ line: 9_999, content: 'Only the old one told it.' });
    };
    const now = await bundle();
    const { by: _, ...before } = now;
    for (const made of [
      { ...now, by: '0.0.1' },
      { ...before, version: 1 as const },
    ]) {
      expect(await verifyBundle(JSON.stringify(made))).toMatchObject({ problems: [], unclear: [] });
      const other = structuredClone(made);
      otherwise(other);
      const found = await verifyBundle(JSON.stringify(other));
      expect(found.problems).toEqual([]);
      expect(found.unclear).toEqual([
        expect.stringMatching(/^line 2 was changed: .*the version that exported it, or changed by somebody/),
        expect.stringMatching(/^line 9999 is not on record: /),
      ]);
    }
    otherwise(now);
    expect((await verifyBundle(JSON.stringify(now))).problems).toHaveLength(2);
  });

  it('verifies at the command line without a daemon or a data directory [incident.verify.bundle]', async () => {
    const desk = createDesk();
    try {
      const made = await bundle();
      const good = await desk.run('verify', desk.write('good.json', JSON.stringify(made)));
      expect(good, good.err).toMatchObject({ code: 0 });
      expect(good.out).toContain('nothing was changed');
      made.timeline.shown.splice(0, 1);
      const bad = await desk.run('verify', desk.write('bad.json', JSON.stringify(made)));
      expect(bad).toMatchObject({ code: 1 });
      expect(bad.out).toContain('✗ line 1 is missing');
      expect(() => readFileSync(join(desk.home, 'journal.db'))).toThrow('ENOENT');
    } finally {
      await desk.remove();
    }
  });
});
