/** What a plugin says of its settings. */
export interface SettingSchema {
  key: string;
  type: string;
  default?: unknown;
  title?: string;
  description?: string;
  enumChoices?: string[];
  enumPicker?: string;
}

export interface Settings {
  readonly values: Readonly<Record<string, unknown>>;
  readonly schema: readonly SettingSchema[];
  /** Values that are not there yet get their defaults; plugins hear of it, changed or not. */
  setSchema(schema: readonly SettingSchema[], sync: boolean): void;
  /** Merges deeply, but for arrays. Plugins hear of it, changed or not. */
  patch(values: Record<string, unknown>): void;
  set(key: string, value: unknown): void;
}

/** A plugin's settings, which outlive a reload of the plugin. */
export function createSettings(given: Record<string, unknown>, changed: (values: object) => void): Settings {
  let values: Record<string, unknown> = { disabled: false, ...given };
  let schema: readonly SettingSchema[] = [];
  const become = (next: Record<string, unknown>) => {
    values = next;
    changed({ ...values });
  };
  return {
    get values() {
      return values;
    },
    get schema() {
      return schema;
    },
    setSchema(next, sync) {
      schema = next;
      if (sync) become({ ...defaultsOf(schema), ...values });
    },
    patch(more) {
      if (isPlain(more)) become(merge(values, more));
    },
    set(key, value) {
      if (values[key] !== value) become({ ...values, [key]: value });
    },
  };
}

const defaultsOf = (schema: readonly SettingSchema[]): Record<string, unknown> =>
  Object.fromEntries(schema.filter((one) => 'default' in one).map((one) => [one.key, one.default]));

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(a: Record<string, unknown>, b: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const there = merged[key];
    merged[key] = isPlain(there) && isPlain(value) ? merge(there, value) : value;
  }
  return merged;
}
