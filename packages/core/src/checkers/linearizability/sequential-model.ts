import type { History, Operation } from '../history.ts'
import { impossible, type SequentialModel, type Specification } from './model.ts'
import { frozen, PlainDataError, plainCopy, plainText } from './plain-data.ts'

/** What `step` returns for a result that is impossible in a state. */
export const impossibleResult: unique symbol = Symbol.for('quorate impossible result')

/**
 * What an object does when it is used by one client at a time. States are plain data, and compared by
 * value.
 */
export interface ModelDefinition<State, Command, Result> {
  readonly initial: State
  /**
   * The state after `command` in `state`; `impossible` if the command cannot have had this result
   * there. `result` is undefined where the outcome is unknown: any will do.
   *
   * A pure function: it changes nothing that it is given, and says the same every time.
   */
  step(
    state: State,
    command: Command,
    result: Result | undefined,
    impossible: typeof impossibleResult,
  ): State | typeof impossibleResult
  /**
   * What part of the object a command is about, as plain data: a key. Operations on different parts
   * cannot influence each other, and each part begins in the initial state. One part if left out.
   */
  partition?(command: Command): unknown
  /** A state for people. */
  describe?(state: State): string
}

/** A model that is not what it promises to be, so that no verdict could be believed. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
}

/**
 * A model of one's own.
 *
 * What it promises is checked as it is used, and a check throws ModelError if `step` changes the state
 * or the command that it is given, says something else the second time, or if a state is no plain
 * data: a Map, an object of a class, a function.
 */
export function sequentialModel<State, Command, Result>(
  definition: ModelDefinition<State, Command, Result>,
): SequentialModel<Command, Result> {
  return {
    partition(history) {
      if (definition.partition === undefined) return [{ name: 'history', operations: history }]
      const parts = new Map<string, Operation<Command, Result>[]>()
      for (const operation of history) {
        const name = partOf(definition, operation.command)
        const part = parts.get(name)
        if (part === undefined) parts.set(name, [operation])
        else part.push(operation)
      }
      return [...parts].map(([name, operations]) => ({ name: `part ${name}`, operations }))
    },
    specify: (operations) => new DataStates(definition, operations),
  }
}

function partOf<Command>(
  { partition }: Pick<ModelDefinition<unknown, Command, unknown>, 'partition'>,
  command: Command,
): string {
  let part: unknown
  try {
    part = partition?.(command)
  } catch (error) {
    throw new ModelError(`partition throws ${String(error)}`)
  }
  return asPlain(() => plainText(part, 'what partition returns'))
}

/** States numbered by their text, and steps that are run once for each state and operation. */
class DataStates<State, Command, Result> implements Specification {
  readonly initial: number
  bytes = 0
  private readonly definition: ModelDefinition<State, Command, Result>
  private readonly operations: History<Command, Result>
  private readonly states: State[] = []
  private readonly texts: string[] = []
  private readonly numbers = new Map<string, number>()
  private readonly likenesses = new Map<string, number>()
  /** The next states, by state and operation together. */
  private readonly steps = new Map<number, number>()

  constructor(
    definition: ModelDefinition<State, Command, Result>,
    operations: History<Command, Result>,
  ) {
    this.definition = definition
    this.operations = operations.map((operation) => ({
      ...operation,
      command: frozen(operation.command),
      result: frozen(operation.result),
    }))
    this.initial = this.numberOf(definition.initial, 'initial')
  }

  describe(state: number): string {
    const { describe } = this.definition
    if (describe === undefined) return this.texts[state] as string
    try {
      return String(describe(this.states[state] as State))
    } catch (error) {
      throw new ModelError(`describe throws ${String(error)} for ${this.texts[state]}`)
    }
  }

  step(state: number, operation: number): number {
    const both = state * this.operations.length + operation
    const known = this.steps.get(both)
    if (known !== undefined) return known
    const next = this.tried(state, operation)
    this.steps.set(both, next)
    this.bytes += bytesPerStep
    return next
  }

  /** Of a model of one's own nothing is known but its steps. */
  isPure(): boolean {
    return false
  }

  likeness(operation: number): number {
    const { command, result } = this.operations[operation] as Operation<Command, Result>
    const text = asPlain(() => plainText([command, result], 'an operation'))
    const number = this.likenesses.get(text) ?? this.likenesses.size
    this.likenesses.set(text, number)
    return number
  }

  decide(): undefined {
    return undefined
  }

  follow(): void {}

  take(): void {}

  putBack(): void {}

  isDeadEnd(): boolean {
    return false
  }

  overwrites(): boolean {
    return false
  }

  isUnseen(): boolean {
    return false
  }

  /** Runs the step twice: on a copy, which must stay as it is, and on the state itself. */
  private tried(state: number, operation: number): number {
    const { command } = this.operations[operation] as Operation<Command, Result>
    const what = () => `step with ${asPlain(() => plainText(command, 'command'))}`
    const copy = plainCopy(this.states[state] as State)
    const first = this.run(copy, operation, what)
    if (asPlain(() => plainText(copy, 'the state')) !== this.texts[state]) {
      throw new ModelError(`${what()} changes the state that it is given: it must return a new one`)
    }
    const next =
      first === impossibleResult ? impossible : this.numberOf(first, 'the state after step')
    const again = this.run(this.states[state] as State, operation, what)
    const same =
      again === impossibleResult ? impossible : this.numberOf(again, 'the state after step')
    if (same !== next) {
      throw new ModelError(
        `${what()} is not deterministic: the same state, command and result lead to ${this.named(next)}, and then to ${this.named(same)}`,
      )
    }
    return next
  }

  private run(
    state: State,
    operation: number,
    what: () => string,
  ): State | typeof impossibleResult {
    const { command, result } = this.operations[operation] as Operation<Command, Result>
    let next: State | typeof impossibleResult
    try {
      next = this.definition.step(state, command, result, impossibleResult)
    } catch (error) {
      throw new ModelError(`${what()} throws ${String(error)}`)
    }
    if (next instanceof Promise) {
      throw new ModelError(
        `${what()} returns a promise: it must return the next state itself, not be async`,
      )
    }
    if (next === undefined) {
      throw new ModelError(
        `${what()} returns undefined: it must return the next state, or impossible`,
      )
    }
    return next
  }

  private named(state: number): string {
    return state === impossible ? 'impossible' : (this.texts[state] as string)
  }

  private numberOf(state: State, path: string): number {
    const text = asPlain(() => plainText(state, path))
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    const number = this.states.push(frozen(plainCopy(state))) - 1
    this.texts.push(text)
    this.numbers.set(text, number)
    this.bytes += bytesPerState + bytesPerCharacter * text.length
    return number
  }
}

/** What a state and a step take, more or less; states are kept as text and as data. */
const bytesPerState = 300
const bytesPerCharacter = 8
const bytesPerStep = 50

function asPlain<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    // Anything else comes of the data themselves, such as a proxy.
    throw new ModelError(
      error instanceof PlainDataError ? error.message : `no plain data: ${String(error)}`,
    )
  }
}
