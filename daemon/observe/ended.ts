import type { IncidentState } from '../../shared/incident/state.ts';
import type { EventType, RunEvent, StepStart } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import { titlesIn, type Titles } from '../../shared/run/titles.ts';
import type { Definition, NodeKey, Role } from '../../shared/workflow/definition.ts';

/** A piece of a run's work that ended: what metrics count and spans show. Times in milliseconds since the epoch. */
export interface Ended {
  run: string;
  workflow: string;
  dryRun: boolean;
  /**
   * How often the run was taken up again before this: a run that is resumed is a new stretch of work, with its own beginning.
   */
  stretch: number;
  /** Empty for the run itself. */
  node: NodeKey;
  /** `run` for the run itself. */
  role: Role | 'run';
  title: string;
  persona?: string;
  step?: StepStart;
  startedAt: number;
  endedAt: number;
  outcome: Outcome;
  /** Of a failure. */
  code?: string;
}

export type Outcome = 'completed' | 'failed' | 'cancelled' | 'skipped' | 'suspended';

/** What a witness asks the engine. */
export interface Known {
  definition(run: string): Definition;
  /** The fold of the run's events. */
  state(run: string): RunState;
  events(run: string): readonly RunEvent[];
}

/** Tells of each event which piece of work it ends, if any. Needs every event from now on, in order. */
export interface Witness {
  see(event: RunEvent): Ended | undefined;
  /** The run's own name and the titles of its nodes. */
  about(run: string): { workflow: string; dryRun: boolean; titles: Titles };
  /** The incident that a run is about, as it stands now. */
  incident(run: string): IncidentState | undefined;
  /** Lets go of a run that has ended. */
  forget(run: string): void;
}

const BEGINNINGS: ReadonlySet<EventType> = new Set(['run.started', 'run.resumed', 'run.reset', 'run.moved']);
const RUN_ENDS: Partial<Record<EventType, Outcome>> = {
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
  'run.suspended': 'suspended',
};

interface Story {
  workflow: string;
  dryRun: boolean;
  titles: Titles;
  stretch: number;
  begunAt: number;
}

/** A witness of an engine. What it knows of a run is read when the run's first event comes by. */
export function createWitness(known: Known): Witness {
  const stories = new Map<string, Story>();
  const storyOf = (run: string): Story => {
    const story = stories.get(run);
    if (story) return story;
    const { title, dryRun } = known.state(run);
    const beginnings = known.events(run).filter(({ type }) => BEGINNINGS.has(type));
    const read = {
      workflow: title,
      dryRun,
      titles: titlesIn(known.definition(run)),
      stretch: beginnings.length - 1,
      begunAt: beginnings.at(-1)!.at,
    };
    stories.set(run, read);
    return read;
  };
  return {
    about: storyOf,
    incident: (run) => known.state(run).incident,
    forget: (run) => void stories.delete(run),
    see(event) {
      if (BEGINNINGS.has(event.type)) {
        const before = stories.get(event.run);
        // Read anew: its nodes may have other names now.
        if (event.type === 'run.moved') stories.delete(event.run);
        else if (before) Object.assign(before, { stretch: before.stretch + 1, begunAt: event.at });
        return undefined;
      }
      const outcome = RUN_ENDS[event.type];
      const story = storyOf(event.run);
      if (outcome === undefined) return nodeEnd(event, story);
      return {
        ...common(event, story),
        role: 'run',
        title: story.workflow,
        startedAt: story.begunAt,
        outcome,
        ...(isFailed(event) ? { code: event.payload.failure.code } : {}),
      };
    },
  };
}

function isFailed(event: RunEvent): event is RunEvent<'run.failed' | 'run.suspended' | 'run.cancelled'> {
  return event.type !== 'run.completed' && event.type in RUN_ENDS;
}

function common({ run, node, at }: RunEvent, { workflow, dryRun, stretch }: Story) {
  return { run, workflow, dryRun, stretch, node, endedAt: at };
}

function nodeEnd(event: RunEvent, story: Story): Ended | undefined {
  switch (event.type) {
    case 'node.completed':
      return { ...ofNode(event, story, event.payload), outcome: 'completed' };
    case 'node.failed':
      return { ...ofNode(event, story, event.payload), outcome: 'failed', code: event.payload.failure.code };
    case 'node.cancelled':
      return { ...ofNode(event, story, event.payload), outcome: 'cancelled' };
    case 'node.skipped':
      return { ...ofNode(event, story, { startedAt: event.at }), outcome: 'skipped' };
    default:
      return undefined;
  }
}

function ofNode(event: RunEvent, story: Story, { startedAt, step }: { startedAt: number; step?: StepStart }) {
  const persona = step?.persona ?? story.titles.persona(event.node);
  return {
    ...common(event, story),
    role: story.titles.role(event.node) ?? ('step' as const),
    title: story.titles.of(event.node),
    ...(persona === undefined ? {} : { persona }),
    ...(step ? { step } : {}),
    startedAt,
  };
}
