import { type History, HistoryError } from '../history.ts'
import { HistoryLog } from './history-log.ts'
import type { KeyValueAction, KeyValueOutcome } from './key-value-model.ts'

const string = '"(?:[^"\\\\]|\\\\.)*"'
const eventLine = new RegExp(
  `^\\{:process (\\d+), :type :(invoke|ok|fail|info), :f :(get|put|append), :key (${string}), :value (nil|${string})\\}$`,
)
const example = '{:process 0, :type :invoke, :f :put, :key "a", :value "1"}'

/**
 * Reads a history of a key-value store with get, put and append from a log with a map in Clojure's
 * notation a line, as Jepsen writes them and as checkers of linearizability exchange them. In these
 * stores a key that was never written reads as the empty text: the history is for
 * `keyValueModelFrom('')`.
 *
 * What failed did not take place; the outcome of `:info` is unknown.
 *
 * @throws HistoryError at the first line that makes no sense.
 */
export function parseKeyValueLog(text: string): History<KeyValueAction, KeyValueOutcome> {
  const log = new HistoryLog<KeyValueAction, KeyValueOutcome>()
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    if (content.trim() !== '') readEvent(log, content.trim(), index + 1)
  }
  return log.history()
}

function readEvent(
  log: HistoryLog<KeyValueAction, KeyValueOutcome>,
  content: string,
  line: number,
): void {
  const [, process, type, name, key, value] = eventLine.exec(content) ?? []
  if (name === undefined || key === undefined || value === undefined) {
    throw new HistoryError(
      `line ${line}: ${JSON.stringify(content)} is no event; expected a line such as ${example}`,
    )
  }
  switch (type) {
    case 'invoke':
      log.invoke(line, Number(process), commandOf(name, stringIn(key, line), value, line))
      break
    case 'ok':
      log.end(line, Number(process), (command) => resultOf(command, value, line))
      break
    case 'fail':
      log.end(line, Number(process), () => undefined)
      break
    default:
      // The outcome of `:info` is unknown: the operation stays open.
      break
  }
}

function commandOf(name: string, key: string, value: string, line: number): KeyValueAction {
  if (name === 'get') return { kind: 'get', key }
  const kind = name === 'put' ? 'put' : 'append'
  return { kind, key, value: stringIn(value, line) }
}

function resultOf(command: KeyValueAction, value: string, line: number): KeyValueOutcome {
  switch (command.kind) {
    case 'get':
      return { kind: 'get', value: stringIn(value, line) }
    case 'put':
    case 'append':
      return { kind: command.kind }
    default:
      throw new Error(`the log has no ${command.kind}`)
  }
}

function stringIn(text: string, line: number): string {
  if (text === 'nil') throw new HistoryError(`line ${line}: nil is no value; expected a string`)
  try {
    // Of the escapes, Clojure has those of JSON.
    return JSON.parse(text)
  } catch {
    throw new HistoryError(`line ${line}: ${text} is no string`)
  }
}
