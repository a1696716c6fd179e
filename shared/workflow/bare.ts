import type { Role } from './definition.ts';

/** The settings that are bare CEL expressions (language.md, Expressions); `print` puts them in single quotes. */
export const BARE_EXPRESSIONS: Readonly<Partial<Record<Role, readonly string[]>>> = {
  check: ['that'],
  claim: ['that'],
  when: ['if'],
  stage: ['when'],
  route: ['by'],
  repeat: ['until'],
  wait: ['until'],
  foreach: ['in'],
};
