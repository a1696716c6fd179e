import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('incident');

/** Incident response, from the alert to the post-mortem, and what Stagebook tells of itself. */
export const incident: readonly Requirement[] = [
  ...promises('workflow', {
    page: 'Incident response is a page that the check accepts without a warning.',
    coverage: 'Its scenarios cover every node and both outcomes of every gate.',
    risen:
      'An incident that alerts make graver calls people then, once, and ends and is learnt from as what it became; what a person said of it stands.',
    resolution: 'What was done by hand is no permanent resolution: that stays a question.',
    ended: 'What fires after the run of an open incident has ended calls people, once.',
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
    order:
      'Messages of one run by one channel arrive in the order in which they were queued, whatever failed in between.',
    lost: 'A message whose answer was lost says on its second try that it may be a repeat.',
    'given-up': 'A message that is refused for good is given up, and a person is told.',
    'by-hand': 'What did not get through is listed with why; a person has it tried again, or leaves it with a reason.',
    desktop: 'On Linux, macOS and Windows a notification’s text is never a part of a script.',
    hostile: 'Text from elsewhere can neither ping a channel nor make a link nor a header.',
    pagerduty: 'PagerDuty has one incident for all events about it.',
    email: 'Every try of an e-mail has the same Message-ID.',
  }),
  ...promises('deploy', {
    kubernetes:
      'kubectl sets an image, waits for the roll-out and undoes it, in a clean environment; what it did is looked up.',
    command: 'A command of the team’s own deploys by argv, and another one looks whether it is there.',
  }),
  ...promises('cut', {
    runs: 'With network, GitHub and chat cut off an incident runs to where a person decides.',
    later: 'What was to be said meanwhile goes out later, once.',
  }),
  ...promises('judge', {
    queries: 'The name of a service cannot become a query of its own.',
    impact: 'The impact is said in numbers, with the error budget.',
    unmeasured: 'What was not measured, and what follows from it, stays unknown and is named.',
    hypotheses: 'Causes are supported, proposed or refuted by the findings, each of which is named.',
  }),
  ...promises('look', {
    prometheus: 'Queries, alerts and rules are read from a real Prometheus.',
    partial: 'An answer that its source warns is a part only is told of with that warning.',
    baseline: 'A measurement over a time is compared with the time before, and says when it began.',
    digest: 'Each finding is evidence: query, range, link and a digest that asking again gives again.',
    check: 'Several conditions are measured at one moment, each with what was seen.',
    gap: 'A source that is down, refuses or is not configured leaves a marked gap and stops nothing.',
    loki: 'Lines are read from Loki, as data that is never an instruction.',
    'long-lines': 'Of lines too long to be read all at once fewer are read, and that is said.',
    patterns: 'Error lines are clustered by pattern, with their shares and whether they are new.',
    traces: 'Slow and failing traces of Tempo and Jaeger say by operation where the time goes.',
    alertmanager: 'Alerts are read from a real Alertmanager by label.',
    silence: 'A silence in Alertmanager is made once, and found again after a lost answer.',
    chart: 'A finding has a small chart with labelled axes that is read on light and dark ground and runs nothing.',
    grafana: 'Metrics and logs behind a Grafana are asked through its MCP server, once a person has trusted it.',
    token: 'A source gets its token from the secret that the configuration names.',
  }),
  ...promises('observe', {
    metrics:
      'Runs, stages, steps, gates, personas, retries, breakers, outbox and queue are metrics, labelled by the names on the page.',
    tokens: 'Tokens of models and tools are counted by persona and kind.',
    incidents: 'Incidents, alerts, how long each took and messages that reached nobody are metrics.',
    door: 'Metrics are given to whoever has their token, and to nobody else.',
    spans: 'A run is a tree of spans by the conventions, whole over restarts, and sending it costs the run nothing.',
    dashboards: 'Every dashboard is valid, and every query in it answers against a live Prometheus.',
    figures: 'How workflows go is told in counts, medians and spreads, at the command line and on a page with charts.',
    rules: 'Every alert rule fires and resolves in a real Prometheus.',
  }),
  ...promises('alerts', {
    alertmanager:
      'What a real Alertmanager sends opens an incident with one run, and resolves it; repeats are no news.',
    'other-sources': 'Grafana’s webhook is read, and any JSON by expressions of the configuration.',
    correlation: 'Alerts belong to one incident by group, and by labels within a time.',
    order: 'Alerts add up to the same in whatever order and however often they are told.',
    'no-ends': 'A source that never tells an end tells of one alert that fires, not of as many as began.',
    'left-out': 'Alerts that a source left out of its message are counted where a reader looks first.',
    words:
      'That an alert is over is understood in the words that sources use, and alerts of several services are several.',
    grafana:
      'That Grafana could not measure is told as that, not as the fault that its rule is about; its organisations are kept apart.',
    again: 'What fires again after its incident was closed names that one on its first line.',
    clocks:
      'A source whose clock is ahead, or that never says when an alert began, tells of one alert, which is over when it says so and not later than now.',
    trusted: 'Only trusted workflows start by an alert; alerts that nobody wants are kept, and asked for again.',
    severity: 'An unknown severity is taken for P2, and that is said; the worst known one counts.',
    door: 'Each source has its own token or signature, and a limit; strangers cost nothing.',
    hmac: 'A signature holds for its body and its moment, and an old one is refused.',
    webhook: 'A webhook starts its workflow, once for each message.',
    hostile: 'Hostile alerts are kept short, run nothing, and harm no other source.',
    storm:
      'A storm with repeats, reordering and resolved alerts gives exactly its incidents, and loses nothing over a kill in the middle.',
  }),
  ...promises('pages', {
    incident: 'The page of an incident is there by itself, and tells everything that pages.md names.',
    messages: 'What people were told stands on the incident’s page and in the post-mortem, by steps as by people.',
    stopped: 'An open incident whose run has ended says so, with why and how to go on.',
    gaps: 'What a source could not answer is said once, for whatever it was asked.',
    tasks: 'An action item stands in one place: on the post-mortem, where there is one.',
    first: 'A finding is on the page as soon as its source answers, whatever the others do.',
    contradiction: 'Times that contradict each other are said to, on the page and in the post-mortem.',
    durations:
      'Times to detect, acknowledge, mitigate and resolve agree with the events to the second, with their definitions.',
    'post-mortem': 'A post-mortem invents nothing: what was not measured or said is a marked question.',
    index: 'The index shows open incidents, and each duration as median, spread and count, never as a mean.',
    corrections: 'People’s corrections of times and lines count, and are kept with who and why.',
    answers: 'The line of an answer says what was answered.',
    flapping: 'Of very many alerts those that fire are on the page, whatever was over before.',
    alerts: 'Alerts of one name are told apart by what each is about; those that fire stand first.',
    curation: 'A person pins, folds away, corrects and adds lines; what a line said stays on the page and on record.',
    charts: 'Findings stand on the page with query, range, digest, link and a drawn chart; a gap is marked.',
  }),
  ...promises('verify', {
    untouched: 'An untouched incident verifies: chain, signatures, evidence and page.',
    page: 'A line that was changed, deleted or moved on the page is named.',
    evidence: 'What a line rests on, folded beneath it, and each finding of the page are held against the record, too.',
    chart: 'A chart of a finding that was drawn otherwise, or is gone, is named.',
    record: 'A line that was changed, deleted or moved in the record, or the evidence behind it, is named.',
    bundle:
      'An exported bundle verifies without a daemon and without a data directory; whatever is changed in it is named.',
    versions:
      'What another version wrote, or wrote in another time zone, is called changed only where somebody touched it; where nothing was kept to tell by, that is said.',
    again: 'Sources are asked again, and an answer that is another one now is named.',
  }),
  ...promises('bench', {
    page: 'From an alert’s arrival to its page: p50 below 150 ms, p95 below 500 ms.',
    storm: '10,000 alerts of 200 groups within a minute, with bounded memory.',
  }),
  ...promises('told', {
    nobody: 'A message that nobody was configured to get is told as that, never as sent.',
    once: 'A finding that says the same as before is folded away; each change is shown.',
  }),
];
