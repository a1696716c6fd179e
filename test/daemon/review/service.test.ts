import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Graph } from '../../../daemon/graph/graph.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { sqliteReviews } from '../../../daemon/journal/reviews.ts';
import { createReview, type Review } from '../../../daemon/review/service.ts';
import { examinePlanted } from '../../fakes/planted-review.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';

const DAY = 86_400_000;
let folder: string;
let graph: Graph;
let clock: SimulatedClock;
let review: Review;
let database: ReturnType<typeof openDatabase>;

const page = (name: string, text: string | Buffer) => writeFileSync(join(folder, 'pages', `${name}.md`), text);
const files = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, 'pages')).map((name) => [
      name,
      readFileSync(join(folder, 'pages', name)).toString('base64'),
    ]),
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-review-'));
  mkdirSync(join(folder, 'pages'));
  graph = await openFolder(folder);
  clock = new SimulatedClock();
  database = openDatabase(':memory:');
  review = createReview({
    store: sqliteReviews(database),
    memory: sqliteBlockMemory(database),
    clock,
    zone: 'UTC',
    graph: () => Promise.resolve(graph),
    nameOf: () => 'notes',
    examine: (from) => examinePlanted(from, clock.now()),
    panel: () => 'http://127.0.0.1:7000/panel/',
  });
});
afterEach(async () => {
  await graph.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Texts whose bytes are easily lost: line ends, a mark at the start, tabs and blanks, properties, no end of line. */
const AWKWARD: Record<string, string | Buffer> = {
  Plain: 'owner:: Ada\n\n- teh first\n\t- under it\n- teh second\n',
  Windows: 'owner:: Ada\r\n\r\n- teh first\r\n\t- under it\r\n\r\n\r\n- last',
  Mark: '\uFEFFowner:: Ada\n\n- teh first   \n  id:: 6612a7b5-1111-4c4c-8c8c-0123456789ab\n  collapsed:: true\n\t\t- deep\n',
  Star: 'owner:: Ada\n* teh list\n  + of stars\n\n\nprose teh without a bullet\n',
};

describe('a fix', () => {
  it('shows exactly what it changes, makes it, and undone leaves every file as it was, byte for byte [review.fix.undo]', async () => {
    for (const [name, text] of Object.entries(AWKWARD)) page(name, text);
    page('Index', '- [[Plain]]');
    const before = files();
    const { findings } = await review.findings('g', { limit: 100 });
    expect(findings.filter(({ fix }) => fix).length).toBeGreaterThan(5);
    for (const { finding, page: on } of findings) {
      const { pages, digest, title } = await review.preview('g', finding);
      expect(files(), 'looking changes nothing').toEqual(before);
      const number = await review.apply('g', finding, digest, 'Ada');
      for (const each of pages) expect((await graph.read(each.page))?.text).toBe(each.after);
      expect((await review.findings('g', { limit: 100 })).findings.map((each) => each.finding)).not.toContain(finding);
      await review.undo('g', number);
      expect(files(), `${title} on ${on}`).toEqual(before);
    }
  });

  it('of several pages is made on all or on none [review.fix.atomic]', async () => {
    page('Lonely', '- something\n');
    const [found] = (await review.findings('g', {})).findings;
    const { digest } = await review.preview('g', found!.finding);
    // Somebody makes the second page in the meantime: the first must not be left changed.
    page('Owners', '- mine\n');
    const before = files();
    await expect(review.apply('g', found!.finding, digest, 'Ada')).rejects.toMatchObject({ code: 'review.changed' });
    expect(files()).toEqual(before);
  });

  it('is refused when the text changed since it was shown, or when something else was shown [review.fix.stale]', async () => {
    page('Plain', AWKWARD.Plain!);
    const [found] = (await review.findings('g', {})).findings;
    const { digest } = await review.preview('g', found!.finding);
    await expect(review.apply('g', found!.finding, 'another', 'Ada')).rejects.toMatchObject({ code: 'review.changed' });
    page('Plain', 'owner:: Ada\n\n- teh first, and a person typed on\n- teh second\n');
    const before = files();
    await expect(review.apply('g', found!.finding, digest, 'Ada')).rejects.toMatchObject({ code: 'review.changed' });
    expect(files()).toEqual(before);
  });

  it('is not undone over what a person did after it, and not twice [review.fix.stale]', async () => {
    page('Plain', AWKWARD.Plain!);
    const [found] = (await review.findings('g', {})).findings;
    const number = await review.apply('g', found!.finding, (await review.preview('g', found!.finding)).digest, 'Ada');
    const text = (await graph.read('Plain'))!.text!;
    page('Plain', `${text}- news\n`);
    await expect(review.undo('g', number)).rejects.toMatchObject({ code: 'review.changed_since' });
    page('Plain', text);
    await review.undo('g', number);
    await expect(review.undo('g', number)).rejects.toMatchObject({ code: 'review.not_applied' });
  });

  it('of each finding made, a review finds none of them again [review.fix.all]', async () => {
    for (const [name, text] of Object.entries(AWKWARD)) page(name, text);
    for (;;) {
      const { findings } = await review.findings('g', { limit: 100 });
      const next = findings.find(({ fix }) => fix);
      if (!next) break;
      await review.apply('g', next.finding, (await review.preview('g', next.finding)).digest, 'Ada');
    }
    const { counts } = await review.overview('g', { fresh: true });
    expect(counts).toEqual({ error: 0, warning: 0, hint: 0 });
  });
});

describe('a decision', () => {
  it('puts a finding off until its time, or for good with a reason, and can be taken back [review.decide.remember]', async () => {
    page('Plain', AWKWARD.Plain!);
    const [first, second] = (await review.findings('g', {})).findings;
    await review.snooze('g', first!.finding, clock.now() + 7 * DAY, 'Ada');
    await review.dismiss('g', second!.finding, 'It is a quotation', 'Ada');
    expect((await review.overview('g')).counts).toEqual({ error: 0, warning: 0, hint: 0 });
    expect((await review.findings('g', { state: 'dismissed' })).findings).toMatchObject([
      { finding: second!.finding, decided: { by: 'Ada', reason: 'It is a quotation' } },
    ]);
    clock.advanceTo(clock.now() + 7 * DAY);
    const later = await review.overview('g', { fresh: true });
    expect(later).toMatchObject({ counts: { warning: 1 }, snoozed: 0, dismissed: 1 });
    expect(later.days.map(({ counts }) => counts.warning)).toEqual([0, 1]);
    await review.reopen('g', second!.finding);
    expect((await review.overview('g')).counts.warning).toBe(2);
  });
});

describe('the page', () => {
  it('is written when asked for, changes nothing when written again, and nothing else is written [review.page.asked]', async () => {
    for (const [name, text] of Object.entries(AWKWARD)) page(name, text);
    const before = files();
    await review.overview('g', { fresh: true });
    expect(files()).toEqual(before);
    const name = await review.writePage('g');
    expect(name).toMatch(/^Review\/\d{4}-\d\d-\d\d$/);
    const written = files();
    expect(Object.keys(written).length).toBe(Object.keys(before).length + 1);
    expect(written).toMatchObject(before);
    const text = (await graph.read(name!))!.text!;
    expect(text).toContain('TODO [[Plain]]: “teh” is written on Plain');
    expect(text).toMatch(/\[look and apply\]\(http:\/\/127\.0\.0\.1:7000\/panel\/#\/review\/g\//);
    await review.writePage('g');
    expect(files()).toEqual(written);
  });

  it('stays usable with 5,000 findings: groups are folded, and in them pieces [review.page.large]', async () => {
    page('Index', `owner:: Ada\n\n${Array.from({ length: 5_000 }, (_, n) => `- teh ${n}\n`).join('')}`);
    const name = await review.writePage('g');
    const { blocks } = (await graph.read(name!))!;
    const group = blocks.find(({ content }) => content.startsWith('**Misspelt** — 5000'))!;
    expect(group.properties.collapsed).toBe('true');
    expect(group.children.filter(({ content }) => content.startsWith('TODO'))).toHaveLength(25);
    expect(group.children.find(({ content }) => content === '26–50')!.properties.collapsed).toBe('true');
    expect(group.children.at(-1)!.content).toContain('and 4800 more');
    const all = [...Array(50).keys()].map((n) => review.findings('g', { offset: n * 100, limit: 100 }));
    const ids = (await Promise.all(all)).flatMap(({ findings }) => findings.map(({ finding }) => finding));
    expect(new Set(ids).size).toBe(5_000);
  });
});
