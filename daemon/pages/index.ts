import { announcementPage } from './announcement.ts';
import type { PageKind } from './page.ts';
import { releasePage } from './release.ts';
import { runPage } from './run.ts';

/** Every kind of page that Stagebook writes. One file and one line each. */
export const pageKinds: readonly PageKind[] = [runPage, releasePage, announcementPage];
