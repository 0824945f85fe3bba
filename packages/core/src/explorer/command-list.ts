import { decode, encode, list } from '../model/schema/index.ts'
import { bytes } from '../model/schema/scalars.ts'
import type { StateMachine } from '../model/state-machine.ts'

const Commands = list(bytes)

/**
 * The state machine that forgets nothing: its state is the list of the commands that it ran. Two
 * nodes whose lists differ can be told apart by it, and so by some machine; no machine tells apart
 * more.
 */
export class CommandList implements StateMachine {
  #commands: Uint8Array[] = []

  /** Returns the command itself. */
  apply(command: Uint8Array): Uint8Array {
    this.#commands.push(command)
    return command
  }

  /** Returns all commands, whatever the question. */
  query(_question: Uint8Array): Uint8Array {
    return this.snapshot()
  }

  snapshot(): Uint8Array {
    return encode(Commands, this.#commands)
  }

  restore(snapshot: Uint8Array): void {
    this.#commands = decode(Commands, snapshot)
  }

  undo(): void {
    if (this.#commands.pop() === undefined) throw new RangeError('no command is left to undo')
  }

  forgetUndo(_depth: number): void {}
}
