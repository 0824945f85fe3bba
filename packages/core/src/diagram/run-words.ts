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
