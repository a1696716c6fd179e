import type { Json } from '../../shared/json.ts';
import type { Attempt } from '../../shared/protocol/calls/runs.ts';
import { forecastDetail, forecastOf } from '../../shared/run/forecast.ts';
import type { Action, Look, Spot } from './block.ts';
import { clip, markup, type Html } from './html.ts';
import { childrenOf, elapsed, toneOf, usual, type Scene } from './scene.ts';
import { filling, ticking } from './ticking.ts';
import { moment, rough, took } from './time.ts';
import { isActive, TONES, type Tone } from '../../shared/run/tone.ts';

/** A short text of unknown origin, on its own direction. */
export function word(text: string, most = 60): Html {
  const shown = clip(text, most);
  return markup`<bdi${shown === text ? undefined : markup` title="${clip(text, 500)}"`}>${shown}</bdi>`;
}

/** A value on the right edge. Texts in it are cut to what fits there. */
export function fact(...content: readonly (Html | string)[]): Html {
  const short = content.map((part) => (typeof part === 'string' ? clip(part, 80) : part));
  return markup`<span class="sb-f">${short}</span>`;
}

export function pill(content: Html | string, strong = false): Html {
  const short = typeof content === 'string' ? clip(content, 80) : content;
  return markup`<span class="sb-pill${strong ? ' sb-st' : ''}"><span>${short}</span></span>`;
}

export function toolCount(count: number): string {
  return `${count} ${count === 1 ? 'tool' : 'tools'}`;
}

/** A value as evidence: a text in quotes, a number as it is, anything else as short JSON. */
export function value(seen: Json, most = 40): Html {
  const text = typeof seen === 'number' ? String(Number(seen.toFixed(4))) : JSON.stringify(seen);
  return word(text, most);
}

/** A line of output or of a failure, in monospace. */
export function monospace(text: string): Html {
  const shown = clip(text, 300);
  return markup`<bdi class="sb-out" title="${clip(text, 1_000)}">${shown}</bdi>`;
}

/** What every working node shows: how long it took, or for how long it runs. */
export function time({ scene, node, state, tone }: Spot): Html | undefined {
  const ms = elapsed(scene, state);
  if (ms === undefined || tone === 'skip' || tone === 'idle') return undefined;
  if (state?.endedAt === undefined && (tone === 'run' || tone === 'wait')) {
    const median = usual(scene, node.path);
    return fact(
      ticking('clock', state!.startedAt),
      median === undefined || tone === 'wait' ? '' : markup`<span class="sb-dim"> of usually ${rough(median)}</span>`,
    );
  }
  return fact(took(ms));
}

/** Time until a deadline, as `3h 41m left`; what is past is said so. */
export function left(deadline: number): Html {
  return fact(ticking('left', deadline));
}

/** The look of a role that has nothing of its own to say. */
export function plain(spot: Spot, facts: readonly (Html | undefined)[] = [], more: Partial<Look> = {}): Look {
  const shown = facts.filter((part) => part !== undefined);
  const own = foretold(spot) ?? time(spot);
  return {
    tone: spot.tone,
    shape: 'circle',
    facts: own ? [...shown, own] : shown,
    line: failureLine(spot) ?? foretoldLine(spot),
    quiet: afterwards(spot),
    ...more,
  };
}

/** What a dry run says of a node in place of the time that nothing took. */
function foretold({ node, state, settings }: Spot): Html | undefined {
  const said = state && forecastOf({ role: node.role, settings }, state);
  return said === undefined ? undefined : fact(said);
}

/** With what a dry run would do it. */
export function foretoldLine({ node, state, settings }: Spot): Html | undefined {
  const detail = state ? forecastDetail({ role: node.role, settings }, state) : '';
  return detail === '' ? undefined : markup`<span class="sb-said"><span>${word(detail, 300)}</span></span>`;
}

