import { canonicalJson } from '../../shared/canonical-json.ts';
import { lineOf } from '../../shared/workflow/changes.ts';
import { pathOf, type NodeKey, type NodePath } from '../../shared/workflow/definition.ts';
import type { NodeState } from '../../shared/run/state.ts';
import { LOOPS } from './definitions.ts';
import { above, isBehind, type Edit, type Placed } from './edit.ts';
import { hasSamePages } from './misfits.ts';

/**
 * The gates of a run that its edited page asks anew, by key. The rule, from what a signature covers (security.md 5: the gate, its
 * evidence and what follows):
 *
 * - A gate that passed, or was rejected and let the run go on, stands while it and all of its parts are unchanged.
 * - If somebody signed there, it stands only while also nothing that is still to be done after it is changed: no node, no
 *   stage around it, no header, input, persona or called page.
 * - A gate that is still open stays open while it and all that comes before it and is not done is unchanged, and no gate before it is
 *   asked anew: then the run has to come there again. What was signed there already counts by the rule above.
 *
 * What completed is not done again, whatever its node says now: it counts on no side.
 */
export function gatesAskedAnew(edit: Edit): NodeKey[] {
  const gates = [...edit.state.nodes.values()].filter(
    ({ key, gate, status }) => gate && edit.old.has(pathOf(key)) && isInForce(edit, status),
  );
  const anew = gates.filter((node) => !stands(edit, node)).map(({ key }) => key);
  const open = gates.filter(({ key, status }) => status === 'waiting' && !anew.includes(key));
  return [...anew, ...open.map(({ key }) => key).filter((key) => isBehindAny(edit, key, anew))];
}

/** The other questions that are open behind gates which are asked anew: they are put again when the run is there again. */
export function questionsPutAgain(edit: Edit, gates: readonly NodeKey[]): NodeKey[] {
  const open = [...edit.state.nodes.values()].filter(({ status, gate }) => status === 'waiting' && !gate);
  return open.map(({ key }) => key).filter((key) => isBehindAny(edit, key, gates));
}

function isBehindAny(edit: Edit, key: NodeKey, gates: readonly NodeKey[]): boolean {
  return gates.some((gate) => isBehind(edit, key, gate));
}

/** What a run that stopped did not complete is looked at anew by every resume. */
function isInForce({ state }: Edit, status: NodeState['status']): boolean {
  return status === 'completed' || (status === 'waiting' && state.status === 'waiting');
}

function stands(edit: Edit, { key, status, gate }: NodeState): boolean {
  const path = pathOf(key);
  if (!isSameWhole(edit, path)) return false;
  if (status === 'waiting' && !isSameList(edit, (places) => before(places, path))) return false;
  if (gate!.signatures.length === 0) return true;
  const { after, before: was, inputs, state } = edit;
  return (
    above(path).every((each) => edit.isSame(each)) &&
    lineOf(was.definition.header) === lineOf(after.definition.header) &&
    canonicalJson(inputs) === canonicalJson(state.inputs) &&
    canonicalJson(was.personas) === canonicalJson(after.personas) &&
    hasSamePages(edit) &&
    isSameList(edit, (places) => behind(places, path))
  );
}

function isSameWhole({ old, now }: Edit, path: NodePath): boolean {
  const [was, is] = [old.get(path)?.node, now.get(path)?.node];
  return is !== undefined && canonicalJson(was) === canonicalJson(is);
}

/** Whether what is still to be done among some nodes is the same, in the same order. */
function isSameList(edit: Edit, among: (places: Placed[]) => Placed[]): boolean {
  const list = (places: ReadonlyMap<NodePath, Placed>): string =>
    among([...places.values()])
      .filter(({ path }) => !edit.isDone(path))
      .map(({ path, node }) => `${path} ${lineOf(node)}`)
      .join('\n');
  return list(edit.old) === list(edit.now);
}

/** All before a node on the page but for what is around it. */
function before(places: Placed[], path: NodePath): Placed[] {
  const around = new Set(above(path));
  const at = places.findIndex((each) => each.path === path);
  return places.slice(0, at).filter((each) => !around.has(each.path));
}

/** All behind a node on the page, and in a loop around it all that comes again. */
function behind(places: Placed[], path: NodePath): Placed[] {
  const loop = above(path).findLast((each) => LOOPS.has(places.find((place) => place.path === each)!.node.role));
  const at = places.findIndex((each) => each.path === (loop ?? path));
  return places.slice(at).filter((each) => each.path !== path && !each.path.startsWith(`${path}/`));
}
