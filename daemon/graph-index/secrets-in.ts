/** A text that looks like a secret: what it is, and where in the text the secret itself stands. */
export interface Spotted {
  kind: string;
  from: number;
  to: number;
}

/** Marks of which one is in every secret that is looked for: most texts have none, and are not looked at twice. */
const MARK =
  /AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|[rs]k_live_|AIza|npm_|pypi-|hf_|dop_v1_|shp(?:at|ca|pa|ss)_|lin_api_|ATATT3|dckr_pat_|AGE-SECRET-KEY-1|\d:AA|eyJ|SG\.|PRIVATE KEY|hooks\.slack|discord(?:app)?\.com\/api\/webhooks|:\/\/[^\s/@]*:[^\s/@]*@|[Bb]earer |(?:[Ww](?:or)?d|WORD|[Pp]hrase|[Ss]ecret|SECRET|[Tt]oken|TOKEN|[Kk]ey|KEY|[Cc]redential)["'`*]{0,3}\s{0,3}:?[:=]|(?:[Ww]ord|[Pp]hrase)\s+(?:is|was):?\s+["'`]/;

/** Secrets that are told by their own form. The first group is the secret where the match is more. */
const FORMS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  [
    'a private key',
    /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  ],
  ['an AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/g],
  ['a GitLab token', /\bglpat-[\w-]{20,}/g],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}/g],
  ['a Slack webhook', /https:\/\/hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+/g],
  ['a Discord webhook', /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d+\/[\w-]+/g],
  ['an API key', /\bsk-(?:ant-|proj-|or-|svcacct-)?[A-Za-z0-9_-]{20,}/g],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{16,}/g],
  ['a Google API key', /\bAIza[\w-]{35}/g],
  ['an npm token', /\bnpm_[A-Za-z0-9]{30,}/g],
  ['a PyPI token', /\bpypi-[A-Za-z0-9_-]{40,}/g],
  ['a Hugging Face token', /\bhf_[A-Za-z]{30,}/g],
  ['a DigitalOcean token', /\bdop_v1_[0-9a-f]{64}/g],
  ['a Shopify token', /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g],
  ['a Linear key', /\blin_api_[A-Za-z0-9]{32,}/g],
  ['an Atlassian token', /\bATATT3[\w-]{40,}/g],
  ['a Docker token', /\bdckr_pat_[\w-]{20,}/g],
  ['an age key', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}/g],
  ['a Telegram token', /\b\d{8,10}:AA[\w-]{33}/g],
  ['a SendGrid key', /\bSG\.[\w-]{16,}\.[\w-]{16,}/g],
  ['a signed token', /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g],
  ['a password in an address', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'`<>]*:([^\s/@"'`<>]{3,})@[\w[]/gi],
];

/** `password = …` and its like. */
const NAMED =
  /(?<![\w-])((?:[\w.-]{0,40}[-_. ]?)?(?:password|passwd|passphrase|secret(?:[-_ ]?(?:access[-_ ]?)?key)?|(?:access|auth|api|bearer|refresh)[-_ ]?(?:token|key)|token|credential))["'`*]{0,3}\s{0,3}(?:::|:=|[:=])\s{0,3}["'`]{0,3}(?:Bearer\s+)?([^\s"'`,;<>)\]}]{6,200})/gi;
/** `the password is “…”`: as prose has it, told by the marks around it. */
const SAID = /\b(pass(?:word|phrase))\s+(?:is|was):?\s+(["'`])([^\s"'`]{6,100})\2/gi;
const BEARER = /\bBearer\s+([A-Za-z0-9._~+/-]{16,}=*)/g;

/** What stands where a secret would, to say that one goes there. */
const STANDS_FOR =
  /example|sample|dummy|placeholder|changeme|change-me|redacted|your|insert|replace|todo|none|null|undefined|true|false|xxx|\*\*\*|\.\.\.|…|‹|\$\{|\$\(|\{\{|<%|%\w|^\$|process\.env|os\.environ|getenv|secret\(|vault|keychain|bitwarden|keepass|lastpass|1password|env\[|^\[\[|^\(\(|^https?:\/\/|^0+$|^\(|^@|^op:\/\//i;

/**
 * The secrets in a text: those with a form of their own, and values that a password's or key's name is given. Words that only
 * stand for one (`<password>`, `${TOKEN}`, `xxxx`, `AKIA…EXAMPLE`) are none.
 */
export function secretsIn(text: string): Spotted[] {
  if (text.length < 12 || !MARK.test(text)) return [];
  const found: Spotted[] = [];
  const add = (kind: string, from: number, to: number): void => {
    if (!found.some((other) => other.from < to && from < other.to)) found.push({ kind, from, to });
  };
  for (const [kind, pattern] of FORMS) {
    for (const match of text.matchAll(pattern)) {
      const secret = match[1] ?? match[0];
      const from = match[1] === undefined ? match.index : match.index + match[0].lastIndexOf(secret);
      if (kind !== 'a private key' && isStandIn(secret)) continue;
      if (kind === 'an API key' && !/\d/.test(secret)) continue;
      // A header without a key behind it is prose about keys.
      if (kind === 'a private key' && secret.length < 80) continue;
      add(kind, from, from + secret.length);
    }
  }
  for (const pattern of [NAMED, BEARER]) {
    for (const match of text.matchAll(pattern)) {
      const secret = (match[2] ?? match[1])!.replace(/\.+$/, '');
      if (!looksRandom(secret, pattern === NAMED && /pass/i.test(match[1]!)) || isStandIn(secret)) continue;
      const from = match.index + match[0].lastIndexOf(secret);
      add(pattern === BEARER ? 'a token' : `a value of “${match[1]!.trim()}”`, from, from + secret.length);
    }
  }
  for (const match of text.matchAll(SAID)) {
    const secret = match[3]!;
    if (!looksRandom(secret, true) || isStandIn(secret)) continue;
    const from = match.index + match[0].lastIndexOf(secret);
    add(`a value of “${match[1]!}”`, from, from + secret.length);
  }
  return found.sort((one, other) => one.from - other.from);
}

function isStandIn(secret: string): boolean {
  return (
    STANDS_FOR.test(secret) ||
    /^(?:pass(?:word|wd|phrase)?|pwd|secret|token|key)$/i.test(secret) ||
    new Set(secret.toLowerCase()).size < 4
  );
}

/** Tells a made-up value from a word: several kinds of characters, and for what is no password long enough to be a key. */
function looksRandom(value: string, isPassword: boolean): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  if (
    // A call or an element in code, a path of words, a version, a time.
    /^[\w$.?!-]+[([]/.test(value) ||
    /^(?:[a-z]+\d{0,2}|\d{1,4})(?:[._/:-]+(?:[a-z]+\d{0,2}|\d{1,4}))+$/i.test(value) ||
    /^v?\d+\.\d+\.\d+(?:$|[-+.])|^\d{4}-\d{2}-\d{2}T|^arn:/.test(value) ||
    /^\d{1,4}(?:[-/.:]\d+)*$/.test(value)
  )
    return false;
  if (isPassword) return value.length >= 6 && kinds >= 2 && /[\d]|[^\w]/.test(value);
  return value.length >= 16 && kinds >= 2 && /\d/.test(value);
}
