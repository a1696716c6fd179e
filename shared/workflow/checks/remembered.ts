import { isObject } from '../../json.ts';
import type { Node, Role } from '../definition.ts';
import type { Subject, Visited } from './check.ts';

/** Containers whose parts run again, or at once: there a later part of the page may well have run before. */
const NOT_IN_ORDER: readonly Role[] = ['parallel', 'repeat', 'foreach', 'retry'];

/** What the steps of a page remember, and where. */
export class Remembered {
  /** The steps that remember each key, in the order of the page. */
  readonly keys = new Map<string, Visited[]>();
  readonly #order: ReadonlyMap<Node, number>;

  constructor({ nodes, definition }: Subject) {
    // The header's output comes last.
    this.#order = new Map(nodes.map(({ node }, index) => [node, node === definition.header ? nodes.length : index]));
    for (const visited of nodes) {
      const { remember } = visited.node.settings;
      for (const key of isObject(remember) ? Object.keys(remember) : []) {
        const steps = this.keys.get(key) ?? [];
        steps.push(visited);
        this.keys.set(key, steps);
      }
    }
  }

  /** Whether a key can have been remembered when a node runs. */
  before(key: string, at: Visited): boolean {
    const steps = this.keys.get(key) ?? [];
    const here = this.#order.get(at.node) ?? 0;
    if (steps.some(({ node }) => (this.#order.get(node) ?? 0) < here)) return true;
    // An undo runs when everything else has.
    if (steps.length > 0 && at.ancestors.some(({ role }) => role === 'undo')) return true;
    const loops = at.ancestors.filter(({ role }) => NOT_IN_ORDER.includes(role));
    return steps.some(({ ancestors }) => loops.some((loop) => ancestors.includes(loop)));
  }
}
