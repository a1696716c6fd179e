/** Where the reader is, as `onRouteChanged` tells it. */
export interface RouteMatch {
  template: string;
  path: string;
  parameters: { path: { name?: string }; query: Record<string, string> };
}

export interface Route {
  readonly current: RouteMatch;
  /** The page that is open; null elsewhere. */
  readonly page: string | null;
  go(page: string): void;
  goHome(): void;
  goAll(): void;
}

/** The address behind the `#`, so that a reload and the back button do what they do in Logseq. */
export function createRoute(changed: () => void): Route {
  const route: Route = {
    get current() {
      return matchOf(location.hash);
    },
    get page() {
      return matchOf(location.hash).parameters.path.name ?? null;
    },
    go: (page) => to(`#/page/${encodeURIComponent(page)}`),
    goHome: () => to('#/'),
    goAll: () => to('#/all-pages'),
  };
  let shown = location.hash;
  const look = () => {
    if (location.hash === shown) return;
    shown = location.hash;
    changed();
  };
  const to = (hash: string) => {
    location.hash = hash;
    look();
  };
  addEventListener('hashchange', look);
  return route;
}

function matchOf(hash: string): RouteMatch {
  const path = hash.replace(/^#/, '') || '/';
  const [, name] = /^\/page\/([^?]+)/.exec(path) ?? [];
  if (name !== undefined)
    return { template: '/page/:name', path, parameters: { path: { name: decodeURIComponent(name) }, query: {} } };
  return { template: path === '/all-pages' ? '/all-pages' : '/', path, parameters: { path: {}, query: {} } };
}
