import { announcementPage } from './announcement.ts';
import { incidentPage } from './incident.ts';
import { incidentsPage } from './incidents.ts';
import { featureDesignPage } from './feature-design.ts';
import type { PageKind } from './page.ts';
import { postMortemPage } from './post-mortem.ts';
import { releasePage } from './release.ts';
import { runPage } from './run.ts';

/** Every kind of page that Stagebook writes. One file and one line each. */
export const pageKinds: readonly PageKind[] = [
  runPage,
  releasePage,
  announcementPage,
  featureDesignPage,
  incidentPage,
  incidentsPage,
  postMortemPage,
];
