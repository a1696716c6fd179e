import type { PageNode } from '../../shared/protocol/calls/pages.ts';
import { isActive, toneOfRun, TONES } from '../../shared/run/tone.ts';
import { astray, awaited } from './awaited.ts';
import { defineBlock, type Action, type Spot } from './block.ts';
import { CONNECT } from './connect.ts';
import { headerLine, problemOf } from './header-line.ts';
import { inputsForm } from './header-inputs.ts';
import { inLine } from './in-line.ts';
import { rehearsal, sparkline } from './header-past.ts';
import { markup, type Html } from './html.ts';
import { pill } from './parts.ts';
import type { Scene } from './scene.ts';
import { failedAt, runningNow } from './whereabouts.ts';

/** The header: what the run needs, how far it is, how the last ones went. */
export const workflow = defineBlock({
  role: 'workflow',
  look(spot) {
    const { scene } = spot;
    const { run, reading } = scene;
    const queued = inLine(scene) !== undefined;
    const tone = queued ? 'wait' : run ? toneOfRun(run) : 'idle';
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
      word: queued ? 'in line for a slot' : run ? `${run.dryRun ? 'dry run ' : ''}${run.status}` : TONES.idle,
      facts,
      line: headerLine(scene),
      actions: actions(spot, active),
      form: active || reading.definition === undefined ? undefined : inputsForm(scene),
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
    if (run.status === 'cancelling') return open;
    const lost = astray(scene);
    if (lost) return [decideOn(lost), cancel, ...goOnEdited(scene), ...open];
    const place = awaited(scene)[0]?.uuid;
    const there =
      place === undefined ? find(runningNow(scene)[0], 'Go to what runs now') : [show(place, 'Go to where it waits')];
    return [...there, cancel, ...goOnEdited(scene), ...open];
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
    start.push(...find(failedAt(scene), 'Go to where it failed'));
  }
  start.push(...goOnEdited(scene));
  if (reading.definition === undefined) {
    const place = problemOf(scene)?.elsewhere;
    const there = place === undefined ? [] : [show(place, 'Go to the block with the problem')];
    return [...start, ...there, ...open];
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

/** The way to a question or a signature that has no block of its own any more. */
function decideOn(wish: NonNullable<ReturnType<typeof astray>>): Action {
  const answer = wish.kind === 'answer';
  return {
    act: 'astray',
    label: answer ? 'Answer…' : 'Review and sign…',
    title: `${answer ? 'Answer' : 'Review and sign'}: what stood here before the edit`,
    does: { kind: 'propose', wish },
  };
}

/** Brings a block into view that the header speaks of. */
function show(uuid: string, title: string): Action {
  return { act: 'show', label: 'Go to it', title, does: { kind: 'show', uuid } };
}

/** The same where nothing is wanted there: never the filled button. */
function find(node: PageNode | undefined, title: string): Action[] {
  return node?.uuid === undefined ? [] : [{ ...show(node.uuid, title), act: 'find' }];
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
