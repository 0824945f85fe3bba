import { decode, encode, list, type StateMachine, text } from '../../model/index.ts'

const lines = list(text)

/** A machine that remembers every command, in order: what was run, how often, and after what, all shows. */
export class Journal implements StateMachine {
  private written: string[] = []

  /** Returns how many commands have run. */
  apply(command: Uint8Array): Uint8Array {
    this.written.push(decode(text, command))
    return encode(text, `${this.written.length}`)
  }

  /** Returns all commands, with spaces between, whatever the question. */
  query(_question: Uint8Array): Uint8Array {
    return encode(text, this.written.join(' '))
  }

  snapshot(): Uint8Array {
    return encode(lines, this.written)
  }

  restore(snapshot: Uint8Array): void {
    this.written = decode(lines, snapshot)
  }

  undo(): void {
    throw new Error('a log protocol never takes back what it applied')
  }

  forgetUndo(): void {}
}
