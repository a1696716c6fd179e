import type { PageReading } from '../../shared/protocol/calls/pages.ts';
import { isActive } from '../../shared/run/tone.ts';
import { astray, awaited } from './awaited.ts';
import { markup, type Html } from './html.ts';
import { attemptLine, lanes, monospace, noticeLine, problemLine, word } from './parts.ts';
import { inLine } from './in-line.ts';
import { planOf, stateOf, toneOf, usual, type Scene } from './scene.ts';
import { ticking } from './ticking.ts';
import { moment, rough, took } from './time.ts';
import { failedAt, runningNow } from './whereabouts.ts';

/** What is in the way, or the bar of stages with one sentence. */
export function headerLine(scene: Scene): Html {
  const { run, reading } = scene;
  if (scene.notice !== undefined) return noticeLine(scene.notice);
  const stages = reading.nodes.filter((node) => node.role === 'stage');
  const parts = stages.map((stage) => {
    const tone = toneOf(scene, stage.path);
    const state =
      run && isActive(run.status) && (tone === 'run' || tone === 'wait') ? stateOf(scene, stage.path) : undefined;
    const since = state && { at: state.startedAt, usually: usual(scene, stage.path) };
    return { title: stage.title, tone, ...(since ? { since } : {}) };
  });
  const reached = Math.max(0, parts.findLastIndex(({ tone }) => tone !== 'idle' && tone !== 'skip') + 1);
  const where =
    reached > 0
      ? `stage ${reached} of ${stages.length}`
      : stages.length === 0
        ? 'no stages yet'
        : `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`;
  const median = usual(scene, '');
  const often = median === undefined ? undefined : `usually ${rough(median)}`;
  // What is wanted of somebody comes first: where there is little room, the end is cut.
  const parted = [waitsFor(scene), ...story(scene, where), often, queue(scene)].filter((text) => text !== undefined);
  const said = parted.map((text, index) => markup`${index > 0 && ' · '}${text}`);
  const tried = attemptLine(
    scene,
    (one) =>
      (run !== undefined && one.run === run.run && one.node === undefined) ||
      (one.definition !== undefined && one.definition === reading.definition),
  );
  if (tried) return markup`<span class="sb-sum">${said}</span>${tried}`;
  const bar = lanes(parts, where);
  const failure = failureOf(scene);
  if (failure) return markup`<span class="sb-bar sb-short">${bar}</span>${failure}<span class="sb-sum">${said}</span>`;
  const broken = run && isActive(run.status) ? undefined : problemOf(scene);
  if (broken) return problemLine(broken.problem, broken.title);
  return markup`<span class="sb-bar">${bar}</span><span class="sb-sum">${said}</span>`;
}

/** For what the run waits: for somebody's word, or for its turn. */
function waitsFor(scene: Scene): string | undefined {
  const [first, ...more] = awaited(scene);
  const lost = astray(scene);
  if (lost)
    return `waits for ${lost.kind === 'answer' ? 'an answer to' : 'a signature on'} what stood here before the edit`;
  if (!first) return inLine(scene);
  const what = first.role === 'sign-off' ? 'a signature' : 'an answer';
  return `waits for ${what}${more.length === 0 ? '' : ` and ${more.length} more`}`;
}

/** The runs of this page that stand in line behind the one that is shown. */
function queue({ run, reading }: Scene): string | undefined {
  const others = reading.runs.filter((one) => one.inLine !== undefined && one.run !== run?.run);
  return others.length === 0 ? undefined : `${others.length} more in line`;
}

function story(scene: Scene, where: string): (Html | string | undefined)[] {
  const { run, now } = scene;
  if (!run) return [where];
  const since = ticking('took', run.startedAt);
  if (run.status === 'cancelling') return ['cancelling', since];
  if (isActive(run.status)) return [where, step(scene), since];
  const ms = (run.endedAt ?? now) - run.startedAt;
  const ended = run.endedAt === undefined ? undefined : moment(run.endedAt, now);
  const words = {
    completed: 'done in',
    failed: 'failed after',
    cancelled: 'cancelled after',
    suspended: 'suspended after',
  };
  const over = run.dryRun && run.status === 'completed' ? 'dry run over, nothing was done' : undefined;
  return [over ?? `${words[run.status as keyof typeof words]} ${took(ms)}`, ended];
}

interface Told {
  problem: PageReading['problems'][number];
  /** The other block that it is about, and its title where it is a node. */
  elsewhere?: string | undefined;
  title?: string | undefined;
}

/** The error that is told of in the header: its own, else the first of the page. */
export function problemOf({ reading }: Scene): Told | undefined {
  const errors = reading.problems.filter(({ severity }) => severity === 'error');
  const node = (uuid: string | undefined) => (uuid === undefined ? undefined : planOf(reading).byUuid.get(uuid));
  const own = errors.find(({ uuid }) => node(uuid)?.role === 'workflow');
  const [first] = errors;
  if (own) return { problem: own };
  return first && { problem: first, elsewhere: first.uuid, title: node(first.uuid)?.title };
}

/** The step that goes on. Several at once have no one name, and what waits for somebody is said already. */
function step(scene: Scene): Html | undefined {
  const [node, another] = runningNow(scene);
  return node?.role === 'step' && !another ? word(node.title || node.role, 40) : undefined;
}

/** What made a run stop, and where: at the innermost node that failed. */
function failureOf(scene: Scene): Html | undefined {
  const { run } = scene;
  if (run?.status !== 'failed' && run?.status !== 'suspended') return undefined;
  const message = run.failure?.message;
  if (message === undefined) return undefined;
  const node = failedAt(scene);
  const title = node && (node.title || node.role);
  const where = title !== undefined && !message.includes(title) && markup`${word(title, 60)}: `;
  return markup`<span class="sb-why sb-grow"><span class="sb-at">${where}</span>${monospace(message)}</span>`;
}
