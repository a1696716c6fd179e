import type { Definition, Node, NodePath } from '../definition.ts';
import type { Catalogue, RoleShape } from '../role.ts';

/** One node as checks see it. */
export interface Visited {
  node: Node;
  path: NodePath;
  /** From the top level down to the parent; empty at the top level. */
  ancestors: readonly Node[];
  /** Undefined for a role that nothing is known of. */
  shape: RoleShape | undefined;
  /** The id of the persona whose stage this is in; null outside. */
  persona: string | null;
}

/** What a check looks at. */
export interface Subject {
  definition: Definition;
  catalogue: Catalogue;
  /** The header first, then every node in document order. */
  nodes: readonly Visited[];
  /** The same, by node. */
  visited(node: Node): Visited;
  /** Reports a problem at a node, or at one of its settings (`with.name`), `column` characters into its text. */
  report(
    at: Visited,
    code: string,
    message: string,
    more?: { setting?: string; column?: number; warning?: boolean },
  ): void;
}

/** One rule of the language. Adding one is a file and a line in `index.ts`. */
export interface Check {
  name: string;
  run(subject: Subject): void;
}
