import { z } from 'zod';
import type { JsonObject } from '../../json.ts';
import type { Problem } from '../../problem.ts';
import type { RunSummary } from '../../run/summary.ts';
import type { NodePath, Role } from '../../workflow/definition.ts';
import type { Effect } from '../../workflow/role.ts';
import { id, name, type CallList } from '../fields.ts';

/** One block as Logseq's API gives it: `uuid` is the host's, `content` with its property lines. */
export interface PageBlock {
  uuid?: string | undefined;
  content: string;
  children: PageBlock[];
}

const pageBlock: z.ZodType<PageBlock> = z.strictObject({
  uuid: id.optional(),
  content: z.string(),
  get children() {
    return z.array(pageBlock);
  },
});

/** A page as it stands in a graph. `graph` is the id under which the graph was attached, or a folder. */
const page = { graph: name, page: name, blocks: z.array(pageBlock) };

/** Pages as workflows. */
export const PAGE_CALLS = {
  /** Reads a page as a workflow, keeps its definition, and says everything that its blocks show. */
  'page.read': { right: 'propose', with: z.strictObject(page) },
  /** The run that a run page tells of; null for any other page. */
  'page.run': { right: 'propose', with: z.strictObject({ graph: name, page: name }) },
  /** Those that come with Stagebook; for a person also those of every graph that can be reached. */
  'workflows.list': { right: 'propose', with: z.strictObject({}) },
  /** A shipped workflow's page as blocks, ready to be inserted; of a graph, for a person, what stands on it now. */
  'workflows.page': { right: 'propose', with: z.strictObject({ name, graph: name.optional() }) },
  'personas.list': { right: 'propose', with: z.strictObject({}) },
} as const satisfies CallList;

/** What they are answered with. */
export interface PageResults {
  'page.read': PageReading | null;
  'page.run': { run: string } | null;
  'workflows.list': WorkflowItem[];
  'workflows.page': { title: string; blocks: PageBlock[] };
  'personas.list': { id: string; title: string; tools: number }[];
}

/** A workflow page as its blocks show it. */
export interface PageReading {
  title: string;
  /** Of the definition that would run; absent when the page has errors. */
  definition?: string;
  trusted: boolean;
  /** Whether starting it needs a signature. */
  writes: boolean;
  /** The declared inputs, as in the header. */
  inputs: JsonObject;
  nodes: PageNode[];
  /** Each with the uuid of its block. */
  problems: (Problem & { uuid?: string })[];
  /** Milliseconds that each node, and the whole run (path `''`), took in past runs of this page. */
  usual: Record<NodePath, { median: number; count: number }>;
  /** The last runs of this page, the newest first, at most 20. */
  runs: RunSummary[];
  /** When it was rehearsed last, whether anything was wrong, and what it stands on has changed since. */
  rehearsed?: { at: number; ok: boolean; stale: string[] };
}

export interface PageNode {
  uuid?: string;
  path: NodePath;
  role: Role;
  title: string;
  /** The persona in force, with the number of tools it has. */
  persona?: { id: string; title: string; tools: number };
  /** Of a step: its action, and what that does to the world. */
  uses?: string;
  effect?: Effect;
  /** Of a gate's check: the expression. */
  that?: string;
  /** A failed or waiting node of this kind can be skipped by a person. */
  skippable: boolean;
}

export interface WorkflowItem {
  /** What `workflows.page` takes. */
  name: string;
  title: string;
  description: string;
  shipped: boolean;
  /** Of a person's own: the graph that its page is in. */
  graph?: string;
  stages: string[];
}
