import { expect, it } from 'vitest';
import { secretsIn } from '../../../daemon/graph-index/secrets-in.ts';

const found = (text: string): string[] => secretsIn(text).map(({ from, to }) => text.slice(from, to));

it.each([
  ['a key: AKIAQX7P2LM9QX7P2LM9 of ours', 'AKIAQX7P2LM9QX7P2LM9'],
  ['export SLACK=xoxb-1234abcd5678-efgh', 'xoxb-1234abcd5678-efgh'],
  ['password = "hunter2-Correct!"', 'hunter2-Correct!'],
  ['db_password: p4ssw0rdIsLong', 'p4ssw0rdIsLong'],
  ['aws_secret_access_key=wJalrXUtnFEMI7K9MDENGbPxRfiCY3Zk', 'wJalrXUtnFEMI7K9MDENGbPxRfiCY3Zk'],
  ['Authorization: Bearer 8f14e45fceea167a5a36dedd4bea2543', '8f14e45fceea167a5a36dedd4bea2543'],
  ['redis://:s3cr3tPa55@cache:6379', 's3cr3tPa55'],
])('finds the secret in %j [review.checks.secrets]', (text, secret) => {
  expect(found(text)).toContain(secret);
});

it.each([
  'the password is kept in the vault',
  'password: <your password>',
  'password:: [[Vault]]',
  'token: ${NPM_TOKEN}',
  'secret = secret("NPM_TOKEN")',
  'api_key: os.environ["API_KEY"]',
  'key: value',
  'AKIAIOSFODNN7EXAMPLE',
  'https://user:password@example.org',
  'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'token budget: 1900',
  'sk-learn-contrib-and-other-long-names-of-packages',
  'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'password: ********',
  'secret: kubernetes-tls-secret-2026',
  'password: see 1Password, password: 1Password',
])('finds none in %j [review.checks.secrets]', (text) => {
  expect(found(text)).toEqual([]);
});
