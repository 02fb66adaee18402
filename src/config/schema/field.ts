import * as z from "zod/mini";

/** Who decided a value: the owner's handover document, the owner since then, or this project. */
export type Source = "handover" | "owner" | "project";

/** What is known of a field besides its type; `docs/configuration.md` shows all of it. */
export interface FieldNotes {
  /** What the value must be, as it follows the word "write" in an error message. */
  readonly rule: string;
  /** Unit of the value. @default - the value has none, or the rule names it */
  readonly unit?: string;
  /** The handover's default, which SAM used when a parameter was left out. @default - it has none; here every field is written out */
  readonly default?: string | number;
  /** Who decided the value. */
  readonly source: Source;
  /** Why the value is what it is. */
  readonly reason: string;
}

/** Notes of every field of the schema. */
export const notes = z.registry<FieldNotes>();

/** A field of the schema. */
export interface Field extends FieldNotes {
  /** Names of the sections that contain it, and its own. */
  readonly path: readonly string[];
}

/**
 * Every field of a schema, in its order.
 *
 * @throws Error when a field has no notes
 */
export function schemaFields(schema: z.core.$ZodType, path: readonly string[] = []): Field[] {
  const found = notes.get(schema);
  if (found) {
    return [{ ...found, path }];
  }
  if (!(schema instanceof z.ZodMiniObject)) {
    throw new Error(`${path.join(".")} has no notes; create it with a function of src/config/schema/field.ts`);
  }
  return Object.entries(schema.shape).flatMap(([name, inner]) => schemaFields(inner, [...path, name]));
}

/** Notes of a field whose rule follows from its type. */
type Notes = Omit<FieldNotes, "rule">;

/** A check with a message of its own for each way in which a value is wrong. */
export type Find<T> = (value: T) => string | undefined;

/** A text. */
export function text(
  props: FieldNotes & {
    /** The text matches it. @default - any text does */
    readonly pattern?: RegExp;
    /** Says what to do about a text that matches, and is wrong all the same. @default - none is */
    readonly find?: Find<string>;
  },
): z.ZodMiniString {
  const { pattern = /^/, find = () => undefined, ...rest } = props;
  const remedy = `write ${rest.rule}`;
  return z
    .string(remedy)
    .check(z.regex(pattern, { error: remedy, abort: true }), finding(find))
    .register(notes, rest);
}

/** A whole number. */
export function integer(
  props: Notes & {
    readonly min: number;
    /** @default - as large as a number can be exact */
    readonly max?: number;
  },
): z.ZodMiniNumberFormat {
  const { min, max = Number.MAX_SAFE_INTEGER, ...rest } = props;
  const range = props.max === undefined ? `of at least ${String(min)}` : `from ${String(min)} to ${String(max)}`;
  const rule = `a whole number ${range}`;
  return z
    .int(`write ${rule}`)
    .check(z.gte(min, `write ${rule}`), z.lte(max, `write ${rule}`))
    .register(notes, { ...rest, rule });
}

/** A number that need not be whole. */
export function decimal(props: FieldNotes & { readonly isRight: (value: number) => boolean }): z.ZodMiniNumber {
  const { isRight, ...rest } = props;
  return z
    .number(`write ${rest.rule}`)
    .check(z.refine(isRight, `write ${rest.rule}`))
    .register(notes, rest);
}

/** One of a vendor's values. */
export function choice<const T extends string | number>(values: readonly T[], props: Notes): z.ZodMiniLiteral<T> {
  const rule = `one of ${values.join(", ")}`;
  const schema = z.literal(values, `write ${rule}`);
  notes.add(schema, { ...props, rule });
  return schema;
}

/** True or false. */
export function flag(props: Notes): z.ZodMiniBoolean {
  return z.boolean("write true or false").register(notes, { ...props, rule: "true or false" });
}

/** A list without repetitions. */
export function list<T extends z.ZodMiniType<string>>(
  entry: T,
  props: FieldNotes & {
    /** Least number of entries. @default 0 */
    readonly atLeast?: number;
  },
): z.ZodMiniArray<T> {
  const { atLeast = 0, ...rest } = props;
  return z
    .array(entry, "write a list, in square brackets")
    .check(
      z.minLength(atLeast, `write ${rest.rule}`),
      finding((entries) => {
        const repeated = entries.find((each, index) => entries.indexOf(each) !== index);
        return repeated === undefined ? undefined : `${JSON.stringify(repeated)} is listed twice; remove one`;
      }),
    )
    .register(notes, rest);
}

/** A section: fields under a name. A field that is not in the schema is an error. */
export function section<T extends z.core.$ZodLooseShape>(fields: T): z.ZodMiniObject<T, z.core.$strict> {
  return z.strictObject(fields, {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? "there is no such field; remove it, or fix its name"
        : "write a section with its fields",
  });
}

/**
 * A check whose message depends on the value.
 *
 * @param find - returns what to do about a value, undefined for a right one
 */
export function finding<T>(find: Find<T>): z.core.$ZodCheck<T> {
  return z.check<T>(({ value, issues }) => {
    const message = find(value);
    if (message !== undefined) {
      issues.push({ code: "custom", message, input: value, continue: true });
    }
  });
}

/** A problem of one field among several. */
export interface Problem {
  /** Where it is, from the schema that the check belongs to. */
  readonly path: (string | number)[];
  /** What to do. */
  readonly message: string;
}

/**
 * A rule that several fields share. It is checked as soon as those fields are right by themselves, whatever else
 * is wrong.
 *
 * @param fields - paths of all fields that the rule reads; the problem is reported for the first one
 * @param find - returns what to do, undefined if the fields fit together
 */
export function rule<T>(fields: readonly [string, ...string[]], find: Find<T>): z.core.$ZodCheck<T> {
  const [first] = fields;
  return rules<T>(fields, (value) => {
    const message = find(value);
    return message === undefined ? [] : [{ path: first.split("."), message }];
  });
}

/** As {@link rule}, for fields of which more than one may be wrong. */
export function rules<T>(fields: readonly string[], find: (value: T) => readonly Problem[]): z.core.$ZodCheck<T> {
  return z.check<T>(
    ({ value, issues }) => {
      issues.push(
        ...find(value).map((problem) => ({ ...problem, code: "custom" as const, input: value, continue: true })),
      );
    },
    { when: ({ issues }) => !issues.some((issue) => fields.some((field) => concerns(issue, field))) },
  );
}

/** Whether a problem is one of a field, of a part of it, or of the section that should contain it. */
function concerns({ code, path = [] }: z.core.$ZodRawIssue, field: string): boolean {
  const parts = field.split(".");
  return code !== "unrecognized_keys" && parts.every((part, index) => index >= path.length || path[index] === part);
}
