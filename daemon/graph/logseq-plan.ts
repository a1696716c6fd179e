import { fail } from '../../shared/failure.ts';
import type { Change, GraphBlock } from './graph.ts';

/** A block as it is to be. */
export interface PlannedBlock {
  /** What the host calls it; undefined before it is made. */
  ref: string | undefined;
  /** Of a new one: the uuid to have. */
  uuid?: string;
  content: string;
  /** All properties, of a new one. Of one that is there, those to change, an empty one to remove. */
  properties: Record<string, string>;
  isNew: boolean;
  isUpdated: boolean;
  children: PlannedBlock[];
}

/** What a page is to become. */
export interface PagePlan {
  properties: Record<string, string>;
  blocks: PlannedBlock[];
  /** Blocks to take away, each with everything under it. */
  removed: string[];
}

/**
 * What some changes come to, thought through before the first of them is made: nothing is written when one of them does
 * not fit. Throws `graph.no_block`.
 */
export function planChanges(blocks: readonly GraphBlock[], changes: readonly Change[]): PagePlan {
  const nodes = new Map<string, PlannedBlock>();
  const parents = new Map<PlannedBlock, PlannedBlock | null>();
  const toPlan = (there: readonly GraphBlock[], parent: PlannedBlock | null): PlannedBlock[] =>
    there.map((block) => {
      const node: PlannedBlock = {
        ref: block.ref,
        content: block.content,
        properties: {},
        isNew: false,
        isUpdated: false,
        children: [],
      };
      nodes.set(block.ref, node);
      parents.set(node, parent);
      node.children = toPlan(block.children, node);
      return node;
    });
  const plan: PagePlan = { properties: {}, blocks: toPlan(blocks, null), removed: [] };
  const find = (ref: string): PlannedBlock => {
    const node = nodes.get(ref);
    if (node) return node;
    throw fail('conflict', 'graph.no_block', `There is no block ${ref} on the page. Read the page again.`);
  };
  const siblingsOf = (parent: PlannedBlock | null): PlannedBlock[] => parent?.children ?? plan.blocks;

  for (const change of changes) {
    switch (change.kind) {
      case 'properties':
        Object.assign(plan.properties, change.properties);
        break;
      case 'insert': {
        const parent = change.parent === null ? null : find(change.parent);
        const siblings = siblingsOf(parent);
        const at = change.after === null ? 0 : siblings.indexOf(find(change.after)) + 1;
        if (change.after !== null && at === 0) {
          throw fail(
            'conflict',
            'graph.no_block',
            `Block ${change.after} is no longer where it was. Read the page again.`,
          );
        }
        const node: PlannedBlock = {
          ref: undefined,
          ...(change.uuid !== undefined && { uuid: change.uuid }),
          content: change.content,
          properties: withoutEmpty(change.properties ?? {}),
          isNew: true,
          isUpdated: false,
          children: [],
        };
        siblings.splice(at, 0, node);
        parents.set(node, parent);
        if (change.uuid !== undefined) nodes.set(change.uuid, node);
        break;
      }
      case 'update': {
        const node = find(change.ref);
        node.content = change.content;
        const properties = { ...node.properties, ...change.properties };
        node.properties = node.isNew ? withoutEmpty(properties) : properties;
        node.isUpdated = !node.isNew;
        break;
      }
      case 'remove': {
        const node = find(change.ref);
        const siblings = siblingsOf(parents.get(node) ?? null);
        siblings.splice(siblings.indexOf(node), 1);
        const gone = new Set(within(node));
        for (const [ref, other] of nodes) if (gone.has(other)) nodes.delete(ref);
        if (node.ref !== undefined) plan.removed.push(node.ref);
        break;
      }
    }
  }
  return plan;
}

/** A block and all under it. */
export function* within(node: PlannedBlock): Generator<PlannedBlock> {
  yield node;
  for (const child of node.children) yield* within(child);
}

const withoutEmpty = (properties: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== ''));
