import { decode, encode, list, type StateMachine, text } from '../../../model/index.ts'

const lines = list(text)

/** A machine that remembers every command, in order. */
export class Journal implements StateMachine {
  written: string[] = []

  apply(command: Uint8Array): Uint8Array {
    this.written.push(decode(text, command))
    return encode(text, `${this.written.length}`)
  }

  query(_question: Uint8Array): Uint8Array {
    return encode(lines, this.written)
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
