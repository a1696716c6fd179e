import type { Examination, Finding } from './check.ts';

/** How long an answer may take, in milliseconds. */
const PATIENCE_MS = 3_000;

/** The Restate of the configuration, and whether workers of this hub have registered there. Without one, nothing is said. */
export const restate: Examination = async ({ config, secrets }) => {
  const settings = config.restate;
  if (!settings) return [];
  const found: Finding[] = [];
  for (const address of settings.ingress) found.push(await health(`Restate, ingress`, address, '/restate/health'));
  for (const address of settings.admin) found.push(await health(`Restate, admin`, address, '/health'));
  const what = `workers of the hub ${settings.hub.id}`;
  const service = `Stagebook.${settings.hub.id}.Run`;
  const answers = await Promise.all(settings.admin.map((address) => ask(`${address}/services/${service}`)));
  if (answers.some((answer) => answer?.ok)) found.push({ what, is: 'good', saw: 'registered' });
  else
    found.push({ what, is: 'limited', saw: 'none has registered', remedy: 'stagebook worker, where steps shall run' });
  if (!(await secrets.has(settings.hub.token))) {
    const remedy = 'Give it to the hub and to its workers, the same to all: it is what they know each other by.';
    found.push({ what: settings.hub.token, is: 'missing', saw: 'is not set', remedy });
  }
  return found;
};

async function health(what: string, address: string, path: string): Promise<Finding> {
  const answer = await ask(`${address}${path}`);
  if (answer?.ok) return { what, is: 'good', saw: address };
  const saw = answer ? `${address} answers ${answer.status}` : `nobody answers at ${address}`;
  return { what, is: 'limited', saw, remedy: 'Start Restate, or mend its addresses under "restate" in config.yaml.' };
}

/** Undefined when nobody answers in time. */
async function ask(url: string): Promise<Response | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.arrayBuffer();
    return answer;
  } catch {
    return undefined;
  }
}
