/** What was measured of an incident so far; null where it was not. */
export interface Measured {
  /** Requests since the impact began. */
  requests: number | null;
  /** Those of them that failed. */
  failing: number | null;
  users: number | null;
  /** How long it lasted, or has lasted so far. */
  minutes: number | null;
  /** Whether it has ended. */
  isOver: boolean;
  /** When it began, as `2026-01-05T03:00:00Z`: said of what goes on, because it stays true. */
  since: string | null;
  /** Over how many seconds the requests were counted. */
  countedS: number | null;
  /** The share of requests that has to succeed, such as 0.999. */
  objective: number;
  /** Requests in the whole period that the objective is for. */
  periodRequests: number | null;
}

export interface Impact {
  minutes: number | null;
  requests: number | null;
  failing: number | null;
  /** Of the requests, from 0 to 1. */
  share: number | null;
  users: number | null;
  objective: number;
  /** How many requests may fail in the period. */
  budget_requests: number | null;
  /** Which share of the budget this incident has used, from 0 on. */
  budget_spent: number | null;
  /** How many times faster than allowed the budget was used. */
  burn_rate: number | null;
  /** Over how many seconds requests were counted. */
  counted_s: number | null;
  /** Names of what nobody has measured. */
  unmeasured: string[];
  sentence: string;
}

/** The impact in numbers. Nothing is estimated: what follows from something unmeasured is not known either. */
export function impactOf(measured: Measured): Impact {
  const { requests, failing, users, minutes, isOver, since, countedS, objective, periodRequests } = measured;
  const share = requests === null || failing === null || requests === 0 ? null : Math.min(1, failing / requests);
  const budget = periodRequests === null ? null : periodRequests * (1 - objective);
  const spent = budget === null || failing === null || budget === 0 ? null : failing / budget;
  const burn = share === null || objective >= 1 ? null : share / (1 - objective);
  const known = {
    minutes,
    requests,
    failing,
    share,
    users,
    budget_requests: budget,
    budget_spent: spent,
    burn_rate: burn,
  };
  const unmeasured = Object.entries(known).flatMap(([name, value]) => (value === null ? [name] : []));
  return {
    ...known,
    objective,
    unmeasured,
    counted_s: countedS,
    sentence: sentence(known, countedS, isOver ? null : since),
  };
}

function sentence(
  known: Omit<Impact, 'objective' | 'unmeasured' | 'sentence' | 'counted_s'>,
  countedS: number | null,
  since: string | null,
): string {
  const { minutes, requests, failing, share, users, budget_spent: spent } = known;
  const parts = [
    failing !== null && requests !== null
      ? `${count(failing)} of ${count(requests)} requests failed${share === null ? '' : ` (${percent(share)})`}`
      : 'How many requests failed is not known',
    ...(countedS === null || failing === null || requests === null ? [] : [`in ${span(countedS)}`]),
  ];
  const more = [
    ...(minutes === null ? [] : [since === null ? `It lasted ${span(minutes * 60)}` : `It has gone on since ${since}`]),
    ...(users === null ? [] : [`${count(users)} users were affected`]),
    ...(spent === null ? [] : [`${percent(spent)} of the error budget is used by it`]),
  ];
  return [`${parts.join(' ')}.`, ...more.map((each) => `${each}.`)].join(' ');
}

const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** A length of time in its two largest units, such as `4 minutes 30 seconds`; up to two minutes in seconds. */
function span(length: number): string {
  const seconds = Math.floor(length + 1e-6);
  if (seconds < 120) return counted(seconds, 'second');
  const first = UNITS.findIndex(([size]) => seconds >= size);
  const [[large, unit], [small, smaller]] = [UNITS[first]!, UNITS[first + 1]!];
  const rest = Math.floor((seconds % large) / small);
  return `${counted(Math.floor(seconds / large), unit)}${rest === 0 ? '' : ` ${counted(rest, smaller)}`}`;
}
const counted = (number: number, unit: string): string => `${number} ${unit}${number === 1 ? '' : 's'}`;
const count = (value: number): string => String(Math.round(value));
const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
