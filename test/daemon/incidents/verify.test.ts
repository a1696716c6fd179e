import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withAssets } from '../../../daemon/graph/assets.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { PageService } from '../../../daemon/graph/page-service.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import { verifyIncident, type VerifyMeans } from '../../../daemon/incidents/verify.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { incidentPage } from '../../../daemon/pages/incident.ts';
import type { DocBlock } from '../../../daemon/pages/page.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { ADA, looked, openIncident } from '../../fakes/incident.ts';
import { openPages } from '../../fakes/pages.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';
import { tellThrice } from './told.ts';

const ada = createSigner('Ada');

let test: TestEngine;

let folder: string;

let graph: string;

let pages: PageService;

let run: string;

let id: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-verify-'));
  graph = (await openFolder(folder)).id;
  test = await createTestEngine({ options: { owner: ownersOf(ada) } });
  pages = openPages(test);
  ({ run, id } = await openIncident(test, { graph }));
  await tellThrice(test, run);
  await write();
});

afterEach(async () => {
  await pages.close();
  test.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Lets the outbox write what it owes. */
async function write(): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    await test.settle();
    test.clock.advanceTo(test.clock.now() + 20_000);
    await pages.flush();
  }
}

const file = (): string => join(folder, 'pages', `${id}.md`);

const edit = (change: (lines: string[]) => string[]): void =>
  writeFileSync(file(), change(readFileSync(file(), 'utf8').split('\n')).join('\n'));

const verify = (more: Partial<VerifyMeans> = {}) =>
  verifyIncident(id, run, {
    database: test.database,
    memory: sqliteBlockMemory(test.database),
    zone: 'UTC',
    definition: (each) => test.engine.definition(each),
    events: (each) => test.journal.events(each),
    graph: (name) => openFolder(name.replace(/^folder:/, '')),
    ...more,
  });

/** Writes the page as a version that words and orders it otherwise would have: lines, what is beneath findings, a drawing. */
async function asAnotherVersion(): Promise<void> {
  const memory = sqliteBlockMemory(test.database);
  const source = {
    state: test.engine.state(run),
    definition: test.engine.definition(run),
    events: test.engine.events(run),
    data: null,
    zone: 'UTC',
    siblings: {},
  };
  const older = ({ key, content, asset, children, ...rest }: DocBlock): DocBlock[] => {
    const folded = key.replace(/^timeline\/shown\/3/, 'timeline/folded/3');
    if (/^evidence\/.*\/asked$/.test(key)) return [{ key: `${key}-before`, content: 'Only the old one asked so.' }];
    const words = /^(timeline|evidence)\/.+/.test(key) && !asset ? `${content} (in the words of old)` : content;
    return [
      {
        key: folded,
        content: words,
        ...rest,
        ...(asset && { asset: { ...asset, content: asset.content.replace('<svg', '<svg data-by="old"') } }),
        ...(children && { children: children.flatMap(older) }),
      },
    ];
  };
  const doc = incidentPage.render(source);
  const page = { ...doc, blocks: doc.blocks.flatMap(older) };
  const there = await openFolder(folder);
  await writePage(there, memory, { ...page, blocks: await withAssets(there, memory, page) });
}

const depthOf = (text: string): number => /^\t*(?=- )/.exec(text)?.[0].length ?? Infinity;

/** The line of the page's file that tells what a line of the timeline rests on, and the end of that block. */
const evidenceOf = (lines: string[], line: number): [number, number] => {
  const at = lines.findIndex((text) => text.includes(`- line ${line} after`));
  return [at, lines.findIndex((text, n) => n > at && /^\t*- /.test(text))];
};

/** The line of the page's file that tells a line of the timeline, and the end of its block with what stands beneath it. */
const placeOf = (lines: string[], line: number): [number, number] => {
  const [beneath] = evidenceOf(lines, line);
  const depth = depthOf(lines[beneath]!) - 1;
  const at = lines.findLastIndex((text, n) => n < beneath && depthOf(text) === depth);
  return [at, lines.findIndex((text, n) => n > at && depthOf(text) <= depth)];
};

