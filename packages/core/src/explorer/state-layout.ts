import type { AnyNode } from '../model/machine.ts'
import type { Setting } from './options.ts'

/** Where the parts of a state are in its vector. Those of the nodes and of second copies of twins come first. */
export interface StateLayout {
  /** The first of the words that count what of the bounds is used up. */
  readonly budgetWords: number
  /** The word with a bit for each command that was put. */
  readonly commandWord: number
  /** The word with the place of the history, where there is one. */
  readonly historyWord: number
  /** The first of the envelopes in flight. */
  readonly envelopeWords: number
}

export function layoutOf<N extends AnyNode>(setting: Setting<N>): StateLayout {
  const budgetWords = setting.nodes.length
  const commandWord = budgetWords + setting.budgets.words
  const historyWord = commandWord + (setting.commands.length > 0 ? 1 : 0)
  const envelopeWords = historyWord + (setting.histories ? 1 : 0)
  return { budgetWords, commandWord, historyWord, envelopeWords }
}
