import type { AddCommand } from '../command.ts';
import { answer } from './answer.ts';
import { approve } from './approve.ts';
import { backup } from './backup.ts';
import { cancel } from './cancel.ts';
import { check } from './check.ts';
import { devices } from './devices.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { exportRun } from './export.ts';
import { figures } from './figures.ts';
import { incident } from './incident.ts';
import { importCommand } from './import.ts';
import { list } from './list.ts';
import { monitoring } from './monitoring.ts';
import { mcp } from './mcp.ts';
import { outbox } from './outbox.ts';
import { pair } from './pair.ts';
import { people } from './people.ts';
import { persona } from './persona.ts';
import { prune } from './prune.ts';
import { rehearse } from './rehearse.ts';
import { reject } from './reject.ts';
import { restore } from './restore.ts';
import { review } from './review.ts';
import { resume } from './resume.ts';
import { run } from './run.ts';
import { service } from './service.ts';
import { show } from './show.ts';
import { suggest } from './suggest.ts';
import { test } from './test.ts';
import { trust } from './trust.ts';
import { up } from './up.ts';
import { verify } from './verify.ts';
import { worker } from './worker.ts';

/** Every command, in the order of `stagebook --help`. */
export const commands: readonly AddCommand[] = [
  run,
  check,
  explain,
  importCommand,
  test,
  rehearse,
  review,
  incident,
  outbox,
  suggest,
  list,
  show,
  approve,
  reject,
  answer,
  cancel,
  resume,
  trust,
  people,
  persona,
  mcp,
  pair,
  devices,
  up,
  worker,
  service,
  figures,
  monitoring,
  backup,
  restore,
  prune,
  verify,
  exportRun,
  doctor,
];
