import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, Run } from "./command";
import { subcommandsOf } from "./usage";

const PACKAGE = join(__dirname, "..", "..", "..", "package.json");

/** A script of package.json that runs a command of this program. */
const SCRIPT = /^node tools\/run\.cjs (.+)$/;

/** Runs `npm run completion`. */
export const run: Run = (line, { commands, print }) => {
  const { scripts } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { scripts: Readonly<Record<string, string>> };
  print(completionScript(line.word("SHELL") === "zsh" ? "zsh" : "bash", scripts, commands));
  return Promise.resolve(0);
};

/**
 * A script that completes `npm run`: names of scripts, and the words, options and values of the commands behind them.
 *
 * @param scripts - of package.json
 */
export function completionScript(
  shell: "bash" | "zsh",
  scripts: Readonly<Record<string, string>>,
  commands: readonly Command[],
): string {
  const places = Object.entries(scripts).flatMap(([script, line]) => {
    const command = commandOf(SCRIPT.exec(line)?.[1]?.split(" ") ?? [], commands);
    return command === undefined ? [] : placesOf(command, `/${script}`);
  });
  return `${candidates(Object.keys(scripts), places)}${shell === "bash" ? BASH : ZSH}`;
}

/** What can come next at a place of a command line. */
interface Place {
  /** Script and subcommands, such as `/db/migrate`. */
  readonly path: string;
  readonly command: Command;
}

function commandOf([word, ...rest]: readonly string[], commands: readonly Command[]): Command | undefined {
  const command = commands.find(({ name }) => name === word);
  return command === undefined || rest.length === 0 ? command : commandOf(rest, subcommandsOf(command));
}

function placesOf(command: Command, path: string): readonly Place[] {
  const inner = subcommandsOf(command).flatMap((one) => placesOf(one, `${path}/${one.name}`));
  return [{ path, command }, ...inner];
}

/** A shell function that prints what can follow its arguments, the words after \`npm run\`. */
function candidates(scripts: readonly string[], places: readonly Place[]): string {
  const paths = places.map(({ path }) => quoted(path)).join("|");
  return `\
_phase_a_candidates() {
  _path= _before= _dashes=
  for _word; do
    case $_word in
      --) _dashes=yes ;;
      -*) ;;
      *) if [ -z "$_path" ]; then _path=/$_word; else case "$_path/$_word" in ${paths}) _path=$_path/$_word ;; esac; fi ;;
    esac
    _before=$_word
  done
  if [ -z "$_path" ]; then printf '%s\\n' ${scripts.map(quoted).join(" ")}; return; fi
  _options=
  case "$_path $_before" in
${places.flatMap(valueCases).join("\n")}
  esac
  case "$_path" in
${places.map(wordCase).join("\n")}
  esac
  if [ -n "$_dashes" ]; then echo "$_options"; elif [ -n "$_options" ]; then printf '%s\\n' --; fi
}
`;
}

/** After an option that takes a value, only its values are offered. */
function valueCases({ path, command }: Place): string[] {
  return (command.options ?? [])
    .filter(({ value }) => value !== undefined)
    .map(
      ({ name, values = [] }) => `    ${quoted(`${path} --${name}`)}) echo ${values.map(quoted).join(" ")}; return ;;`,
    );
}

function wordCase({ path, command }: Place): string {
  const { arguments: args = [], options = [] } = command;
  const words = [...subcommandsOf(command).map(({ name }) => name), ...args.flatMap(({ values = [] }) => values)];
  const names = [...options.map(({ name }) => `--${name}`), "--help"];
  const print = words.length > 0 ? `echo ${words.map(quoted).join(" ")}; ` : "";
  return `    ${quoted(path)}) ${print}_options="${names.join(" ")}" ;;`;
}

function quoted(word: string): string {
  return /^[\w:-]+$/.test(word) ? word : `'${word}'`;
}

// Splits the whole line itself: readline would split words at colons, as in bench:plan.
const BASH = `
_phase_a_npm() {
  local line=\${COMP_LINE:0:COMP_POINT} current= IFS=$' \\t\\n'
  local -a words
  read -ra words <<< "$line"
  if [[ $line != *[[:space:]] ]]; then
    current=\${words[\${#words[@]}-1]}
    unset "words[\${#words[@]}-1]"
  fi
  if [[ -f tools/run.cjs && \${words[1]} == run ]]; then
    COMPREPLY=($(compgen -W "$(_phase_a_candidates "\${words[@]:2}")" -- "$current"))
    if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
      COMPREPLY=("\${COMPREPLY[@]#"\${current%"\${current##*:}"}"}")
    fi
  elif declare -F _npm_completion > /dev/null; then
    _npm_completion "$@"
  fi
}
complete -o default -F _phase_a_npm npm
`;

const ZSH = `
_phase_a_npm() {
  if [[ -f tools/run.cjs && $words[2] == run ]]; then
    compadd -- $(_phase_a_candidates "\${(@)words[3,CURRENT-1]}")
  elif (( $+functions[_npm_completion] )); then
    _npm_completion
  else
    _default
  fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _phase_a_npm npm
`;
