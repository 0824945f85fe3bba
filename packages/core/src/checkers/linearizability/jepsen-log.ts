import { type History, HistoryError } from '../history.ts'
import { HistoryLog } from './history-log.ts'
import type { RegisterCommand, RegisterResult } from './register-model.ts'

const logLine = /^[A-Z]+\s+(?<logger>[\w.]+) - (?<message>.*)$/
const eventLine = /^(\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(\S.*)$/
const example = 'INFO  jepsen.util - 0\t:invoke\t:write\t3'

/**
 * Reads the log of a Jepsen test of one register, for `registerModel`. A line has a process, a type
 * (`:invoke`, `:ok`, `:fail`, `:info`), a function (`:read`, `:write`, `:cas`) and a value (`nil`, a
 * number, of a swap `[expected new]`). What the nemesis and other loggers say is skipped.
 *
 * A swap that failed and repeats its value found another one in the register; whatever else failed
 * did not take place. The outcome of `:info` is unknown.
 *
 * @throws HistoryError at the first line that makes no sense.
 */
export function parseJepsenLog(text: string): History<RegisterCommand, RegisterResult> {
  const log = new HistoryLog<RegisterCommand, RegisterResult>()
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    if (content.trim() === '') continue
    const message = messageOf(content, index + 1)
    if (message !== undefined) readEvent(log, message, index + 1)
  }
  return log.history()
}

/** What Jepsen logged of its clients; undefined if the line is about something else. */
function messageOf(content: string, line: number): string | undefined {
  const groups = logLine.exec(content)?.groups
  if (groups === undefined) throw notUnderstood(content, line)
  const { logger, message = '' } = groups
  return logger === 'jepsen.util' && !message.startsWith(':nemesis') ? message : undefined
}

function readEvent(
  log: HistoryLog<RegisterCommand, RegisterResult>,
  message: string,
  line: number,
): void {
  const [, process, type, name, value] = eventLine.exec(message) ?? []
  if (name === undefined || value === undefined) throw notUnderstood(message, line)
  switch (type) {
    case 'invoke':
      log.invoke(line, Number(process), commandOf(name, value, line))
      break
    case 'ok':
      log.end(line, Number(process), (command) => resultOf(command, value, line))
      break
    case 'fail':
      log.end(line, Number(process), (command) => failureOf(command, value))
      break
    default:
      // The outcome of `:info` is unknown: the operation stays open.
      break
  }
}

function commandOf(name: string, value: string, line: number): RegisterCommand {
  if (name === 'read') return { kind: 'read' }
  if (name === 'write') return { kind: 'write', value: numberIn(value, line) }
  const [, expected, next] = /^\[(\S+) (\S+)\]$/.exec(value) ?? []
  if (expected === undefined || next === undefined) {
    throw new HistoryError(`line ${line}: ${value} is no swap; expected [old new], such as [1 2]`)
  }
  return {
    kind: 'compareAndSwap',
    expected: valueIn(expected, line),
    value: numberIn(next, line),
  }
}

function resultOf(command: RegisterCommand, value: string, line: number): RegisterResult {
  switch (command.kind) {
    case 'read':
      return { kind: 'read', value: valueIn(value, line) }
    case 'write':
      return { kind: 'write' }
    case 'compareAndSwap':
      return { kind: 'compareAndSwap', swapped: true }
  }
}

function failureOf(command: RegisterCommand, value: string): RegisterResult | undefined {
  const compared = command.kind === 'compareAndSwap' && value.startsWith('[')
  return compared ? { kind: 'compareAndSwap', swapped: false } : undefined
}

function valueIn(text: string, line: number): string | undefined {
  return text === 'nil' ? undefined : numberIn(text, line)
}

function numberIn(text: string, line: number): string {
  if (/^-?\d+$/.test(text)) return text
  throw new HistoryError(`line ${line}: ${text} is no value; expected a number or nil`)
}

function notUnderstood(content: string, line: number): HistoryError {
  return new HistoryError(
    `line ${line}: ${JSON.stringify(content)} is no event; expected a line such as ${JSON.stringify(example)}`,
  )
}
