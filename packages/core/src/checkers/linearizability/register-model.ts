import { type History, HistoryError, type Operation } from '../history.ts'
import { Cell, type ValueText } from './cell.ts'
import type { HistoryPart, SequentialModel } from './model.ts'

/** Of one register, or with a key of one of several. */
export type RegisterCommand = { readonly key?: string } & (
  | { readonly kind: 'read' }
  /** Undefined: as if it was never written. */
  | { readonly kind: 'write'; readonly value: string | undefined }
  /** Writes `value` if the register holds `expected`; undefined: it was never written. */
  | {
      readonly kind: 'compareAndSwap'
      readonly expected: string | undefined
      readonly value: string | undefined
    }
)

export type RegisterResult =
  /** Undefined: the register was never written. */
  | { readonly kind: 'read'; readonly value: string | undefined }
  | { readonly kind: 'write' }
  | { readonly kind: 'compareAndSwap'; readonly swapped: boolean }

export type RegisterModel = SequentialModel<RegisterCommand, RegisterResult>

/** Registers, at first never written. */
export const registerModel: RegisterModel = registerModelFrom(undefined)

/** Registers that hold `initialValue` at first; undefined: they were never written. */
export function registerModelFrom(
  initialValue: string | undefined,
  valueText?: ValueText,
): RegisterModel {
  return {
    partition,
    specify: (operations) =>
      specify(operations, new Cell(operations.length, initialValue, valueText)),
  }
}

type RegisterHistory = History<RegisterCommand, RegisterResult>
type RegisterOperation = Operation<RegisterCommand, RegisterResult>

/** Operations on different registers cannot influence each other. */
function partition(history: RegisterHistory): HistoryPart<RegisterCommand, RegisterResult>[] {
  const parts = new Map<string | undefined, RegisterOperation[]>([])
  for (const operation of history) {
    const { key } = operation.command
    const part = parts.get(key)
    if (part === undefined) parts.set(key, [operation])
    else part.push(operation)
  }
  return [...parts].map(([key, operations]) => ({
    name: key === undefined ? 'register' : `key ${JSON.stringify(key)}`,
    operations,
  }))
}

function specify(operations: RegisterHistory, cell: Cell): Cell {
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
}

function checkKinds(command: string, result: string | undefined): void {
  if (result === undefined || result === command) return
  throw new HistoryError(`a ${command} cannot have the result of a ${result}`)
}
