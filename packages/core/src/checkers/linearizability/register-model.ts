import { type History, HistoryError } from '../history.ts'
import { Cell } from './cell.ts'
import type { SequentialModel } from './model.ts'

export type RegisterCommand =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: string }
  /** Writes `value` if the register holds `expected`; undefined: it was never written. */
  | {
      readonly kind: 'compareAndSwap'
      readonly expected: string | undefined
      readonly value: string
    }

export type RegisterResult =
  /** Undefined: the register was never written. */
  | { readonly kind: 'read'; readonly value: string | undefined }
  | { readonly kind: 'write' }
  | { readonly kind: 'compareAndSwap'; readonly swapped: boolean }

/** One register, at first never written. */
export const registerModel: SequentialModel<RegisterCommand, RegisterResult> = {
  partition: (operations) => [{ name: 'register', operations }],

  specify(operations: History<RegisterCommand, RegisterResult>): Cell {
    const cell = new Cell(operations.length, undefined)
    for (const [index, { command, result }] of operations.entries()) {
      checkKinds(command.kind, result?.kind)
      switch (command.kind) {
        case 'read':
          if (result?.kind === 'read') cell.read(index, result.value)
          break
        case 'write':
          cell.write(index, command.value)
          break
        case 'compareAndSwap': {
          const swapped = result?.kind === 'compareAndSwap' ? result.swapped : undefined
          cell.compareAndSwap(index, command.expected, command.value, swapped)
          break
        }
      }
    }
    return cell
  },
}

function checkKinds(command: string, result: string | undefined): void {
  if (result === undefined || result === command) return
  throw new HistoryError(`a ${command} cannot have the result of a ${result}`)
}
