import type { Json } from '../../json.ts';
import type { NodeKey } from '../../workflow/definition.ts';
import type { Actor, EventType, RunEvent } from '../event.ts';
import type { Teller } from './teller.ts';

/** What a line is about: how it stands, what was found out, what was decided, what was done to the world, what somebody said. */
type LineKind = 'status' | 'finding' | 'decision' | 'effect' | 'note';

/** One line of a run's timeline (pages.md). All texts are plain, not escaped for any medium. */
export interface TimelineLine {
  /** The event's number in its run: the line's identity. */
  seq: number;
  pos: number;
  /** Milliseconds since the epoch. */
  at: number;
  actor: Actor;
  kind: LineKind;
  node: NodeKey;
  /** One sentence of fact, without its full stop. */
  fact: string;
  evidence: Evidence[];
  /** Whether a reader needs it by default; the rest folds away. */
  shown: boolean;
}

/** What a fact rests on: a value with what it is a value of, or a place on the web. */
export type Evidence = { of: string; value: Json } | { of: string; link: string };

/** What is told of an event beyond where it stands; what is left out is as most lines have it. */
export type Draft = Partial<Told> & Pick<Told, 'kind' | 'fact'>;
type Told = Omit<TimelineLine, 'seq' | 'pos' | 'at' | 'node'>;

/** How events of some types are told; undefined for one that is not worth a line. */
export type Lines = { [T in EventType]?: (event: RunEvent<T>, teller: Teller) => Draft | undefined };

/** A result's own address on the web, else the result. */
export function evidenceOf(of: string, value: Json): Evidence[] {
  if (value === null) return [];
  if (typeof value === 'object' && !Array.isArray(value)) {
    for (const name of ['url', 'html_url', 'link']) {
      const link = value[name];
      if (typeof link === 'string' && /^https?:\/\//.test(link)) return [{ of, link }];
    }
  }
  return [{ of, value }];
}

/** Without the full stop: the line adds its own. */
export function sentence(text: string): string {
  return text.trim().replace(/\.$/, '');
}
