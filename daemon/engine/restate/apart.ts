/** How long nobody looks again, in milliseconds. */
const EVERY_MS = 60_000;
const WITHIN_MS = 10_000;
/** Less than this is what asking takes, and that answers name no less than a second. */
const NEAR_MS = 5_000;

/** What is known of Restate's time. */
export interface Apart {
  /** How far its clock is ahead of the one here, in milliseconds; 0 while they are near, or nobody has answered. */
  ms(): number;
  /** Looks now. */
  look(): Promise<void>;
}

/**
 * Compares Restate's clock with the one here, by the times of its answers, until `signal` ends it. Restate keeps what is to be done
 * later under a moment that its SDK reckons by this machine's clock: where the two are apart, that would be done hours too early or too late.
 */
export function restateApart(ingress: readonly string[], signal: AbortSignal): Apart {
  let ahead = 0;
  const look = async (): Promise<void> => {
    for (const address of ingress) {
      const before = Date.now();
      const said = await timeAt(address, signal);
      if (said === undefined) continue;
      ahead = said + 500 - (before + Date.now()) / 2;
      return;
    }
  };
  const timer = setInterval(() => void look(), EVERY_MS).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  return { ms: () => (Math.abs(ahead) < NEAR_MS ? 0 : Math.round(ahead)), look };
}

/** In milliseconds since the epoch; undefined where nobody says it. */
async function timeAt(address: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
    const answer = await fetch(`${address}/restate/health`, { signal: within });
    await answer.arrayBuffer();
    const at = Date.parse(answer.headers.get('date') ?? '');
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}
