import type { Status } from './connection.ts';

/** What a page says about the connection, on one line; undefined while there is nothing to say. */
export function noticeOf(status: Status): string | undefined {
  switch (status.is) {
    case 'online':
    case 'connecting':
      return undefined;
    case 'unpaired':
      return 'Not paired yet: run stagebook pair in a terminal and type its code into the settings of this plugin.';
    case 'offline':
      return 'Stagebook is not running: start it with stagebook up, or for good with stagebook service install.';
    case 'refused':
      return status.message;
  }
}
