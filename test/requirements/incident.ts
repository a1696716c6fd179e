import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('incident');

/** Incident response, from the alert to the post-mortem, and what Stagebook tells of itself. */
export const incident: readonly Requirement[] = [
  ...promises('workflow', {
    page: 'Incident response is a page that the check accepts without a warning.',
    coverage: 'Its scenarios cover every node and both outcomes of every gate.',
    severities: 'P0, P1, P2 and P3 take their own routes; an unknown severity takes the default and says so.',
  }),
  ...promises('demo', {
    recovers:
      'The demo goes by itself from a real alert of a real Prometheus to the post-mortem; the recovery gate passes because the metric recovered.',
    'rolls-back': 'With the fix left out the recovery gate fails, and the release before comes back by itself.',
  }),
  ...promises('notify', {
    once: 'A message to people is on record with its step and goes out once.',
    gap: 'A channel that is not configured is said and stops nothing.',
    cut: 'While the network is cut messages wait, over restarts too, and go out later once.',
    lost: 'A message whose answer was lost says on its second try that it may be a repeat.',
    'given-up': 'A message that is refused for good is given up, and a person is told.',
    hostile: 'Text from elsewhere can neither ping a channel nor make a link nor a header.',
    pagerduty: 'PagerDuty has one incident for all events about it.',
    email: 'Every try of an e-mail has the same Message-ID.',
  }),
  ...promises('deploy', {
    kubernetes:
      'kubectl sets an image, waits for the roll-out and undoes it, in a clean environment; what it did is looked up.',
    command: 'A command of the team’s own deploys by argv, and another one looks whether it is there.',
  }),
  ...promises('look', {
    prometheus: 'Queries, alerts and rules are read from a real Prometheus.',
    baseline: 'A measurement over a time is compared with the time before, and says when it began.',
    digest: 'Each finding is evidence: query, range, link and a digest that asking again gives again.',
    check: 'Several conditions are measured at one moment, each with what was seen.',
    gap: 'A source that is down, refuses or is not configured leaves a marked gap and stops nothing.',
    token: 'A source gets its token from the secret that the configuration names.',
  }),
  ...promises('observe', {
    metrics:
      'Runs, stages, steps, gates, personas, retries, breakers, outbox and queue are metrics, labelled by the names on the page.',
    door: 'Metrics are given to whoever has their token, and to nobody else.',
    spans: 'A run is a tree of spans by the conventions, whole over restarts, and sending it costs the run nothing.',
    dashboards: 'Every dashboard is valid, and every query in it answers against a live Prometheus.',
    figures: 'How workflows go is told in counts, medians and spreads, at the command line and on a page with charts.',
    rules: 'Every alert rule fires and resolves in a real Prometheus.',
  }),
];
