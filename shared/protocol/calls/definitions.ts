import { z } from 'zod';
import type { JsonObject } from '../../json.ts';
import type { NodePath } from '../../workflow/definition.ts';
import type { Effect } from '../../workflow/role.ts';
import { id, type CallList } from '../fields.ts';

/** What a definition may do, for whoever is asked to trust it. */
export const DEFINITION_CALLS = {
  /** What a definition may do, and how it differs from the one that was trusted last for the same page. */
  'definition.read': { right: 'propose', with: z.strictObject({ definition: id }) },
} as const satisfies CallList;

/** What they are answered with. */
export interface DefinitionResults {
  'definition.read': DefinitionReading;
}

export interface DefinitionReading {
  title: string;
  hash: string;
  trusted: boolean;
  /** When and by whom, where it was trusted by a signature. */
  trustedBy?: { person: string; at: number };
  /** The declared inputs, as in the header. */
  inputs: JsonObject;
  /** Every step that writes, in order. */
  effects: { path: NodePath; title: string; uses: string; effect: Effect; persona?: string }[];
  /** Names of the secrets it reads, of the personas it works under, of the pages it calls. */
  secrets: string[];
  personas: string[];
  calls: string[];
  /** Of a persona, which is no workflow: its actions, and its tools as `server/tool`, both as patterns. */
  persona?: { actions: string[]; tools: string[] };
  /** The page's Markdown as it would be printed, and that of the version trusted last. */
  text: string;
  before?: { hash: string; text: string };
}
