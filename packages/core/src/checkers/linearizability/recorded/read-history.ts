import { HistoryError } from '../../history.ts'
import { readEdnHistory } from './edn-history.ts'
import { hasJepsenEvent, readJepsenLog } from './jepsen-log.ts'
import { looksLikeJson, readJsonLines } from './json-lines.ts'
import type { RecordedFile } from './recorded-event.ts'
import { type RecordedHistory, recordedHistory } from './recorded-history.ts'

/** How histories are written: a Jepsen test's log, its history.edn, an object in JSON a line. */
export const historyFormats = ['jepsen', 'edn', 'jsonl'] as const
export type HistoryFormat = (typeof historyFormats)[number]

const readers: Readonly<Record<HistoryFormat, (text: string) => RecordedFile>> = {
  jepsen: readJepsenLog,
  edn: readEdnHistory,
  jsonl: readJsonLines,
}

/**
 * Reads a recorded history.
 * @throws HistoryError that names the line, and says what is wrong there and what would be right
 */
export function readHistory(text: string, format: HistoryFormat): RecordedHistory {
  // Some editors put a mark of byte order in front.
  const content = text.startsWith('\ufeff') ? text.slice(1) : text
  try {
    const history = recordedHistory(readers[format](content))
    // It would be linearizable, whatever was to be recorded.
    if (history.operations.length === 0) {
      throw new HistoryError('the history has no operation of a client')
    }
    return history
  } catch (error) {
    // Of the engine: a text that is nested, or simply too long, for what a regular expression can do.
    if (error instanceof RangeError) throw new HistoryError(`line 1 and on: ${error.message}`)
    throw error
  }
}

/**
 * The format of a text.
 * @throws HistoryError if it is none of them
 */
export function guessedFormat(text: string): HistoryFormat {
  if (looksLikeJson(text)) return 'jsonl'
  // A log may begin with a bracket, but not with a brace.
  if (!/^[\s,\ufeff]*\{/.test(text) && hasJepsenEvent(text)) return 'jepsen'
  if (/^[\s,\ufeff]*(?:[[({]|[;#])/.test(text)) return 'edn'
  throw new HistoryError(
    text.trim() === ''
      ? 'the file is empty: a history has at least one event'
      : 'this is no history: expected a Jepsen log, EDN ({:process 0, :type :invoke, :f :read, :value nil}) or JSON lines ({"process":0,"type":"invoke","f":"read"})',
  )
}
