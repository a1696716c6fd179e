import type { Status } from './connection.ts';

/** What a page says about the connection, on one line; undefined while there is nothing to say. */
export function noticeOf(status: Status): string | undefined {
  switch (status.is) {
    case 'online':
    case 'connecting':
      return undefined;
    case 'unpaired':
      return 'This Logseq is not connected with Stagebook yet.';
    case 'offline':
      return 'Stagebook does not answer: start it with stagebook up, or for good with stagebook service install.';
    case 'refused':
      return status.message;
  }
}

/** Whether a person has to connect Logseq with a daemon, for the first time or again. */
export function mustConnect(status: Status): boolean {
  return status.is === 'unpaired' || (status.is === 'refused' && status.code !== 'version');
}
