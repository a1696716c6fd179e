import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { portOf } from '../../config.ts';
import { makeFolder } from '../../make-folder.ts';
import { monitoringFiles } from '../../observe/monitoring.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

export const monitoring: AddCommand = (program, cli) => {
  program
    .command('monitoring')
    .description('Write alert rules for Prometheus and dashboards for Grafana into a folder.')
    .argument('<folder>', 'is made where it is not there; files of the same names are replaced')
    .addHelpText(
      'after',
      '\nMetrics are served at /metrics once config.yaml says "metrics: { token: NAME }", to whoever has that secret.\nSpans go where it says "traces: { url: http://127.0.0.1:4318/v1/traces }".\n\nExample\n  stagebook monitoring ~/monitoring/stagebook',
    )
    .action(cli.does((folder: string) => write(cli, resolve(folder))));
};

async function write({ open, environment, terminal }: Cli, folder: string): Promise<number> {
  const { config } = await open('look');
  for (const [name, text] of Object.entries(monitoringFiles(portOf(config, environment)))) {
    const file = join(folder, name);
    makeFolder(dirname(file));
    writeFileSync(file, text);
    say(terminal, file);
  }
  if (!config.metrics)
    say(
      terminal,
      `Metrics are not served yet. Add to ${join(config.home, 'config.yaml')}: metrics: { token: METRICS_TOKEN }`,
    );
  return EXIT.ok;
}
