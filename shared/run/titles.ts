import { pathOf, walk, type Definition, type NodeKey, type Role } from '../workflow/definition.ts';

/** What the nodes of a definition are called and what they are, by the key of any of their executions. */
export interface Titles {
  /** The title, or the id of a node without one; with the attempt from the second on: `Push (try 2)`. */
  of(key: NodeKey): string;
  role(key: NodeKey): Role | undefined;
  /** The persona whose work a node is: that of the stage around it. */
  persona(key: NodeKey): string | undefined;
}

export function titlesIn(definition: Definition): Titles {
  const nodes = new Map<string, { title: string; role: Role; persona: string | undefined }>();
  for (const { node, path, parent } of walk(definition.body)) {
    const own = typeof node.settings.persona === 'string' ? node.settings.persona : undefined;
    nodes.set(path, { title: node.title || node.id, role: node.role, persona: own ?? nodes.get(parent)?.persona });
  }
  const find = (key: NodeKey) => nodes.get(pathOf(key));
  return {
    of(key) {
      const title = find(key)?.title ?? (pathOf(key).split('/').at(-1) || 'the run');
      const attempt = /#(\d+)[^#]*$/.exec(key)?.[1];
      return attempt === undefined || attempt === '1' ? title : `${title} (try ${attempt})`;
    },
    role: (key) => find(key)?.role,
    persona: (key) => find(key)?.persona,
  };
}
