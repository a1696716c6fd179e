import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readConfig } from '../daemon/config.ts';
import { openDaemon, type Daemon } from '../daemon/open.ts';
import type { NewEvent } from '../shared/run/event.ts';
import { parseWorkflowText } from '../shared/workflow/parse.ts';
import { openHost, type Host } from '../test/e2e/host/driver.ts';
import type { Bench, Figure } from './bench.ts';
import { quantile, round, timed } from './statistics.ts';

const ROOT = join(import.meta.dirname, '..');
const BLOCKS = 300;
const EVENTS_A_SECOND = 100;
const SECONDS = 10;
const AT_WORK = 5;
const PAGE = 'Many steps';

/** What a person sees of a run that is busy: from the commit of an event to the changed pixel, in Chromium. */
export const ui: Bench = {
  name: 'ui',
  summary: `A page of ${BLOCKS} blocks in the double of Logseq, ${EVENTS_A_SECOND} events a second, in headless Chromium`,
  async run() {
    execFileSync(
      process.execPath,
      [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '-c', 'plugin/vite.config.ts'],
      {
        cwd: ROOT,
        stdio: 'ignore',
      },
    );
    const bundle = gzipSync(readFileSync(join(ROOT, 'dist/stagebook.js'))).length / 1000;
    const home = mkdtempSync(join(tmpdir(), 'stagebook-bench-ui-'));
    const host = await openHost({
      plugins: [{ id: 'stagebook', files: join(ROOT, 'dist') }],
      pages: { [PAGE]: page(), Elsewhere: '- Nothing here' },
      open: PAGE,
    });
    let daemon: Daemon | undefined;
    try {
      writeFileSync(join(home, 'config.yaml'), `origins: [${host.pluginOrigin}]\n`);
      daemon = await openDaemon(readConfig(home), { port: 0, policy: { trust: false, signToStart: false } });
      await connect(host, daemon);
      const run = await begin(daemon);
      return [
        { what: 'the plugin, gzipped [ui.bench.bundle]', value: round(bundle), unit: 'kB', target: { atMost: 150 } },
        ...(await speed(host, daemon, run)),
        ...(await leaks(host, daemon, run)),
        await readiness(host),
      ];
    } finally {
      await host.close();
      await daemon?.close();
      rmSync(home, { recursive: true, force: true });
    }
  },
};

function page(): string {
  const steps = Array.from(
    { length: BLOCKS - 3 },
    (_, n) =>
      `\t- {{renderer :stagebook, step}} Step number ${n}\n\t  \`\`\`yaml\n\t  uses: memory.read\n\t  with: { key: k${n} }\n\t  \`\`\`\n`,
  );
  return `- {{renderer :stagebook, workflow}} ${PAGE}\n- ## {{renderer :stagebook, stage}} All\n  \`\`\`yaml\n  persona: backend\n  \`\`\`\n\t- {{renderer :stagebook, wait}} A day\n\t  \`\`\`yaml\n\t  for: 1d\n\t  \`\`\`\n${steps.join('')}`;
}

const path = (n: number): string => `all/step_number_${n}`;

async function connect(host: Host, { server }: Daemon): Promise<void> {
  const { code } = await server!.desk.pair('plugin');
  await host.setSetting('stagebook', 'port', server!.port);
  await host.setSetting('stagebook', 'pairingCode', code);
  await host.page.locator('.sb-stage .sb-r').first().waitFor();
}

/** A run of the page that waits in its first block. What happens in the others is ours to say. */
function begin({ engine }: Daemon): Promise<string> {
  const definition = parseWorkflowText(page()).definition!;
  return engine.start({ definition, inputs: {}, by: { kind: 'system', name: 'bench' }, graph: GRAPH, page: PAGE });
}

/** As the double says where its graph is. */
const GRAPH = '/home/person/notes';

const started = (n: number): NewEvent => ({
  type: 'node.started',
  node: path(n),
  payload: { role: 'step', title: `Step number ${n}` },
});
const completed = (n: number, at: number): NewEvent => ({
  type: 'node.completed',
  node: path(n),
  payload: { output: { value: n }, startedAt: at },
});

