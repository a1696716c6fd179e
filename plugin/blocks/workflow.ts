import type { Json } from '../../shared/json.ts';
import { declarationsOf, type InputDeclaration } from '../../shared/workflow/inputs.ts';
import { daysAgo } from '../../shared/days-ago.ts';
import { defineBlock, type Action, type Field, type Look, type Spot } from './block.ts';
import { clip, markup, type Html } from './html.ts';
import { attemptLine, lanes, monospace, pill, problemLine, word } from './parts.ts';
import { CONNECT } from './connect.ts';
import { childrenOf, planOf, stateOf, toneOf, usual, type Scene } from './scene.ts';
import { ticking } from './ticking.ts';
import { moment, rough, took } from './time.ts';
import { isActive, TONE_OF_RUN, TONES } from '../../shared/run/tone.ts';
import type { PageNode, PageReading } from '../../shared/protocol.ts';
import type { RunSummary } from '../../shared/run/summary.ts';

/** The header: what the run needs, how far it is, how the last ones went. */
export const workflow = defineBlock({
  role: 'workflow',
  look(spot) {
    const { scene } = spot;
    const { run, reading } = scene;
    const tone = run ? TONE_OF_RUN[run.status] : 'idle';
    const active = run !== undefined && isActive(run.status);
    const errors = reading.problems.filter(({ severity }) => severity === 'error').length;
    const facts: Html[] = [];
    if (errors > 0)
      facts.push(
        markup`<span class="sb-pill sb-st" data-s="bad">${errors} ${errors === 1 ? 'problem' : 'problems'}</span>`,
      );
    if (run?.dryRun) facts.push(pill('dry run'));
    if (isEdited(scene)) facts.push(pill('edited since'));
    const past = sparkline(reading.runs);
    if (past) facts.push(past);
    const worn = rehearsal(scene);
    if (worn) facts.push(worn);
    return {
      tone,
      shape: 'circle',
      word: run ? run.status : TONES.idle,
      facts,
      line: line(scene),
      actions: actions(spot, active),
      ...(active || reading.definition === undefined ? {} : form(scene)),
    };
  },
});

function actions({ scene }: Spot, active: boolean): Action[] {
  const { run, reading } = scene;
  // While nobody answers there is nothing to press.
  if (scene.notice !== undefined) return scene.connect ? [CONNECT] : [];
  const open: Action[] = run
    ? [
        {
          act: 'open',
          label: 'Open',
          title: 'Open this run in the panel',
          does: { kind: 'open', at: `#/run/${run.run}` },
        },
      ]
    : [];
  if (run && active) {
    const cancel: Action = {
      act: 'cancel',
      label: 'Cancel…',
      title: 'Cancel this run',
      does: { kind: 'propose', wish: { kind: 'cancel', run: run.run } },
    };
    return run.status === 'cancelling' ? open : [cancel, ...goOnEdited(scene), ...open];
  }
  const start: Action[] = [];
  if (run && ['failed', 'cancelled', 'suspended'].includes(run.status) && !run.dryRun) {
    const wish = { kind: 'resume', run: run.run } as const;
    start.push({
      act: 'resume',
      label: 'Resume…',
      title: 'Go on with this run where it stopped',
      does: { kind: 'propose', wish },
    });
  }
  start.push(...goOnEdited(scene));
  if (reading.definition === undefined) {
    const place = problemOf(scene)?.node?.uuid;
    if (place !== undefined) {
      start.push({
        act: 'show',
        label: 'Go to it',
        title: 'Go to the block with the problem',
        does: { kind: 'show', uuid: place },
      });
    }
    return [...start, ...open];
  }
  if (!reading.trusted) {
    const wish = { kind: 'trust', definition: reading.definition } as const;
    start.push({
      act: 'trust',
      label: 'Review and trust…',
      title: 'See what this workflow may do',
      does: { kind: 'propose', wish },
    });
  } else {
    start.push({ act: 'run', label: 'Run…', title: `Run ${reading.title}`, does: { kind: 'start', dryRun: false } });
  }
  start.push({
    act: 'dry-run',
    label: 'Dry run',
    title: `Try ${reading.title} without any effect`,
    does: { kind: 'start', dryRun: true },
  });
  return [...start, ...open];
}

/** The error that is told of in the header: its own, else the first of the page; and the other block that it is about. */
function problemOf({ reading }: Scene): { problem: PageReading['problems'][number]; node?: PageNode } | undefined {
  const errors = reading.problems.filter(({ severity }) => severity === 'error');
  const { byUuid } = planOf(reading);
  const own = errors.find(({ uuid }) => uuid !== undefined && byUuid.get(uuid)?.role === 'workflow');
  const [first] = errors;
  if (own) return { problem: own };
  const node = first?.uuid === undefined ? undefined : byUuid.get(first.uuid);
  return first && { problem: first, ...(node && { node }) };
}

/** What made a run stop, and where: at the innermost node that failed. */
function failureOf(scene: Scene): Html | undefined {
  const { run } = scene;
  if (run?.status !== 'failed' && run?.status !== 'suspended') return undefined;
  const message = run.failure?.message;
  if (message === undefined) return undefined;
  const failedIn = (path: string) =>
    childrenOf(scene, path).findLast((one) => ['bad', 'unknown'].includes(toneOf(scene, one.path)));
  let node = failedIn('');
  for (let inner = node; inner; inner = failedIn(inner.path)) node = inner;
  const title = node && (node.title || node.role);
  const where = title !== undefined && !message.includes(title) && markup`${word(title, 60)}: `;
  return markup`<span class="sb-why sb-grow"><span class="sb-at">${where}</span>${monospace(message)}</span>`;
}

