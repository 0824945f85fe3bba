import { equalBytes, mix, mixBytes } from '../model/schema/index.ts'
import type { StateMachine } from '../model/state-machine.ts'
import type { Identity } from './value-table.ts'

/**
 * A state machine as data: a snapshot, and the commands since then that may still be undone. (A
 * snapshot alone would do for machines that never undo; `restore` forgets how.)
 */
export interface ApplicationState {
  readonly base: Uint8Array
  readonly commands: readonly Uint8Array[]
}

export const applicationIdentity: Identity<ApplicationState> = {
  hash: ({ base, commands }) => {
    let hash = mix(mixBytes(0, base), commands.length)
    for (const command of commands) hash = mixBytes(hash, command)
    return hash
  },
  equal: (left, right) =>
    equalBytes(left.base, right.base) &&
    left.commands.length === right.commands.length &&
    left.commands.every((command, i) => equalBytes(command, right.commands[i] as Uint8Array)),
}

/** A node's state machine, put together from data when a step first uses it, which most never do. */
export class ExploredApplication implements StateMachine {
  readonly #make: () => StateMachine
  readonly #undoable: boolean
  #state: ApplicationState
  #commands: Uint8Array[] = []
  #machine: StateMachine | undefined = undefined

  /** @param undoable false where no command is ever undone: then a snapshot is all that is kept */
  constructor(make: () => StateMachine, undoable: boolean) {
    this.#make = make
    this.#undoable = undoable
    this.#state = { base: make().snapshot(), commands: [] }
  }

  load(state: ApplicationState): void {
    this.#state = state
    this.#machine = undefined
  }

  /** The state now: the very object that was loaded where no step used the machine since. */
  save(): ApplicationState {
    if (!this.#machine) return this.#state
    const state = this.#undoable
      ? { base: this.#state.base, commands: this.#commands }
      : { base: this.#machine.snapshot(), commands: [] }
    this.load(state)
    return state
  }

  apply(command: Uint8Array): Uint8Array {
    const result = this.#use().apply(command)
    this.#commands.push(command)
    return result
  }

  query(question: Uint8Array): Uint8Array {
    return this.#use().query(question)
  }

  snapshot(): Uint8Array {
    return this.#use().snapshot()
  }

  restore(snapshot: Uint8Array): void {
    this.#use().restore(snapshot)
    this.#state = { base: snapshot, commands: [] }
    this.#commands = []
  }

  undo(): void {
    this.#use().undo()
    this.#commands.pop()
  }

  forgetUndo(depth: number): void {
    const machine = this.#use()
    machine.forgetUndo(depth)
    if (this.#commands.length <= depth) return
    const kept = depth === 0 ? [] : this.#commands.slice(-depth)
    this.#rebase(this.#commands.slice(0, this.#commands.length - depth))
    this.#commands = kept
  }

  /** Takes these commands, the oldest, for ever into the snapshot. */
  #rebase(commands: readonly Uint8Array[]): void {
    const older = this.#make()
    older.restore(this.#state.base)
    for (const command of commands) older.apply(command)
    this.#state = { base: older.snapshot(), commands: [] }
  }

  #use(): StateMachine {
    if (this.#machine) return this.#machine
    const machine = this.#make()
    machine.restore(this.#state.base)
    for (const command of this.#state.commands) machine.apply(command)
    this.#machine = machine
    this.#commands = [...this.#state.commands]
    return machine
  }
}
