import {
  decodeResult,
  encodeCommand,
  type KeyValueCommand,
  type KeyValueResult,
} from '../../../machines/key-value-command.ts'
import { KeyValueStore } from '../../../machines/key-value-store.ts'
import type { History, Operation } from '../../history.ts'
import type { KeyValueAction, KeyValueOutcome } from '../key-value-model.ts'
import type { RegisterCommand, RegisterResult } from '../register-model.ts'

/** An object used by one client at a time, whose last command can be undone. */
export interface SequentialObject<Command, Result> {
  execute(command: Command): Result
  undo(): void
}

/**
 * Whether a history is linearizable, by the definition and nothing else: tries every order of the
 * operations that returned and of any of those that are open.
 */
export function isLinearizable<Command, Result>(
  history: History<Command, Result>,
  object: SequentialObject<Command, Result>,
): boolean {
  if (history.every((operation) => operation.return === undefined)) return true
  return history.some((operation) => {
    const rest = history.filter((other) => other !== operation)
    if (rest.some((other) => other.return !== undefined && other.return < operation.call))
      return false
    const result = object.execute(operation.command)
    const explained =
      operation.result === undefined || JSON.stringify(result) === JSON.stringify(operation.result)
    const found = explained && isLinearizable(rest, object)
    object.undo()
    return found
  })
}

/** Whether `order` is possible and explains every result, and keeps the order of those that did not overlap. */
export function explains<Command, Result>(
  order: readonly Operation<Command, Result>[],
  object: SequentialObject<Command, Result>,
): boolean {
  return order.every((operation, place) => {
    const overtaken = order
      .slice(place + 1)
      .some((later) => (later.return ?? Infinity) < operation.call)
    const result = object.execute(operation.command)
    const asKnown =
      operation.result === undefined || JSON.stringify(result) === JSON.stringify(operation.result)
    return asKnown && !overtaken
  })
}

/** The store itself, encoding and all. */
export class StoreObject implements SequentialObject<KeyValueCommand, KeyValueResult> {
  private readonly store = new KeyValueStore()

  execute(command: KeyValueCommand): KeyValueResult {
    return decodeResult(this.store.apply(encodeCommand(command)))
  }

  undo(): void {
    this.store.undo()
  }
}

/** A register: one key of the store. */
export class RegisterObject implements SequentialObject<RegisterCommand, RegisterResult> {
  private readonly store = new StoreObject()

  execute(command: RegisterCommand): RegisterResult {
    switch (command.kind) {
      case 'read': {
        const result = this.store.execute({ kind: 'get', key: 'r' })
        return { kind: 'read', value: result.kind === 'get' ? result.value : 'no value' }
      }
      case 'write':
        this.store.execute({ kind: 'put', key: 'r', value: command.value })
        return { kind: 'write' }
      case 'compareAndSwap': {
        const result = this.store.execute({ ...command, key: 'r' })
        return {
          kind: 'compareAndSwap',
          swapped: result.kind === 'compareAndSwap' && result.swapped,
        }
      }
    }
  }

  undo(): void {
    this.store.undo()
  }
}

/** Keys that are the empty text at first, with get, put and append. */
export class AppendObject implements SequentialObject<KeyValueAction, KeyValueOutcome> {
  private readonly states: ReadonlyMap<string, string>[] = [new Map()]

  execute(command: KeyValueAction): KeyValueOutcome {
    const state = this.states.at(-1) as ReadonlyMap<string, string>
    switch (command.kind) {
      case 'get':
        this.states.push(state)
        return { kind: 'get', value: state.get(command.key) ?? '' }
      case 'put':
        this.states.push(new Map(state).set(command.key, command.value))
        return { kind: 'put' }
      case 'append': {
        const value = (state.get(command.key) ?? '') + command.value
        this.states.push(new Map(state).set(command.key, value))
        return { kind: 'append' }
      }
      default:
        throw new Error(`no ${command.kind} here`)
    }
  }

  undo(): void {
    this.states.pop()
  }
}