/** The last signature or decision of a place that was refused, on one line: when, whose, why, and what to do. */
export function attemptLine(scene: Scene, concerns: (attempt: Attempt) => boolean): Html | undefined {
  const last = scene.attempts.find(concerns);
  if (!last) return undefined;
  const what = last.call === 'sign' || last.call === 'reject' ? 'signature refused' : `${last.call} refused`;
  const when = markup`${what} ${moment(last.at, scene.now)}`;
  return markup`<span class="sb-why sb-tried" data-s="bad"><span><span class="sb-tag">${when}</span>, ${word(last.by, 24)}: ${word(last.message, 300)}</span></span>`;
}

/** What is to be said of the connection. It says what to do: where there is little room it takes more lines. */
export function noticeLine(notice: string): Html {
  return markup`<span class="sb-said sb-notice" title="${clip(notice, 500)}"><span>${clip(notice, 300)}</span></span>`;
}

/** What the checker found, and at which node where it is told of elsewhere. */
export function problemLine({ severity, message }: { severity: string; message: string }, where?: string): Html {
  const tone = severity === 'error' ? 'bad' : 'wait';
  const text = clip(where === undefined ? message : `${clip(where, 60)}: ${message}`, 360);
  return markup`<span class="sb-problem" data-s="${tone}"><span class="sb-tag">${severity}</span> <bdi title="${clip(message, 1_000)}">${text}</bdi></span>`;
}

/** What went wrong, on the node where it did: not again on everything around it. Or why it was left out. */
export function failureLine({ scene, node, state, tone }: Spot): Html | undefined {
  if (tone === 'skip' && state?.skipped) {
    const { reason, signature } = state.skipped;
    return markup`<span class="sb-said"><span>${signature && markup`${word(signature.person, 24)}: `}${word(reason, 200)}</span></span>`;
  }
  if ((tone !== 'bad' && tone !== 'unknown') || !state?.failure) return undefined;
  const inner = childrenOf(scene, node.path).some((child) => ['bad', 'unknown'].includes(toneOf(scene, child.path)));
  return inner ? undefined : markup`<span class="sb-why">${monospace(state.failure.message)}</span>`;
}

/** What a person can ask for on a node when its run stands still. */
function afterwards(spot: Spot): Action[] {
  const { scene, node, state, tone } = spot;
  const { run } = scene;
  if (!run || scene.notice !== undefined) return [];
  const actions: Action[] = [];
  const key = state?.key ?? node.path;
  if (!isActive(run.status) && !run.dryRun && state && ['stage', 'step'].includes(node.role) && reachable(key)) {
    const failed = tone === 'bad';
    const from = failed && node.role === 'step' ? 'Retry' : 'Run from here';
    actions.push({
      act: 'from',
      label: from,
      title: `${from}: ${node.title || node.role}`,
      does: { kind: 'propose', wish: { kind: 'resume', run: run.run, from: key } },
    });
  }
  if (node.skippable && state && (tone === 'bad' || tone === 'wait' || tone === 'unknown')) {
    actions.push({
      act: 'skip',
      label: 'Skip…',
      title: `Skip: ${node.title || node.role}`,
      does: { kind: 'propose', wish: { kind: 'skip', run: run.run, node: key } },
    });
  }
  return actions;
}

/** A run is set back to a place that has one key: not into an iteration. */
function reachable(key: string): boolean {
  return !/[[#]/.test(key);
}

/** Small lanes, a part each: how branches or stages stand, side by side. */
export function lanes(parts: readonly Lane[], label: string): Html {
  return markup`<span class="sb-lanes" role="img" aria-label="${label}">${parts.map(lane)}</span>`;
}

export interface Lane {
  title: string;
  tone: Tone;
  /** While it goes on: since when, and how long that usually takes. */
  since?: { at: number; usually: number | undefined };
}

function lane({ title, tone, since }: Lane): Html {
  const fills = since?.usually !== undefined && filling(since.at, since.usually);
  return markup`<i data-s="${tone}" title="${clip(title, 80)}: ${TONES[tone]}"${fills}></i>`;
}

/** How many of a container's parts are done, as `2 of 3`. */
export function progress(scene: Scene, path: string): { done: number; of: number } {
  const parts = childrenOf(scene, path).filter((child) => child.role !== 'otherwise' && child.role !== 'undo');
  const done = parts.filter((part) => ['ok', 'skip'].includes(toneOf(scene, part.path))).length;
  return { done, of: parts.length };
}
