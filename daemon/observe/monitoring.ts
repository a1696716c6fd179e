import { dashboards, grafanaModel } from './dashboards.ts';
import { ruleGroups } from './rules.ts';

/** Files for Prometheus and Grafana, by their names in a folder. All but `prometheus.yml` are taken as they are. */
export function monitoringFiles(port: number): Record<string, string> {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    'prometheus.yml': `# What to add to your prometheus.yml. The token is the one that Stagebook's config.yaml names under metrics.
rule_files: [stagebook.rules.yml]
scrape_configs:
  - job_name: stagebook
    authorization: { credentials_file: stagebook.token }
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`,
    // JSON is YAML: Prometheus reads it.
    'stagebook.rules.yml': json(ruleGroups()),
    ...Object.fromEntries(
      dashboards.map((dashboard) => [`dashboards/${dashboard.uid}.json`, json(grafanaModel(dashboard))]),
    ),
  };
}
