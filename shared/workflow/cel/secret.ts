/** What `secret("NAME")` gives: a name that only the daemon can exchange for a value. Everything shows the name. */
export class SecretHandle {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toJSON(): string {
    return `secret(${this.name})`;
  }
}