describe('an incident on its page', () => {
  it('verifies as long as nobody has touched it, also with corrections and what came since [incident.verify.untouched]', async () => {
    expect(readFileSync(file(), 'utf8')).toContain('The pool ran dry');
    expect(await verify()).toMatchObject({ problems: [], notes: [], evidence: 1 });
    await test.engine.tell(run, { change: { note: 'Not on the page yet.' } }, ADA);
    expect((await verify()).problems).toEqual([]);
    await write();
    expect((await verify()).problems).toEqual([]);
  });

  it('names a line that was changed, deleted or moved there [incident.verify.page]', async () => {
    const before = readFileSync(file(), 'utf8');
    edit((lines) => lines.map((text) => text.replace('Called the provider', 'Called nobody')));
    expect((await verify()).problems).toEqual([
      expect.stringMatching(
        /^on the page, line \d+ was changed: it says .*Called nobody.*the record says .*Called the provider/,
      ),
    ]);
    writeFileSync(file(), before);
    edit((lines) => {
      const [at, end] = placeOf(lines, 2);
      return lines.toSpliced(at, end - at);
    });
    expect((await verify()).problems).toEqual([
      expect.stringMatching(/^on the page, line 2 is missing: .*opened INC-/),
      expect.stringMatching(/^on the page, the evidence of line 2 is missing: /),
    ]);
    writeFileSync(file(), before);
    edit((lines) => {
      const [at, end] = placeOf(lines, 1);
      const moved = lines.slice(at, end);
      const rest = lines.toSpliced(at, end - at);
      return rest.toSpliced(placeOf(rest, 2)[1], 0, ...moved);
    });
    expect((await verify()).problems).toEqual([
      expect.stringMatching(/^on the page, line [12] stands in another place/),
      expect.stringMatching(/^on the page, the evidence of line [12] stands in another place/),
    ]);
    rmSync(file());
    expect((await verify()).problems).toEqual([`the page ${id} is gone from the graph`]);
  });

  it('names what a line rests on, or said before, when that was changed, deleted or put beneath another line [incident.verify.evidence]', async () => {
    const before = readFileSync(file(), 'utf8');
    const after = async (change: (lines: string[]) => string[]): Promise<string[]> => {
      edit(change);
      const { problems } = await verify();
      writeFileSync(file(), before);
      return problems;
    };
    expect(
      await after((lines) => lines.map((text) => text.replace('the source says P1', 'the source says P3'))),
    ).toEqual([
      expect.stringMatching(/^on the page, the evidence of line 2 was changed: it says .*P3.*the record says .*P1/),
    ]);
    expect(
      await after((lines) => {
        const [at, end] = evidenceOf(lines, 2);
        return lines.toSpliced(at, end - at);
      }),
    ).toEqual([expect.stringMatching(/^on the page, the evidence of line 2 is missing: /)]);
    expect(
      await after((lines) => {
        const [at, end] = evidenceOf(lines, 1);
        const moved = lines.slice(at, end);
        const rest = lines.toSpliced(at, end - at);
        return rest.toSpliced(evidenceOf(rest, 2)[0], 0, ...moved);
      }),
    ).toEqual([expect.stringMatching(/^on the page, the evidence of line 1 stands in another place/)]);
    expect(await after((lines) => lines.map((text) => text.replace('It said:', 'It never said:')))).toEqual([
      expect.stringMatching(/^on the page, the correction of line 3 was changed/),
    ]);
  });

  it('names a finding of the page, and what it stands on there, when that was changed or deleted [incident.verify.evidence]', async () => {
    const before = readFileSync(file(), 'utf8');
    expect(before).toContain('from 0 % to 30 %');
    edit((lines) => lines.map((text) => (text.includes('- The share') ? text.replace('30 %', '3 %') : text)));
    expect((await verify()).problems).toEqual([
      expect.stringMatching(/^on the page, the finding “The share .* was changed: it says .* 3 %/),
    ]);
    writeFileSync(file(), before);
    edit((lines) => lines.map((text) => text.replace(/sha256 `[0-9a-f]{8}/, 'sha256 `00000000')));
    expect((await verify()).problems).toEqual([
      expect.stringMatching(/^on the page, what stands beneath the finding .* was changed/),
    ]);
    writeFileSync(file(), before);
    edit((lines) => {
      const at = lines.findIndex((text) => text.includes('- sha256 `'));
      return lines.toSpliced(at, lines.findIndex((text, n) => n > at && /^\t*- /.test(text)) - at);
    });
    expect((await verify()).problems).toEqual([
      expect.stringMatching(/^on the page, what stands beneath the finding .* is missing/),
    ]);
  });

  it('names a chart that was drawn otherwise, taken away, or whose picture is gone [incident.verify.chart]', async () => {
    const before = readFileSync(file(), 'utf8');
    const [name] = readdirSync(join(folder, 'assets'));
    const picture = join(folder, 'assets', name!);
    const drawn = readFileSync(picture, 'utf8');
    writeFileSync(picture, drawn.replace(/points="[^"]*"/, 'points="52,140 472,140"'));
    const changed = expect.stringMatching(/^on the page, the chart of the finding “The share .*” was changed$/);
    expect((await verify()).problems).toEqual([changed]);
    rmSync(picture);
    expect((await verify()).problems).toEqual([
      expect.stringMatching(/^on the page, the chart of the finding “The share .*” is missing$/),
    ]);
    writeFileSync(picture, drawn);
    expect((await verify()).problems).toEqual([]);
    edit((lines) => lines.map((text) => text.replace(name!, 'another.svg')));
    expect((await verify()).problems).toEqual([
      expect.stringMatching(/the chart of the finding “The share .*” was changed: it says /),
    ]);
    writeFileSync(file(), before);
    edit((lines) => {
      const at = lines.findIndex((text) => text.includes('![chart]'));
      return lines.toSpliced(at, lines.findIndex((text, n) => n > at && /^\t*- /.test(text)) - at);
    });
    expect((await verify()).problems).toEqual([
      expect.stringMatching(/^on the page, the chart of the finding “The share .*” is missing$/),
    ]);
  });

  it('stands as another version wrote it, and is called changed only where somebody touched it since [incident.verify.versions]', async () => {
    await asAnotherVersion();
    const before = readFileSync(file(), 'utf8');
    expect(before).toContain('in the words of old');
    const untouched = await verify();
    expect(untouched).toMatchObject({ problems: [], unclear: [] });
    expect(untouched.notes).toEqual([
      expect.stringMatching(/^\d+ blocks of its page stand as they were written, by an/),
    ]);
    const after = async (change: (lines: string[]) => string[]): Promise<string[]> => {
      edit(change);
      const { problems } = await verify();
      writeFileSync(file(), before);
      return problems;
    };
    expect(await after((lines) => lines.map((text) => text.replace('Called the provider', 'Called nobody')))).toEqual([
      expect.stringMatching(/^on the page, line \d+ was changed: it says .*Called nobody/),
    ]);
    expect(await after((lines) => lines.map((text) => text.replace('the source says P1', 'it says P3')))).toEqual([
      expect.stringMatching(/^on the page, the evidence of line 2 was changed/),
    ]);
    expect(await after((lines) => lines.map((text) => text.replace('- The share of', '- No share of')))).toEqual([
      expect.stringMatching(/^on the page, the finding .* was changed/),
    ]);
    expect(await after((lines) => lines.map((text) => text.replace('Only the old one', 'Nobody')))).toEqual([
      expect.stringMatching(/^on the page, what another version wrote of the findings was changed/),
    ]);
    expect(
      await after((lines) => {
        const [at, end] = placeOf(lines, 3);
        return lines.toSpliced(at, end - at);
      }),
    ).toEqual([
      expect.stringMatching(/^on the page, line 3 is missing/),
      expect.stringMatching(/^on the page, the evidence of line 3 is missing/),
      expect.stringMatching(/^on the page, the correction of line 3 is missing/),
    ]);
    const picture = join(folder, 'assets', readdirSync(join(folder, 'assets'))[0]!);
    writeFileSync(picture, readFileSync(picture, 'utf8').replace(/points="[^"]*"/, 'points="52,140 472,140"'));
    expect((await verify()).problems).toEqual([expect.stringMatching(/^on the page, the chart .* was changed$/)]);
  });

  it('verifies in another time zone than it was written in [incident.verify.versions]', async () => {
    expect(await verify({ zone: 'America/New_York' })).toMatchObject({ problems: [], unclear: [] });
    edit((lines) => lines.map((text) => text.replace('Called the provider', 'Called nobody')));
    expect((await verify({ zone: 'America/New_York' })).problems).toHaveLength(1);
  });

  it('accuses nobody where another version kept nothing to tell by [incident.verify.versions]', async () => {
    await asAnotherVersion();
    test.database.exec(`delete from page_blocks where page = '${id}' || char(10) || 'assets'`);
    const found = await verify();
    expect(found.problems).toEqual([]);
    expect(found.unclear).toEqual([
      expect.stringMatching(/^on the page, the chart of the finding .*: drawn by another version, .* cannot be told$/),
    ]);
  });

  it('names what was changed, deleted or moved in the record, and evidence with another answer [incident.verify.record]', async () => {
    const untouched = test.database.serialize();
    const tampered = async (sql: string): Promise<string[]> => {
      test.database.exec('savepoint tampering');
      try {
        test.database.exec(sql);
        return (await verify()).problems;
      } finally {
        test.database.exec('rollback to tampering; release tampering');
      }
    };
    const of = `where run_id = '${run}'`;
    expect(await tampered(`update events set payload = replace(payload, 'P1', 'P3') ${of} and seq = 2`)).toContainEqual(
      expect.stringMatching(/^the line before line 3 /),
    );
    expect(await tampered(`delete from events ${of} and seq = 3`)).toContainEqual(
      expect.stringMatching(/^before line 4 .* something is missing/),
    );
    expect(
      await tampered(
        `update events set seq = -1 ${of} and seq = 3; update events set seq = 3 ${of} and seq = 4; update events set seq = 4 ${of} and seq = -1`,
      ),
    ).toContainEqual(expect.stringContaining('changed or put in another order'));
    const look = test.engine.events(run).find(({ type, node }) => type === 'node.completed' && node === 'detect/look')!;
    const found = await tampered(
      `update events set payload = replace(payload, '"0.3"', '"0.1"') ${of} and seq = ${look.seq}`,
    );
    expect(found).toContainEqual(expect.stringContaining(`the evidence behind line ${look.seq} was changed`));
    expect(test.database.serialize().equals(untouched)).toBe(true);
  });

  it('asks the sources again, and names an answer that is another one now [incident.verify.again]', async () => {
    const asked: string[] = [];
    const lookAgain = (answer: () => ReturnType<typeof looked>) => (uses: string) => {
      asked.push(uses);
      return Promise.resolve(answer());
    };
    expect(await verify({ lookAgain: lookAgain(() => looked()) })).toMatchObject({ asked: 1, problems: [] });
    expect(asked).toEqual(['prometheus.query_range']);
    expect((await verify({ lookAgain: lookAgain(() => looked({ digest: 'other' })) })).problems).toEqual([
      expect.stringMatching(/^prometheus answers “job:http_errors:ratio” of line \d+ otherwise now$/),
    ]);
    const away = await verify({ lookAgain: () => Promise.reject(new Error('connect ECONNREFUSED')) });
    expect(away).toMatchObject({ asked: 0, problems: [] });
    expect(away.notes[0]).toContain('could not be asked again: connect ECONNREFUSED');
  });
});

describe('the pages of incidents in a graph', () => {
  it('are there by themselves: the incident, the index, and a post-mortem once it was grave and is over, or on request [incident.pages.post-mortem]', async () => {
    const there = (name: string): boolean => existsSync(join(folder, 'pages', `${name}.md`));
    expect([id, 'Incidents', `Post-mortem ${id}`].map(there)).toEqual([true, true, false]);
    expect(readFileSync(file(), 'utf8')).toMatch(/!\[chart\]\(\.\.\/assets\/(stagebook-inc-[\w-]+\.svg)\)/);
    expect(readdirSync(join(folder, 'assets'))).toEqual([expect.stringMatching(/^stagebook-inc-.*\.svg$/)]);
    await test.engine.tell(run, { change: { status: 'Closed' } }, ADA);
    await write();
    expect(there(`Post-mortem ${id}`)).toBe(true);
    const small = await openIncident(test, { graph, alert: false, service: 'web' });
    await test.engine.tell(small.run, { change: { status: 'Closed' } }, ADA);
    await write();
    expect([small.id, `Post-mortem ${small.id}`].map(there)).toEqual([true, false]);
    await test.engine.tell(small.run, { change: { post_mortem: true } }, ADA);
    await write();
    expect(there(`Post-mortem ${small.id}`)).toBe(true);
  });
});
