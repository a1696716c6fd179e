import type { IncidentState } from '../../shared/incident/state.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition } from '../../shared/workflow/definition.ts';

/** A page as Stagebook means it: a pure value, the same for every way of writing it (pages.md). */
export interface PageDoc {
  name: string;
  properties: Record<string, string>;
  blocks: DocBlock[];
}

export interface DocBlock {
  /**
   * Stable over every writing of this page: from it comes the block's uuid. Unique on the page, always under the same parent.
   * Begins with no `:` or `@` and ends with no `+`, which are the writer's own.
   */
  key: string;
  content: string;
  properties?: Record<string, string>;
  /** Folded away when first written. */
  collapsed?: boolean;
  /** A file that the block shows: kept beside the graph's pages first. Where a graph keeps none, the block is left out. */
  asset?: { name: string; content: string };
  children?: DocBlock[];
}

/** What a page is computed from. */
export interface PageSource {
  state: RunState;
  definition: Definition;
  /** In order; for the timeline. */
  events: readonly RunEvent[];
  /** What the step that asked for the page gave along; empty for a run's own page. */
  data: Json;
  /** IANA zone in which times are written. */
  zone: string;
  /** Names of the pages that belong together: kind → page name. */
  siblings: Readonly<Record<string, string>>;
  /** All incidents of the graph, the newest first; for pages that tell of several. */
  incidents?(): readonly IncidentState[];
}

/** A kind of page. Pure: the same source gives the same document. */
export interface PageKind {
  kind: string;
  name(source: PageSource): string;
  /**
   * What a run's later step says of the page on top of what an earlier one said. Without it the later one stands alone.
   * Fields that are null say nothing.
   */
  merge?(earlier: JsonObject, data: JsonObject): JsonObject;
  render(source: PageSource): PageDoc;
}

export function definePage(page: PageKind): PageKind {
  return page;
}
