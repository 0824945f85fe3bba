import { answerText, commandText } from '../experiments/operation-text.ts'
import { decodeCommand, decodeResult } from '../machines/index.ts'
import { fromHex } from '../model/hex.ts'
import type { Outcome } from '../model/output.ts'
import { outcomeText } from './output-words.ts'
import { hexText, type ViewWords } from './view-words.ts'

/** Bytes in words, as hexadecimal digits: a command of the key-value store, where they are one. */
export function commandWords(hex: string): string {
  if (!/^0[1-5](?:[0-9a-f]{2})+$/.test(hex)) return hexText(hex)
  try {
    return `'${commandText(decodeCommand(fromHex(hex)))}'`
  } catch {
    return hexText(hex)
  }
}

/** What a client is told. */
export function answerWords(outcome: Outcome): ViewWords {
  if (outcome.kind === 'refused') return { label: 'no', detail: outcomeText(outcome) }
  try {
    return { label: answerText(decodeResult(outcome.result)), detail: '' }
  } catch {
    return { label: outcomeText(outcome), detail: '' }
  }
}

/**
 * What strikes, or ends, in words: `fault: crash:1@2s+1ms`, `fault: isolate:leader@5s (node 2)`, `end of crash:1`.
 * @param content as the world notes it: the fault, and after it the nodes that it met
 */
export function faultWords(content: string): string {
  const [, end, what, time = '', nodes = ''] =
    /^(end of )?([^@]+)(@\S+)? ?([\d,]*)$/.exec(content) ?? []
  if (what === undefined) return `fault: ${content.trim()}`
  if (end !== undefined) return `end of ${what}`
  const names = what.split(':')
  const met =
    nodes === '' || names.includes(nodes)
      ? ''
      : ` (${nodes.includes(',') ? 'nodes' : 'node'} ${nodes})`
  return `fault: ${what}${time}${met}`
}