/** What is in the way, or the bar of stages with one sentence. */
function line(scene: Scene): Html {
  const { run, reading } = scene;
  if (scene.notice !== undefined) return markup`<span class="sb-said">${scene.notice}</span>`;
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
  const parted = [...story(scene, where), often].filter((text) => text !== undefined);
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
  if (broken) return problemLine(broken.problem, broken.node?.title);
  return markup`<span class="sb-bar">${bar}</span><span class="sb-sum">${said}</span>`;
}

function story({ run, now }: Scene, where: string): (Html | string | undefined)[] {
  if (!run) return [where];
  const since = ticking('took', run.startedAt);
  if (isActive(run.status)) return [run.status === 'cancelling' ? 'cancelling' : where, since];
  const ms = (run.endedAt ?? now) - run.startedAt;
  const ended = run.endedAt === undefined ? undefined : moment(run.endedAt, now);
  const words = {
    completed: 'done in',
    failed: 'failed after',
    cancelled: 'cancelled after',
    suspended: 'suspended after',
  };
  return [`${words[run.status as keyof typeof words]} ${took(ms)}`, ended];
}

/** “rehearsed 3 days ago”; or that something it stands on has changed since, or that the rehearsal found something. */
function rehearsal({ reading: { rehearsed }, now }: Scene): Html | undefined {
  if (!rehearsed) return undefined;
  const { at, ok, stale } = rehearsed;
  const when = `rehearsed ${daysAgo(now - at)}`;
  if (stale.length > 0) {
    const why = `${when}; changed since: ${stale.join(', ')}`;
    return markup`<span class="sb-pill sb-st" data-s="wait" title="${why}">rehearsal stale</span>`;
  }
  if (!ok) return markup`<span class="sb-pill sb-st" data-s="bad" title="${when}">rehearsal failed</span>`;
  return pill(when);
}

/** Whether the page was edited since the run that is shown was pinned to it, which can still go on. */
function isEdited({ run, reading: { definition } }: Scene): boolean {
  if (!run || run.dryRun || run.status === 'completed') return false;
  return definition !== undefined && definition !== run.definition;
}

/** What lets a run that waits or has stopped take over the edit. */
function goOnEdited(scene: Scene): Action[] {
  const { run, reading } = scene;
  if (!run || reading.definition === undefined || !isEdited(scene)) return [];
  if (run.status === 'running' || run.status === 'cancelling') return [];
  const wish = { kind: 'move', run: run.run, definition: reading.definition } as const;
  return [
    {
      act: 'move',
      label: 'Go on edited…',
      title: 'Go on edited: this run takes over what the page says now',
      does: { kind: 'propose', wish },
    },
  ];
}

/** The last runs, oldest first: a bar each, as high as it was long, in the shape of how it ended. */
function sparkline(runs: readonly RunSummary[]): Html | undefined {
  const ended = runs
    .filter((run) => run.endedAt !== undefined && !run.dryRun)
    .slice(0, 12)
    .reverse();
  if (ended.length < 2) return undefined;
  const longest = Math.max(1, ...ended.map((run) => run.endedAt! - run.startedAt));
  const good = ended.filter((run) => run.status === 'completed').length;
  const label = `${good} of the last ${ended.length} runs completed`;
  const bars = ended.map((run) => {
    const height = Math.max(20, Math.round((100 * (run.endedAt! - run.startedAt)) / longest));
    return markup`<i data-s="${TONE_OF_RUN[run.status]}" style="--h:${height}%"></i>`;
  });
  return markup`<span class="sb-spark" role="img" aria-label="${label}" title="${label}">${bars}</span>`;
}

function form(scene: Scene): Pick<Look, 'form'> {
  const values = filledIn(scene);
  const declared = Object.entries(declarationsOf(scene.reading.inputs));
  const fields = declared.map(([name, input]) => fieldOf(name, input, values.get(name) ?? ''));
  return fields.length === 0 ? {} : { form: { fields } };
}

/** What stands in the fields: what a person typed, else what the run that is shown was given, else the default. */
export function filledIn(scene: Scene): Map<string, string> {
  const { run, typed, reading } = scene;
  const given = (name: string, preset: Json | undefined): string => {
    const own = run && Object.hasOwn(run.inputs, name) ? run.inputs[name] : preset;
    if (own === undefined || own === null) return '';
    if (Array.isArray(own)) return own.join(', ');
    return typeof own === 'object' ? JSON.stringify(own) : String(own);
  };
  const declared = Object.entries(declarationsOf(reading.inputs));
  return new Map(declared.map(([name, input]) => [name, typed.get(name) ?? given(name, input.default)]));
}

function fieldOf(name: string, input: InputDeclaration, value: string): Field {
  const label = clip(input.title ?? name, 120);
  const open = input.default === undefined;
  if (input.enum) return { name, label, kind: 'choice', options: open ? ['', ...input.enum] : input.enum, value };
  if (input.type === 'boolean') return { name, label, kind: 'box', value: value === 'true' ? 'true' : 'false' };
  if (input.type === 'list') return { name, label, kind: 'text', value, placeholder: 'a, b, c' };
  const kind = input.type === 'number' || input.type === 'date' ? input.type : 'text';
  return { name, label, kind, value, ...(open ? { placeholder: 'needed' } : {}) };
}
