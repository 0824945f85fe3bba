/**
 * The history of a run as its clients saw it: what each asked, when, and what it was answered.
 *
 * Times are numbers of any clock common to all clients: virtual microseconds, nanoseconds of one
 * machine, positions in a log. Operations overlap unless one returned strictly before the other was
 * called; so equal times count as overlapping, which never accuses a correct system.
 *
 * Errors are definite or indefinite. An operation that certainly did not take place is no part of a
 * history. One whose outcome is unknown (timed out, connection lost) may have taken place, may still
 * do so at any later time, or never: it stays open.
 */
export interface Operation<Command, Result> {
  readonly client: number
  readonly call: number
  /** When the answer came; undefined: the outcome is unknown and the operation stays open. */
  readonly return: number | undefined
  readonly command: Command
  /** Undefined exactly if `return` is. */
  readonly result: Result | undefined
}

export type History<Command, Result> = readonly Operation<Command, Result>[]

/** A history that contradicts itself. */
export class HistoryError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'HistoryError'
  }
}

/** @throws HistoryError at the first operation that cannot be one. */
export function checkHistory(history: History<unknown, unknown>): void {
  for (let index = 0; index < history.length; index++) {
    const operation = history[index] as Operation<unknown, unknown>
    if ((operation.return === undefined) !== (operation.result === undefined)) {
      throw new HistoryError(`operation ${index} has only one of return time and result`)
    }
    // Not `>`: a time that is not a number must not pass.
    if (!(operation.call <= (operation.return ?? Number.POSITIVE_INFINITY))) {
      throw new HistoryError(
        `operation ${index} returns at ${operation.return}, before its call at ${operation.call}`,
      )
    }
  }
}

/**
 * Collects a history while a run goes on. Calls are numbered in the order they are reported, and kept
 * in columns, since a long run has millions of them.
 */
export class HistoryRecorder<Command, Result> {
  private readonly clients: number[] = []
  private readonly calls: number[] = []
  private readonly commands: Command[] = []
  /** Undefined while an operation is open. */
  private readonly returns: (number | undefined)[] = []
  private readonly results: (Result | undefined)[] = []
  private readonly refused = new Set<number>()

  /** Returns the number of the operation, by which its end is reported. */
  call(client: number, time: number, command: Command): number {
    this.clients.push(client)
    this.calls.push(time)
    this.commands.push(command)
    this.returns.push(undefined)
    this.results.push(undefined)
    return this.clients.length - 1
  }

  /** The operation was answered. One that never is stays open: its outcome is unknown. */
  return(operation: number, time: number, result: Result): void {
    this.checkOpen(operation)
    this.returns[operation] = time
    this.results[operation] = result
  }

  /** The operation certainly did not take place, and leaves the history. */
  refuse(operation: number): void {
    this.checkOpen(operation)
    this.refused.add(operation)
  }

  /** The history so far, in the order of calls. */
  history(): History<Command, Result> {
    const history: Operation<Command, Result>[] = []
    for (let number = 0; number < this.clients.length; number++) {
      if (this.refused.has(number)) continue
      history.push({
        client: this.clients[number] as number,
        call: this.calls[number] as number,
        return: this.returns[number],
        command: this.commands[number] as Command,
        result: this.results[number],
      })
    }
    return history
  }

  private checkOpen(operation: number): void {
    const isKnown = operation >= 0 && operation < this.clients.length
    if (isKnown && this.returns[operation] === undefined && !this.refused.has(operation)) return
    throw new HistoryError(`operation ${operation} is not open`)
  }
}
