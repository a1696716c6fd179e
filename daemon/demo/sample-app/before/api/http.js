import { routes } from './notices.js';

/** What the API answers: a status and something that becomes JSON. */
export function answer(board, method, path, text) {
  const route = routes.find((one) => one.path === path && one.method === method);
  if (!route) return { status: 404, body: { error: `There is no ${method} ${path}.` } };
  let body;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return { status: 400, body: { error: 'The body is no JSON.' } };
  }
  return route.handle(board, body);
}
