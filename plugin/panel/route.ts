/** Where in the panel somebody is. What a plugin links to is among these: `#/run/…`, `#/run/…/node/…`, `#/proposal/…`. */
export type Route =
  | { at: 'runs' }
  | { at: 'run'; run: string; node?: string }
  | { at: 'approve'; run: string; node: string; signOff: string }
  | { at: 'skip'; run: string; node: string }
  | { at: 'ask'; run: string; node: string }
  | { at: 'waiting' }
  | { at: 'proposal'; proposal: string }
  | { at: 'new' }
  /** With the inputs that an earlier run had. */
  | { at: 'start'; definition: string; run?: string }
  /** From a page of a graph. */
  | { at: 'start'; definition: string; graph: string; page: string }
  | { at: 'trust'; definition: string }
  /** Of one graph, where one is named; and of it one finding. */
  | { at: 'review'; graph?: string; finding?: string }
  | { at: 'charts' }
  | { at: 'people' }
  | { at: 'settings' }
  | { at: 'server'; server: string }
  | { at: 'nowhere' };

const PLAIN = ['runs', 'waiting', 'new', 'charts', 'people', 'settings'] as const;

/** The place that an address's hash names. */
export function readRoute(hash: string): Route {
  const parts = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decoded);
  const [head = '', one = '', two = '', three = '', four = ''] = parts;
  if (head === '') return { at: 'runs' };
  const plain = PLAIN.find((name) => name === head);
  if (plain && parts.length === 1) return { at: plain };
  if (head === 'run' && one)
    return two === 'node' && three ? { at: 'run', run: one, node: three } : { at: 'run', run: one };
  if (head === 'approve' && one && two && three) return { at: 'approve', run: one, node: two, signOff: three };
  if ((head === 'skip' || head === 'ask') && one && two) return { at: head, run: one, node: two };
  if (head === 'review')
    return { at: 'review', ...(one ? { graph: one } : {}), ...(one && two ? { finding: two } : {}) };
  if (head === 'server' && one) return { at: 'server', server: one };
  if (head === 'proposal' && one) return { at: 'proposal', proposal: one };
  if (head === 'trust' && one) return { at: 'trust', definition: one };
  if (head === 'start' && one && two === 'of' && three && four)
    return { at: 'start', definition: one, graph: three, page: four };
  if (head === 'start' && one)
    return two === 'as' && three ? { at: 'start', definition: one, run: three } : { at: 'start', definition: one };
  return { at: 'nowhere' };
}

/** The hash of a place. */
export function hashOf(route: Route): string {
  const join = (...parts: string[]) => `#/${parts.map(encodeURIComponent).join('/')}`;
  switch (route.at) {
    case 'run':
      return route.node === undefined ? join('run', route.run) : join('run', route.run, 'node', route.node);
    case 'approve':
      return join('approve', route.run, route.node, route.signOff);
    case 'skip':
    case 'ask':
      return join(route.at, route.run, route.node);
    case 'review':
      return join('review', ...[route.graph, route.finding].filter((part) => part !== undefined));
    case 'proposal':
      return join('proposal', route.proposal);
    case 'start':
      if ('graph' in route) return join('start', route.definition, 'of', route.graph, route.page);
      return route.run === undefined
        ? join('start', route.definition)
        : join('start', route.definition, 'as', route.run);
    case 'trust':
      return join('trust', route.definition);
    case 'server':
      return join('server', route.server);
    case 'nowhere':
      return '#/';
    default:
      return join(route.at);
  }
}

/** Where a hash was bent by hand it is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
