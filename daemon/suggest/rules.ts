import type { Dimension, Subject } from './subject.ts';

/** What a place or a kind says by itself: evidence beside the words, in log-odds, which a person can read and argue with. */
export interface Rule {
  dimension: Dimension;
  label: string;
  /** As it is given for a reason. */
  because: string;
  weight: number;
  holds(subject: Subject): boolean;
}

const path = (dimension: Dimension, label: string, pattern: RegExp, because: string, weight = 3): Rule => ({
  dimension,
  label,
  because,
  weight,
  holds: (subject) => subject.path !== undefined && pattern.test(subject.path),
});

/** The rules, all of which count. */
export const RULES: readonly Rule[] = [
  path(
    'persona',
    'testing',
    /(^|\/)(__)?(tests?|specs?|e2e|cypress)(__)?\/|[._](test|spec|cy)\.\w+$/i,
    'the path is one of tests',
    4,
  ),
  path('persona', 'frontend', /\.(tsx|jsx|css|scss|vue|svelte|html)$/i, 'the file is one of a page'),
  path(
    'persona',
    'frontend',
    /(^|\/)(components|views|pages|hooks|styles)\//i,
    'the folder is one of pages and components',
    2,
  ),
  path('persona', 'backend', /\.(go|java|rs|rb|php|sql|proto)$|(^|\/)openapi\.\w+$/i, 'the file is one of a server', 2),
  path(
    'persona',
    'backend',
    /(^|\/)(api|server|services|controllers|models|migrations|routes)\//i,
    'the folder is one of a server',
    2,
  ),
  path(
    'persona',
    'devops',
    /(^|\/)(Dockerfile|docker-compose[\w.-]*|Jenkinsfile)$|\.tf$/i,
    'the file says how it is built or deployed',
    4,
  ),
  path(
    'persona',
    'devops',
    /(^|\/)(\.github\/workflows|k8s|helm|infra|terraform|ansible|deploy)\/|gitlab-ci/i,
    'the folder says how it is built or deployed',
    4,
  ),
  path(
    'persona',
    'observability',
    /(^|\/)(prometheus|grafana|alertmanager|loki|tempo|otel|monitoring|dashboards)[\w.-]*(\/|$)/i,
    'the path is one of monitoring',
    4,
  ),
  path('persona', 'data-science', /\.(ipynb|parquet|pkl|rmd|feather)$/i, 'the file is one of data or a model', 4),
  path(
    'persona',
    'data-science',
    /(^|\/)(notebooks|experiments|datasets)\//i,
    'the folder is one of data or models',
    3,
  ),
  path(
    'workflow',
    'package-release',
    /(^|\/)(CHANGELOG[\w.-]*|\.changeset\/.*|releas(e|ing)[\w-]*\.md)$/i,
    'the file is about releases',
  ),
  path(
    'workflow',
    'incident-response',
    /(^|\/)(runbooks?|post-?mortems?|incidents?|on-?call)\//i,
    'the folder is about incidents',
    4,
  ),
  path('workflow', 'feature-development', /(^|\/)(rfcs?|designs?|specs?|proposals?)\/.*\.md$/i, 'the page is a design'),
  {
    dimension: 'workflow',
    label: 'incident-response',
    because: 'it is an alert',
    weight: 3,
    holds: ({ kind }) => kind === 'alert',
  },
];