async function speed(host: Host, { journal }: Daemon, run: string): Promise<Figure[]> {
  await journal.append(run, [started(0)]);
  await host.page.locator('.sb-step .sb-l[data-s="run"]').first().waitFor({ timeout: 10_000 });
  await host.page.addScriptTag({ path: join(import.meta.dirname, 'ui-page.js') });
  const drawn = await inPage<string[]>(host, 'stagebookSteps()');
  const blocks = drawn.slice(1, 100);
  // What a person is at: a field of their own in the header's form, or a button, and a settings fence that is open.
  await host.page.locator('.sb-workflow button').first().focus();
  const focus = await focused(host);
  await inPage(host, 'stagebookWatch()');
  const idle = await inPage<number>(host, 'stagebookFrames(3000)');

  const commits = new Map<string, Commit[]>();
  const byNode = new Map(blocks.map((uuid, n) => [path(n + 1), uuid]));
  // Who waits for its own append hears of the commit when what follows from it may be drawn already.
  const off = journal.subscribe((events) => {
    const at = performance.timeOrigin + performance.now();
    for (const { node, at: begun } of events) {
      const uuid = byNode.get(node);
      if (uuid !== undefined) commits.set(uuid, [...(commits.get(uuid) ?? []), { begun, at }]);
    }
  });
  const due = performance.now();
  const busy = inPage<number>(host, `stagebookFrames(${SECONDS * 1000})`);
  for (let event = 0; event < EVENTS_A_SECOND * SECONDS; event += 1) {
    // Five steps at work at a time, each of them for a tenth of a second, over and over down the page.
    const starts = event % 2 === 0;
    const n = (Math.floor(event / 2) + blocks.length - (starts ? 0 : AT_WORK)) % blocks.length;
    const wait = due + (event * 1000) / EVENTS_A_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    await journal.append(run, [starts ? started(n + 1) : completed(n + 1, Date.now() - 100 * event)]);
  }
  const busyFrames = await busy;
  // The last of them are drawn by now.
  await inPage(host, 'stagebookFrames(500)');
  off();
  const seen = await inPage<Sighting[]>(host, 'stagebookSeen');
  const delays = delaysOf(commits, seen);
  const strangers = seen.filter(({ block }) => !commits.has(block)).length;
  return [
    {
      what: 'commit to changed pixel, median [ui.bench.pixel]',
      value: round(quantile(delays, 0.5), 1),
      unit: 'ms',
      target: { atMost: 20 },
    },
    {
      what: 'commit to changed pixel, p95',
      value: round(quantile(delays, 0.95), 1),
      unit: 'ms',
      target: { atMost: 50 },
    },
    {
      what: 'frames under load, share of idle [ui.bench.frames]',
      value: round(busyFrames / SECONDS / (idle / 3), 3),
      unit: '',
      target: { atLeast: 0.9 },
    },
    { what: 'redraws of blocks that nothing happened to', value: strangers, unit: '', target: { atMost: SECONDS * 2 } },
    { what: 'focus that was lost', value: (await focused(host)) === focus ? 0 : 1, unit: '', target: { atMost: 0 } },
  ];
}

const focused = (host: Host): Promise<string> => inPage(host, 'stagebookFocus()');

function inPage<T>(host: Host, expression: string): Promise<T> {
  return host.page.evaluate(expression) as Promise<T>;
}

/** A block of ours that was drawn anew, and when: ms since the epoch, at the frame that showed it. */
interface Sighting {
  block: string;
  at: number;
}

/** When an event of a block was given to the journal, and when we heard of its commit: ms since the epoch. */
interface Commit {
  begun: number;
  at: number;
}

/** For each commit the first change that was seen of its block after it; those that were overtaken by the next count with it. */
function delaysOf(commits: ReadonlyMap<string, readonly Commit[]>, seen: readonly Sighting[]): number[] {
  const delays: number[] = [];
  for (const [block, times] of commits) {
    const own = seen.filter((one) => one.block === block);
    for (const { begun, at } of times) {
      // Who is told first may have drawn it before we, in another process of a busy machine, look at the clock.
      const first = own.find((one) => one.at >= begun);
      if (!first) throw new Error(`a change of block ${block} was never drawn`);
      delays.push(Math.max(0, first.at - at));
    }
  }
  return delays;
}

/** Two counts so far apart, in milliseconds, that are the same are taken for the end of all drawing. */
const REST_MS = 700;
const MOST_LOOKS = 20;

/** Nodes and listeners that the host has more of after many events and many renders of blocks than after some. */
async function leaks(host: Host, { journal }: Daemon, run: string): Promise<Figure[]> {
  const session = await host.page.context().newCDPSession(host.page);
  await session.send('Performance.enable');
  const countNow = async (): Promise<{ nodes: number; listeners: number }> => {
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return { nodes: of('Nodes'), listeners: of('JSEventListeners') };
  };
  /** Once nothing is drawn any more: right after a burst a quarter of the page is still to come. */
  const count = async (): Promise<{ nodes: number; listeners: number }> => {
    let last = await countNow();
    for (let tries = 0; tries < MOST_LOOKS; tries += 1) {
      await host.page.waitForTimeout(REST_MS);
      const now = await countNow();
      if (now.nodes === last.nodes && now.listeners === last.listeners) return now;
      last = now;
    }
    return last;
  };
  const burst = async (events: number): Promise<void> => {
    for (let at = 0; at < events; at += 50) {
      await journal.append(
        run,
        Array.from({ length: 50 }, (_, n) => ((at / 50) % 2 === 0 ? started(n) : completed(n, Date.now()))),
      );
    }
  };
  const generations = async (times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1) {
      await host.goTo('Elsewhere');
      await host.goTo(PAGE);
      await host.page.locator('.sb-step .sb-l').first().waitFor();
    }
  };
  // Places of blocks are made once and used again: some generations make all there will be.
  await generations(6);
  await burst(1_000);
  const before = await count();
  await burst(10_000);
  await generations(5);
  const after = await count();
  return [
    {
      what: 'nodes that 10,000 events and 500 slots left in the host [ui.bench.flat]',
      value: after.nodes - before.nodes,
      unit: '',
      target: { atMost: Math.round(before.nodes * 0.02) },
    },
    { what: 'listeners that they left', value: after.listeners - before.listeners, unit: '', target: { atMost: 5 } },
  ];
}

async function readiness(host: Host): Promise<Figure> {
  const times: number[] = [];
  for (let n = 0; n < 5; n += 1)
    times.push(await timed(() => host.reloadPlugin('stagebook').then(() => host.ready('stagebook'))));
  return {
    what: 'the plugin is ready after its load [ui.bench.ready]',
    value: round(quantile(times, 0.5)),
    unit: 'ms',
    target: { atMost: 300 },
  };
}
