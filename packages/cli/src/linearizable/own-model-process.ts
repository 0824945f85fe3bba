import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { History, LinearizabilityProgress } from '@quorate/core/checkers'
import { UsageError } from '../exit-codes.ts'
import { threadArguments } from '../thread-arguments.ts'
import { type Decided, interruptions, liveLine, type Patience, unfinished } from './decision.ts'
import { partsIn, verdictIn } from './numbered-verdict.ts'
import type { OwnModelAnswer, OwnModelTask } from './own-model-worker.ts'

/** What the heap of the process may take beside the states of a search: the program, the history. */
const bytesBesideStates = 256 * 2 ** 20
const heapBytesPerCharacter = 40

/** The engine ends a process that lacks memory by a signal, which on some systems is a code from here on. */
const abortedCode = 134

/**
 * Decides a history by a model of one's own, in a process of its own: somebody else's code runs, which
 * may never end, or take memory without end. Then that process is ended, and nothing else. (A thread
 * would not do: where one large piece of memory is missing, the engine gives up the whole process.)
 *
 * @param history as `ownHistory` has it of the same text
 * @throws UsageError if the model is none, or not what it promises
 */
export async function decidedInProcess(
  history: History<unknown, unknown>,
  task: OwnModelTask,
  { maxSeconds, secondsNow, show }: Patience,
): Promise<Decided> {
  const heapBytes = task.maxBytes + bytesBesideStates + heapBytesPerCharacter * task.text.length
  const heapMegabytes = Math.ceil(heapBytes / 2 ** 20)
  const file = new URL(
    `./own-model-worker${extname(new URL(import.meta.url).pathname)}`,
    import.meta.url,
  )
  const worker = fork(fileURLToPath(file), {
    execArgv: [...threadArguments(), `--max-old-space-size=${heapMegabytes}`],
    serialization: 'advanced',
    // What the model prints is no part of the result; what the engine says of missing memory is said here.
    stdio: ['ignore', 2, 'ignore', 'ipc'],
  })
  const { promise, resolve, reject } = Promise.withResolvers<Decided>()
  let last: LinearizabilityProgress | undefined
  const giveUp = (reason: string, interrupted = false) =>
    resolve({ outcome: unfinished(last, reason), parts: [], interrupted })
  const interrupt = () => giveUp('interrupted', true)
  const timer = setTimeout(
    () => {
      const where = last === undefined ? 'the code of the model' : last.part
      giveUp(`the ${maxSeconds} seconds allowed are over, in ${where}`)
    },
    Math.min(Math.max(0, 1000 * (maxSeconds - secondsNow())), 0x7fffffff),
  )
  for (const signal of interruptions) process.once(signal, interrupt)
  worker.on('message', (answer: OwnModelAnswer) => {
    switch (answer.kind) {
      case 'progress': {
        const { progress } = answer
        last = progress
        show(() => liveLine(progress, secondsNow()))
        break
      }
      case 'decided': {
        const outcome = verdictIn(history, answer.verdict)
        resolve({ outcome, parts: partsIn(history, answer.parts), interrupted: false })
        break
      }
      case 'refused':
        reject(new UsageError(answer.what))
        break
      case 'failed':
        reject(new Error(answer.what))
    }
  })
  worker.on('error', reject)
  worker.on('exit', (code, signal) => {
    if (signal === 'SIGINT' || signal === 'SIGTERM') interrupt()
    else if (signal !== null || (code ?? 0) >= abortedCode) {
      giveUp(`the model takes more than the ${heapMegabytes} MB of memory allowed`)
    } else {
      reject(
        new UsageError(`--model ${task.modelPath}: its code ends the process, with code ${code}`),
      )
    }
  })
  worker.send(task)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    for (const signal of interruptions) process.removeListener(signal, interrupt)
    worker.kill('SIGKILL')
  }
}
