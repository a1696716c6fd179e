import type { Json } from '../../shared/json.ts';
import { walk, type Definition, type Node, type Role } from '../../shared/workflow/definition.ts';
import { nearest } from '../../shared/workflow/nearest.ts';
import type { Action } from '../actions/action.ts';
import type { Loaded } from './load.ts';
import { outputsIn, type Deed, type Expectation } from './scenario.ts';

type Path = readonly (string | number)[];

/** What scenarios can speak of. */
interface Subject {
  definition: Definition;
  actions: ReadonlyMap<string, Action>;
  page(name: string): Definition | undefined;
}

/**
 * Everything that scenarios name and that is not there, and every answer that its action could not give, each with its
 * place. A scenario with a mistyped name would prove nothing.
 */
export function untrue(loaded: Loaded, subject: Subject): string[] {
  const vet = new Vet(loaded, subject);
  const { defaults, scenarios } = loaded;
  vet.answers(defaults?.answers, ['defaults', 'answers']);
  vet.people(defaults?.people, ['defaults', 'people']);
  const names = new Set<string>();
  for (const [index, { name, answers, people, expect }] of scenarios.entries()) {
    const path = ['scenarios', index];
    if (names.has(name)) vet.report([...path, 'name'], `there are two scenarios called “${name}”`);
    names.add(name);
    vet.answers(answers, [...path, 'answers']);
    vet.people(people, [...path, 'people']);
    vet.expectation(expect, [...path, 'expect']);
  }
  return vet.found;
}

class Vet {
  readonly found: string[] = [];
  readonly #loaded: Loaded;
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #nodes: readonly { node: Node; path: string }[];
  readonly #used: ReadonlySet<string>;

  constructor(loaded: Loaded, { definition, actions, page }: Subject) {
    this.#loaded = loaded;
    this.#actions = actions;
    this.#nodes = nodesOf(definition, page);
    this.#used = new Set(this.#nodes.flatMap(({ node }) => usedBy(node) ?? []));
  }

  report(path: Path, what: string): void {
    this.found.push(`${this.#loaded.at(path)}: ${what}`);
  }

  answers(answers: Readonly<Record<string, Json>> | undefined, path: Path): void {
    const steps = this.#ids('step');
    for (const [name, answer] of Object.entries(answers ?? {})) {
      const action = this.#actionOf(name);
      if (!action) {
        this.#unknown([...path, name], `no step is called “${name}”, and none uses such an action`, name, [
          ...steps,
          ...this.#used,
        ]);
        continue;
      }
      for (const { output, path: within } of outputsIn(answer)) {
        const parsed = action.output.safeParse(output);
        if (parsed.success) continue;
        const issue = parsed.error.issues[0]!;
        const inside = [...within, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
        const field = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
        this.report([...path, name, ...inside], `${action.name} cannot answer so: ${field}${issue.message}`);
      }
    }
  }

  people(people: readonly Deed[] | undefined, path: Path): void {
    for (const [index, deed] of (people ?? []).entries()) {
      if ('cancel' in deed) continue;
      const [verb, id, roles] =
        'answer' in deed
          ? (['answer', deed.answer, ['ask', 'step']] as const)
          : 'sign' in deed
            ? (['sign', deed.sign, ['sign-off', 'gate']] as const)
            : (['refuse', deed.refuse, ['sign-off', 'gate']] as const);
      const ids = this.#ids(...roles);
      if (ids.includes(id)) continue;
      this.#unknown([...path, index, verb], `nobody is asked to ${verb} “${id}”`, id, ids);
    }
  }

  expectation(expect: Expectation, path: Path): void {
    const paths = this.#nodes.map((each) => each.path);
    for (const id of Object.keys(expect.nodes ?? {})) {
      if (paths.some((one) => one === id || one.endsWith(`/${id}`))) continue;
      this.#unknown([...path, 'nodes', id], `there is no node “${id}”`, id, this.#ids());
    }
    for (const [id, way] of Object.entries(expect.routes ?? {})) {
      const found = this.#nodes.find(({ node }) => node.id === id && ['route', 'fallback'].includes(node.role));
      const ways = found?.node.children.map((child) => child.id) ?? [];
      if (!found)
        this.#unknown(
          [...path, 'routes', id],
          `“${id}” is no route and no fallback`,
          id,
          this.#ids('route', 'fallback'),
        );
      else if (!ways.includes(way)) this.#unknown([...path, 'routes', id], `“${id}” has no way “${way}”`, way, ways);
    }
    for (const list of ['effects', 'asked', 'never'] as const) {
      for (const [index, name] of (expect[list] ?? []).entries()) {
        if (this.#used.has(name)) continue;
        this.#unknown([...path, list, index], `no step uses “${name}”`, name, this.#used);
      }
    }
    const remembered = this.#nodes.flatMap(({ node }) => Object.keys((node.settings.remember ?? {}) as object));
    for (const key of Object.keys(expect.memory ?? {})) {
      if (remembered.includes(key)) continue;
      this.#unknown([...path, 'memory', key], `nothing remembers “${key}”`, key, remembered);
    }
  }

  #ids(...roles: Role[]): string[] {
    return this.#nodes.filter(({ node }) => roles.length === 0 || roles.includes(node.role)).map(({ node }) => node.id);
  }

  /** By the id of a step, or by its own name when some step uses it. */
  #actionOf(name: string): Action | undefined {
    const step = this.#nodes.find(({ node }) => node.role === 'step' && node.id === name)?.node;
    const wanted = step ? usedBy(step) : this.#used.has(name) ? name : undefined;
    return wanted === undefined ? undefined : this.#actions.get(wanted);
  }

  #unknown(path: Path, what: string, word: string, known: Iterable<string>): void {
    const near = nearest(word, known);
    this.report(path, `${what}.${near ? ` Did you mean ${near}?` : ''}`);
  }
}

function usedBy(node: Node): string | undefined {
  return node.role === 'step' ? String(node.settings.uses) : undefined;
}

/** The nodes of a page and of every page that it calls. */
function nodesOf(definition: Definition, page: Subject['page']): { node: Node; path: string }[] {
  const seen = new Set<Definition>();
  const visit = (one: Definition): { node: Node; path: string }[] => {
    if (seen.has(one)) return [];
    seen.add(one);
    const nodes = walk(one.body);
    const called = nodes.flatMap(({ node }) => (node.role === 'call' ? (page(String(node.settings.page)) ?? []) : []));
    return [...nodes, ...called.flatMap(visit)];
  };
  return visit(definition);
}
