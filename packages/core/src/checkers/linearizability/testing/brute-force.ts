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

/** A register, at first never written. */
export class RegisterObject implements SequentialObject<RegisterCommand, RegisterResult> {
  private readonly values: (string | undefined)[] = [undefined]

  execute(command: RegisterCommand): RegisterResult {
    const value = this.values.at(-1)
    switch (command.kind) {
      case 'read':
        this.values.push(value)
        return { kind: 'read', value }
      case 'write':
        this.values.push(command.value)
        return { kind: 'write' }
      case 'compareAndSwap': {
        const swapped = value === command.expected
        this.values.push(swapped ? command.value : value)
        return { kind: 'compareAndSwap', swapped }
      }
    }
  }

  undo(): void {
    this.values.pop()
  }
}

/** Keys that are absent at first, or the empty text, with get, put, append, delete and swap. */
export class AppendObject implements SequentialObject<KeyValueAction, KeyValueOutcome> {
  private readonly initialValue: string | undefined
  private readonly states: ReadonlyMap<string, string>[] = [new Map()]

  constructor(initialValue: string | undefined) {
    this.initialValue = initialValue
  }

  execute(command: KeyValueAction): KeyValueOutcome {
    const state = this.states.at(-1) as ReadonlyMap<string, string>
    if (command.kind === 'range') throw new Error('no range here')
    const value = state.get(command.key) ?? this.initialValue
    const put = (text: string) => this.states.push(new Map(state).set(command.key, text))
    switch (command.kind) {
      case 'get':
        this.states.push(state)
        return { kind: 'get', value }
      case 'put':
        put(command.value)
        return { kind: 'put' }
      case 'append':
        put((value ?? '') + command.value)
        return { kind: 'append' }
      case 'delete':
        this.states.push(new Map([...state].filter(([key]) => key !== command.key)))
        return { kind: 'delete', existed: undefined }
      case 'compareAndSwap': {
        const swapped = value === command.expected
        if (swapped) put(command.value)
        else this.states.push(state)
        return { kind: 'compareAndSwap', swapped }
      }
    }
  }

  undo(): void {
    this.states.pop()
  }
}

/** A queue of numbers, first in first out; `empty` comes out of an empty one. */
export class QueueObject implements SequentialObject<QueueCommand, QueueResult> {
  private readonly states: (readonly number[])[] = [[]]

  execute(command: QueueCommand): QueueResult {
    const state = this.states.at(-1) as readonly number[]
    if (command.kind === 'enqueue') {
      this.states.push([...state, command.value])
      return 'enqueued'
    }
    this.states.push(state.slice(1))
    return state[0] ?? 'empty'
  }

  undo(): void {
    this.states.pop()
  }
}

export type QueueCommand =
  | { readonly kind: 'enqueue'; readonly value: number }
  | { readonly kind: 'dequeue' }
export type QueueResult = number | 'enqueued' | 'empty'
