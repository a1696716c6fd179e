import type { Alert } from '../../incident/alert.ts';
import { pathOf, type Definition, type NodeKey, type NodePath, type Role } from '../../workflow/definition.ts';
import type { Actor, RunEvent } from '../event.ts';
import { titlesIn, type Titles } from '../titles.ts';

/** Who did what nobody did. */
export const SYSTEM: Actor = { kind: 'system', name: 'Stagebook' };

/** Of a storm only the first alerts are shown; the others fold away. */
const SHOWN_ALERTS = 5;
/** So often one that comes and goes is shown; then it is no news any more, and would leave no room for what people did. */
const SHOWN_TIMES = 3;

type Fired = Pick<Alert, 'fingerprint'>;

/** What lines need to know beyond their event: what parts are called, and what was told before. One for each telling. */
export class Teller {
  readonly titles: Titles;
  readonly dryRun: boolean;
  readonly #signOffs = new Map<string, string>();
  /** Nodes whose failure is told by the node inside that failed first. */
  readonly #explained = new Set<NodeKey>();
  /** What each node found when it looked last. */
  readonly #found = new Map<NodePath, string>();
  readonly #gaps = new Set<string>();
  /** How many alerts fire up to here. */
  #firing = 0;
  /** How often each has fired up to here, by its fingerprint. */
  readonly #times = new Map<string, number>();

  constructor(events: readonly RunEvent[], definition: Definition) {
    this.titles = titlesIn(definition);
    this.dryRun = events.some(({ type, payload }) => type === 'run.started' && payload.dryRun);
    for (const event of events) {
      if (event.type !== 'gate.opened') continue;
      for (const { id, title } of event.payload.signOffs) this.#signOffs.set(`${event.node}\n${id}`, title);
    }
  }

  title(node: NodeKey): string {
    return this.titles.of(node);
  }

  role(node: NodeKey): Role | undefined {
    return this.titles.role(node);
  }

  signOff(node: NodeKey, id: string): string {
    return this.#signOffs.get(`${node}\n${id}`) ?? id;
  }

  /** Whether news of alerts is what a reader needs: the first of them, and that none fires any more; not the hundredth time of one. */
  isNews({ firing, resolved }: { firing: readonly Fired[]; resolved: readonly Fired[] }): boolean {
    const before = this.#firing;
    this.#firing += firing.length - resolved.length;
    for (const alert of firing) this.#times.set(alert.fingerprint, this.#timesOf(alert) + 1);
    if ([...firing, ...resolved].every((alert) => this.#timesOf(alert) > SHOWN_TIMES)) return false;
    return (firing.length > 0 && before < SHOWN_ALERTS) || this.#firing === 0;
  }

  /** Whether from now on this one is told no more, which is said with its last line. */
  isToldLast({ firing }: { firing: readonly Fired[] }): boolean {
    return firing.some((alert) => this.#timesOf(alert) === SHOWN_TIMES);
  }

  #timesOf({ fingerprint }: Fired): number {
    return this.#times.get(fingerprint) ?? 0;
  }

  /** Whether this gap was not told of before: a source that is away is no news for each question to it. */
  isFirstGap(finding: string): boolean {
    const first = !this.#gaps.has(finding);
    this.#gaps.add(finding);
    return first;
  }

  /** Whether a node found something else than the last time it looked: the same again is no news. */
  saysAnew(node: NodeKey, finding: string): boolean {
    const path = pathOf(node);
    const anew = this.#found.get(path) !== finding;
    this.#found.set(path, finding);
    return anew;
  }

  persona(node: NodeKey, own = this.titles.persona(node)): Actor {
    return own === undefined ? SYSTEM : { kind: 'persona', name: own };
  }

  /** Whether this failure says something that no node inside has said. */
  isFirst(event: RunEvent<'node.failed'>): boolean {
    const first = !this.#explained.has(event.node);
    for (let key = event.node; key.includes('/');) {
      key = key.slice(0, key.lastIndexOf('/'));
      this.#explained.add(key);
      this.#explained.add(key.replace(/(?:\[\d+\]|#\d+)$/, ''));
    }
    return first;
  }
}
