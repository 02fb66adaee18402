/** SQL with everything quoted blanked out. */
export interface BareSql {
  /** Same length as the SQL. Strings, quoted names, dollar quotes and comments are spaces. */
  readonly text: string;
  /** True if the last quote or comment is not closed. */
  readonly open: boolean;
}

/** How a quote begins, and all of it. {@link commentEnd} handles block comments, which nest. */
const QUOTED: readonly { readonly opening: RegExp; readonly whole: RegExp }[] = [
  { opening: /--/y, whole: /--[^\n\r]*/y },
  { opening: /[eE]'/y, whole: /[eE]'(?:[^'\\]|\\[^]|'')*'(?!')/y },
  { opening: /'/y, whole: /'[^']*(?:''[^']*)*'(?!')/y },
  { opening: /"/y, whole: /"[^"]*(?:""[^"]*)*"(?!")/y },
  {
    opening: /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y,
    whole: /(\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)[^]*?\1/y,
  },
];

/** A dollar sign inside a name does not start a quote. */
const WORD = /[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/y;

/**
 * Blanks out quotes and comments in SQL, so that the rest can be searched.
 *
 * @see https://www.postgresql.org/docs/17/sql-syntax-lexical.html
 */
export function bareSql(sql: string): BareSql {
  const pieces: string[] = [];
  let at = 0;
  while (at < sql.length) {
    const end = quoteEnd(sql, at);
    if (end === "open") {
      pieces.push(" ".repeat(sql.length - at));
      return { text: pieces.join(""), open: true };
    }
    const next = end ?? matchEnd(WORD, sql, at) ?? at + 1;
    pieces.push(end === undefined ? sql.slice(at, next) : " ".repeat(next - at));
    at = next;
  }
  return { text: pieces.join(""), open: false };
}

/** End of the quote that begins here; undefined if none does. */
function quoteEnd(sql: string, at: number): number | "open" | undefined {
  if (sql.startsWith("/*", at)) {
    return commentEnd(sql, at) ?? "open";
  }
  const quoted = QUOTED.find(({ opening }) => matchEnd(opening, sql, at) !== undefined);
  return quoted && (matchEnd(quoted.whole, sql, at) ?? "open");
}

function commentEnd(sql: string, from: number): number | undefined {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  let depth = 0;
  for (let mark = marks.exec(sql); mark; mark = marks.exec(sql)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) {
      return marks.lastIndex;
    }
  }
  return undefined;
}

function matchEnd(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : undefined;
}
