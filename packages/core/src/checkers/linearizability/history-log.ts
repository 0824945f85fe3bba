import { type History, HistoryError, HistoryRecorder } from '../history.ts'

/**
 * A history read from a log of Jepsen's kind, where every process has at most one operation open,
 * and a line tells that one was invoked or how it ended. Times are numbers of lines.
 */
export class HistoryLog<Command, Result> {
  private readonly recorder = new HistoryRecorder<Command, Result>()
  private readonly open = new Map<number, { operation: number; command: Command }>()

  /** @throws HistoryError if the process has an operation open. */
  invoke(line: number, process: number, command: Command): void {
    if (this.open.has(process)) {
      throw new HistoryError(`line ${line}: process ${process} invokes while an operation is open`)
    }
    this.open.set(process, { operation: this.recorder.call(process, line, command), command })
  }

  /**
   * The operation that the process has open has ended: with a result, or undefined: it certainly did
   * not take place. One whose outcome is unknown stays open, with its process.
   *
   * @throws HistoryError if the process has no operation open.
   */
  end(line: number, process: number, resultOf: (command: Command) => Result | undefined): void {
    const open = this.open.get(process)
    if (open === undefined) {
      throw new HistoryError(`line ${line}: process ${process} ends an operation and has none open`)
    }
    this.open.delete(process)
    const result = resultOf(open.command)
    if (result === undefined) this.recorder.refuse(open.operation)
    else this.recorder.return(open.operation, line, result)
  }

  history(): History<Command, Result> {
    return this.recorder.history()
  }
}
