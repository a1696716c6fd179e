import type { Check } from '../check.ts';
import { brokenBlockReference } from './broken-block-reference.ts';
import { brokenCodeReference } from './broken-code-reference.ts';
import { brokenPageReference } from './broken-page-reference.ts';
import { brokenWorkflow, workflowToolGone } from './broken-workflow.ts';
import { caseTwin } from './case-twin.ts';
import { deadAsset } from './dead-asset.ts';
import { draftPostMortem } from './draft-post-mortem.ts';
import { emptyPage } from './empty-page.ts';
import { headingJump } from './heading-jump.ts';
import { longPage } from './long-page.ts';
import { missingProperty } from './missing-property.ts';
import { nearDuplicate } from './near-duplicate.ts';
import { openActionItem } from './open-action-item.ts';
import { openIncident } from './open-incident.ts';
import { orphan } from './orphan.ts';
import { overdueTask } from './overdue-task.ts';
import { ownerlessTask } from './ownerless-task.ts';
import { releaseDisagrees } from './release-disagrees.ts';
import { secret } from './secret.ts';
import { stalePage } from './stale-page.ts';
import { unrehearsedWorkflow } from './unrehearsed-workflow.ts';
import { unusedPersonaTool } from './unused-persona-tool.ts';

/** Every check of the review. One file and one line each. */
export const checks: readonly Check[] = [
  secret,
  brokenPageReference,
  brokenBlockReference,
  deadAsset,
  brokenWorkflow,
  workflowToolGone,
  unrehearsedWorkflow,
  unusedPersonaTool,
  openActionItem,
  openIncident,
  draftPostMortem,
  releaseDisagrees,
  overdueTask,
  ownerlessTask,
  stalePage,
  missingProperty,
  caseTwin,
  nearDuplicate,
  orphan,
  emptyPage,
  brokenCodeReference,
  longPage,
  headingJump,
];
