import { createHash } from 'node:crypto';
import { StagebookError } from '../../shared/failure.ts';
import { REPEAT, type Channel, type Message } from './channel.ts';
import type { NotifyConfig } from './config.ts';
import type { ChannelMeans } from './means.ts';

type EmailConfig = NonNullable<NotifyConfig['email']>;

/** Mail by SMTP. Every try has the same Message-ID, by which mailboxes know a repeat. */
export function emailChannel(config: EmailConfig, means: ChannelMeans): Channel {
  return {
    async deliver({ key, message, uncertain }) {
      const { createTransport } = await import('nodemailer');
      const { host, port, tls, user, password, from, to } = config;
      const pass = password === undefined ? undefined : await means.readSecret(password);
      const transport = createTransport({
        host,
        port,
        secure: tls,
        connectionTimeout: 15_000,
        greetingTimeout: 15_000,
        socketTimeout: 30_000,
        ...(user === undefined ? {} : { auth: { user, pass: pass ?? '' } }),
      });
      try {
        await transport.sendMail({
          from,
          to: message.to.length > 0 ? message.to : to,
          subject: message.title.replace(/[\r\n]+/g, ' ').slice(0, 250),
          text: bodyOf(message, uncertain),
          messageId: `<${createHash('sha256').update(key).digest('hex').slice(0, 32)}@stagebook>`,
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      } catch (error) {
        throw mailFailure(error, host);
      } finally {
        transport.close();
      }
    },
  };
}

function bodyOf({ text, links }: Message, uncertain: boolean): string {
  return [...(uncertain ? [REPEAT] : []), text, ...links.map((link) => `${link.text}: ${link.url}`)]
    .filter((part) => part !== '')
    .join('\n\n');
}

interface MailError extends Error {
  code?: string;
  responseCode?: number;
  command?: string;
}

/** 4xx of SMTP can pass, 5xx and a refused login cannot; after DATA nobody knows whether it arrived. */
function mailFailure(error: unknown, host: string): StagebookError {
  const { message, code, responseCode, command } = error as MailError;
  const refused = (responseCode !== undefined && responseCode >= 500) || code === 'EAUTH' || code === 'EENVELOPE';
  return new StagebookError(
    {
      code: refused ? 'email.refused' : 'email.unreachable',
      message: `The mail server ${host} did not take it: ${message}`,
      retryable: !refused,
      unanswered: !refused && responseCode === undefined && command === 'DATA',
    },
    { cause: error },
  );
}
