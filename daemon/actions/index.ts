import { incidentAlerts, incidentShow, incidentUpdate, pageWriteIncident, pageWritePostMortem } from './incident.ts';
import { a11yCheck } from './a11y-check.ts';
import type { Action } from './action.ts';
import { agentRun, noAgents } from './agent-run.ts';
import { browserLoadTime } from './browser-load-time.ts';
import { alertmanagerAlerts, alertmanagerSilence } from './alertmanager.ts';
import { changelogGenerate, changelogRead } from './changelog.ts';
import { deployCommand } from './deploy-command.ts';
import { docsReadmeExample, docsUpdateVersion } from './docs.ts';
import { filesRead } from './files-read.ts';
import { filesWrite } from './files-write.ts';
import { gitBranch } from './git-branch.ts';
import { gitCommit } from './git-commit.ts';
import { gitFindTag } from './git-find-tag.ts';
import { gitDescribe, gitLog, gitRemoteRefs, gitStatus } from './git-look.ts';
import { gitPush } from './git-push.ts';
import { gitTag } from './git-tag.ts';
import { gitTakeBack } from './git-take-back.ts';
import { gitUncommit } from './git-uncommit.ts';
import { githubCreateBranch } from './github-branch.ts';
import { githubChecks } from './github-checks.ts';
import { githubReadFile, githubWriteFile } from './github-file.ts';
import { githubComment, githubCreateIssue, githubUpdateIssue } from './github-issue.ts';
import { githubCheckAccess, githubFindRelease, githubFindTag } from './github-look.ts';
import { githubMergePullRequest } from './github-merge.ts';
import { githubPullRequestFiles } from './github-pull-request-files.ts';
import { githubCreatePullRequest, githubReadPullRequest, githubRequestReviews } from './github-pull-request.ts';
import { githubCreateRelease } from './github-release.ts';
import { githubReviewPullRequest } from './github-review.ts';
import { githubDispatchWorkflow, githubWorkflowRun } from './github-workflow.ts';
import { httpRequest } from './http.ts';
import { incidentClassify, incidentHypotheses, incidentImpact, incidentQueries } from './incident-judge.ts';
import { kubernetesRolloutStatus, kubernetesRolloutUndo, kubernetesSetImage } from './kubernetes.ts';
import { lokiPatterns, lokiQuery } from './loki.ts';
import { mcpCall, noTools } from './mcp-call.ts';
import { memoryRead, memorySearch } from './memory.ts';
import { notifyDesktop, notifyEmail, notifyPagerduty, notifySlack } from './notify.ts';
import { npmInstallTarget } from './npm-install.ts';
import { npmPublish, npmRehearse } from './npm-publish.ts';
import { npmCheckFree, npmCheckToken, npmView } from './npm-view.ts';
import { openapiClient } from './openapi-client.ts';
import { openapiDiff } from './openapi-diff.ts';
import { openapiExport } from './openapi-export.ts';
import { openapiTypes } from './openapi-types.ts';
import { openapiValidate } from './openapi-validate.ts';
import { packageBuild } from './package-build.ts';
import { packageTryInstall } from './package-install.ts';
import { pageAppend, pageRead, pageWriteAnnouncement, pageWriteFeatureDesign, pageWriteRelease } from './page.ts';
import { prometheusAlerts, prometheusRules } from './prometheus-look.ts';
import { prometheusCheck, prometheusQuery } from './prometheus-query.ts';
import { prometheusQueryRange } from './prometheus-range.ts';
import { playwrightTest } from './playwright-test.ts';
import { pypiInstallTarget } from './pypi-install.ts';
import { pypiPublish, pypiRehearse } from './pypi-publish.ts';
import { pypiCheckFree, pypiCheckToken, pypiView } from './pypi-view.ts';
import { releaseReconcile } from './release.ts';
import { sandboxRun } from './sandbox.ts';
import { shellRun } from './shell.ts';
import { testRun } from './test.ts';
import { tracesSearch, tracesSlow } from './traces.ts';
import { versionBump, versionRead } from './version.ts';

/** The catalogue: everything a step's `uses` can name. */
export const actions: readonly Action[] = [
  incidentAlerts,
  incidentShow,
  incidentUpdate,
  pageWriteIncident,
  pageWritePostMortem,
  agentRun(noAgents),
  a11yCheck,
  browserLoadTime,
  alertmanagerAlerts,
  alertmanagerSilence,
  changelogGenerate,
  changelogRead,
  deployCommand,
  docsReadmeExample,
  docsUpdateVersion,
  filesRead,
  filesWrite,
  gitBranch,
  gitCommit,
  gitDescribe,
  gitLog,
  gitFindTag,
  gitRemoteRefs,
  gitStatus,
  gitPush,
  gitTag,
  gitTakeBack,
  gitUncommit,
  githubChecks,
  githubComment,
  githubCreateIssue,
  githubUpdateIssue,
  githubCheckAccess,
  githubFindRelease,
  githubFindTag,
  githubCreateRelease,
  githubCreateBranch,
  githubReadFile,
  githubWriteFile,
  githubCreatePullRequest,
  githubPullRequestFiles,
  githubReadPullRequest,
  githubRequestReviews,
  githubReviewPullRequest,
  githubMergePullRequest,
  githubDispatchWorkflow,
  githubWorkflowRun,
  httpRequest,
  incidentClassify,
  incidentHypotheses,
  incidentImpact,
  incidentQueries,
  kubernetesRolloutStatus,
  kubernetesRolloutUndo,
  kubernetesSetImage,
  lokiPatterns,
  lokiQuery,
  mcpCall(noTools),
  memoryRead,
  memorySearch,
  notifyDesktop,
  notifyEmail,
  notifyPagerduty,
  notifySlack,
  npmInstallTarget,
  npmPublish,
  npmRehearse,
  npmCheckFree,
  npmCheckToken,
  npmView,
  openapiClient,
  openapiDiff,
  openapiExport,
  openapiTypes,
  openapiValidate,
  packageBuild,
  packageTryInstall,
  pageAppend,
  pageRead,
  pageWriteAnnouncement,
  pageWriteFeatureDesign,
  pageWriteRelease,
  prometheusAlerts,
  prometheusRules,
  prometheusCheck,
  prometheusQuery,
  prometheusQueryRange,
  playwrightTest,
  pypiInstallTarget,
  pypiPublish,
  pypiRehearse,
  pypiCheckFree,
  pypiCheckToken,
  pypiView,
  releaseReconcile,
  sandboxRun,
  shellRun,
  testRun,
  tracesSearch,
  tracesSlow,
  versionBump,
  versionRead,
];
