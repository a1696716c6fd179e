import type { Dimension } from './subject.ts';
import { wordsOf } from './words.ts';

/** Words by which people recognise what something is about: what is known before any example is seen. */
const SIGNS: Readonly<Record<Dimension, Readonly<Record<string, string>>>> = {
  workflow: {
    'package-release':
      'release publish version tag changelog npm pypi semver registry ship bump announce announcement rc candidate wheel tarball package',
    'complete-release': 'missing half stopped incomplete skipped finish left remaining catch complete unfinished',
    'incident-response':
      'outage incident down alert firing latency production prod sev paged pager postmortem crashloop unavailable unreachable oncall timeout spike critical degraded backlog failover mitigate burn rollback customers slo',
    'bug-fix':
      'bug fix wrong crash regression broken exception incorrect reproduce reproduced flaky fails leak duplicate stale instead hang defect nullpointer stacktrace expected overlap cut twice',
    'feature-development':
      'add feature implement endpoint build new introduce want allow support story acceptance criteria design redesign wizard component let need',
    'code-review': 'review reviewer pull pr diff feedback branch merged merge second look approve comment',
  },
  persona: {
    frontend:
      'page component css react button layout screen dark mode form responsive accessible accessibility browser ui menu dialog icon style theme navigation tooltip click phone safari focus font colour sidebar storybook vue',
    backend:
      'api endpoint database server service migration sql schema query token cache import job rest graphql table webhook invoice order handler transaction record permission crash config pagination',
    testing:
      'test tests coverage e2e playwright flaky spec smoke qa suite fixture scenario acceptance validate edge assertion',
    devops:
      'deploy deployment release publish pipeline ci docker kubernetes terraform tag roll rollback cluster npm pypi registry version runner infrastructure node image ship helm build announce',
    observability:
      'alert latency metric dashboard monitoring log trace slo outage firing error rate unreachable incident timeout spike probe threshold span heartbeat down pager prometheus grafana severity page',
    'data-science':
      'model train training data notebook dataset classifier retrain pandas embedding feature forecast regression labelled hyperparameter drift distribution explore experiment accuracy predictor',
  },
};

const stems = new Map<string, ReadonlySet<string>>();

/** The words of a text that are signs of a label. */
export function signsOf(dimension: Dimension, label: string, words: ReadonlySet<string>): string[] {
  const listed = Object.hasOwn(SIGNS[dimension], label) ? SIGNS[dimension][label]! : '';
  const known = stems.get(`${dimension} ${label}`) ?? new Set(wordsOf(listed));
  stems.set(`${dimension} ${label}`, known);
  return [...known].filter((word) => words.has(word));
}

/** What so many signs add, in log-odds: the first ones say most. */
export function weightOfSigns(count: number): number {
  return 1.1 * Math.min(count, 1) + 0.7 * Math.min(Math.max(count - 1, 0), 3);
}
