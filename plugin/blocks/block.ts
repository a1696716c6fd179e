import type { PageNode } from '../../shared/protocol/calls/pages.ts';
import type { Wish } from '../../shared/protocol/calls/proposals.ts';
import type { NodeState } from '../../shared/run/state.ts';
import type { Role, Settings } from '../../shared/workflow/definition.ts';
import type { Html } from './html.ts';
import type { Shape } from './icon.ts';
import type { Scene } from './scene.ts';
import type { Tone } from '../../shared/run/tone.ts';

/** What a role's block looks like. One file a role; `index.ts` lists them. */
export interface BlockRole {
  role: Role;
  look(spot: Spot): Look;
}

/** Declares how a role draws. Only here for the types. */
export function defineBlock(block: BlockRole): BlockRole {
  return block;
}

/** One block as its role sees it. */
export interface Spot {
  scene: Scene;
  node: PageNode;
  /** The execution that says most about the node now; undefined when it was not reached. */
  state: NodeState | undefined;
  tone: Tone;
  /** As pinned by the run that is shown; empty without one. */
  settings: Settings;
}

/** A block's picture, before it is HTML: pure data, decided by the scene alone. */
export interface Look {
  tone: Tone;
  shape: Shape;
  /** What the icon says to those who do not see it, where the tone's word says too little. */
  word?: string | undefined;
  /** Short values on the right edge, from left to right. */
  facts: readonly Html[];
  /** One quiet line beneath the title. */
  line?: Html | undefined;
  /** On hover and focus, left of the facts. */
  quiet?: readonly Action[];
  /** Always to be seen, right of the facts. */
  actions?: readonly Action[];
  /** Fields that a person fills in, beneath everything else. */
  form?: Form | undefined;
}

/** Something a person can do here. It never acts by itself: it proposes, shows, or opens the panel. */
export interface Action {
  /** Unique on its block. */
  act: string;
  label: string;
  /** A longer label for those who need it. */
  title?: string;
  does: Deed;
}

export type Deed =
  /** A person decides on it in the panel. */
  | { kind: 'propose'; wish: Wish }
  /** The same, with the inputs as they are filled in. */
  | { kind: 'start'; dryRun: boolean }
  /** Opens the panel at a place, as in `#/run/…`. */
  | { kind: 'open'; at: string }
  /** Shows or hides the step's output. */
  | { kind: 'peek' }
  /** Brings another block of the page into view. */
  | { kind: 'show'; uuid: string }
  /** Opens our window, where a person connects Logseq with a daemon. */
  | { kind: 'connect' };

export interface Form {
  fields: readonly Field[];
}

export interface Field {
  name: string;
  label: string;
  kind: 'text' | 'number' | 'date' | 'choice' | 'box';
  options?: readonly string[];
  /** As text; of a box `true` or `false`. */
  value: string;
  placeholder?: string;
}
