import type { StateMachine } from '../model/state-machine.ts'
import { utf8Length } from '../model/utf8.ts'
import type { KeyValueCommand, KeyValueEntry, KeyValueResult } from './key-value-command.ts'
import { decodeCommandAs, encodeResultAs } from './key-value-command.ts'
import { byteValues, KeyValueFormatError, maxRangeBytes } from './key-value-encoding.ts'
import { decodeSnapshot, encodeSnapshot } from './key-value-snapshot.ts'
import { SortedKeys } from './key-value-store-keys.ts'
import { UndoNotes } from './key-value-store-undo.ts'
import type { SharedCommands } from './shared-commands.ts'

type Command = KeyValueCommand<Uint8Array>
type Result = KeyValueResult<Uint8Array>
type ErrorResult = Extract<Result, { kind: 'error' }>

/**
 * A replicated key-value store: get, put, delete, compare-and-swap and prefix range. See
 * `KeyValueCommand` for what the commands mean and `encodeCommand` for their bytes.
 *
 * Every command applied leaves a note of how to undo it. A host that never takes a command back, as
 * the hosts of log protocols do not, calls `forgetUndo(0)` as it goes, or the notes pile up.
 */
export class KeyValueStore implements StateMachine {
  private values = new Map<string, Uint8Array>()
  private keys = new SortedKeys()
  private readonly undoNotes = new UndoNotes<Uint8Array>()
  private readonly shared: SharedCommands | undefined

  /** @param shared by the replicas of one process, so that a command which all of them run is decoded once */
  constructor(shared?: SharedCommands) {
    this.shared = shared
  }

  apply(command: Uint8Array): Uint8Array {
    // Also for what writes nothing, malformed commands too: `undo` takes back one command a call.
    this.undoNotes.begin()
    return encodeResultAs(this.execute(decode(command, this.shared)), byteValues)
  }

  /** Answers a get or a range; any other command gets an error. */
  query(question: Uint8Array): Uint8Array {
    const command = decode(question)
    const allowed = command.kind === 'get' || command.kind === 'range' || command.kind === 'error'
    const result = allowed ? this.execute(command) : errorResult(`a query cannot ${command.kind}`)
    return encodeResultAs(result, byteValues)
  }

  snapshot(): Uint8Array {
    return encodeSnapshot([...this.keys.from('')], this.values)
  }

  /**
   * Replaces the entries by those of a snapshot. Forgets all undo data.
   *
   * @throws KeyValueFormatError if `snapshot` is none; the store is then left as it was.
   */
  restore(snapshot: Uint8Array): void {
    this.values = decodeSnapshot(snapshot)
    this.keys = SortedKeys.of([...this.values.keys()])
    this.undoNotes.forget(0)
  }

  /** @throws Error if no command is left that was neither undone nor forgotten. */
  undo(): void {
    const { key, previous } = this.undoNotes.takeLatest()
    if (key !== undefined) this.replace(key, this.values.get(key), previous)
  }

  forgetUndo(depth: number): void {
    this.undoNotes.forget(depth)
  }

  private execute(command: Command | ErrorResult): Result {
    switch (command.kind) {
      case 'get':
        return { kind: 'get', value: this.values.get(command.key) }
      case 'put':
        this.write(command.key, command.value)
        return { kind: 'put' }
      case 'delete':
        return { kind: 'delete', existed: this.write(command.key, undefined) }
      case 'compareAndSwap': {
        const swapped = equalValues(this.values.get(command.key), command.expected)
        if (swapped) this.write(command.key, command.value)
        return { kind: 'compareAndSwap', swapped }
      }
      case 'range':
        return this.range(command.prefix, command.limit)
      case 'error':
        return command
    }
  }

  private range(prefix: string, limit: number): Result {
    const entries: KeyValueEntry<Uint8Array>[] = []
    let bytes = 0
    for (const key of this.keys.from(prefix)) {
      if (!key.startsWith(prefix)) break
      const value = this.values.get(key) as Uint8Array
      bytes += utf8Length(key) + value.length
      if (entries.length === limit || bytes > maxRangeBytes) {
        return { kind: 'range', entries, more: true }
      }
      entries.push({ key, value })
    }
    return { kind: 'range', entries, more: false }
  }

  /** Writes and notes how to undo it; returns whether the key was present before. */
  private write(key: string, value: Uint8Array | undefined): boolean {
    const previous = this.values.get(key)
    this.undoNotes.wrote(key, previous)
    this.replace(key, previous, value)
    return previous !== undefined
  }

  /** Gives `key` the value `next` where it had `previous`; `undefined` is absence. */
  private replace(
    key: string,
    previous: Uint8Array | undefined,
    next: Uint8Array | undefined,
  ): void {
    if (next !== undefined) {
      this.values.set(key, next)
      if (previous === undefined) this.keys.add(key)
    } else if (previous !== undefined) {
      this.values.delete(key)
      this.keys.delete(key)
    }
  }
}

/** The command, or the result for a malformed one. */
function decode(bytes: Uint8Array, shared?: SharedCommands): Command | ErrorResult {
  try {
    return shared ? shared.decode(bytes) : decodeCommandAs(bytes, byteValues)
  } catch (error) {
    if (error instanceof KeyValueFormatError)
      return errorResult(`malformed command: ${error.message}`)
    throw error
  }
}

function errorResult(reason: string): ErrorResult {
  return { kind: 'error', reason }
}

function equalValues(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) {
    if (a[index] !== b[index]) return false
  }
  return true
}
